"""Giving roles, changing their end and taking them back, within what an administrator may delegate.

Nothing is deleted: a grant taken back says who ended it, when and why. Acts on open sessions within five seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, RoleGrant
from models.enums import ROLE_LABELS, Role
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound, Refused
from thads_app.messages import sentence
from thads_app.repositories import accounts as accounts_repository
from thads_app.repositories import grants as repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.handovers import notify
from thads_app.rules.granting import Held, grantable_roles, is_last_administrator, objections, writes
from thads_app.rules.guards import Finding, conflicting_roles
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.services import sessions
from thads_app.services.administration.grant_views import GrantState, state_of
from thads_app.services.administration.reach import (
    account_in_reach,
    described,
    granter_of,
    held,
    iso_day,
    office_in_reach,
    office_words,
    period_words,
)
from thads_app.services.office_tree import office_tree


class GiveGrant(BaseModel):
    """A role for an account over an office and all below it; both days count, blank means without bound.

    `confirmed` says that the warnings of `warnings_of` were read.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    account_id: int
    role: Role
    office_code: str = Field(max_length=12)
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str = Field(max_length=500)
    confirmed: bool = False


class ChangeEnd(BaseModel):
    """Another last day for a grant; None for none."""

    model_config = ConfigDict(str_strip_whitespace=True)

    grant_id: int
    valid_to: date | None
    reason: str = Field(max_length=500)


class TakeBack(BaseModel):
    """The end of a grant, now."""

    model_config = ConfigDict(str_strip_whitespace=True)

    grant_id: int
    reason: str = Field(max_length=500)
    confirmed: bool = False


@dataclass(frozen=True)
class Warned:
    """Something to think about before a change: the code of its sentence and what fills it."""

    code: str
    params: dict[str, object]

    @property
    def text(self) -> str:
        """The sentence."""
        return sentence(self.code, **self.params)


# --- giving -----------------------------------------------------------------------------------------------------------


async def give_grant(actor: Actor, command: GiveGrant) -> int:
    """Give a role; return the grant's id. The person is told.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: no such account or office within the actor's offices.
        Invalid: a field speaks against it, or no reason is given.
        Refused: it is the actor's own account, it is disabled, or warnings were not confirmed (`grant_warned`).
    """
    async with unit_of_work(actor) as session:
        grant_id = await add_grant(session, actor, command)
    sessions.forget_account(command.account_id)
    return grant_id


async def add_grant(session: AsyncSession, actor: Actor, command: GiveGrant) -> int:
    """Give a role in the caller's transaction; afterwards the account's sessions are to be forgotten.

    Raises:
        As `give_grant`.
    """
    tree, wish = await office_tree(), await _consider(session, actor, command)
    account, wanted = wish.account, wish.wanted
    if wish.warnings and not command.confirmed:
        raise Refused("grant_warned", {"warnings": " ".join(each.text for each in wish.warnings)})
    grant = RoleGrant(
        account_id=command.account_id, role=wanted.role, office_id=wanted.office_id, valid_from=wanted.valid_from,
        valid_to=wanted.valid_to, granted_by=actor.account_id, reason=command.reason,
    )  # fmt: skip
    session.add(grant)
    await session.flush()
    detail = described(tree, grant) | {"grant": grant.id, "account": account.username}
    await write_audit(session, actor, "grant.given", "account", account.id, office_id=grant.office_id, detail=detail)
    await _tell(session, tree, grant, "notice_grant_given")
    return grant.id or 0


async def warnings_of(actor: Actor, command: GiveGrant) -> list[Warned]:
    """What to think about before giving this role; checks everything `give_grant` checks.

    Raises:
        As `give_grant`, but for `grant_warned`.
    """
    async with unit_of_work(actor) as session:
        return list((await _consider(session, actor, command)).warnings)


@dataclass(frozen=True)
class _Wish:
    """A role somebody is to be given, found permissible."""

    account: Account
    wanted: Held
    warnings: tuple[Warned, ...]


