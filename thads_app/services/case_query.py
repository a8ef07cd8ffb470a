"""What a list of cases was asked for, as its address carries it: read defensively, written back the same.

The same words serve the list page, the export and links from elsewhere. A value that cannot be read is left out and
named among `problems`; the rest of the address still counts.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from models.enums import CLOSED_STATUSES, OPEN_STATUSES, CaseStatus, JudgmentKind, Source
from thads_app import clock
from thads_app.repositories.case_lists import CasePlace, CaseSort
from thads_app.rules.vietnamese import InputError, format_date, parse_date, parse_money

_Word = TypeVar("_Word", bound=StrEnum)
_Value = TypeVar("_Value")

YEARS = range(2000, 2101)
LONGEST_YEAR = 4
TEXT_LIMIT = 200
OPEN_WORD, CLOSED_WORD = "dang-mo", "da-ket-thuc"

SORT_WORDS = {
    "ngay": CaseSort.DATE,
    "so": CaseSort.NUMBER,
    "nguoi-phai-tha": CaseSort.DEBTOR,
    "phai-tha": CaseSort.AMOUNT,
    "con-lai": CaseSort.OUTSTANDING,
    "trang-thai-tu": CaseSort.STATUS_SINCE,
}
_WORD_OF_SORT = {sort: word for word, sort in SORT_WORDS.items()}
_FLAGS = {"co": True, "khong": False}
CELL_PARAMETERS = (
    "o",
    "o-don-vi",
    "o-nam",
    "o-thang",
    "o-do",
    "o-ban-do",
    "o-rieng",
    "o-chv",
    "o-loai-an",
    "o-nguon",
    "o-tinh-den",
)


@dataclass(frozen=True)
class CaseQuery:
    """A filter, an order and a place, in the words of the address.

    Attributes:
        office: code of an office; its whole unit on today's map.
        officers: codes of officers.
        year: the statistical year in whose count the cases stand.
        after, before: the place behind, or before, which the page lies.
        cell: the parameters of a figure whose cases are wanted.
        problems: parameters whose value could not be read.
    """

    office: str = ""
    officers: tuple[str, ...] = ()
    mine: bool = False
    unassigned: bool = False
    open_only: bool = False
    closed_only: bool = False
    statuses: tuple[CaseStatus, ...] = ()
    kinds: tuple[JudgmentKind, ...] = ()
    source: Source | None = None
    state_revenue: bool | None = None
    credit_institution: bool | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    year: int | None = None
    text: str = ""
    cell: tuple[tuple[str, str], ...] = ()
    sort: CaseSort = CaseSort.DATE
    descending: bool = True
    after: str = ""
    before: str = ""
    problems: tuple[str, ...] = field(default=(), compare=False)

    @property
    def wanted_statuses(self) -> tuple[CaseStatus, ...]:
        """The statuses asked for one by one or by the words for all open, all closed."""
        found = set(self.statuses)
        if self.open_only:
            found |= OPEN_STATUSES
        if self.closed_only:
            found |= CLOSED_STATUSES
        return tuple(status for status in CaseStatus if status in found)

    @property
    def filtered(self) -> bool:
        """Whether anything is asked for beyond an order."""
        return self.first_page() != CaseQuery(sort=self.sort, descending=self.descending)

    def first_page(self) -> CaseQuery:
        """The same list from its beginning."""
        return replace(self, after="", before="")

    def parameters(self) -> dict[str, str]:
        """The address's parameters, in a fixed order, without those that ask nothing."""
        statuses = [OPEN_WORD] * self.open_only + [CLOSED_WORD] * self.closed_only + [s.value for s in self.statuses]
        order = ("-" if self.descending else "") + _WORD_OF_SORT[self.sort]
        found = {
            "nam": str(self.year or ""),
            "don-vi": self.office,
            "q": self.text,
            "cua-toi": "1" if self.mine else "",
            "chua-phan-cong": "1" if self.unassigned else "",
            "chv": ",".join(self.officers),
            "trang-thai": ",".join(statuses),
            "loai-an": ",".join(kind.value for kind in self.kinds),
            "nguon": self.source.value if self.source else "",
            "nsnn": _flag_word(self.state_revenue),
            "tin-dung": _flag_word(self.credit_institution),
            "tu": format_date(self.decided_from),
            "den": format_date(self.decided_to),
            "tien-tu": "" if self.amount_min is None else str(self.amount_min),
            "tien-den": "" if self.amount_max is None else str(self.amount_max),
            **dict(self.cell),
            "sap": "" if order == "-ngay" else order,
            "sau": self.after,
            "truoc": self.before,
        }
        return {name: value for name, value in found.items() if value}

    def address(self, path: str = "/ho-so") -> str:
        """The path with its parameters."""
        parameters = self.parameters()
        return f"{path}?{urlencode(parameters)}" if parameters else path


