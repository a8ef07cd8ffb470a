"""Accounts as shown: their state in a word, their last sign-in, their roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from components.filters import Chip
from models.enums import ROLE_LABELS, Role
from thads_app import clock
from thads_app.rules.account_reviews import STATE_LABELS, UNUSED_DAYS, AccountState
from thads_app.rules.vietnamese import format_date, format_moment
from thads_app.services.administration.accounts import AccountLine, AccountPage, AccountQuery

PATH = "/quan-tri/tai-khoan"
LONGEST_PAGE = 5
NEVER = "Chưa đăng nhập"


@dataclass(frozen=True)
class AccountRow:
    """One account of the list."""

    id: str
    href: str
    name: str
    username: str
    position: str
    office: str
    roles: str
    no_roles: bool
    state: str
    tone: str
    last_seen: str


def account_row(line: AccountLine) -> AccountRow:
    """An account written out."""
    state, tone = state_words(
        disabled=line.disabled,
        blocked_until=line.blocked_until,
        last_signed_in_at=line.last_signed_in_at,
        created_at=line.created_at,
    )
    return AccountRow(
        id=str(line.id),
        href=f"{PATH}/{line.id}",
        name=line.full_name,
        username=line.username,
        position=line.position,
        office=line.office_name,
        roles=", ".join(ROLE_LABELS[role] for role in line.roles) or "Chưa có vai trò",
        no_roles=not line.roles,
        state=state,
        tone=tone,
        last_seen=format_moment(line.last_signed_in_at) or "–",
    )


def state_words(
    *, disabled: bool, blocked_until: datetime | None, last_signed_in_at: datetime | None, created_at: datetime | None
) -> tuple[str, str]:
    """An account's state in a few words, and the tone of its tag."""
    if disabled:
        return STATE_LABELS[AccountState.DISABLED], "alert"
    if blocked_until is not None:
        return f"Tạm khóa đến {blocked_until.astimezone(clock.VIETNAM):%H:%M}", "warn"
    last = last_signed_in_at or created_at
    days = (clock.now() - last).days if last else 0
    if days >= UNUSED_DAYS:
        return f"Không dùng {days} ngày", "warn"
    if last_signed_in_at is None:
        return NEVER, ""
    return STATE_LABELS[AccountState.ACTIVE], "good"


# --- the list and its address -----------------------------------------------------------------------------------------


def query_of(parameters: Mapping[str, str]) -> AccountQuery:
    """What an address asks for; what cannot be read is left out."""
    role, state, page = (parameters.get(name, "") for name in ("vai-tro", "trang-thai", "trang"))
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= LONGEST_PAGE else 1
    return AccountQuery(
        text=parameters.get("q", "").replace("\x00", "")[:200].strip(),
        office=parameters.get("don-vi", "")[:12],
        role=Role(role) if role in frozenset(Role) else None,
        state=AccountState(state) if state in frozenset(AccountState) else None,
        page=number,
    )


def parameters_of(query: AccountQuery) -> dict[str, str]:
    """The query as an address carries it, without the page."""
    words = {
        "q": query.text,
        "don-vi": query.office,
        "vai-tro": query.role.value if query.role else "",
        "trang-thai": query.state.value if query.state else "",
    }
    return {name: word for name, word in words.items() if word}


def address(words: Mapping[str, str], **changes: str) -> str:
    """The list's address with some parameters changed; a blank one is left out."""
    wanted = {name: word for name, word in {**words, **changes}.items() if word}
    return f"{PATH}?{urlencode(wanted)}" if wanted else PATH


def chips_of(query: AccountQuery, page: AccountPage) -> list[Chip]:
    """The conditions in force, each with the address without it."""
    words = parameters_of(query)
    chips: list[Chip] = []
    if query.text:
        chips.append(Chip("Tìm", query.text, address(words, q="")))
    if query.office:
        name = page.office.short_name if page.office else query.office
        chips.append(Chip("Đơn vị", name, address(words, **{"don-vi": ""})))
    if query.role:
        chips.append(Chip("Vai trò", ROLE_LABELS[query.role], address(words, **{"vai-tro": ""})))
    if query.state:
        chips.append(Chip("Trạng thái", STATE_LABELS[query.state], address(words, **{"trang-thai": ""})))
    return chips


def day_or_dash(moment: datetime | None) -> str:
    """A moment's day in Vietnam, or a dash."""
    return format_date(moment.astimezone(clock.VIETNAM).date()) if moment else "–"
