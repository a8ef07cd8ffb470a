"""Moving somebody to another office: their cases handed over first, their rights ended, their posting following."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, StaffMember
from models.enums import ROLE_LABELS, CaseStatus, HandoverKind, Role
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, Refused, StaleVersion
from thads_app.messages import sentence
from thads_app.repositories import accounts as account_rows
from thads_app.repositories import administration as repository
from thads_app.repositories import grants as grant_rows
from thads_app.repositories.administration import OpenCase
from thads_app.repositories.base import write_audit
from thads_app.repositories.handovers import accounts_heading, notify
from thads_app.rules.handovers import MAX_ITEMS
from thads_app.rules.moving import move_problem
from thads_app.rules.offices import OfficeNode
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.services import sessions
from thads_app.services.administration.grant_views import GrantState, state_of
from thads_app.services.administration.grants import end_grant, warnings_of_leaving
from thads_app.services.administration.oversight import require_oversight
from thads_app.services.administration.reach import account_in_reach, office_in_reach, office_words
from thads_app.services.administration.staff import move_posting
from thads_app.services.office_tree import office_tree

SHOWN_CASES = 10
_LIVING = (GrantState.IN_FORCE, GrantState.FUTURE)


class MoveAccount(BaseModel):
    """Somebody shall work at another office from today on. `confirmed` says that the warnings were read."""

    model_config = ConfigDict(str_strip_whitespace=True)

    account_id: int
    office_code: str = Field(max_length=12)
    reason: str = Field(max_length=500)
    expected_version: int
    confirmed: bool = False


@dataclass(frozen=True)
class CaseLeft:
    """An open case somebody would leave behind, by what names it: no party."""

    id: int
    decision_number: str
    office_name: str
    status: CaseStatus


@dataclass(frozen=True)
class MovePreview:
    """What moving somebody means.

    Attributes:
        open_cases: how many open cases they are responsible for; `cases` are the oldest of them.
        grants_ending: the roles they lose, in words.
        warnings: what to think about first.
        handover_href: a handover of their cases, filled in; blank when there are none.
        may_hand_over: whether the reader may write that handover in the officer's name.
    """

    open_cases: int
    cases: tuple[CaseLeft, ...]
    grants_ending: tuple[str, ...]
    warnings: tuple[str, ...]
    handover_href: str
    may_hand_over: bool


async def preview_move(actor: Actor, account_id: int) -> MovePreview:
    """What moving somebody away means, wherever they go.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: no such account among theirs.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
    """
    tree = await office_tree()
    async with db.session(_administered(actor)) as session:
        account = await account_in_reach(session, actor, account_id)
        await require_oversight(session, actor, account)
        staff = await repository.staff_by_id(session, account.staff_id) if account.staff_id else None
        total, cases = await _open_cases(session, actor, account, MAX_ITEMS)
        grants = await grant_rows.not_ended(session, account_id)
        warnings = await warnings_of_leaving(session, account_id)
        today = clock.today()
        return MovePreview(
            open_cases=total,
            cases=tuple(
                CaseLeft(case.id, case.decision_number, tree.nodes[case.office_id].short_name, case.status)
                for case in cases[:SHOWN_CASES]
            ),
            grants_ending=tuple(
                f"{ROLE_LABELS[Role(grant.role)]} – {office_words(tree, grant)}"
                for grant in grants
                if state_of(grant, today) in _LIVING
            ),
            warnings=tuple(each.text for each in warnings),
            handover_href=_handover_href(staff, cases) if cases else "",
            may_hand_over=bool(cases) and actor.may_in(Permission.HANDOVER_APPROVE, cases[0].office_id),
        )


async def move_account(actor: Actor, command: MoveAccount) -> None:
    """Let somebody work at another office from today on. Their roles end; the new office's are given anew.

    Raises:
        NotFound: the account or the office is not among the actor's.
        Refused: it is the actor's own, holds a role only a higher level may touch, or warnings were not confirmed
            (`move_warned`).
        Invalid: they cannot move there, or not with open cases (`office_code`), or no reason is given (`reason`).
        StaleVersion: somebody changed the account in between.
    """
    tree, today = await office_tree(), clock.today()
    to_office = office_in_reach(tree, actor, command.office_code)
    async with unit_of_work(_administered(actor)) as session:
        account = await account_in_reach(session, actor, command.account_id, lock=True)
        await require_oversight(session, actor, account)
        if account.version != command.expected_version:
            raise StaleVersion("account_changed")
        await _require_movable(session, actor, account, to_office, command.reason)
        warnings = await warnings_of_leaving(session, command.account_id)
        if warnings and not command.confirmed:
            raise Refused("move_warned", {"warnings": " ".join(each.text for each in warnings)})
        offices = (tree.nodes[account.office_id], tree.nodes[to_office])
        for grant in await grant_rows.not_ended(session, command.account_id):
            if state_of(grant, today) in _LIVING:
                await end_grant(session, actor, grant, account, command.reason)
        if account.staff_id is not None:
            await move_posting(session, account.staff_id, to_office, today)
        await account_rows.change_account(session, command.account_id, office_id=to_office)
        await _record(session, actor, account, offices, command.reason)
    sessions.forget_account(command.account_id)


async def _require_movable(session: AsyncSession, actor: Actor, account: Account, to_office: int, reason: str) -> None:
    wrong: dict[str, FieldError] = {} if reason else {"reason": FieldError("reason_needed")}
    total, _ = await _open_cases(session, actor, account, 0)
    problem = move_problem(
        await office_tree(), account.office_id, to_office,
        open_cases=total, disabled=account.disabled_at is not None, today=clock.today(),
    )  # fmt: skip
    if problem is not None:
        wrong["office_code"] = problem
    if wrong:
        raise Invalid(fields=wrong)


async def _record(
    session: AsyncSession, actor: Actor, account: Account, offices: tuple[OfficeNode, OfficeNode], reason: str
) -> None:
    """Both offices' trails tell of the move, and the person is told."""
    before, after = offices
    for office in (before, after):
        await write_audit(
            session, actor, "account.moved", "account", account.id, office_id=office.id, message=reason,
            before={"office": before.short_name}, after={"office": after.short_name},
            detail={"username": account.username},
        )  # fmt: skip
    await notify(session, {account.id or 0}, sentence("notice_moved", office=after.short_name), "/tai-khoan")


