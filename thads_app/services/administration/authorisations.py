"""Written authorisations: a head lets a deputy do what only a head may, at an office, from–to (Luật 26/2008 Đ.23.2).

The paper is signed first; here it is recorded by the head who signed it. It gives nothing the head does not hold, ends
with the head's own office, and is withdrawn, never changed. Acts on open sessions within five seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import Authorisation
from models.enums import Role
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound, Refused
from thads_app.messages import sentence
from thads_app.repositories import grants as repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.handovers import notify
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import AUTHORISABLE, PERMISSION_LABELS, Actor, Permission
from thads_app.services import sessions
from thads_app.services.administration.reach import held, period_words
from thads_app.services.office_tree import office_tree

LONGEST_DAYS = 366
"""How long one document lasts at most. The project's own rule: the law sets no length (source to be confirmed)."""

RECEIVED_PAGE = "/quyen-cua-toi"


class GiveAuthorisation(BaseModel):
    """A signed document: its number and day, whom it authorises, to do what, where and when (both days count)."""

    model_config = ConfigDict(str_strip_whitespace=True)

    number: str = Field(max_length=80)
    signed_on: date
    deputy_id: int
    office_code: str = Field(max_length=12)
    permissions: list[Permission]
    valid_from: date
    valid_to: date
    note: str = Field(default="", max_length=500)


class AuthorisationState(StrEnum):
    """Whether an authorisation counts."""

    IN_FORCE = "in_force"
    FUTURE = "future"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


AUTHORISATION_STATE_LABELS = {
    AuthorisationState.IN_FORCE: "Đang hiệu lực",
    AuthorisationState.FUTURE: "Chưa đến ngày",
    AuthorisationState.EXPIRED: "Hết hạn",
    AuthorisationState.WITHDRAWN: "Đã thu hồi",
}


@dataclass(frozen=True)
class AuthorisationLine:
    """An authorisation with its whole story. `withdrawable`: by the reader."""

    id: int
    number: str
    signed_on: date
    head: str
    deputy: str
    office_name: str
    permissions: tuple[str, ...]
    valid_from: date
    valid_to: date
    note: str
    state: AuthorisationState
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdraw_reason: str
    withdrawable: bool


@dataclass(frozen=True)
class DeputyChoice:
    """A deputy the actor may authorise, and the office they are deputy of."""

    account_id: int
    name: str
    position: str
    office_code: str
    office_name: str


# --- reading ----------------------------------------------------------------------------------------------------------


async def authorisations_given(actor: Actor) -> list[AuthorisationLine]:
    """What the actor gave, the newest first.

    Raises:
        Forbidden: the actor heads no office.
    """
    actor.scope(Permission.AUTHORISATION_GIVE)
    async with unit_of_work(actor) as session:
        records = await repository.authorisations(session, head_id=actor.account_id or 0)
    tree = await office_tree()
    return [_line(tree, each, actor) for each in records]


async def authorisations_received(actor: Actor) -> list[AuthorisationLine]:
    """What the actor received, the newest first."""
    async with unit_of_work(actor) as session:
        records = await repository.authorisations(session, deputy_id=actor.account_id or 0)
    tree = await office_tree()
    return [_line(tree, each, actor) for each in records]


async def deputies_of(actor: Actor) -> list[DeputyChoice]:
    """The deputies of the offices the actor heads, by name.

    Raises:
        Forbidden: the actor heads no office.
    """
    scope, tree = actor.scope(Permission.AUTHORISATION_GIVE), await office_tree()
    headed = [node.id for node in tree.nodes.values() if scope.holds(node.id)]
    async with unit_of_work(actor) as session:
        found = await repository.deputies_at(session, headed, clock.today())
    return [
        DeputyChoice(
            account.id or 0,
            account.full_name,
            account.position or "",
            tree.nodes[office_id].code,
            tree.nodes[office_id].short_name,
        )
        for account, office_id in found
        if account.id != actor.account_id
    ]


def state_of(row: Authorisation, today: date) -> AuthorisationState:
    """Whether an authorisation counts on a day."""
    if row.withdrawn_at is not None:
        return AuthorisationState.WITHDRAWN
    if row.valid_to < today:
        return AuthorisationState.EXPIRED
    return AuthorisationState.FUTURE if row.valid_from > today else AuthorisationState.IN_FORCE


def _line(tree: OfficeTree, record: repository.AuthorisationRecord, actor: Actor) -> AuthorisationLine:
    row, state = record.row, state_of(record.row, clock.today())
    running = state in (AuthorisationState.IN_FORCE, AuthorisationState.FUTURE)
    return AuthorisationLine(
        id=row.id or 0,
        number=row.number,
        signed_on=row.signed_on,
        head=record.head,
        deputy=record.deputy,
        office_name=tree.nodes[row.office_id].short_name,
        permissions=tuple(PERMISSION_LABELS[each] for each in Permission if each in row.permissions),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        note=row.note or "",
        state=state,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=record.withdrawn_by or "",
        withdraw_reason=row.withdraw_reason or "",
        withdrawable=running and row.head_id == actor.account_id,
    )


# --- giving and withdrawing -------------------------------------------------------------------------------------------


