"""Recording what happened to a case, and striking out what was recorded wrongly: the side panel of the case page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from components.dialogs import notice, side_panel
from components.form import form, form_actions
from components.formats import format_date, format_money
from components.inputs import Option, choice_field, combobox, date_field, money_field, text_field, textarea_field
from models.enums import EVENT_TYPE_LABELS, EventType
from pages.cases.typed import Typed, key_of, problem_words, words_of
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError, StaleVersion
from thads_app.messages import sentence
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule
from thads_app.rules.rights import Permission
from thads_app.services.cases import CaseDetail, TimelineEntry, case_detail
from thads_app.services.confirmations import AskedCompletion, record_or_ask
from thads_app.services.events import EventChoice, RecordEvent, allowed_events
from thads_app.services.office_tree import office_tree
from thads_app.services.search import find_any_office

LABELS = {
    "type": "Sự kiện",
    "business_date": "Ngày",
    "amount": "Số tiền",
    "officer": "Chấp hành viên",
    "receiving_office_id": "Đơn vị nhận",
    "document_number": "Số văn bản",
    "ground": "Căn cứ",
    "note": "Ghi chú",
    "corrects_id": "Sự kiện được đính chính",
}
MONEY = frozenset({AmountRule.PART, AmountRule.ALL_COLLECTED})
# What happens most stands first and gets the number keys.
OFTEN = (
    EventType.COLLECTED,
    EventType.COMPLETED,
    EventType.FOUND_WITHOUT_CONDITIONS,
    EventType.FOUND_WITH_CONDITIONS,
    EventType.RESUMED,
    EventType.RETURNED_FROM_SEPARATE_BOOK,
    EventType.POSTPONED_BY_AGREEMENT,
    EventType.POSTPONED_OTHER,
    EventType.SUSPENDED,
    EventType.MOVED_TO_SEPARATE_BOOK,
    EventType.TERMINATED,
)
SENT_AWAY = frozenset({EventType.ENTRUSTED, EventType.PARTLY_ENTRUSTED})
REASON_NEEDED = FieldError("reason_needed")
RECORDERS = (Permission.EVENT_RECORD, Permission.EVENT_RECORD_OWN)


@dataclass(frozen=True)
class Refusal:
    """An event that may not be recorded now, and why."""

    label: str
    reason: str


class RecordState(rx.State):
    """The panel in which an event, or a correction, is entered."""

    open: bool = False
    correcting: bool = False
    case_id: int = 0
    subtitle: str = ""
    choices: list[Option] = []
    refused: list[Refusal] = []
    chosen: str = ""
    wants_amount: bool = False
    amount_hint: str = ""
    wants_office: bool = False
    office_options: list[Option] = []
    today: str = ""
    corrected: str = ""
    errors: dict[str, str] = {}
    conflict: str = ""
    saved: str = ""
    done: int = 0
    form_key: str = ""
    _version: int = 0
    _outstanding: int = 0
    _corrects: int = 0
    _request: str = ""

    @rx.event
    @policy(*RECORDERS)
    async def start(self, case_id: int) -> None:
        """Open the panel with the events that are lawful now."""
        self.correcting = False
        self.choices, self.refused = [], []
        case = await self._begin(case_id)
        if case is None:
            return
        offered = await allowed_events(current_actor(), case.id)
        self._offer([choice for choice in offered if choice.type not in (EventType.CORRECTED, EventType.ASSIGNED)])
        self._choose("")
        self.open = True

    @rx.event
    @policy(Permission.EVENT_CORRECT)
    async def start_correction(self, case_id: int, event_id: int) -> None:
        """Open the panel to strike one event out."""
        self.correcting = True
        case = await self._begin(case_id)
        if case is None:
            return
        entry = next((each for each in case.timeline if each.event_id == event_id and each.correctable), None)
        if entry is None:
            await announce(self, sentence("correction_target_missing"), "alert")
            return
        self._corrects = event_id
        self.corrected = _entry_words(entry)
        self.open = True

    async def _begin(self, case_id: int) -> CaseDetail | None:
        """Read the case the panel is about; say so when there is none."""
        self.errors, self.conflict, self._request = {}, "", str(uuid4())
        self.open = False
        try:
            case = await case_detail(current_actor(), key_of(case_id))
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
            return None
        self.case_id, self._version, self._outstanding = case.id, case.version, case.outstanding
        self.subtitle = f"{case.decision_number} · {case.debtor_name}"
        self.today = format_date(clock.today())
        self.form_key = self._request
        return case

    def _offer(self, offered: list[EventChoice]) -> None:
        offered = sorted(offered, key=lambda choice: OFTEN.index(choice.type) if choice.type in OFTEN else len(OFTEN))
        allowed = [choice for choice in offered if choice.allowed]
        self.choices = [Option(choice.type.value, EVENT_TYPE_LABELS[choice.type]) for choice in allowed]
        self.refused = [
            Refusal(EVENT_TYPE_LABELS[choice.type], sentence(choice.reason, **dict(choice.params)))
            for choice in offered
            if not choice.allowed
        ]

    @rx.event
    @policy(*RECORDERS)
    async def choose(self, event: str) -> None:
        """Show the fields the chosen event needs."""
        self._choose(str(event))

    def _choose(self, event: str) -> None:
        self.chosen = event if event in {choice.value for choice in self.choices} else ""
        row = LIFECYCLE[EventType(self.chosen)] if self.chosen else None
        self.wants_amount = row is not None and row.amount in MONEY
        self.wants_office = row is not None and row.event in SENT_AWAY
        left = format_money(self._outstanding)
        whole = row is not None and row.amount is AmountRule.ALL_COLLECTED
        self.amount_hint = f"Còn phải thi hành {left} đ" + ("; để trống là thu hết số còn lại" if whole else "")

    @rx.event(supersedes=True)
    @policy(*RECORDERS)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of receiving offices: any office of the country."""
        found = await find_any_office(str(text), 12)
        self.office_options = [Option(str(node.id), node.short_name, node.code) for node in found]

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(*RECORDERS)
    async def save(self, form_data: dict) -> None:
        """Record the event."""
        if not self.open or self.correcting:
            return
        typed = Typed(form_data)
        event = typed.word("type", EventType)
        day = typed.day("business_date")
        office = typed.identifier("receiving_office_id", needed=False)
        if office is not None and office not in (await office_tree()).nodes:
            typed.errors["receiving_office_id"] = FieldError("kind_choose")
        command = {"amount": typed.money("amount"), "receiving_office_id": office}
        await self._record(typed, event, day, command)

    @rx.event
    @policy(Permission.EVENT_CORRECT)
    async def save_correction(self, form_data: dict) -> None:
        """Strike the event out."""
        if not self.open or not self.correcting:
            return
        typed = Typed(form_data)
        day = typed.day("business_date")
        if not typed.text("note", 1000):
            typed.errors.setdefault("note", REASON_NEEDED)
        await self._record(typed, EventType.CORRECTED, day, {"corrects_id": self._corrects})

    async def _record(self, typed: Typed, event: EventType | None, day: Any, more: dict[str, Any]) -> None:
        document, ground = typed.text("document_number", 80), typed.text("ground", 500)
        note = typed.text("note", 1000)
        if typed.errors or event is None or day is None:
            self.errors = words_of(typed.errors)
            return
        command = RecordEvent(
            case_id=self.case_id,
            type=event,
            business_date=day,
            document_number=document or None,
            ground=ground or None,
            note=note or None,
            expected_version=self._version,
            request_id=self._request,
            **more,
        )
        self.errors, self.conflict = {}, ""
        try:
            recorded = await record_or_ask(current_actor(), command)
        except StaleVersion as stale:
            await self._take_up(stale)
            return
        except DomainError as problem:
            self.errors = problem_words(problem)
            return
        if isinstance(recorded, AskedCompletion):
            await announce(
                self, "Đã gửi để người khác xác nhận. Việc chưa tính là xong cho đến khi được xác nhận.", "warn"
            )
            self._end()
            return
        late = " Sự kiện này được đánh dấu ghi nhận muộn." if recorded.late else ""
        await announce(self, f"Đã ghi nhận “{EVENT_TYPE_LABELS[event]}” ngày {format_date(day)}.{late}")
        self._end()

    def _end(self) -> None:
        self.saved = str(uuid4())
        self.done += 1
        self.open = False

    async def _take_up(self, stale: StaleVersion) -> None:
        """Somebody was faster: say what happened, offer what is lawful now, keep what is typed."""
        actor = current_actor()
        case = await case_detail(actor, self.case_id)
        self._version, self._outstanding = case.version, case.outstanding
        newest = max((e for e in case.timeline if e.event_id), key=lambda e: e.event_id or 0, default=None)
        who = f" {stale.by}" if stale.by else ""
        what = f" “{_entry_words(newest)}”" if newest else ""
        self.conflict = (
            f"Trong lúc bạn nhập,{who} đã ghi nhận{what}. Nội dung bạn nhập vẫn còn; xem lại rồi lưu lần nữa."
        )
        if not self.correcting:
            offered = await allowed_events(actor, case.id)
            chosen = self.chosen
            self._offer([each for each in offered if each.type not in (EventType.CORRECTED, EventType.ASSIGNED)])
            self._choose(chosen)
        self.done += 1