def _flag_word(value: bool | None) -> str:
    return "" if value is None else "co" if value else "khong"


class _Reader:
    """Reads parameters one by one and remembers those it could not read."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self.parameters = parameters
        self.problems: list[str] = []

    def text(self, name: str, limit: int = 60) -> str:
        return str(self.parameters.get(name, "")).strip().replace("\x00", "")[:limit]

    def words(self, name: str) -> list[str]:
        return [word for word in dict.fromkeys(self.text(name, 1000).split(",")) if word]

    def flag(self, name: str) -> bool | None:
        word = self.text(name)
        if word and word not in _FLAGS:
            self.problems.append(name)
        return _FLAGS.get(word)

    def switch(self, name: str) -> bool:
        return self.text(name) == "1"

    def enums(self, name: str, kind: type[_Word], skip: tuple[str, ...] = ()) -> tuple[_Word, ...]:
        found: list[_Word] = []
        for word in self.words(name):
            if word in skip:
                continue
            try:
                found.append(kind(word))
            except ValueError:
                self.problems.append(name)
        return tuple(found)

    def day(self, name: str) -> date | None:
        return self._parsed(name, lambda text: parse_date(text, clock.today()))

    def money(self, name: str) -> int | None:
        return self._parsed(name, parse_money)

    def _parsed(self, name: str, parse: Callable[[str], _Value]) -> _Value | None:
        text = self.text(name)
        if not text:
            return None
        try:
            return parse(text)
        except InputError:
            self.problems.append(name)
            return None

    def year(self, name: str) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if text.isascii() and text.isdigit() and int(text) in YEARS:
            return int(text)
        self.problems.append(name)
        return None

    def order(self, name: str) -> tuple[CaseSort, bool]:
        word = self.text(name) or "-ngay"
        sort = SORT_WORDS.get(word.removeprefix("-"))
        if sort is None:
            self.problems.append(name)
            return CaseSort.DATE, True
        return sort, word.startswith("-")


def read_query(parameters: Mapping[str, str]) -> CaseQuery:
    """A query from an address's parameters; never raises."""
    read = _Reader(parameters)
    sort, descending = read.order("sap")
    words = read.words("trang-thai")
    sources = read.enums("nguon", Source)
    return CaseQuery(
        office=read.text("don-vi"),
        officers=tuple(read.words("chv"))[:20],
        mine=read.switch("cua-toi"),
        unassigned=read.switch("chua-phan-cong"),
        open_only=OPEN_WORD in words,
        closed_only=CLOSED_WORD in words,
        statuses=read.enums("trang-thai", CaseStatus, (OPEN_WORD, CLOSED_WORD)),
        kinds=read.enums("loai-an", JudgmentKind),
        source=sources[0] if len(sources) == 1 else None,
        state_revenue=read.flag("nsnn"),
        credit_institution=read.flag("tin-dung"),
        decided_from=read.day("tu"),
        decided_to=read.day("den"),
        amount_min=read.money("tien-tu"),
        amount_max=read.money("tien-den"),
        year=read.year("nam"),
        text=" ".join(read.text("q", TEXT_LIMIT).split()),
        cell=tuple((name, read.text(name)) for name in CELL_PARAMETERS if read.text("o") and read.text(name)),
        sort=sort,
        descending=descending,
        after=read.text("sau", 600),
        before="" if read.text("sau") else read.text("truoc", 600),
        problems=tuple(dict.fromkeys(read.problems)),
    )


def write_place(place: CasePlace) -> str:
    """A place as one word of an address."""
    value = place.value.isoformat() if isinstance(place.value, date) else place.value
    return base64.urlsafe_b64encode(json.dumps([value, place.case_id]).encode()).decode().rstrip("=")


def read_place(word: str, sort: CaseSort) -> CasePlace | None:
    """The place an address names; None when it names none that fits the order (then the list begins at its start)."""
    try:
        value, case_id = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
        if type(case_id) is not int or not 0 <= case_id < 2**63:
            return None
        if sort in (CaseSort.DATE, CaseSort.STATUS_SINCE):
            return CasePlace(date.fromisoformat(value), case_id)
        if sort is CaseSort.DEBTOR:
            fits = isinstance(value, str) and value.isascii() and "\x00" not in value  # as every sort key is
            return CasePlace(value, case_id) if fits else None
        return CasePlace(value, case_id) if type(value) is int and abs(value) < 2**63 else None
    except (ValueError, TypeError):
        return None