async def ask_handover(actor: Actor, account_id: int) -> int:
    """Ask an officer, and the heads of their office, to hand the officer's open cases over; return how many were told.

    Raises:
        NotFound: the account is not among the actor's.
        Refused: it is the actor's own, or holds a role only a higher level may touch; or no case is open
            (`nothing_selected`).
    """
    today = clock.today()
    async with unit_of_work(_administered(actor)) as session:
        account = await account_in_reach(session, actor, account_id)
        await require_oversight(session, actor, account)
        total, cases = await _open_cases(session, actor, account, MAX_ITEMS)
        staff = await repository.staff_by_id(session, account.staff_id) if account.staff_id else None
        if not cases:
            raise Refused("nothing_selected")
        href = _handover_href(staff, [])
        told = {"count": total, "officer": account.full_name}
        heads = await accounts_heading(session, sorted({case.office_id for case in cases}), today) - {account.id or 0}
        await notify(session, {account_id}, sentence("notice_hand_over_before_moving", **told), href)
        await notify(session, heads, sentence("notice_hand_over_of_other", **told), href)
        await write_audit(
            session, actor, "account.hand_over_asked", "account", account.id, office_id=account.office_id,
            detail={"username": account.username, "cases": total},
        )  # fmt: skip
    return 1 + len(heads)


def _administered(actor: Actor) -> Scope:
    """Everything of the offices whose accounts the actor manages: an administrator reads no case, but counts them."""
    return actor.scope(Permission.ACCOUNT_MANAGE)


async def _open_cases(session: AsyncSession, actor: Actor, account: Account, limit: int) -> tuple[int, list[OpenCase]]:
    if account.staff_id is None:
        return 0, []
    total, cases = await repository.open_cases_of(session, _administered(actor), account.staff_id, limit)
    return total, list(cases)


def _handover_href(staff: StaffMember | None, cases: Sequence[OpenCase]) -> str:
    """The form of a handover by this officer, with these cases; in a notice there is no room for cases."""
    if staff is None:
        return ""
    words = {"loai": HandoverKind.OFFICER_TO_OFFICER.value, "tu": staff.code}
    if cases:
        words["viec"] = ",".join(str(case.id) for case in cases)
    return f"/ban-giao/moi?{urlencode(words, safe=',')}"
