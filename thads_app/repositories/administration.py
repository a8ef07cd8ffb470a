"""Accounts as lists: searched, narrowed, paged; what the yearly review looks at; an officer's open cases and posts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, bindparam, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, AccountReview, Case, Posting, RoleGrant, StaffMember
from models.enums import OPEN_STATUSES, CaseStatus, Role
from thads_app.repositories.base import in_scope
from thads_app.rules.account_reviews import AccountState, unused_since
from thads_app.rules.granting import Held
from thads_app.rules.rights import Scope

# SQLModel types a column by its value; queries want the column.
_account: Any = Account
_grant: Any = RoleGrant
_review: Any = AccountReview
_case: Any = Case
_posting: Any = Posting
_staff: Any = StaffMember


@dataclass(frozen=True)
class AccountFilter:
    """What a list of accounts is narrowed to. `words` are normalised; `blocked` are the user names locked now."""

    words: tuple[str, ...] = ()
    offices: Scope | None = None
    role: Role | None = None
    state: AccountState | None = None
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenCase:
    """An open case of an officer, by what names it: no party's name."""

    id: int
    office_id: int
    decision_number: str
    decision_date: date
    status: CaseStatus


@dataclass(frozen=True)
class LatestReview:
    """The last time an account was reviewed, by whom, with their note."""

    at: datetime
    by: str | None
    note: str


def _conditions(scope: Scope, wanted: AccountFilter, moment: datetime, day: date) -> ColumnElement[bool]:
    found = [in_scope(_account.office_id, scope)]
    found += [_account.search_key.contains(word, autoescape=True) for word in wanted.words]
    if wanted.offices is not None:
        found.append(in_scope(_account.office_id, wanted.offices))
    if wanted.role is not None:
        found.append(exists().where(_grant.account_id == _account.id, _grant.role == wanted.role, in_force(day)))
    if wanted.state is not None:
        found.append(_state(wanted, moment))
    return and_(*found)


def _state(wanted: AccountFilter, moment: datetime) -> ColumnElement[bool]:
    usable = _account.disabled_at.is_(None)
    match wanted.state:
        case AccountState.DISABLED:
            return _account.disabled_at.is_not(None)
        case AccountState.NEVER:
            return and_(usable, _account.last_signed_in_at.is_(None))
        case AccountState.UNUSED:
            return and_(usable, last_use() < unused_since(moment))
        case AccountState.LOCKED:
            return and_(usable, _account.username.in_(wanted.blocked))
        case _:
            return usable


def last_use() -> ColumnElement[Any]:
    """When an account was last signed in with; when it was made, while nobody has."""
    return func.coalesce(_account.last_signed_in_at, _account.created_at)


def in_force(day: date) -> ColumnElement[bool]:
    """Whether a grant holds on a day and was not taken back."""
    return and_(
        _grant.ended_at.is_(None),
        or_(_grant.valid_from.is_(None), _grant.valid_from <= day),
        or_(_grant.valid_to.is_(None), _grant.valid_to >= day),
    )


async def count_accounts(
    session: AsyncSession, scope: Scope, wanted: AccountFilter, moment: datetime, day: date
) -> int:
    """How many accounts of the scope's offices the filter keeps."""
    query = select(func.count()).select_from(Account).where(_conditions(scope, wanted, moment, day))
    return int((await session.execute(query)).scalar_one())


