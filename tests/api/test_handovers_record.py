"""The printed record over HTTP: for the two sides, for nobody else, and only once there is something to print."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from models.enums import HandoverKind, JudgmentKind, PartyRole, Source
from tests.support.cast import Cast
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.rules.rights import system_operator
from thads_app.services import sessions
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.handovers import ItemInput, SaveHandover, save_draft, send_handover


@pytest.fixture
async def visitor(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    transport = httpx.ASGITransport(build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


async def draft_of_alice(cast: Cast) -> int:
    command = RegisterCase(
        office_id=cast["alice"].office_id,
        decision_number="5/QĐ-THADS",
        decision_date=date(2026, 3, 5),
        source=Source.ON_REQUEST,
        judgment=JudgmentInput(
            number="1/2026/DS-ST", judgment_date=date(2026, 1, 9), issuing_body="TAND", kind=JudgmentKind.CIVIL
        ),
        parties=[PartyInput(role=PartyRole.DEBTOR, name="Nguyễn Văn Mẫu")],
        obligations=[ObligationInput(content="Trả nợ", amount=1)],
        staff_id=cast["alice"].staff_id,
    )
    made = await register_case(system_operator(cast["leader"].office_id), command)
    draft = SaveHandover(
        kind=HandoverKind.OFFICER_TO_OFFICER,
        receiver_staff_id=cast["bob"].staff_id,
        reason="Nghỉ hưu",
        items=[ItemInput(case_id=made.case_id)],
    )
    return (await save_draft(cast["alice"], draft)).id


async def get(visitor: httpx.AsyncClient, cast: Cast, part: str, path: str) -> httpx.Response:
    visitor.cookies.clear()
    if part:
        visitor.cookies.set(cookie_name(), (await cast.sign_in(part)).secret)
    return await visitor.get(path)


async def test_both_sides_get_the_record_and_outsiders_do_not(visitor: httpx.AsyncClient, cast: Cast) -> None:
    path = f"/api/handovers/{await draft_of_alice(cast)}/bien-ban.pdf"
    assert (await get(visitor, cast, "alice", path)).status_code == 409
    await send_handover(cast["alice"], int(path.split("/")[3]))
    for part in ("alice", "bob", "office_head"):
        answer = await get(visitor, cast, part, path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        assert answer.content.startswith(b"%PDF")
    assert (await get(visitor, cast, "charlie", path)).status_code == 404
    assert (await get(visitor, cast, "", path)).status_code == 401


@pytest.mark.parametrize("wrong", ["0", "-1", "9" * 30, "x", "1;drop"])
async def test_a_wrong_number_gets_a_sentence(visitor: httpx.AsyncClient, cast: Cast, wrong: str) -> None:
    answer = await get(visitor, cast, "alice", f"/api/handovers/{wrong}/bien-ban.pdf")
    assert answer.status_code in {404, 422}
    assert answer.json()["message"]
