"""What drafting, sending and answering a handover share: finding it, its version, its audit rows and notices."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, Handover, StaffMember
from models.enums import HandoverStatus
from thads_app.db import beyond_scope
from thads_app.errors import FieldError, NotFound, StaleVersion
from thads_app.messages import sentence
from thads_app.repositories import handovers as repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.case_lists import ListedCase
from thads_app.repositories.handovers import ListedHandover
from thads_app.rules.handovers import HANDOVER_RULES, Confirmer, HandoverRule, Side, case_refusal, label
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor


@dataclass(frozen=True)
class SavedHandover:
    """A handover after a change."""

    id: int
    label: str
    status: HandoverStatus
    version: int


def giving_refusal(
    tree: OfficeTree, rule: HandoverRule, case: Case | ListedCase, giver_office_id: int, giver_staff_id: int | None
) -> Refusal | None:
    """Why this giver cannot hand the case over as it stands now."""
    return case_refusal(
        rule,
        number=case.decision_number,
        status=case.status,
        officer_id=case.officer_id,
        giver_staff_id=giver_staff_id,
        same_office=tree.same_office_today(case.office_id, giver_office_id),
    )


def in_other_handover(tree: OfficeTree, case: Case | ListedCase, other: ListedHandover) -> FieldError:
    """Says in whose handover the case lies already."""
    giver = other.giver_name or tree.nodes[other.giver_office_id].short_name
    params: dict[str, object] = {
        "number": case.decision_number,
        "handover": label(other.number, other.year),
        "giver": giver,
    }
    return FieldError("handover_case_in_other", params)


async def locked(session: AsyncSession, actor: Actor, handover_id: int) -> Handover:
    """The handover, nobody else's to act on until the transaction ends.

    Raises:
        NotFound: the actor may not know of it.
    """
    handover = await repository.find(session, actor, handover_id, lock=True)
    if handover is None:
        raise NotFound
    return handover


async def check_version(session: AsyncSession, handover: Handover, expected: int | None) -> None:
    """Let only somebody go on who saw the handover as it is.

    Raises:
        StaleVersion: names who acted last.
    """
    if expected is None or expected == handover.version:
        return
    async with beyond_scope(session, "who acted on a handover may have done so for its other side"):
        by, action = await repository.last_act(session, row_id(handover.id))
    raise StaleVersion("handover_stale", {"by": by or "Người khác", "action": action}, by=by)


async def audit(
    session: AsyncSession,
    actor: Actor,
    row: Handover,
    action: str,
    detail: dict[str, object],
    *,
    message: str | None = None,
) -> None:
    """Append the audit row of what was done to a handover."""
    await session.flush()
    office_id = row.giver_office_id
    known = {"number": label_of(row), "kind": str(row.kind)}
    await write_audit(
        session, actor, action, "handover", row.id, office_id=office_id, detail=known | detail, message=message
    )


async def tell_sent(session: AsyncSession, actor: Actor, handover: Handover, *, count: int, day: date) -> None:
    """Tell the receiver, and the heads who must confirm too, of a handover just sent."""
    rule = HANDOVER_RULES[handover.kind]
    giver = await staff_name(session, handover.giver_staff_id) or actor.name
    receiver = await staff_name(session, handover.receiver_staff_id)
    told: dict[str, object] = {"giver": giver, "receiver": receiver, "count": count}
    receivers = await repository.accounts_of_staff(session, handover.receiver_staff_id)
    heads = await repository.accounts_heading(session, [handover.receiver_office_id], day)
    if rule.receiver is Side.OFFICE:
        receivers = heads
    await tell(session, actor, receivers, handover, code="notice_handover_sent", told=told)
    if Confirmer.HEAD in rule.confirmers:
        await tell(session, actor, heads - receivers, handover, code="notice_handover_for_head", told=told)


async def tell_giver(
    session: AsyncSession, actor: Actor, handover: Handover, code: str, told: dict[str, object]
) -> None:
    """Tell whoever gives, and whoever prepared it for them."""
    accounts = await repository.accounts_of_staff(session, handover.giver_staff_id)
    accounts |= {each for each in (handover.giver_account_id, handover.created_by) if each is not None}
    await tell(session, actor, accounts, handover, code=code, told=told)


async def tell(
    session: AsyncSession,
    actor: Actor,
    accounts: set[int],
    handover: Handover,
    *,
    code: str,
    told: dict[str, object],
) -> None:
    """Send these accounts a notice that leads to the handover; never to the actor."""
    others = {each for each in accounts if each != actor.account_id}
    message = sentence(code, handover=label_of(handover), **told)
    await repository.notify(session, others, message, f"/ban-giao/{handover.id}")


async def staff_name(session: AsyncSession, staff_id: int | None) -> str:
    """A staff member's name, or an empty text."""
    person = await session.get(StaffMember, staff_id) if staff_id is not None else None
    return person.full_name if person else ""


def label_of(handover: Handover) -> str:
    """The handover's number as people say it."""
    return label(handover.number, handover.year)


def saved(handover: Handover) -> SavedHandover:
    """The handover as it is now."""
    return SavedHandover(row_id(handover.id), label_of(handover), handover.status, handover.version)


def row_id(value: int | None) -> int:
    """The key of a row that is in the database."""
    if value is None:
        raise ValueError("the row has no key yet")
    return value
