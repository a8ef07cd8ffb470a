"""A few handovers between the demonstration's accounts, through the same services as people's own."""

from models.enums import HandoverKind
from thads_app.db import unit_of_work
from thads_app.errors import DomainError
from thads_app.repositories import accounts as repository
from thads_app.rules.handovers import Confirmer
from thads_app.rules.rights import NOWHERE, Actor
from thads_app.services.demo.plan import SHOWN_OFFICE
from thads_app.services.demo_accounts import demo_accounts
from thads_app.services.handover_forms import givable_cases
from thads_app.services.handover_views import handover_detail
from thads_app.services.handovers import (
    ItemInput,
    SaveHandover,
    confirm_items,
    refuse_items,
    save_draft,
    send_handover,
)
from thads_app.services.office_tree import office_tree
from thads_app.services.sessions import actor_of


async def make_handovers() -> int:
    """Make one handover of each state people may meet; return how many.

    Whoever has too few cases for one is passed over.
    """
    people = await _people()
    clerk, head = people["thuly.kv3.angiang"], people["truongphong.kv3.angiang"]
    one, other = people["chv1.kv3.angiang"], people["chv2.kv3.angiang"]
    made = 0
    made += await _intake(clerk, one, count=3, confirm=True)
    made += await _intake(clerk, other, count=4, confirm=False)
    made += await _between(one, other, head, count=3, state="closed")
    made += await _between(other, one, head, count=2, state="accepted")
    made += await _between(one, other, head, count=2, state="refused")
    made += await _between(other, one, head, count=2, state="draft")
    return made


async def _people() -> dict[str, Actor]:
    tree = await office_tree()
    people: dict[str, Actor] = {}
    async with unit_of_work(NOWHERE) as session:
        for each in demo_accounts():
            account = await repository.account_by_username(session, each.username)
            if account is not None:
                people[each.username] = await actor_of(account, [(each.role, tree.by_code[each.office_code].id)])
    return people


async def _intake(clerk: Actor, officer: Actor, *, count: int, confirm: bool) -> int:
    cases = await givable_cases(clerk, HandoverKind.INTAKE_TO_OFFICER, None, SHOWN_OFFICE, "")
    if len(cases) < count:
        return 0
    command = SaveHandover(
        kind=HandoverKind.INTAKE_TO_OFFICER,
        receiver_staff_id=officer.staff_id,
        items=[ItemInput(case_id=case.id, sheet_count=12 + 7 * n) for n, case in enumerate(cases[:count])],
    )
    try:
        saved = await save_draft(clerk, command)
        await send_handover(clerk, saved.id)
        if confirm:
            await confirm_items(officer, saved.id, confirmer=Confirmer.RECEIVER)
    except DomainError:
        return 0
    return 1


async def _between(giver: Actor, receiver: Actor, head: Actor, *, count: int, state: str) -> int:
    cases = await givable_cases(giver, HandoverKind.OFFICER_TO_OFFICER, giver.staff_id, SHOWN_OFFICE, "")
    if len(cases) < count:
        return 0
    command = SaveHandover(
        kind=HandoverKind.OFFICER_TO_OFFICER,
        giver_staff_id=giver.staff_id,
        receiver_staff_id=receiver.staff_id,
        reason="Điều chỉnh địa bàn phụ trách",
        items=[
            ItemInput(case_id=case.id, sheet_count=30 + 11 * n, open_deadlines="Xác minh lại trong tháng tới")
            for n, case in enumerate(cases[-count:])
        ],
    )
    try:
        saved = await save_draft(giver, command)
        if state == "draft":
            return 1
        await send_handover(giver, saved.id)
        await _answer(saved.id, receiver, head, state)
    except DomainError:
        return 0
    return 1


async def _answer(handover_id: int, receiver: Actor, head: Actor, state: str) -> None:
    if state == "refused":
        first = (await handover_detail(receiver, handover_id)).items[0].id
        why = "Hồ sơ thiếu biên bản xác minh"
        await refuse_items(receiver, handover_id, [first], why, confirmer=Confirmer.RECEIVER)
        return
    await confirm_items(receiver, handover_id, confirmer=Confirmer.RECEIVER)
    if state == "closed":
        await confirm_items(head, handover_id, confirmer=Confirmer.HEAD)
