"""The fixed cast: who the tests act as. Everybody works in a real office; `charlie` comes from another province.

Each permission test is then one line: the case belongs to `office_head`'s office, `charlie` must see nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models import Account, Posting, RoleGrant, StaffMember
from models.enums import Grade, Role
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.rules.vietnamese import name_sort_key
from thads_app.services import sessions
from thads_app.services.office_tree import forget_offices, office_tree
from thads_app.services.sessions import NewSession

PASSWORD = "doan tau xanh cho 37 gio"
NATION, PROVINCE, OFFICE, OTHER_OFFICE_OF_PROVINCE, OFFICE_ELSEWHERE = "00", "91", "91-03", "91-04", "68-01"


@dataclass(frozen=True)
class Part:
    """A role in the cast."""

    full_name: str
    office_code: str
    role: Role
    grade: Grade | None = None


PARTS: Mapping[str, Part] = {
    "leader": Part("Trần Quốc Lãnh", NATION, Role.LEADER),
    "central_admin": Part("Phạm Gia Trị", NATION, Role.ADMIN),
    "province_head": Part("Nguyễn Hoài Tỉnh", PROVINCE, Role.HEAD),
    "province_admin": Part("Bùi Khắc Trị", PROVINCE, Role.ADMIN),
    "office_head": Part("Nguyễn Thị Trưởng", OFFICE, Role.HEAD),
    "alice": Part("Trần Thị An", OFFICE, Role.OFFICER, Grade.INTERMEDIATE),
    "bob": Part("Lê Văn Bình", OFFICE, Role.OFFICER, Grade.JUNIOR),
    "intake_clerk": Part("Phan Thị Nhận", OFFICE, Role.INTAKE_CLERK),
    "statistician": Part("Huỳnh Ngọc Số", OFFICE, Role.STATISTICIAN),
    "accountant": Part("Đỗ Kim Toán", OFFICE, Role.ACCOUNTANT),
    "neighbour": Part("Võ Thị Cạnh", OTHER_OFFICE_OF_PROVINCE, Role.HEAD),
    "charlie": Part("Cao Xuân Ngoài", OFFICE_ELSEWHERE, Role.HEAD),
}


@dataclass(frozen=True)
class Cast:
    """The people, by part, as the actors they are."""

    actors: Mapping[str, Actor]
    office_ids: Mapping[str, int]

    def __getitem__(self, part: str) -> Actor:
        return self.actors[part]

    def username(self, part: str) -> str:
        """The user name of a part."""
        return part.replace("_", ".")

    def office(self, code: str) -> int:
        """The id of a real office."""
        return self.office_ids[code]

    async def sign_in(self, part: str, *, address: str = "192.0.2.7") -> NewSession:
        """Open a session with the password everybody of the cast has."""
        return await sessions.sign_in(self.username(part), PASSWORD, address=address, user_agent="Thử nghiệm")


_hash: str | None = None


async def make_cast() -> Cast:
    """Create the accounts, officers, postings and grants of the whole cast in the database at hand."""
    global _hash
    _hash = _hash or passwords.hash_password_now(PASSWORD)
    forget_offices()
    tree = await office_tree()
    ids = {code: node.id for code, node in tree.by_code.items()}
    accounts: dict[str, Account] = {}
    async with unit_of_work(EVERYWHERE) as session:
        for name, part in PARTS.items():
            office_id = ids[part.office_code]
            staff = None
            if part.grade:
                staff = StaffMember(
                    code=f"CHV-{name}",
                    full_name=part.full_name,
                    name_key=name_sort_key(part.full_name),
                    grade=part.grade,
                )
                session.add(staff)
                await session.flush()
                session.add(Posting(staff_id=staff.id, office_id=office_id))
            account = Account(
                username=name.replace("_", "."),
                password_hash=_hash,
                full_name=part.full_name,
                office_id=office_id,
                staff_id=staff.id if staff else None,
            )
            session.add(account)
            await session.flush()
            session.add(RoleGrant(account_id=account.id, role=part.role, office_id=office_id))
            accounts[name] = account
    actors = {
        name: await sessions.actor_of(account, [(PARTS[name].role, ids[PARTS[name].office_code])])
        for name, account in accounts.items()
    }
    return Cast(actors, ids)
