"""The yearly review: what stands out is shown, who looked at it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import RoleGrant
from models.enums import Role
from models.guard_enums import Kinship
from pages.administration.review import PATH, ReviewState
from tests.administration.test_finding_accounts import age
from tests.support.cast import Cast
from tests.support.tab import Denied, Tab
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, NotFound
from thads_app.rules.account_reviews import Notable, Reviewed, conflicts_of, notable
from thads_app.rules.granting import Held
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import accounts
from thads_app.services.administration.review import (
    ReviewQuery,
    confirm_reviews,
    export_review,
    review_accounts,
)
from thads_app.services.conflicts import DeclareConflict, declare

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def held(role: Role, until: date | None = None, office: int = 1) -> Held:
    return Held(role, office, None, until)


def account(*roles: Held, disabled: bool = False, used: int | None = 1, made: int = 400) -> Reviewed:
    last = NOW - timedelta(days=used) if used is not None else None
    return Reviewed(disabled, NOW - timedelta(days=made), last, roles)


@pytest.mark.parametrize(
    ("looked_at", "expected"),
    [
        (account(held(Role.OFFICER)), []),
        (account(held(Role.OFFICER), used=89), []),
        (account(held(Role.OFFICER), used=91), [Notable.UNUSED]),
        (account(held(Role.OFFICER), used=None, made=91), [Notable.UNUSED]),
        (account(held(Role.OFFICER), used=None, made=10), []),
        (account(held(Role.OFFICER, TODAY + timedelta(days=60))), [Notable.EXPIRING]),
        (account(held(Role.OFFICER, TODAY + timedelta(days=61))), []),
        (account(held(Role.OFFICER, TODAY - timedelta(days=1))), []),
        (account(held(Role.OFFICER), disabled=True), [Notable.LEFT_OVER]),
        (account(held(Role.OFFICER, TODAY - timedelta(days=1)), disabled=True), []),
        (account(disabled=True, used=500), []),
        (account(held(Role.ACCOUNTANT), held(Role.OFFICER)), [Notable.CONFLICT]),
        (account(held(Role.ACCOUNTANT), held(Role.STOREKEEPER), used=91), [Notable.CONFLICT, Notable.UNUSED]),
        (account(held(Role.ADMIN), held(Role.HEAD)), [Notable.CONFLICT]),
        (account(held(Role.ADMIN), held(Role.EXAMINER)), []),
        (account(held(Role.ACCOUNTANT), held(Role.OFFICER, TODAY - timedelta(days=1))), []),
    ],
)
def test_what_stands_out_follows_the_rules(looked_at: Reviewed, expected: list[Notable]) -> None:
    assert notable(looked_at, NOW, TODAY) == expected


def test_every_conflict_says_where_it_comes_from() -> None:
    everything = [held(role) for role in Role]
    found = conflicts_of(everything, TODAY)
    assert all(conflict.source for conflict in found)
    assert any(conflict.roles == {Role.ACCOUNTANT, Role.OFFICER} for conflict in found)


async def give(cast: Cast, part: str, role: Role, office: str = "91-03", until: date | None = None) -> None:
    """A grant as the database may hold it, whatever today's guards say of it."""
    async with unit_of_work(EVERYWHERE) as session:
        session.add(
            RoleGrant(account_id=cast[part].account_id or 0, role=role, office_id=cast.office(office), valid_to=until)
        )


async def found(actor: Actor, **asked: object) -> dict[str, tuple[Notable, ...]]:
    page = await review_accounts(actor, ReviewQuery(**asked))  # type: ignore[arg-type]
    return {line.username: line.findings for line in page.lines}


async def test_the_review_shows_what_stands_out_and_why(cast: Cast) -> None:
    admin = cast["province_admin"]
    assert await found(admin) == {}
    await age(120, "alice")
    await give(cast, "accountant", Role.OFFICER)
    await give(cast, "statistician", Role.EXAMINER, until=clock.today() + timedelta(days=5))
    await accounts.disable_account(admin, "bob")
    assert await found(admin) == {
        "accountant": (Notable.CONFLICT,), "bob": (Notable.LEFT_OVER,), "alice": (Notable.UNUSED,),
        "statistician": (Notable.EXPIRING,),
    }  # fmt: skip
    page = await review_accounts(admin, ReviewQuery())
    assert page.lines[0].username == "accountant"
    assert "78/2020/TT-BTC" in page.lines[0].why[0]
    assert page.counts == dict.fromkeys(Notable, 1) | {Notable.FAMILY: 0}
    assert await found(admin, finding=Notable.UNUSED) == {"alice": (Notable.UNUSED,)}
    assert await found(admin, office="91-04") == {}