def _entry_words(entry: TimelineEntry) -> str:
    words = EVENT_TYPE_LABELS[entry.type] if entry.type else ""
    money = f" {format_money(entry.booked)} đ" if entry.booked else ""
    officer = f" cho {entry.officer}" if entry.officer else ""
    return f"{words}{officer}{money} ngày {format_date(entry.business_date)}"


def record_panel(after: Any) -> rx.Component:
    """The panel; `after` shows the case anew."""
    return rx.cond(RecordState.correcting, _correction(after), _event(after))


def _conflict() -> rx.Component:
    state = RecordState
    return rx.cond(
        state.conflict != "",
        notice(state.conflict, tone="warn", symbol="alert", role="alert", style={"marginBottom": "16px"}),
    )


def _event(after: Any) -> rx.Component:
    state = RecordState
    return side_panel(
        _conflict(),
        form(
            choice_field(
                "type",
                "Sự kiện",
                state.choices,
                chosen=state.chosen,
                on_choose=state.choose,
                errors=state.errors,
                numbered=True,
            ),
            rx.cond(
                state.choices.length() == 0,
                rx.el.p("Hiện không có sự kiện nào bạn ghi nhận được cho việc này.", class_name="muted"),
            ),
            _why_not(),
            date_field("business_date", "Ngày", default_value=state.today, errors=state.errors),
            rx.cond(
                state.wants_amount,
                money_field("amount", "Số tiền", hint=state.amount_hint, errors=state.errors),
            ),
            rx.cond(
                state.wants_office,
                combobox(
                    "receiving_office_id",
                    "Đơn vị nhận ủy thác",
                    state.office_options,
                    on_query=state.search_offices,
                    errors=state.errors,
                    optional=True,
                ),
            ),
            text_field("document_number", "Số văn bản", optional=True, max_length=80, errors=state.errors),
            text_field("ground", "Căn cứ", optional=True, max_length=500, errors=state.errors),
            textarea_field("note", "Ghi chú", optional=True, max_length=1000, errors=state.errors),
            form_actions(on_cancel=state.close),
            on_submit=[state.save, after],
            errors=state.errors,
            labels=LABELS,
            draft=rx.Var.create("su-kien:") + state.case_id.to(str),
            saved=state.saved,
            key=state.form_key,
        ),
        open=state.open,
        title="Ghi nhận sự kiện",
        subtitle=state.subtitle,
        on_close=state.close,
        name="record",
    )