async def give_authorisation(actor: Actor, command: GiveAuthorisation) -> int:
    """Record a signed authorisation; return its id. The deputy is told.

    Raises:
        Forbidden: the actor heads no office.
        Invalid: a field is wrong; the office is not the actor's to the last day, or the person not its deputy.
        Refused: the same document is recorded for this deputy already (`authorisation_exists`).
    """
    scope, tree = actor.scope(Permission.AUTHORISATION_GIVE), await office_tree()
    node = tree.by_code.get(command.office_code)
    async with unit_of_work(actor) as session:
        wrong = _wrong_terms(command)
        if node is None or not scope.holds(node.id) or not await _heads_until(session, tree, actor, node.id, command):
            wrong["office_code"] = FieldError("authorisation_not_head")
        elif not await _is_deputy(session, tree, command.deputy_id, node.id):
            wrong["deputy_id"] = FieldError("authorisation_not_deputy")
        if wrong or node is None:
            raise Invalid(fields=wrong)
        before = await repository.authorisations(session, head_id=actor.account_id, deputy_id=command.deputy_id)
        if any(each.row.number == command.number and each.row.withdrawn_at is None for each in before):
            raise Refused("authorisation_exists", {"number": command.number})
        row = Authorisation(
            number=command.number, signed_on=command.signed_on, head_id=actor.account_id or 0,
            deputy_id=command.deputy_id, office_id=node.id, valid_from=command.valid_from, valid_to=command.valid_to,
            permissions=[each.value for each in Permission if each in command.permissions], note=command.note or None,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await write_audit(
            session, actor, "authorisation.given", "account", row.deputy_id, office_id=node.id,
            detail=_described(row, node.short_name),
        )  # fmt: skip
        told = {"head": actor.name, "office": node.short_name, "number": row.number}
        text = sentence("notice_authorised", **told, period=period_words(row.valid_from, row.valid_to))
        await notify(session, {row.deputy_id}, text, RECEIVED_PAGE)
    sessions.forget_account(row.deputy_id)
    return row.id or 0


async def withdraw_authorisation(actor: Actor, authorisation_id: int, reason: str) -> None:
    """End an authorisation now. The deputy is told.

    Raises:
        Forbidden: the actor heads no office. NotFound: it is not one the actor gave.
        Refused: it is over. Invalid: no reason is given.
    """
    actor.scope(Permission.AUTHORISATION_GIVE)
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("reason_needed")})
    tree = await office_tree()
    async with unit_of_work(actor) as session:
        row = await repository.authorisation_by_id(session, authorisation_id)
        if row is None or row.head_id != actor.account_id:
            raise NotFound("authorisation_not_found")
        if state_of(row, clock.today()) in (AuthorisationState.WITHDRAWN, AuthorisationState.EXPIRED):
            raise Refused("authorisation_over")
        row.withdrawn_at, row.withdrawn_by, row.withdraw_reason = clock.now(), actor.account_id, reason.strip()[:500]
        await session.flush()
        office = tree.nodes[row.office_id].short_name
        await write_audit(
            session, actor, "authorisation.withdrawn", "account", row.deputy_id, office_id=row.office_id,
            detail=_described(row, office) | {"reason": row.withdraw_reason},
        )  # fmt: skip
        text = sentence("notice_authorisation_withdrawn", number=row.number, office=office)
        await notify(session, {row.deputy_id}, text, RECEIVED_PAGE)
    sessions.forget_account(row.deputy_id)


def _wrong_terms(command: GiveAuthorisation) -> dict[str, FieldError]:
    today, wrong = clock.today(), dict[str, FieldError]()
    if not command.number:
        wrong["number"] = FieldError("required")
    if command.signed_on > min(today, command.valid_from):
        wrong["signed_on"] = FieldError("authorisation_signed_later")
    if command.valid_to < command.valid_from:
        wrong["valid_to"] = FieldError("ends_before_it_begins")
    elif command.valid_to < today:
        wrong["valid_to"] = FieldError("grant_already_over")
    elif (command.valid_to - command.valid_from).days >= LONGEST_DAYS:
        wrong["valid_to"] = FieldError("authorisation_too_long", {"days": LONGEST_DAYS})
    if not command.permissions:
        wrong["permissions"] = FieldError("authorisation_nothing")
    elif not AUTHORISABLE.issuperset(command.permissions):
        wrong["permissions"] = FieldError("authorisation_not_possible")
    return wrong


async def _heads_until(
    session: AsyncSession, tree: OfficeTree, actor: Actor, office_id: int, command: GiveAuthorisation
) -> bool:
    today = clock.today()
    own = [held(each) for each in await repository.not_ended(session, actor.account_id or 0)]
    return any(
        each.role is Role.HEAD
        and each.valid_on(max(today, command.valid_from))
        and each.valid_on(command.valid_to)
        and tree.grant_scope(each.office_id).holds(office_id)
        for each in own
    )


async def _is_deputy(session: AsyncSession, tree: OfficeTree, account_id: int, office_id: int) -> bool:
    above = [each for each in tree.nodes if tree.grant_scope(each).holds(office_id)]
    return any(account.id == account_id for account, _ in await repository.deputies_at(session, above, clock.today()))


def _described(row: Authorisation, office: str) -> dict[str, object]:
    permissions: Sequence[str] = [PERMISSION_LABELS[each] for each in Permission if each in row.permissions]
    return {
        "authorisation": row.id,
        "number": row.number,
        "office": office,
        "permissions": list(permissions),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
    }
