"""One case: who, how much, how far, and all that happened to it; what may be done next opens beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from components.formats import amount_in_words, format_date, format_money, format_number
from components.layout import Crumb
from components.tabs import Tab
from components.timeline import TimelineItem
from models.enums import CASE_STATUS_LABELS, JUDGMENT_KIND_LABELS, OPEN_STATUSES, PARTY_ROLE_LABELS, SOURCE_LABELS
from pages.cases.assign import AssignState
from pages.cases.declare import DeclareState
from pages.cases.edit import EditState
from pages.cases.guards import CaseGuardState
from pages.cases.handed_over import HandoverRow, handover_rows
from pages.cases.record import RecordState
from pages.cases.reveal import RevealState
from pages.cases.story import LogRow, concealed_keys, log_rows, story_of
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, NotFound
from thads_app.messages import sentence
from thads_app.rules.rights import Actor, Permission
from thads_app.services.case_edits import PARTIES_SHOWN, case_log, case_parties
from thads_app.services.cases import CaseDetail, PartyView, case_detail
from thads_app.services.personal_data import may_reveal

TABS = {
    "dien-bien": "Diễn biến",
    "duong-su": "Đương sự",
    "nghia-vu": "Nghĩa vụ",
    "ban-giao": "Bàn giao",
    "nhat-ky": "Nhật ký",
}
LONGEST_ID = 18


@dataclass(frozen=True)
class PartyRow:
    """A party, written out."""

    key: str
    name: str
    role: str
    id_number: str
    telephone: str
    bank_account: str
    address: str


@dataclass(frozen=True)
class ObligationRow:
    """An obligation, written out."""

    key: str
    content: str
    amount: str
    words: str
    state_revenue: bool


class CaseState(rx.State):
    """One case, written out."""

    id: int = 0
    loading: bool = True
    missing: bool = False
    error: str = ""
    number: str = ""
    title: str = ""
    crumbs: list[Crumb] = []
    status: str = ""
    status_label: str = ""
    status_note: str = ""
    officer: str = ""
    office: str = ""
    amount: str = ""
    amount_words: str = ""
    collected: str = ""
    outstanding: str = ""
    outstanding_words: str = ""
    percent: int = 0
    decision: str = ""
    judgment: str = ""
    flags: str = ""
    tabs: list[Tab] = []
    tab: str = "dien-bien"
    story: list[TimelineItem] = []
    correctable: list[str] = []
    concealed: list[str] = []
    parties: list[PartyRow] = []
    party_words: str = ""
    party_previous: str = ""
    party_next: str = ""
    party_count: str = ""
    many_parties: bool = False
    obligations: list[ObligationRow] = []
    handovers: list[HandoverRow] = []
    log: list[LogRow] = []
    can_record: bool = False
    can_edit: bool = False
    can_reveal: bool = False
    can_assign: bool = False
    can_correct: bool = False
    can_hand_over: bool = False
    hand_over_href: str = ""
    trail_href: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.CASE_READ)
    async def load(self) -> Any:
        """Show the case the address names, and the part of it that is asked for."""
        actor = current_actor()
        case_id = case_id_of(self.router.url.path)
        parameters = self.router.url.query_parameters
        self.loading, self.error = True, ""
        if case_id == self.id:
            yield
        else:
            self._clear()
            yield [RecordState.close, EditState.close, AssignState.close, DeclareState.close, RevealState.close]
        try:
            case = await case_detail(actor, case_id)
            self._show(actor, case)
            asked = parameters.get("xem", "")
            self.tab = asked if asked in TABS else "dien-bien"
            await self._show_tab(actor, case, parameters.get("tim", ""), parameters.get("trang", ""))
            self.missing = False
        except NotFound:
            self._clear()
            self.missing = True
        except DomainError as problem:
            self.error = sentence(problem)
        self.loading = False
        yield CaseGuardState.show(self.id)

    def _clear(self) -> None:
        """Nothing of another case may stay."""
        self.id, self.number, self.title, self.missing = 0, "", "", False
        self.crumbs, self.tabs, self.story, self.parties, self.obligations = [], [], [], [], []
        self.handovers, self.log, self.correctable, self.concealed = [], [], [], []
        self.can_record = self.can_edit = self.can_assign = self.can_correct = self.can_hand_over = False

    def _show(self, actor: Actor, case: CaseDetail) -> None:
        self.id, self.number = case.id, case.decision_number
        creditor = f" phải trả {case.creditor_name}" if case.creditor_name and case.amount else ""
        owed = f" {format_money(case.amount)} đ" if creditor else ""
        self.title = f"{case.debtor_name}{creditor}{owed}"
        self.crumbs = [Crumb("Hồ sơ", "/ho-so"), Crumb(case.decision_number)]
        self.status, self.status_label = case.status.value, CASE_STATUS_LABELS[case.status]
        self.status_note = f"từ {format_date(case.status_since)}"
        self.officer, self.office = case.officer or "Chưa phân công", case.office
        self.amount, self.collected = format_money(case.amount), format_money(case.collected)
        self.amount_words = amount_in_words(case.amount)
        self.outstanding = format_money(case.outstanding)
        self.outstanding_words = amount_in_words(case.outstanding)
        self.percent = round(100 * (case.amount - case.outstanding) / case.amount) if case.amount else 0
        self.decision = f"{case.decision_number} · thụ lý {format_date(case.decision_date)} · {case.registered_office}"
        self.judgment = f"{case.judgment_number} ngày {format_date(case.judgment_date)} · {case.issuing_body}"
        self.flags = _flags(case)
        self.tabs = _tabs(case)
        self._rights(actor, case)

    def _rights(self, actor: Actor, case: CaseDetail) -> None:
        own = actor.staff_id is not None and actor.staff_id == case.officer_id
        recorder = actor.may_in(Permission.EVENT_RECORD, case.office_id)
        recorder = recorder or (own and actor.may_in(Permission.EVENT_RECORD_OWN, case.office_id))
        still_open = case.status in OPEN_STATUSES
        self.can_record = recorder and still_open
        self.can_reveal = may_reveal(actor, case.office_id, case.officer_id)
        self.can_edit = actor.may_in(Permission.CASE_UPDATE, case.office_id)
        self.can_assign = still_open and actor.may_in(Permission.CASE_ASSIGN, case.office_id)
        self.can_correct = actor.may_in(Permission.EVENT_CORRECT, case.office_id)
        self.can_hand_over = still_open and actor.may_in(Permission.HANDOVER_CREATE, case.office_id)
        self.hand_over_href = f"/ban-giao/moi?viec={case.id}"
        reads_trail = actor.may_in(Permission.AUDIT_READ, case.office_id)
        self.trail_href = f"/nhat-ky?doi-tuong=ho-so:{case.id}" if reads_trail else ""

    async def _show_tab(self, actor: Actor, case: CaseDetail, words: str, page: str) -> None:
        """Only the part on screen is kept: a case may have tens of thousands of parties."""
        self.story, self.correctable, self.concealed = [], [], []
        self.parties, self.obligations, self.handovers, self.log = [], [], [], []
        if self.tab == "dien-bien":
            self.story = story_of(case)
            keys = [str(entry.event_id) for entry in case.timeline if entry.correctable]
            self.correctable = keys if self.can_correct else []
            self.concealed = concealed_keys(case) if self.can_reveal else []
        elif self.tab == "duong-su":
            await self._show_parties(actor, case, words[:100], page)
        elif self.tab == "nghia-vu":
            self.obligations = [
                ObligationRow(str(o.id), o.content, format_money(o.amount), amount_in_words(o.amount), o.state_revenue)
                for o in case.obligations
            ]
        elif self.tab == "ban-giao":
            self.handovers = await handover_rows(actor, case.id)
        else:
            self.log = log_rows(await case_log(actor, case.id))

    async def _show_parties(self, actor: Actor, case: CaseDetail, words: str, page: str) -> None:
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        found = await case_parties(actor, case.id, words, number)
        self.parties = [_party_row(party) for party in found.rows]
        self.many_parties = case.party_count > PARTIES_SHOWN
        self.party_words = words
        self.party_count = f"{format_number(case.party_count)} đương sự"
        self.party_previous = _parties_href(case.id, words, number - 1) if number > 1 else ""
        self.party_next = _parties_href(case.id, words, number + 1) if found.more else ""

    @rx.event
    @policy(Permission.EVENT_RECORD, Permission.EVENT_RECORD_OWN)
    async def record(self) -> Any:
        """Open the panel in which an event is recorded."""
        return [AssignState.close, EditState.close, RecordState.start(self.id)]

    @rx.event
    @policy(Permission.EVENT_CORRECT)
    async def correct(self, event_key: str) -> Any:
        """Open the panel that strikes an event out."""
        if event_key not in self.correctable:
            return None
        return [AssignState.close, EditState.close, RecordState.start_correction(self.id, int(event_key))]

    @rx.event
    @policy(Permission.CASE_UPDATE)
    async def edit(self) -> Any:
        """Open the panel in which the case is edited."""
        return [RecordState.close, AssignState.close, EditState.start(self.id)]

    @rx.event
    @policy(Permission.CASE_ASSIGN)
    async def assign(self) -> Any:
        """Open the panel in which the case is assigned."""
        return [RecordState.close, EditState.close, AssignState.start([self.id])]


def case_id_of(path: str) -> int:
    """The case an address names, 0 when it names none."""
    word = path.rstrip("/").rpartition("/")[2]
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_ID else 0


def _flags(case: CaseDetail) -> str:
    words = [
        SOURCE_LABELS[case.source],
        JUDGMENT_KIND_LABELS[case.judgment_kind],
        "nhận ủy thác" if case.received_entrustment else "",
        "thu NSNN" if case.state_revenue else "",
        "tổ chức tín dụng" if case.credit_institution else "",
    ]
    return " · ".join(word for word in words if word)


def _tabs(case: CaseDetail) -> list[Tab]:
    counts = {"duong-su": case.party_count, "nghia-vu": len(case.obligations)}
    return [
        Tab(
            key,
            label,
            f"/ho-so/{case.id}" + ("" if key == "dien-bien" else f"?xem={key}"),
            format_number(counts[key]) if key in counts else "",
        )
        for key, label in TABS.items()
    ]


def _party_row(party: PartyView) -> PartyRow:
    return PartyRow(
        key=str(party.id),
        name=party.name,
        role=PARTY_ROLE_LABELS[party.role],
        id_number=party.id_number or "",
        telephone=party.telephone or "",
        bank_account=party.bank_account or "",
        address=party.address or "",
    )


def _parties_href(case_id: int, words: str, page: int) -> str:
    parameters = {"xem": "duong-su", "tim": words, "trang": str(page) if page > 1 else ""}
    return f"/ho-so/{case_id}?{urlencode({name: value for name, value in parameters.items() if value})}"