async def page_of_accounts(
    session: AsyncSession,
    scope: Scope,
    wanted: AccountFilter,
    *,
    moment: datetime,
    day: date,
    skip: int,
    limit: int,
) -> Sequence[Account]:
    """Some accounts of the scope's offices that the filter keeps, by given name, then the whole name."""
    query = (
        select(Account)
        .where(_conditions(scope, wanted, moment, day))
        .order_by(_account.search_key, _account.id)
        .offset(skip)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()


async def live_grants(session: AsyncSession, account_ids: Sequence[int], day: date) -> dict[int, list[Held]]:
    """Account → its grants that were not taken back and are in force or still to come."""
    query = (
        select(_grant.account_id, _grant.role, _grant.office_id, _grant.valid_from, _grant.valid_to)
        .where(
            _grant.account_id == any_(bindparam(None, list(account_ids), type_=ARRAY(INTEGER))),
            _grant.ended_at.is_(None),
            or_(_grant.valid_to.is_(None), _grant.valid_to >= day),
        )
        .order_by(_grant.id)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for account_id, role, office_id, since, until in await session.execute(query):
        found[account_id].append(Held(Role(role), office_id, since, until))
    return found


async def blocked_until(session: AsyncSession, keys: Sequence[str], moment: datetime) -> dict[str, datetime]:
    """Throttle key → until when it is blocked, of the keys that are."""
    found = await session.execute(
        text("SELECT key, blocked_until FROM sign_in_throttle WHERE key = ANY(:keys) AND blocked_until > :moment"),
        {"keys": list(keys), "moment": moment},
    )
    return {row[0]: row[1] for row in found}


async def blocked_keys(session: AsyncSession, prefix: str, moment: datetime) -> list[str]:
    """The throttle keys of a kind that are blocked now."""
    found = await session.execute(
        text("SELECT key FROM sign_in_throttle WHERE starts_with(key, :prefix) AND blocked_until > :moment"),
        {"prefix": prefix, "moment": moment},
    )
    return list(found.scalars())


# --- who has what already ---------------------------------------------------------------------------------------------


async def usernames_like(session: AsyncSession, stems: Sequence[str]) -> set[str]:
    """The user names, anywhere, that begin with one of the stems."""
    if not stems:
        return set()
    query = select(_account.username).where(
        or_(*(_account.username.startswith(stem, autoescape=True) for stem in stems))
    )
    return set((await session.execute(query)).scalars())


async def accounts_by_email(session: AsyncSession, emails: Sequence[str]) -> dict[str, tuple[int, int]]:
    """E-mail in small letters → (account id, office id) of the accounts, anywhere, that have it."""
    key = func.lower(_account.email)
    query = select(key, _account.id, _account.office_id).where(key.in_([email.lower() for email in emails]))
    return {row[0]: (row[1], row[2]) for row in await session.execute(query)}


async def accounts_of_people(
    session: AsyncSession, scope: Scope, births: Sequence[date]
) -> dict[tuple[str, date], tuple[str, int]]:
    """(Full name, birth date) → user name and office of the scope's accounts of people born on these days."""
    query = select(_account.full_name, _account.birth_date, _account.username, _account.office_id).where(
        in_scope(_account.office_id, scope), _account.birth_date.in_(sorted(set(births)))
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in await session.execute(query)}


async def accounts_of_staff(session: AsyncSession, staff_ids: Sequence[int]) -> dict[int, int]:
    """Staff member → the account of theirs that is not disabled."""
    query = select(_account.staff_id, _account.id).where(
        _account.staff_id.in_(staff_ids), _account.disabled_at.is_(None)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def staff_by_id(session: AsyncSession, staff_id: int) -> StaffMember | None:
    """A staff member."""
    return await session.get(StaffMember, staff_id)


async def staff_by_codes(session: AsyncSession, codes: Sequence[str]) -> dict[str, StaffMember]:
    """Code → staff member."""
    query = select(StaffMember).where(_staff.code.in_(codes))
    return {row.code: row for row in (await session.execute(query)).scalars()}


async def posted_offices(session: AsyncSession, staff_ids: Sequence[int], day: date) -> dict[int, set[int]]:
    """Staff member → the offices they are posted to on a day."""
    query = select(_posting.staff_id, _posting.office_id).where(_posting.staff_id.in_(staff_ids), _posted_on(day))
    found: dict[int, set[int]] = defaultdict(set)
    for staff_id, office_id in await session.execute(query):
        found[staff_id].add(office_id)
    return found


def _posted_on(day: date) -> ColumnElement[bool]:
    return and_(
        or_(_posting.valid_from.is_(None), _posting.valid_from <= day),
        or_(_posting.valid_to.is_(None), _posting.valid_to >= day),
    )


# --- moving somebody --------------------------------------------------------------------------------------------------


async def open_cases_of(
    session: AsyncSession, scope: Scope, staff_id: int, limit: int
) -> tuple[int, Sequence[OpenCase]]:
    """How many open cases of the scope an officer is responsible for, and the oldest of them."""
    mine = and_(in_scope(_case.office_id, scope), _case.officer_id == staff_id, _case.status.in_(sorted(OPEN_STATUSES)))
    total = int((await session.execute(select(func.count()).select_from(Case).where(mine))).scalar_one())
    query = (
        select(_case.id, _case.office_id, _case.decision_number, _case.decision_date, _case.status)
        .where(mine)
        .order_by(_case.decision_date, _case.id)
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    return total, [OpenCase(row[0], row[1], row[2], row[3], CaseStatus(row[4])) for row in rows]


async def end_postings(session: AsyncSession, staff_id: int, last_day: date) -> None:
    """End a staff member's postings with a day; those that would have begun after it never do."""
    still = and_(_posting.staff_id == staff_id, or_(_posting.valid_to.is_(None), _posting.valid_to > last_day))
    begun = or_(_posting.valid_from.is_(None), _posting.valid_from <= last_day)
    await session.execute(update(Posting).where(still, begun).values(valid_to=last_day))
    # A posting may not end before it begins: one that begins later lasts its first day only.
    await session.execute(
        update(Posting)
        .where(_posting.staff_id == staff_id, _posting.valid_from > last_day)
        .values(valid_to=_posting.valid_from)
    )


# --- the yearly review ------------------------------------------------------------------------------------------------


async def accounts_to_review(
    session: AsyncSession,
    scope: Scope,
    offices: Scope | None,
    *,
    moment: datetime,
    expiring_by: date,
    day: date,
    known: Sequence[int] = (),
) -> Sequence[Account]:
    """The accounts of the scope in which something may stand out, by given name.

    Those unused, disabled with a grant left, with a grant that ends by `expiring_by`, with several grants, or `known`
    for something else: the rule decides then.
    """
    live = and_(
        _grant.account_id == _account.id,
        _grant.ended_at.is_(None),
        or_(_grant.valid_to.is_(None), _grant.valid_to >= day),
    )
    several = select(func.count()).select_from(RoleGrant).where(live).correlate(Account).scalar_subquery()
    usable = _account.disabled_at.is_(None)
    conditions = [
        in_scope(_account.office_id, scope),
        or_(
            and_(usable, last_use() < unused_since(moment)),
            and_(_account.disabled_at.is_not(None), exists().where(live)),
            and_(usable, exists().where(live, _grant.valid_to <= expiring_by)),
            and_(usable, several > 1),
            _account.id.in_(known),
        ),
    ]
    if offices is not None:
        conditions.append(in_scope(_account.office_id, offices))
    query = select(Account).where(*conditions).order_by(_account.search_key, _account.id)
    return (await session.execute(query)).scalars().all()


async def latest_reviews(session: AsyncSession, account_ids: Sequence[int], since: datetime) -> dict[int, LatestReview]:
    """Account → its last review since a moment."""
    reviewer: Any = Account
    query = (
        select(_review.account_id, _review.reviewed_at, reviewer.full_name, _review.note)
        .outerjoin(reviewer, reviewer.id == _review.reviewed_by)
        .where(
            _review.account_id == any_(bindparam(None, list(account_ids), type_=ARRAY(INTEGER))),
            _review.reviewed_at >= since,
        )
        .order_by(_review.reviewed_at, _review.id)
    )
    return {row[0]: LatestReview(row[1], row[2], row[3] or "") for row in await session.execute(query)}
