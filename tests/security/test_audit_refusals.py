"""Every door that turns somebody signed in away writes down who, which door, and the right that was missing."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.security.conftest import ROOT, Target
from tests.support.cast import Cast
from thads_app import db
from thads_app.errors import NotFound
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import auditing
from thads_app.services.cases import case_detail

HANDLER = f"{ROOT}.pages___admin___state____target_state.load"


async def written(actor: Actor) -> list[tuple[str, str, object]]:
    async with db.session(EVERYWHERE) as session:
        query = text(
            "SELECT object_type, object_id, detail->'permission', address, request_id FROM audit_entry "
            "WHERE action = 'access.refused' AND account_id = :account AND office_id = :office ORDER BY id"
        )
        rows = (await session.execute(query, {"account": actor.account_id, "office": actor.office_id})).all()
    assert all(row[3] and row[4] for row in rows)
    return [(row[0], row[1], row[2]) for row in rows]


async def test_a_page_a_route_and_a_handler_that_refuse_write_it_down(target: Target, cast: Cast) -> None:
    auditing.forget_refusals()
    secret = (await cast.sign_in("accountant")).secret
    async with target.http(secret) as http:
        assert (await http.get("/quan-tri")).status_code == 303
        assert (await http.get("/api/imports/template.xlsx")).status_code == 403
    wire = await target.wire(secret)
    await wire.ask(HANDLER)
    assert await written(cast["accountant"]) == [
        ("page", "/quan-tri", ["office.manage"]),
        ("route", "/api/imports/template.xlsx", ["import"]),
        ("handler", "target_state.load", ["office.manage"]),
    ]


async def test_what_a_service_refuses_behind_an_open_door_is_written_too(cast: Cast) -> None:
    auditing.forget_refusals()
    db.tell_of_refusals(auditing.note_refusal_inside)
    try:
        with pytest.raises(NotFound):
            await case_detail(cast["accountant"], 999_999)
    finally:
        db.tell_of_refusals(None)
    async with db.session(EVERYWHERE) as session:
        query = text("SELECT account_id, object_type, object_id FROM audit_entry WHERE action = 'access.refused'")
        rows = [tuple(row) for row in (await session.execute(query)).all()]
    assert rows == [(cast["accountant"].account_id, "service", "cases.case_detail: not_found")]


async def test_nobody_signed_in_leaves_no_row_however_often_they_knock(target: Target, cast: Cast) -> None:
    async with target.http() as http:
        for _ in range(30):
            await http.get("/quan-tri")
            await http.get("/api/imports/template.xlsx")
    wire = await target.wire()
    await wire.ask(HANDLER)
    async with db.session(EVERYWHERE) as session:
        assert (await session.execute(text("SELECT count(*) FROM audit_entry"))).scalar_one() == 0
