"""The fixed cast of the handover tests, with accounts: who gives, receives, confirms, and who must see nothing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from models import Account, Posting, RoleGrant, StaffMember
from models.enums import Grade, HandoverKind, JudgmentKind, PartyRole, Role, Source
from thads_app.db import unit_of_work
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, merge_scopes, system_operator
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.handovers import ItemInput, SavedHandover, SaveHandover, save_draft, send_handover
from thads_app.services.office_tree import office_tree

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Office 91-03 with its head, clerk and two officers; an officer and a head of 91-04; an outsider from Hà Nội."""

    tree: OfficeTree
    operator: Actor
    clerk: Actor
    giver: Actor
    receiver: Actor
    head: Actor
    neighbour: Actor
    neighbour_head: Actor
    outsider: Actor
    outsider_officer: Actor

    async def case(self, number: str, *, officer: Actor | None = None, office: str = "91-03") -> int:
        """Register a case of one million đồng, assigned when an officer is named."""
        command = RegisterCase(
            office_id=self.tree.by_code[office].id,
            decision_number=number,
            decision_date=date(2026, 10, 5),
            source=Source.ON_REQUEST,
            judgment=JudgmentInput(
                number="12/2026/DS-ST",
                judgment_date=date(2026, 9, 1),
                issuing_body="TAND khu vực 3",
                kind=JudgmentKind.CIVIL,
            ),
            parties=[PartyInput(role=PartyRole.DEBTOR, name=f"Nguyễn Văn {number}")],
            obligations=[ObligationInput(content="Trả nợ gốc", amount=1_000_000)],
            staff_id=officer.staff_id if officer else None,
        )
        return (await register_case(self.operator, command, now=NOW)).case_id

    def draft(self, cases: list[int], *, giver: Actor, receiver: Actor | None, **changes: object) -> SaveHandover:
        """A draft with ten sheets in each dossier; between officers unless the giver is no officer."""
        values: dict[str, object] = {
            "kind": HandoverKind.OFFICER_TO_OFFICER if giver.staff_id else HandoverKind.INTAKE_TO_OFFICER,
            "receiver_staff_id": receiver.staff_id if receiver else None,
            "reason": "Nghỉ theo chế độ",
            "items": [ItemInput(case_id=case_id, sheet_count=10) for case_id in cases],
        }
        return SaveHandover.model_validate(values | changes)

    async def sent(self, cases: list[int], *, giver: Actor, receiver: Actor) -> SavedHandover:
        """A handover that waits for its answer."""
        saved = await save_draft(giver, self.draft(cases, giver=giver, receiver=receiver), now=NOW)
        return await send_handover(giver, saved.id, now=NOW)


async def make_cast() -> Cast:
    """Create the people and their accounts in the present database."""
    tree = await office_tree()

    async def person(username: str, role: Role, office: str, *, officer: bool = False) -> Actor:
        office_id = tree.by_code[office].id
        async with unit_of_work(EVERYWHERE) as session:
            staff_id = None
            if officer:
                staff = StaffMember(
                    code=username, full_name=f"Chấp hành viên {username}", name_key=username, grade=Grade.JUNIOR
                )
                session.add(staff)
                await session.flush()
                staff_id = staff.id
                session.add(Posting(staff_id=staff.id or 0, office_id=office_id))
            account = Account(
                username=username,
                password_hash="no sign-in",
                full_name=f"Người dùng {username}",
                office_id=office_id,
                staff_id=staff_id,
            )
            session.add(account)
            await session.flush()
            session.add(RoleGrant(account_id=account.id or 0, role=role, office_id=office_id))
        return Actor(
            account_id=account.id,
            name=account.full_name,
            office_id=office_id,
            scopes=merge_scopes([(role, tree.grant_scope(office_id))]),
            staff_id=staff_id,
            roles=frozenset({role}),
            session_hash=username,
        )

    return Cast(
        tree=tree,
        operator=system_operator(tree.root.id),
        clerk=await person("thuly", Role.INTAKE_CLERK, "91-03"),
        giver=await person("chv1", Role.OFFICER, "91-03", officer=True),
        receiver=await person("chv2", Role.OFFICER, "91-03", officer=True),
        head=await person("truongphong", Role.HEAD, "91-03"),
        neighbour=await person("chv4", Role.OFFICER, "91-04", officer=True),
        neighbour_head=await person("truongphong4", Role.HEAD, "91-04"),
        outsider=await person("nguoingoai", Role.HEAD, "01"),
        outsider_officer=await person("chvhanoi", Role.OFFICER, "01", officer=True),
    )
