"""The yearly review of accounts: what stands out, who has looked at it, and the same as a workbook."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, AccountReview
from models.enums import ROLE_LABELS
from models.guard_enums import KINSHIP_LABELS
from models.personal_enums import ExportKind
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound
from thads_app.repositories import administration as repository
from thads_app.repositories.administration import LatestReview
from thads_app.repositories.base import write_audit
from thads_app.rules.account_reviews import (
    EXPIRING_DAYS,
    NOTABLE_LABELS,
    Notable,
    Reviewed,
    conflict_words,
    conflicts_of,
    expiring,
    notable,
    review_year_begins,
)
from thads_app.rules.granting import Held
from thads_app.rules.guards import FAMILY_OF_ACCOUNTANT
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import format_date, format_moment
from thads_app.services.conflict_views import family_beside_accountants
from thads_app.services.export_files import table_workbook
from thads_app.services.exports import record_export
from thads_app.services.office_tree import office_tree

LONGEST_NOTE = 500


@dataclass(frozen=True)
class ReviewQuery:
    """What of the review is asked for: an office with all below it, one finding, what is done already too."""

    office: str = ""
    finding: Notable | None = None
    done: bool = False


@dataclass(frozen=True)
class ReviewLine:
    """An account with something that stands out. `why` says it in words, with the source of a rule where there is one.

    `reviewed` is this year's confirmation, None while nobody has looked.
    """

    id: int
    username: str
    full_name: str
    office_name: str
    roles: str
    findings: tuple[Notable, ...]
    why: tuple[str, ...]
    last_signed_in_at: datetime | None
    reviewed: LatestReview | None


@dataclass(frozen=True)
class ReviewPage:
    """The review: the lines asked for, how many accounts have each finding, and how many were looked at this year."""

    lines: list[ReviewLine]
    counts: dict[Notable, int]
    waiting: int
    done: int
    office: OfficeNode | None


def review_query(parameters: Mapping[str, str]) -> ReviewQuery:
    """What an address asks for; what cannot be read is left out."""
    finding = parameters.get("loai", "")
    return ReviewQuery(
        office=parameters.get("don-vi", "")[:12],
        finding=Notable(finding) if finding in frozenset(Notable) else None,
        done=parameters.get("muc") == "da-ra-soat",
    )


async def review_accounts(actor: Actor, query: ReviewQuery) -> ReviewPage:
    """What stands out among the accounts of the actor's offices today.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    tree = await office_tree()
    office = tree.by_code.get(query.office)
    family = await _families(actor)
    async with db.session(actor) as session:
        lines = await _lines(session, actor, tree, office, family)
    wanted = [line for line in lines if (line.reviewed is not None) == query.done]
    counts = {finding: sum(finding in line.findings for line in wanted) for finding in Notable}
    if query.finding is not None:
        wanted = [line for line in wanted if query.finding in line.findings]
    done = sum(line.reviewed is not None for line in lines)
    return ReviewPage(wanted, counts, len(lines) - done, done, office)


_Families = Mapping[int, Sequence[str]]
"""Account → with whom its owner is family, in words."""


async def _families(actor: Actor) -> _Families:
    """The officers who are blood family of their office's accountant, and these accountants."""
    tree = await office_tree()
    found: dict[int, list[str]] = {}
    for each in await family_beside_accountants(actor):
        words = (
            f"Chấp hành viên {each.officer} – kế toán {each.accountant}, {tree.nodes[each.office_id].short_name}: "
            f"{KINSHIP_LABELS[each.relation]}"
        )
        for account_id in (each.officer_account_id, each.accountant_account_id):
            if account_id is not None:
                found.setdefault(account_id, []).append(words)
    return found


async def _lines(
    session: AsyncSession, actor: Actor, tree: OfficeTree, office: OfficeNode | None, family: _Families
) -> list[ReviewLine]:
    moment, today = clock.now(), clock.today()
    found = await repository.accounts_to_review(
        session,
        actor.scope(Permission.ACCOUNT_MANAGE),
        tree.grant_scope(office.id) if office else None,
        moment=moment,
        expiring_by=today + timedelta(days=EXPIRING_DAYS),
        day=today,
        known=list(family),
    )
    ids = [account.id or 0 for account in found]
    held = await repository.live_grants(session, ids, today)
    since = datetime.combine(review_year_begins(today), time(), tzinfo=clock.VIETNAM)
    reviews = await repository.latest_reviews(session, ids, since)
    lines: list[ReviewLine] = []
    for account in found:
        key = account.id or 0
        theirs, kin = held.get(key, []), family.get(key, ())
        standing = notable(_reviewed(account, theirs, kin), moment, today)
        if standing:
            why = [_why(tree, finding, account, held=theirs, kin=kin) for finding in standing]
            lines.append(_line(tree, account, theirs, standing, why=why, review=reviews.get(key)))
    order = list(Notable)
    return sorted(lines, key=lambda line: order.index(line.findings[0]))


def _reviewed(account: Account, held: Sequence[Held], kin: Sequence[str]) -> Reviewed:
    disabled = account.disabled_at is not None
    return Reviewed(disabled, account.created_at, account.last_signed_in_at, tuple(held), family=bool(kin))