async def _consider(session: AsyncSession, actor: Actor, command: GiveGrant) -> _Wish:
    tree, today = await office_tree(), clock.today()
    office_id = office_in_reach(tree, actor, command.office_code)
    account = await account_in_reach(session, actor, command.account_id, lock=True)
    if account.id == actor.account_id:
        raise Refused("not_to_oneself")
    if account.disabled_at is not None:
        raise Refused("grant_to_disabled")
    wanted = Held(command.role, office_id, command.valid_from or today, command.valid_to)
    existing = [held(each) for each in await repository.not_ended(session, command.account_id)]
    told: dict[str, object] = {"role": ROLE_LABELS[wanted.role], "office": tree.nodes[office_id].short_name}
    granter = await granter_of(session, actor)
    wrong = {
        each.field: FieldError(each.code, told | dict(each.params))
        for each in objections(tree, granter, wanted, existing, today)
    }
    if not command.reason:
        wrong["reason"] = FieldError("reason_needed")
    if command.valid_from is not None and command.valid_from < today and granter is not None:
        wrong["valid_from"] = FieldError("grant_begins_in_past")
    findings = findings_with(tree, wanted, existing)
    for finding in findings:
        if finding.refused:
            wrong.setdefault("role", FieldError(finding.code, {"source": finding.source}))
    if wrong:
        raise Invalid(fields=wrong)
    warnings = [Warned(each.code, {"source": each.source}) for each in findings if not each.refused]
    warnings += [Warned(code, told | {"name": account.full_name}) for code in _doubts(account, wanted, existing)]
    if wanted.role is Role.ADMIN:
        others = await repository.administrators_at(session, office_id)
        if any(each.account_id != account.id and held(each).overlaps(wanted) for each in others):
            warnings.append(Warned("grant_second_administrator", told))
    return _Wish(account, wanted, tuple(warnings))


def _doubts(account: Account, wanted: Held, existing: Sequence[Held]) -> list[str]:
    found: list[str] = []
    if wanted.role is Role.OFFICER and account.staff_id is None:
        found.append("grant_officer_without_staff")
    roles = {wanted.role} | {each.role for each in existing if each.overlaps(wanted)}
    if Role.ADMIN in roles and any(writes(role) for role in roles):
        found.append("grant_administrator_writes")
    return found


def findings_with(tree: OfficeTree, wanted: Held, existing: Sequence[Held]) -> list[Finding]:
    """What the law's guards find once a role is held together with those of the same days and offices."""
    here = tree.grant_scope(wanted.office_id)
    together = {
        each.role
        for each in existing
        if each.overlaps(wanted)
        and (here.holds(each.office_id) or tree.grant_scope(each.office_id).holds(wanted.office_id))
    }
    already = {finding.kind for finding in conflicting_roles(together)}
    return [finding for finding in conflicting_roles(together | {wanted.role}) if finding.kind not in already]


# --- ending -----------------------------------------------------------------------------------------------------------


async def change_end(actor: Actor, command: ChangeEnd) -> None:
    """Give a grant another last day.

    Raises:
        NotFound: no such grant within the actor's offices. Invalid: the day, or no reason is given.
        Refused: it is the actor's own, not theirs to change, or over.
    """
    tree, today = await office_tree(), clock.today()
    async with unit_of_work(actor) as session:
        grant, account = await _grant_to_change(session, actor, command.grant_id)
        others = [held(each) for each in await repository.not_ended(session, grant.account_id) if each.id != grant.id]
        wanted = Held(Role(grant.role), grant.office_id, grant.valid_from, command.valid_to)
        told = described(tree, grant)
        wrong = {
            "valid_to" if each.code != "grant_at_ended_office" else "": FieldError(each.code, told | dict(each.params))
            for each in objections(tree, await granter_of(session, actor), wanted, others, today)
        }
        if not command.reason:
            wrong["reason"] = FieldError("reason_needed")
        if wrong:
            raise Invalid(fields=wrong)
        before, grant.valid_to = grant.valid_to, command.valid_to
        await session.flush()
        await write_audit(
            session, actor, "grant.end_changed", "account", account.id, office_id=grant.office_id,
            detail=told | {"grant": grant.id, "account": account.username, "before": iso_day(before)},
        )  # fmt: skip
        await _tell(session, tree, grant, "notice_grant_end_changed")
    sessions.forget_account(grant.account_id)