async def test_an_officer_beside_a_blood_relative_who_keeps_the_books_stands_out_with_both_accounts(
    cast: Cast,
) -> None:
    admin = cast["province_admin"]
    for relation, part in ((Kinship.SPOUSE, "bob"), (Kinship.SIBLING, "alice")):
        said = DeclareConflict(
            staff_id=cast[part].staff_id or 0, relation=relation, colleague_id=cast["accountant"].account_id
        )
        await declare(cast[part], said)
    assert await found(admin) == {"alice": (Notable.FAMILY,), "accountant": (Notable.FAMILY,)}
    [line, _] = (await review_accounts(admin, ReviewQuery(finding=Notable.FAMILY))).lines
    assert "Anh, chị, em ruột" in line.why[0]
    assert "Thông tư 78/2020/TT-BTC Điều 8 khoản 4" in line.why[0]
    assert await found(admin, office="91-04") == {}
    await confirm_reviews(admin, [cast["alice"].account_id or 0], "Chuyển sang phòng khác từ tháng 12")
    assert await found(admin) == {"accountant": (Notable.FAMILY,)}


async def test_a_grant_taken_back_stands_out_no_more(cast: Cast) -> None:
    admin = cast["province_admin"]
    await accounts.disable_account(admin, "bob")
    await accounts.revoke_role(admin, "bob", Role.OFFICER, "91-03")
    assert await found(admin) == {}


async def test_the_review_holds_ones_own_offices_only(cast: Cast) -> None:
    await age(120, "charlie", "leader", "alice")
    assert set(await found(cast["province_admin"])) == {"alice"}
    assert set(await found(cast["central_admin"])) == {"alice", "charlie", "leader"}
    for part in ("leader", "office_head", "alice"):
        with pytest.raises(Forbidden):
            await review_accounts(cast[part], ReviewQuery())


async def test_a_confirmation_says_who_when_and_what_they_noted(cast: Cast) -> None:
    admin, alice = cast["province_admin"], cast["alice"].account_id or 0
    await age(120, "alice", "bob")
    assert await confirm_reviews(admin, [alice, alice], "Nghỉ thai sản") == 1
    assert set(await found(admin)) == {"bob"}
    page = await review_accounts(admin, ReviewQuery(done=True))
    assert [line.username for line in page.lines] == ["alice"]
    review = page.lines[0].reviewed
    assert review is not None
    assert (review.by, review.note) == (admin.name, "Nghỉ thai sản")
    assert (page.waiting, page.done) == (1, 1)


async def test_a_confirmation_of_last_year_is_due_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = cast["province_admin"]
    await age(120, "alice")
    await confirm_reviews(admin, [cast["alice"].account_id or 0], "")
    later = clock.now() + timedelta(days=366)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", later.date)
    assert "alice" in await found(admin)


async def test_nobody_confirms_what_is_not_on_their_list(cast: Cast) -> None:
    await age(120, "charlie")
    for part in ("charlie", "alice"):
        with pytest.raises(NotFound):
            await confirm_reviews(cast["province_admin"], [cast[part].account_id or 0], "")


async def test_a_confirmation_is_never_changed(cast: Cast) -> None:
    await age(120, "alice")
    await confirm_reviews(cast["province_admin"], [cast["alice"].account_id or 0], "x")
    for statement in ("UPDATE account_review SET note = 'y'", "DELETE FROM account_review"):
        with pytest.raises(DBAPIError) as refused:
            async with unit_of_work(EVERYWHERE) as session:
                await session.execute(text(statement))
        assert isinstance(refused.value.orig, InsufficientPrivilege)


async def test_the_workbook_holds_the_list_and_says_who_took_it(cast: Cast) -> None:
    admin = cast["province_admin"]
    await age(120, "alice", "bob")
    content, name = await export_review(admin, ReviewQuery(finding=Notable.UNUSED))
    book = load_workbook(BytesIO(content))
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows} == {"alice", "bob"}
    assert name.startswith("ra-soat-tai-khoan-")
    assert admin.name in str(book.worksheets[1]["A1"].value)
    async with unit_of_work(EVERYWHERE) as session:
        told = (await session.execute(text("SELECT row_count FROM export_record WHERE kind = 'account_review'"))).all()
    assert [row[0] for row in told] == [2]


async def test_the_page_confirms_the_rows_ticked_or_the_whole_list(cast: Cast) -> None:
    admin = cast["province_admin"]
    await age(120, "alice", "bob", "statistician")
    tab = Tab(admin, PATH)
    await tab.run(ReviewState, "load")
    state = tab.state(ReviewState)
    assert {row.username for row in state.rows} == {"alice", "bob", "statistician"}
    ids = {row.username: row.id for row in state.rows}
    await tab.run(ReviewState, "pick", ids["alice"], True)
    await tab.run(ReviewState, "pick", "999999", True)
    assert state.selected == [ids["alice"]]
    await tab.run(ReviewState, "start", "selected")
    assert state.naming == "1 tài khoản đã chọn"
    await tab.run(ReviewState, "confirm", {"note": "đã hỏi"})
    assert {row.username for row in state.rows} == {"bob", "statistician"}
    await tab.run(ReviewState, "start", "whole")
    await tab.run(ReviewState, "confirm", {"note": ""})
    assert state.rows == []
    tab.go(f"{PATH}?muc=da-ra-soat")
    await tab.run(ReviewState, "load")
    assert {row.username for row in state.rows} == {"alice", "bob", "statistician"}
    with pytest.raises(Denied):
        await Tab(cast["office_head"], PATH).run(ReviewState, "load")