def _line(
    tree: OfficeTree,
    account: Account,
    held: Sequence[Held],
    standing: Sequence[Notable],
    *,
    why: Sequence[str],
    review: LatestReview | None,
) -> ReviewLine:
    roles = dict.fromkeys(ROLE_LABELS[each.role] for each in held)
    return ReviewLine(
        id=account.id or 0,
        username=account.username,
        full_name=account.full_name,
        office_name=tree.nodes[account.office_id].short_name,
        roles=", ".join(roles),
        findings=tuple(standing),
        why=tuple(why),
        last_signed_in_at=account.last_signed_in_at,
        reviewed=review,
    )


def _why(tree: OfficeTree, finding: Notable, account: Account, *, held: Sequence[Held], kin: Sequence[str]) -> str:
    today = clock.today()
    if finding is Notable.FAMILY:
        return f"{'; '.join(kin)} ({FAMILY_OF_ACCOUNTANT.source})"
    if finding is Notable.CONFLICT:
        conflicts = conflicts_of(held, today)
        sources = "; ".join(dict.fromkeys(conflict.source for conflict in conflicts))
        return f"{conflict_words(conflicts, ROLE_LABELS)} ({sources})"
    if finding is Notable.EXPIRING:
        near = expiring(held, today)
        told = (f"{ROLE_LABELS[each.role]} – {tree.nodes[each.office_id].short_name}" for each in near)
        ends = (format_date(each.valid_to) for each in near)
        return "; ".join(f"{what}: đến hết {end}" for what, end in zip(told, ends, strict=True))
    if finding is Notable.LEFT_OVER:
        told = (f"{ROLE_LABELS[each.role]} – {tree.nodes[each.office_id].short_name}" for each in held)
        return f"Đã khóa nhưng còn giữ: {'; '.join(told)}"
    if account.last_signed_in_at is None:
        return f"Tạo lúc {format_moment(account.created_at)}, chưa đăng nhập lần nào"
    return f"Đăng nhập gần nhất {format_moment(account.last_signed_in_at)}"


# --- confirming -------------------------------------------------------------------------------------------------------


async def confirm_reviews(actor: Actor, account_ids: Sequence[int], note: str) -> int:
    """Write that the actor has looked at accounts of the list; return at how many. Done ones may be done again.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: one of them is not on the actor's list.
        Invalid: none named (`accounts`), or the note is too long (`note`).
    """
    if not account_ids:
        raise Invalid(fields={"accounts": FieldError("review_nothing")})
    if len(note) > LONGEST_NOTE:
        raise Invalid(fields={"note": FieldError("review_note_long", {"limit": LONGEST_NOTE})})
    tree, family = await office_tree(), await _families(actor)
    async with unit_of_work(actor) as session:
        lines = {line.id: line for line in await _lines(session, actor, tree, None, family)}
        for account_id in dict.fromkeys(account_ids):
            line = lines.get(account_id)
            account = await session.get(Account, account_id) if line else None
            if line is None or account is None:
                raise NotFound("account_not_found")
            session.add(
                AccountReview(
                    account_id=account_id, office_id=account.office_id, reviewed_by=actor.account_id,
                    findings=[finding.value for finding in line.findings], note=note.strip() or None,
                )
            )  # fmt: skip
            await write_audit(
                session, actor, "review.confirmed", "account", account_id, office_id=account.office_id, message=note,
                detail={"username": line.username, "label": "; ".join(NOTABLE_LABELS[each] for each in line.findings)},
            )  # fmt: skip
        await session.flush()
    return len(set(account_ids))


# --- the workbook -----------------------------------------------------------------------------------------------------

_HEADS = [
    ("Họ và tên", 28), ("Tên đăng nhập", 20), ("Đơn vị", 30), ("Vai trò", 30), ("Điều cần xem", 26), ("Cụ thể", 60),
    ("Đăng nhập gần nhất", 18), ("Đã rà soát lúc", 18), ("Người rà soát", 24), ("Ghi chú", 40),
]  # fmt: skip


async def export_review(actor: Actor, query: ReviewQuery) -> tuple[bytes, str]:
    """The lines asked for as a workbook that says who took it, and its name.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    page = await review_accounts(actor, query)
    name = f"ra-soat-tai-khoan-{clock.today():%Y%m%d}.xlsx"
    about = "đã rà soát" if query.done else "chưa rà soát"
    if query.finding is not None:
        about = f"{about}; {NOTABLE_LABELS[query.finding].lower()}"
    parameters = {"don-vi": query.office} if query.office else {}
    stamp = await record_export(actor, ExportKind.ACCOUNT_REVIEW, name, len(page.lines), parameters, about=about)
    rows = [_row(line) for line in page.lines]
    return await asyncio.to_thread(table_workbook, "Rà soát tài khoản", _HEADS, rows, stamp), name


def _row(line: ReviewLine) -> list[object]:
    done = line.reviewed
    return [
        line.full_name, line.username, line.office_name, line.roles,
        "; ".join(NOTABLE_LABELS[finding] for finding in line.findings), "\n".join(line.why),
        format_moment(line.last_signed_in_at), format_moment(done.at) if done else "",
        (done.by or "Vận hành hệ thống") if done else "", done.note if done else "",
    ]  # fmt: skip
