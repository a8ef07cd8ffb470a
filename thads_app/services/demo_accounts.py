"""The accounts of the demonstration: one per role and level, all with one documented password.

They exist only where the demonstration was made, and are refused at sign-in unless the program runs as one.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, Authorisation, Posting, RoleGrant, StaffMember
from models.enums import Grade, Role
from thads_app import clock
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.errors import Refused
from thads_app.repositories import accounts as repository
from thads_app.repositories.grants import authorisations as given_authorisations
from thads_app.rules.rights import AUTHORISABLE, EVERYWHERE, Permission
from thads_app.rules.vietnamese import name_sort_key
from thads_app.services.office_tree import office_tree

DEMO_PASSWORD = "Minh-hoa-THADS-2026"  # noqa: S105 (documented in the README, refused outside the demonstration)


@dataclass(frozen=True)
class DemoAccount:
    """One demonstration account. `staff_code` is the officer it acts as."""

    username: str
    full_name: str
    role: Role
    office_code: str
    position: str
    staff_code: str | None = None


_AUTHORISED_FOR = timedelta(days=180)
_NATION, _PROVINCE, _REGION, _ELSEWHERE = "00", "91", "91-03", "68-01"

_ACCOUNTS = (
    DemoAccount("lanhdao.tw", "Trần Quốc Khánh", Role.LEADER, _NATION, "Lãnh đạo Cục Quản lý THADS"),
    DemoAccount("thongke.tw", "Lê Minh Thư", Role.STATISTICIAN, _NATION, "Chuyên viên thống kê"),
    DemoAccount("quantri.tw", "Phạm Gia Bảo", Role.ADMIN, _NATION, "Quản trị trung ương"),
    DemoAccount("thutruong.angiang", "Nguyễn Hoài Đức", Role.HEAD, _PROVINCE, "Trưởng THADS tỉnh"),
    DemoAccount("phothutruong.angiang", "Võ Thanh Nhàn", Role.DEPUTY_HEAD, _PROVINCE, "Phó Trưởng THADS tỉnh"),
    DemoAccount("thongke.angiang", "Huỳnh Ngọc Lan", Role.STATISTICIAN, _PROVINCE, "Cán bộ thống kê"),
    DemoAccount("thamtra.angiang", "Đặng Hữu Phước", Role.EXAMINER, _PROVINCE, "Thẩm tra viên"),
    DemoAccount("quantri.angiang", "Bùi Khắc Duy", Role.ADMIN, _PROVINCE, "Quản trị tỉnh"),
    DemoAccount("truongphong.kv3.angiang", "Nguyễn Thị Hồng Vân", Role.HEAD, _REGION, "Trưởng phòng"),
    DemoAccount("chv1.kv3.angiang", "Trần Văn Công", Role.OFFICER, _REGION, "Chấp hành viên trung cấp", "CHV-91-03-01"),
    DemoAccount("chv2.kv3.angiang", "Lý Thị Mỹ Dung", Role.OFFICER, _REGION, "Chấp hành viên sơ cấp", "CHV-91-03-02"),
    DemoAccount("thuly.kv3.angiang", "Phan Thị Yến Nhi", Role.INTAKE_CLERK, _REGION, "Cán bộ thụ lý"),
    DemoAccount("ketoan.kv3.angiang", "Đỗ Kim Oanh", Role.ACCOUNTANT, _REGION, "Kế toán nghiệp vụ"),
    DemoAccount("thukho.kv3.angiang", "Lâm Chí Thiện", Role.STOREKEEPER, _REGION, "Thủ kho"),
    DemoAccount("vanthu.kv3.angiang", "Ngô Bích Trâm", Role.RECORDS_CLERK, _REGION, "Văn thư"),
    DemoAccount("luutru.kv3.angiang", "Hồ Tấn Phát", Role.ARCHIVIST, _REGION, "Cán bộ lưu trữ"),
    DemoAccount("thuky.kv3.angiang", "Dương Thảo My", Role.SECRETARY, _REGION, "Thư ký thi hành án"),
    DemoAccount("truongphong.kv1.lamdong", "Cao Xuân Hải", Role.HEAD, _ELSEWHERE, "Trưởng phòng (tỉnh khác)"),
)


def demo_accounts() -> tuple[DemoAccount, ...]:
    """The demonstration's accounts; all sign in with `DEMO_PASSWORD`."""
    return _ACCOUNTS


def demo_account_lines() -> list[str]:
    """The accounts as lines for the terminal."""
    return [
        f"Tài khoản minh họa (mật khẩu chung: {DEMO_PASSWORD})",
        *(f"  {each.username:<26} {each.position} · {each.office_code}" for each in _ACCOUNTS),
    ]


async def create_demo_accounts() -> int:
    """Create those demonstration accounts that are missing, with their officers; return how many were created.

    Raises:
        Refused: the offices are not loaded (`no_offices`).
    """
    tree = await office_tree()
    if not tree.nodes:
        raise Refused("no_offices")
    password_hash = await passwords.hash_password(DEMO_PASSWORD)
    created = 0
    async with unit_of_work(EVERYWHERE) as session:
        known = await repository.existing_usernames(session, [each.username for each in _ACCOUNTS])
        for each in _ACCOUNTS:
            if each.username in known:
                continue
            office_id = tree.by_code[each.office_code].id
            account = Account(
                username=each.username, password_hash=password_hash, full_name=each.full_name,
                position=each.position, office_id=office_id, is_demo=True,
            )  # fmt: skip
            if each.staff_code:
                staff = await repository.staff_by_code(session, each.staff_code)
                if staff is None:
                    staff = _officer(each)
                    session.add(staff)
                    await session.flush()
                    session.add(Posting(staff_id=staff.id or 0, office_id=office_id))
                account.staff_id = staff.id
            session.add(account)
            await session.flush()
            session.add(
                RoleGrant(account_id=account.id or 0, role=each.role, office_id=office_id, reason="Dữ liệu minh họa")
            )
            created += 1
        if created:
            await _authorise_deputy(session)
    return created


async def _authorise_deputy(session: AsyncSession) -> None:
    """Let the deputy of the demonstration act in the head's stead for a while, as such documents do."""
    head = await repository.account_by_username(session, "thutruong.angiang")
    deputy = await repository.account_by_username(session, "phothutruong.angiang")
    if head is None or deputy is None or await given_authorisations(session, deputy_id=deputy.id):
        return
    today = clock.today()
    session.add(
        Authorisation(
            number="01/GUQ-THADS", signed_on=today, head_id=head.id or 0, deputy_id=deputy.id or 0,
            office_id=deputy.office_id, permissions=[each.value for each in Permission if each in AUTHORISABLE],
            valid_from=today, valid_to=today + _AUTHORISED_FOR, note="Dữ liệu minh họa",
        )
    )  # fmt: skip


def _officer(each: DemoAccount) -> StaffMember:
    return StaffMember(
        code=each.staff_code or "", full_name=each.full_name, name_key=name_sort_key(each.full_name),
        grade=Grade.INTERMEDIATE if "trung cấp" in each.position else Grade.JUNIOR, position=each.position,
    )  # fmt: skip
