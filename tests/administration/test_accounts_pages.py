"""The pages of accounts: what they show, what they do, and who is not let in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from pages.administration.account_page import DISABLE, EDIT, MOVE, PASSWORD, SESSIONS, AccountState
from pages.administration.accounts_page import AccountListState
from pages.administration.rows import PATH
from tests.support.cast import Cast
from tests.support.tab import Denied, Tab
from thads_app import db
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import sessions
from thads_app.services.administration.accounts import EditAccount, account_view, edit_account

FORM = {
    "full_name": "Đinh Thị Hồng Nhung",
    "birth_date": "5/3/1990",
    "office_code": "91-03",
    "position": "Chuyên viên",
    "email": "nhung.dth@thads.example",
    "telephone": "0912 345 678",
    "username": "",
    "staff_code": "",
    "grade": "",
}


async def opened(actor: Actor, cast: Cast, part: str) -> Tab:
    tab = Tab(actor, f"{PATH}/{cast[part].account_id}")
    await tab.run(AccountState, "load")
    return tab


async def test_the_list_is_narrowed_by_its_address(cast: Cast) -> None:
    tab = Tab(cast["province_admin"], f"{PATH}?q=tran&vai-tro=officer&don-vi=91-03")
    await tab.run(AccountListState, "load")
    state = tab.state(AccountListState)
    assert [row.username for row in state.rows] == ["alice"]
    assert state.rows[0].roles == "Chấp hành viên"
    assert [chip.label for chip in state.chips] == ["Tìm", "Đơn vị", "Vai trò"]
    assert "vai-tro=officer" in state.chips[0].href
    assert "q=" not in state.chips[0].href


async def test_what_an_address_says_wrongly_is_left_out(cast: Cast) -> None:
    tab = Tab(cast["province_admin"], f"{PATH}?vai-tro=vua&trang-thai=x&trang=-1&don-vi=zz")
    await tab.run(AccountListState, "load")
    assert tab.state(AccountListState).error == ""
    assert tab.state(AccountListState).rows


async def test_a_new_account_gets_a_user_name_of_its_name_and_a_password_told_once(cast: Cast) -> None:
    tab = Tab(cast["province_admin"], PATH)
    await tab.run(AccountListState, "start")
    await tab.run(AccountListState, "create", dict(FORM))
    state = tab.state(AccountListState)
    assert state.errors == {}
    assert state.secret_username == "nhung.dth"
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", state.secret)
    signed = await sessions.sign_in("nhung.dth", state.secret, address="192.0.2.1")
    assert signed.stage is sessions.Stage.PASSWORD
    await tab.run(AccountListState, "forget_secret")
    assert state.secret == ""


async def test_the_same_name_twice_gets_a_number(cast: Cast) -> None:
    tab = Tab(cast["province_admin"], PATH)
    for expected in ("nhung.dth", "nhung.dth2"):
        await tab.run(AccountListState, "create", {**FORM, "email": ""})
        assert tab.state(AccountListState).secret_username == expected


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("full_name", ""), ("full_name", "1234"), ("birth_date", "5/3/2020"), ("birth_date", "31/2/1990"),
        ("birth_date", ""), ("office_code", ""), ("office_code", "01"), ("office_code", "68-01"),
        ("email", "khong phai thu"), ("telephone", "12"), ("username", "Có dấu"), ("username", "alice"),
        ("staff_code", "KHONG-CO"), ("grade", "junior"), ("position", "x" * 121),
    ],
)  # fmt: skip
async def test_every_mistake_is_named_beside_its_field(cast: Cast, field: str, typed: str) -> None:
    tab = Tab(cast["province_admin"], PATH)
    await tab.run(AccountListState, "create", {**FORM, field: typed})
    errors = tab.state(AccountListState).errors
    assert set(errors) == {"staff_code" if field == "grade" else field}
    assert tab.state(AccountListState).secret == ""


async def test_a_new_officer_is_made_with_a_code_and_a_grade(cast: Cast) -> None:
    admin = cast["province_admin"]
    tab = Tab(admin, PATH)
    await tab.run(AccountListState, "create", {**FORM, "staff_code": "91-03-077", "grade": "junior"})
    assert tab.state(AccountListState).errors == {}
    found = Tab(admin, tab.state(AccountListState).secret_href)
    await found.run(AccountState, "load")
    assert (found.state(AccountState).staff_code, found.state(AccountState).grade) == ("91-03-077", "Sơ cấp")
    await tab.run(AccountListState, "create", {**FORM, "email": "", "staff_code": "91-03-077"})
    assert set(tab.state(AccountListState).errors) == {"staff_code"}


@pytest.mark.parametrize("part", ["leader", "province_head", "office_head", "alice", "charlie"])
async def test_nobody_but_administrators_is_let_in(cast: Cast, part: str) -> None:
    for kind, handler, arguments in (
        (AccountListState, "load", ()), (AccountListState, "create", (dict(FORM),)),
        (AccountState, "load", ()), (AccountState, "save", (dict(FORM),)), (AccountState, "confirm", ()),
        (AccountState, "move", ({"office_code": "91-04", "reason": "x"},)),
    ):  # fmt: skip
        with pytest.raises(Denied):
            await Tab(cast[part], PATH).run(kind, handler, *arguments)


async def test_the_trail_of_a_correction_holds_telephones_masked_only(cast: Cast) -> None:
    admin, alice = cast["province_admin"], cast["alice"].account_id or 0
    for version, number in enumerate(("0912345678", "0987654678"), (await account_view(admin, alice)).version):
        person: dict[str, Any] = {"full_name": "Trần Thị An", "telephone": number, "staff_code": "CHV-alice"}
        await edit_account(admin, EditAccount(account_id=alice, expected_version=version, **person))
    async with db.session(EVERYWHERE) as session:
        query = text("SELECT changes->'telephone' FROM audit_entry WHERE action = 'account.edited' ORDER BY id")
        rows = list((await session.execute(query)).scalars())
    assert rows == [[None, "•••••••678"], ["•••••••678", "•••••••678 (số khác)"]]


async def test_an_account_elsewhere_is_not_found_whatever_is_tried(cast: Cast) -> None:
    tab = await opened(cast["province_admin"], cast, "charlie")
    state = tab.state(AccountState)
    assert not state.ready
    assert "phạm vi" in state.error
    await tab.run(AccountState, "save", dict(FORM))
    await tab.run(AccountState, "disable", {"reason": "thử"})
    await tab.run(AccountState, "ask", PASSWORD)
    await tab.run(AccountState, "confirm")
    assert state.secret == ""
    view = await account_view(cast["central_admin"], cast["charlie"].account_id or 0)
    assert (view.full_name, view.disabled_at) == ("Cao Xuân Ngoài", None)


async def test_ones_own_account_and_a_peers_can_only_be_looked_at(cast: Cast) -> None:
    for part in ("province_admin", "province_head"):
        tab = await opened(cast["province_admin"], cast, part)
        own = part == "province_admin"
        assert bool(tab.state(AccountState).refusal) is own
        if own:
            await tab.run(AccountState, "disable", {"reason": "thử"})
            assert tab.state(AccountState).errors


async def test_a_correction_is_saved_and_a_second_one_on_an_old_page_is_told(cast: Cast) -> None:
    admin = cast["province_admin"]
    one, two = await opened(admin, cast, "bob"), await opened(admin, cast, "bob")
    await one.run(AccountState, "start", EDIT)
    form = {**one.state(AccountState).values, "email": "binh@thads.example"}
    await one.run(AccountState, "save", form)
    assert one.state(AccountState).errors == {}
    assert one.state(AccountState).email == "binh@thads.example"
    await two.run(AccountState, "save", {**form, "email": "khac@thads.example"})
    assert "người khác sửa" in two.state(AccountState).errors[""]
    await two.run(AccountState, "save", {**form, "email": "khac@thads.example"})
    assert (await account_view(admin, cast["bob"].account_id or 0)).email == "khac@thads.example"


async def test_an_email_belongs_to_one_account(cast: Cast) -> None:
    admin = cast["province_admin"]
    one, two = await opened(admin, cast, "bob"), await opened(admin, cast, "alice")
    await one.run(AccountState, "start", EDIT)
    await two.run(AccountState, "start", EDIT)
    await one.run(AccountState, "save", {**one.state(AccountState).values, "email": "Chung@thads.example"})
    await two.run(AccountState, "save", {**two.state(AccountState).values, "email": "chung@THADS.example"})
    assert set(two.state(AccountState).errors) == {"email"}


async def test_a_disabled_account_is_signed_out_and_a_reason_is_asked(cast: Cast) -> None:
    signed = await cast.sign_in("alice")
    tab = await opened(cast["province_admin"], cast, "alice")
    await tab.run(AccountState, "start", DISABLE)
    await tab.run(AccountState, "disable", {"reason": "  "})
    assert set(tab.state(AccountState).errors) == {"reason"}
    await tab.run(AccountState, "disable", {"reason": "Nghỉ hưu"})
    assert tab.state(AccountState).disabled
    assert await sessions.resolve(signed.secret) is None


async def test_a_password_reset_is_shown_once_and_ends_the_sessions(cast: Cast) -> None:
    signed = await cast.sign_in("alice")
    tab = await opened(cast["province_admin"], cast, "alice")
    assert len(tab.state(AccountState).sessions) == 1
    await tab.run(AccountState, "ask", PASSWORD)
    await tab.run(AccountState, "confirm")
    secret = tab.state(AccountState).secret
    assert secret
    assert await sessions.resolve(signed.secret) is None
    assert (await sessions.sign_in("alice", secret, address="192.0.2.9")).stage is sessions.Stage.PASSWORD
    await tab.run(AccountState, "forget_secret")
    assert tab.state(AccountState).secret == ""


async def test_somebodys_sessions_are_ended(cast: Cast) -> None:
    signed = [await cast.sign_in("bob"), await cast.sign_in("bob")]
    tab = await opened(cast["province_admin"], cast, "bob")
    await tab.run(AccountState, "ask", SESSIONS)
    await tab.run(AccountState, "confirm")
    assert tab.state(AccountState).sessions == []
    assert [await sessions.resolve(each.secret) for each in signed] == [None, None]


async def test_the_panel_of_a_move_shows_what_is_lost(cast: Cast) -> None:
    tab = await opened(cast["province_admin"], cast, "statistician")
    await tab.run(AccountState, "start", MOVE)
    state = tab.state(AccountState)
    assert state.panel == MOVE
    assert state.move_grants == ["Cán bộ thống kê – " + state.office.rpartition(" (")[0]]
    await tab.run(AccountState, "move", {"office_code": "91-04", "reason": "QĐ 12"})
    assert state.errors == {}
    assert "(91-04)" in state.office
