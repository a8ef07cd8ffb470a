"""Many accounts from a workbook of people: all mistakes at once, all accounts or none, the passwords once."""

from __future__ import annotations

import stat
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text

from models.enums import Role
from pages.administration.bulk import BULK_PATH, BulkState
from tests.support.cast import Cast
from tests.support.tab import Denied, Tab
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services import sessions
from thads_app.services.administration import bulk_accounts
from thads_app.services.administration.bulk_accounts import (
    RosterCheck,
    check_roster,
    create_from_roster,
    marked_copy,
    passwords_wait,
    take_passwords,
    take_roster,
)
from thads_app.services.administration.roster_layout import ROSTER

HEADINGS = [column.title for column in ROSTER.columns]
KEYS = [column.key for column in ROSTER.columns]
PERSON: dict[str, Any] = {
    "full_name": "Đinh Thị Hồng Nhung", "birth_date": "05/03/1990", "office": "91-03", "position": "Chuyên viên",
    "email": "nhung@thads.example", "telephone": "0912345678",
}  # fmt: skip


def roster(*people: dict[str, Any], headings: list[str] | None = None) -> Path:
    """A workbook of people, as it would arrive."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = ROSTER.name
    sheet.append(headings or HEADINGS)
    for person in people:
        sheet.append([person.get(key) for key in KEYS])
    path = bulk_accounts.folder() / "den.part"
    book.save(path)
    return path


def send(actor: Actor, *people: dict[str, Any], **options: Any) -> str:
    return take_roster(actor, roster(*people, **options), "Danh sách.xlsx")


async def checked(actor: Actor, *people: dict[str, Any], **options: Any) -> RosterCheck:
    return await check_roster(actor, send(actor, *people, **options))


async def count_accounts() -> int:
    async with unit_of_work(EVERYWHERE) as session:
        return int((await session.execute(text("SELECT count(*) FROM account"))).scalar_one())


async def passwords_of(actor: Actor, reference: str) -> list[tuple[Any, ...]]:
    content, _ = await take_passwords(actor, reference)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    return [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


async def test_the_template_is_read_as_it_is_and_then_is_empty(cast: Cast) -> None:
    path, template = bulk_accounts.folder() / "mau.part", bulk_accounts.roster_template()
    path.write_bytes(template)
    assert [cell.value for cell in load_workbook(BytesIO(template)).worksheets[0][1]] == HEADINGS
    reference = take_roster(cast["province_admin"], path, "mau.xlsx")
    with pytest.raises(Invalid, match="roster_empty"):
        await check_roster(cast["province_admin"], reference)


async def test_people_become_accounts_that_sign_in_once_with_what_they_were_given(cast: Cast) -> None:
    admin = cast["province_admin"]
    officer = PERSON | {
        "full_name": "Lý Văn Tám", "email": None, "role": "Chấp hành viên", "staff_code": "91-04-009",
        "grade": "Sơ cấp", "office": "Phòng THADS khu vực 4 – An Giang", "username": "tam.ly",
    }  # fmt: skip
    reference = send(admin, PERSON, officer)
    preview = await check_roster(admin, reference)
    assert (preview.problem_count, preview.count) == (0, 2), preview.problems
    assert [line.username for line in preview.lines] == ["nhung.dth", "tam.ly"]
    made = await create_from_roster(admin, reference)
    assert (made.count, made.with_roles) == (2, 1)
    rows = await passwords_of(admin, reference)
    assert [row[1] for row in rows] == ["nhung.dth", "tam.ly"]
    opened = await sessions.sign_in("tam.ly", rows[1][4], address="192.0.2.4")
    assert opened.stage is sessions.Stage.PASSWORD
    assert opened.actor.roles == {Role.OFFICER}
    assert opened.actor.scope(Permission.CASE_READ).holds(cast.office("91-04"))
    assert opened.actor.staff_id is not None


async def test_a_made_up_passwords_hash_is_renewed_when_it_is_used(cast: Cast) -> None:
    admin = cast["province_admin"]
    reference = send(admin, PERSON)
    await create_from_roster(admin, reference)
    secret = (await passwords_of(admin, reference))[0][4]

    async def kept() -> str:
        async with unit_of_work(EVERYWHERE) as session:
            query = text("SELECT password_hash FROM account WHERE username = 'nhung.dth'")
            return str((await session.execute(query)).scalar_one())

    assert "m=256," in await kept()
    await sessions.sign_in("nhung.dth", secret, address="192.0.2.4")
    assert "m=19456," in await kept()


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"full_name": None}, "Họ và tên", "Cần có"),
        ({"full_name": "1234"}, "Họ và tên", "chữ cái"),
        ({"birth_date": None}, "Ngày sinh", "Cần có"),
        ({"birth_date": "31/02/1990"}, "Ngày sinh", "lịch"),
        ({"birth_date": "05/03/2020"}, "Ngày sinh", "tuổi"),
        ({"office": None}, "Đơn vị", "Cần có"),
        ({"office": "68-01"}, "Đơn vị", "phạm vi"),
        ({"office": "00"}, "Đơn vị", "phạm vi"),
        ({"office": "91-C05"}, "Đơn vị", "kế thừa"),
        ({"email": "không phải"}, "Thư điện tử", "đúng dạng"),
        ({"telephone": "12"}, "Điện thoại", "chữ số"),
        ({"username": "alice"}, "Tên đăng nhập", "đã có người dùng"),
        ({"username": "Có Dấu"}, "Tên đăng nhập", "không dấu"),
        ({"role": "Vua"}, "Vai trò", "Không có vai trò"),
        ({"role": "Quản trị", "office": "91"}, "Vai trò", ""),
        ({"staff_code": "KHONG-CO"}, "Mã chấp hành viên", "Không có cán bộ"),
        ({"staff_code": "CHV-alice"}, "Mã chấp hành viên", "đã có tài khoản"),
        ({"grade": "Sơ cấp"}, "Mã chấp hành viên", "mã chấp hành viên"),
        ({"position": "x" * 121}, "Chức vụ", "ký tự"),
    ],
)
async def test_a_mistake_is_named_with_its_row_and_column(
    cast: Cast, changes: dict[str, Any], column: str, words: str
) -> None:
    found = await checked(cast["province_admin"], PERSON | changes)
    assert [(each.row, each.column) for each in found.problems] == [(2, column)]
    assert words in found.problems[0].why


async def test_a_telephone_among_the_mistakes_is_masked(cast: Cast) -> None:
    [problem] = (await checked(cast["province_admin"], PERSON | {"telephone": "0912345678x"})).problems
    assert problem.value == "••••••••78x"


async def test_every_mistake_of_a_file_is_told_at_once_and_marked_in_a_copy(cast: Cast) -> None:
    admin = cast["province_admin"]
    reference = send(admin, PERSON | {"birth_date": "x", "email": "y"}, PERSON, PERSON | {"office": "?"})
    before = await count_accounts()
    found = await check_roster(admin, reference)
    told = {(each.row, each.column) for each in found.problems}
    assert told == {(2, "Ngày sinh"), (2, "Thư điện tử"), (4, "Đơn vị"), (4, "Thư điện tử")}
    with pytest.raises(Refused, match="roster_has_problems"):
        await create_from_roster(admin, reference)
    assert await count_accounts() == before
    path, name = marked_copy(admin, reference)
    book = load_workbook(path)
    assert name == "Danh sách - lỗi.xlsx"
    assert book.worksheets[0].max_row == 1 + found.problem_count
    assert book[ROSTER.name]["B2"].comment is not None
    assert book[ROSTER.name]["A2"].comment is None


async def test_a_list_sent_twice_makes_nobody_twice(cast: Cast) -> None:
    admin = cast["province_admin"]
    without = PERSON | {"email": None, "full_name": "Lý Văn Tám"}
    await create_from_roster(admin, send(admin, PERSON, without))
    before = await count_accounts()
    again = await checked(admin, PERSON, without)
    told = {(each.row, each.column) for each in again.problems}
    assert told == {(2, "Thư điện tử"), (3, "Họ và tên")}
    assert await count_accounts() == before


async def test_pressing_twice_makes_the_accounts_once(cast: Cast) -> None:
    admin = cast["province_admin"]
    reference = send(admin, PERSON)
    await create_from_roster(admin, reference)
    before = await count_accounts()
    with pytest.raises(Refused, match="roster_gone"):
        await create_from_roster(admin, reference)
    assert await count_accounts() == before


async def test_the_passwords_are_taken_once_by_whoever_made_them_and_lie_open_to_nobody(cast: Cast) -> None:
    admin, other = cast["province_admin"], cast["central_admin"]
    reference = send(admin, PERSON)
    await create_from_roster(admin, reference)
    (waiting,) = bulk_accounts.folder().glob(f"*{reference}.mat-khau")
    assert stat.S_IMODE(waiting.stat().st_mode) == 0o600
    assert stat.S_IMODE(bulk_accounts.folder().stat().st_mode) == 0o700
    with pytest.raises(Refused, match="passwords_gone"):
        await take_passwords(other, reference)
    assert passwords_wait(admin, reference)
    assert len(await passwords_of(admin, reference)) == 1
    assert not passwords_wait(admin, reference)
    with pytest.raises(Refused, match="passwords_gone"):
        await take_passwords(admin, reference)
    async with unit_of_work(EVERYWHERE) as session:
        actions = (await session.execute(text("SELECT action FROM audit_entry"))).scalars().all()
    assert {"account.bulk_created", "account.passwords_taken"} <= set(actions)


async def test_a_workbook_belongs_to_its_sender(cast: Cast) -> None:
    reference = send(cast["province_admin"], PERSON)
    for attempt in (check_roster, create_from_roster):
        with pytest.raises(Refused, match="roster_gone"):
            await attempt(cast["central_admin"], reference)
        with pytest.raises(Refused, match="roster_gone"):
            await attempt(cast["province_admin"], "../../etc/passwd")
        with pytest.raises(Forbidden):
            await attempt(cast["office_head"], reference)
    with pytest.raises(NotFound):
        marked_copy(cast["central_admin"], reference)
    with pytest.raises(NotFound):
        await take_passwords(cast["province_admin"], "x")


async def test_a_file_of_something_else_is_refused_as_a_whole(cast: Cast) -> None:
    admin = cast["province_admin"]
    path = bulk_accounts.folder() / "khac.part"
    path.write_bytes(b"khong phai Excel")
    with pytest.raises(Invalid, match="import_not_workbook"):
        await check_roster(admin, take_roster(admin, path, "x.xlsx"))
    found = await checked(admin, PERSON, headings=["Tên", *HEADINGS[1:]])
    assert "Họ và tên" in found.problems[0].why
    many = [PERSON | {"full_name": f"Người {'A' * (number // 20 + 1)}"} for number in range(1001)]
    with pytest.raises(Invalid, match="roster_too_long"):
        await checked(admin, *many)


async def test_the_page_leads_from_the_file_to_the_passwords(cast: Cast) -> None:
    admin = cast["province_admin"]
    reference = send(admin, PERSON)
    tab = Tab(admin, f"{BULK_PATH}?tep={reference}")
    await tab.run(BulkState, "load")
    state = tab.state(BulkState)
    assert (state.checked, state.wrong, state.size) == (True, False, "1 người")
    await tab.run(BulkState, "create")
    assert state.made == "Đã tạo 1 tài khoản."
    assert state.passwords_action.endswith(f"/{reference}/passwords.xlsx")
    assert not state.checked
    with pytest.raises(Denied):
        await Tab(cast["office_head"], BULK_PATH).run(BulkState, "load")