async def take_back(actor: Actor, command: TakeBack) -> None:
    """End a grant now. The person is told.

    Raises:
        NotFound: no such grant within the actor's offices. Invalid: no reason is given.
        Refused: it is the actor's own, not theirs to take back, or over; or it is the last administrator's and that
            was not confirmed (`grant_warned`).
    """
    tree = await office_tree()
    if not command.reason:
        raise Invalid(fields={"reason": FieldError("reason_needed")})
    async with unit_of_work(actor) as session:
        grant, account = await _grant_to_change(session, actor, command.grant_id)
        warnings = await _ending_warnings(session, tree, [grant])
        if warnings and not command.confirmed:
            raise Refused("grant_warned", {"warnings": " ".join(each.text for each in warnings)})
        await end_grant(session, actor, grant, account, command.reason)
    sessions.forget_account(grant.account_id)


async def warnings_of_ending(actor: Actor, grant_id: int) -> list[Warned]:
    """What to think about before a grant is taken back.

    Raises:
        As `take_back`.
    """
    async with unit_of_work(actor) as session:
        grant, _ = await _grant_to_change(session, actor, grant_id)
        return await _ending_warnings(session, await office_tree(), [grant])


async def warnings_of_leaving(session: AsyncSession, account_id: int) -> list[Warned]:
    """What to think about before an account is disabled or moved: the offices that would have no administrator."""
    grants = await repository.not_ended(session, account_id)
    return await _ending_warnings(session, await office_tree(), grants)


async def end_grant(session: AsyncSession, actor: Actor, grant: RoleGrant, account: Account, reason: str) -> None:
    """End a grant in the caller's transaction, with its audit row and a notice; the caller has checked the right."""
    tree = await office_tree()
    grant.ended_at, grant.ended_by, grant.end_reason = clock.now(), actor.account_id, reason
    await session.flush()
    await write_audit(
        session, actor, "grant.taken", "account", account.id, office_id=grant.office_id,
        detail=described(tree, grant) | {"grant": grant.id, "account": account.username, "reason": reason},
    )  # fmt: skip
    await _tell(session, tree, grant, "notice_grant_taken")


async def end_all_grants(session: AsyncSession, actor: Actor, account: Account, reason: str) -> int:
    """End every grant of an account the actor may end, in the caller's transaction (somebody leaves); say how many."""
    tree, granter, today = await office_tree(), await granter_of(session, actor), clock.today()
    ended = 0
    for grant in await repository.not_ended(session, account.id or 0):
        if granter is None or Role(grant.role) in grantable_roles(tree, granter, grant.office_id, today):
            await end_grant(session, actor, grant, account, reason)
            ended += 1
    return ended


async def _grant_to_change(session: AsyncSession, actor: Actor, grant_id: int) -> tuple[RoleGrant, Account]:
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    grant = await repository.grant_by_id(session, grant_id)
    if grant is None or not scope.holds(grant.office_id):
        raise NotFound("grant_not_found")
    account = await accounts_repository.account_by_id(session, grant.account_id, lock=True)
    if account is None:
        raise NotFound("grant_not_found")
    if account.id == actor.account_id:
        raise Refused("not_to_oneself")
    if state_of(grant, clock.today()) in (GrantState.ENDED, GrantState.EXPIRED):
        raise Refused("grant_over")
    granter, tree = await granter_of(session, actor), await office_tree()
    if granter is not None and Role(grant.role) not in grantable_roles(tree, granter, grant.office_id, clock.today()):
        raise Refused(
            "role_not_grantable", {"role": ROLE_LABELS[Role(grant.role)], "office": office_words(tree, grant)}
        )
    return grant, account


async def _ending_warnings(session: AsyncSession, tree: OfficeTree, grants: Sequence[RoleGrant]) -> list[Warned]:
    found: list[Warned] = []
    for grant in grants:
        if Role(grant.role) is not Role.ADMIN:
            continue
        there = [(each.account_id, held(each)) for each in await repository.administrators_at(session, grant.office_id)]
        if is_last_administrator(grant.office_id, there, grant.account_id, clock.today()):
            found.append(Warned("grant_last_administrator", {"office": office_words(tree, grant)}))
    return found


async def _tell(session: AsyncSession, tree: OfficeTree, grant: RoleGrant, code: str) -> None:
    period = period_words(grant.valid_from, grant.valid_to)
    text = sentence(code, role=ROLE_LABELS[Role(grant.role)], office=office_words(tree, grant), period=period)
    await notify(session, {grant.account_id}, text, "/quyen-cua-toi")