def _why_not() -> rx.Component:
    """The events that are not offered now, each with its reason."""
    state = RecordState
    return rx.cond(
        state.refused.length() > 0,
        rx.el.details(
            rx.el.summary("Vì sao không có các sự kiện khác?", class_name="small"),
            rx.el.ul(
                rx.foreach(
                    state.refused,
                    lambda refusal: rx.el.li(rx.el.b(refusal.label), ": ", refusal.reason, key=refusal.label),
                ),
                class_name="small muted",
            ),
        ),
    )


def _correction(after: Any) -> rx.Component:
    state = RecordState
    return side_panel(
        _conflict(),
        notice(
            "Đính chính không xóa: “",
            state.corrected,
            "” được gạch đi, số liệu được tính lại, và lý do đứng bên cạnh.",
            tone="warn",
            symbol="alert",
            style={"marginBottom": "16px"},
        ),
        form(
            date_field("business_date", "Ngày đính chính", default_value=state.today, errors=state.errors),
            textarea_field("note", "Lý do", max_length=1000, errors=state.errors),
            text_field("document_number", "Số văn bản", optional=True, max_length=80, errors=state.errors),
            form_actions(save="Đính chính", on_cancel=state.close),
            on_submit=[state.save_correction, after],
            errors=state.errors,
            labels=LABELS,
            draft=rx.Var.create("dinh-chinh:") + state.case_id.to(str),
            saved=state.saved,
            key=state.form_key,
        ),
        open=state.open,
        title="Đính chính",
        subtitle=state.subtitle,
        on_close=state.close,
        name="correct",
    )
