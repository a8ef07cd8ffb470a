"""Writing a handover: who gives, who receives, which cases with what in their dossiers; kept as a draft or sent.

Kind, giver and cases stand in the address (`loai`, `tu`, `viec`), a draft under `phieu`; the rest is in the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import reflex as rx

from components.formats import format_compact_money, format_money, format_number
from components.inputs import Option
from components.layout import Crumb
from components.tabs import Tab
from models.enums import CASE_STATUS_LABELS, HANDOVER_KIND_LABELS, HandoverKind
from pages.cases.typed import Typed, words_of
from pages.frame import announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError, Invalid, StaleVersion
from thads_app.messages import sentence
from thads_app.rules.handovers import MAX_ITEMS, Side
from thads_app.rules.rights import Actor, Permission
from thads_app.services.handover_forms import (
    FormCase,
    FormRequest,
    HandoverForm,
    Receiver,
    givable_cases,
    givers,
    handover_form,
)
from thads_app.services.handovers import ItemInput, SavedHandover, SaveHandover, save_draft, send_handover

PATH = "/ban-giao/moi"
LONGEST_ID = 18
NO_CASES = "0"
"""Cases in the address once the last one was taken off: no case has this number, and a draft's own are not wanted."""
# What the service calls an item's field → the name of its input, and back.
FIELDS = {"sheet_count": "sheets", "money_in_custody": "money"}


@dataclass(frozen=True)
class FormRow:
    """One case on the form, written out; its inputs are named by its id."""

    id: str
    number: str
    debtor: str
    about: str
    problem: str
    sheets: str
    money: str
    deadlines: str
    note: str


class HandoverFormState(rx.State):
    """The form of one handover."""

    ready: bool = False
    error: str = ""
    title: str = "Lập bàn giao"
    crumbs: list[Crumb] = []
    kinds: list[Tab] = []
    kind: str = ""
    giver: str = ""
    office: str = ""
    may_choose_giver: bool = False
    giver_options: list[Option] = []
    rows: list[FormRow] = []
    summary: str = ""
    case_options: list[Option] = []
    receivers: list[Option] = []
    receiver: str = ""
    no_receivers: bool = False
    reason: str = ""
    reason_needed: bool = False
    errors: dict[str, str] = {}
    form_key: str = ""
    draft_key: str = ""
    saved: str = ""
    adder_key: str = ""
    _giver_id: int | None = None
    _office_code: str = ""
    _handover_id: int | None = None
    _version: int | None = None
    _continuing: str = ""
    _keep_only: bool = False

    # -- opening -------------------------------------------------------------------------------------------------------

    @rx.event(supersedes=True)
    @policy(Permission.HANDOVER_CREATE)
    async def load(self) -> None:
        """Open the form for what the address names; adding a case keeps what was typed."""
        actor = current_actor()
        asked = dict(self.router.url.query_parameters)
        request = request_of(asked)
        continues = self.ready and self._continuing != "" and self._continuing == asked.get("viec", "")
        self.error, self._continuing = "", ""
        if not continues:
            self.ready, self.errors, self._handover_id, self._version = False, {}, None, None
            self.form_key = str(uuid4())
        try:
            form = await handover_form(actor, request)
        except DomainError as problem:
            self.ready, self.error = False, sentence(problem)
            return
        self._show(form, asked)
        if not continues:
            self.receiver, self.reason = str(form.receiver_id or ""), form.reason
            self._handover_id, self._version = form.handover_id, form.version
        self.ready = True

    def _show(self, form: HandoverForm, asked: dict[str, str]) -> None:
        rule = form.rule
        self.kind = rule.kind.value
        self.title = f"Sửa bàn giao {form.handover_label}" if form.handover_label else "Lập bàn giao"
        self.crumbs = [Crumb("Bàn giao", "/ban-giao"), Crumb(form.handover_label or "Bàn giao mới")]
        along = {name: asked[name] for name in ("nam", "don-vi", "viec") if asked.get(name)}
        self.kinds = [
            Tab(kind.value, HANDOVER_KIND_LABELS[kind], f"{PATH}?{urlencode({**along, 'loai': kind.value}, safe=',')}")
            for kind in form.kinds
        ]
        by_officer = rule.giver is Side.OFFICER
        self.giver = form.giver.full_name if form.giver else "" if by_officer else "Bộ phận thụ lý"
        self.office, self._office_code = form.office.name, form.office.code
        self._giver_id = form.giver.id if form.giver else None
        self.may_choose_giver = form.may_choose_giver
        self.rows = [_row(each) for each in form.cases]
        barred = sum(bool(row.problem) for row in self.rows)
        self.summary = f"{format_number(len(self.rows))} hồ sơ" + (f", {barred} không bàn giao được" if barred else "")
        self.adder_key = f"{self.form_key}.{len(self.rows)}"
        self.receivers = [_receiver(each) for each in form.receivers]
        self.no_receivers = not form.receivers
        self.reason_needed = rule.reason_needed
        self.draft_key = f"ban-giao:{form.handover_id or self.kind}"

    # -- choosing ------------------------------------------------------------------------------------------------------

    @rx.event(supersedes=True)
    @policy(Permission.HANDOVER_CREATE)
    async def search_cases(self, text: str) -> None:
        """Fill the choice of cases that can be added."""
        chosen = {row.id for row in self.rows}
        found = await self._givable(current_actor(), str(text), 20 + len(chosen))
        self.case_options = [
            Option(str(case.id), f"{case.decision_number} · {case.debtor_name}", CASE_STATUS_LABELS[case.status])
            for case in found
            if str(case.id) not in chosen
        ][:20]

    async def _givable(self, actor: Actor, text: str, limit: int) -> Sequence[Any]:
        if not self.ready:
            return []
        try:
            return await givable_cases(
                actor, HandoverKind(self.kind), self._giver_id, self._office_code, text, limit=limit
            )
        except DomainError:
            return []

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def add_case(self, case_id: str) -> Any:
        """Put one more case on the form."""
        return self._go_with([*self._chosen(), *_ids(str(case_id))])

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def add_all(self) -> Any:
        """Put every open case of the giver on the form, as many as one handover holds."""
        found = await self._givable(current_actor(), "", MAX_ITEMS)
        return self._go_with([*self._chosen(), *(case.id for case in found)])

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def drop_case(self, case_id: str) -> Any:
        """Take a case off the form."""
        return self._go_with([each for each in self._chosen() if str(each) != str(case_id)])

    def _chosen(self) -> list[int]:
        return [int(row.id) for row in self.rows]

    def _go_with(self, case_ids: Iterable[int]) -> Any:
        """The same form with these cases: they stand in the address."""
        wanted = list(dict.fromkeys(case_ids))
        if len(wanted) > MAX_ITEMS:
            self.errors = {**self.errors, "": sentence("handover_too_many", limit=MAX_ITEMS)}
            wanted = wanted[:MAX_ITEMS]
        asked = dict(self.router.url.query_parameters)
        if wanted == self._chosen():
            return None
        self._continuing = ",".join(map(str, wanted)) or NO_CASES
        words = {**asked, "loai": asked.get("loai") or self.kind, "viec": self._continuing}
        return rx.redirect(f"{PATH}?{urlencode(words, safe=',')}", replace=True)

    @rx.event(supersedes=True)
    @policy(Permission.HANDOVER_APPROVE)
    async def search_givers(self, text: str) -> None:
        """Fill the choice of officers a head gives for."""
        found = await givers(current_actor(), str(text))
        self.giver_options = [Option(officer.code, officer.full_name, officer.code) for officer in found]

    @rx.event
    @policy(Permission.HANDOVER_APPROVE)
    async def pick_giver(self, code: str) -> Any:
        """Give for another officer: another form."""
        asked = {name: text for name, text in self.router.url.query_parameters.items() if name in ("nam", "don-vi")}
        words = {**asked, "loai": self.kind, "tu": str(code)[:40]}
        return rx.redirect(f"{PATH}?{urlencode(words)}", replace=True)

    # -- saving --------------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def intend(self, what: str) -> None:
        """What the save that follows shall do: send, or only keep the draft."""
        self._keep_only = what == "keep"

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def save(self, form_data: dict) -> Any:
        """Keep what is on the form and, unless it shall only be kept, send it."""
        if not self.ready:
            return
        actor, typed, keep_only = current_actor(), Typed(form_data), self._keep_only
        command = self._command(typed)
        if typed.errors:
            missing = {} if keep_only else _missing(command, reason_needed=self.reason_needed)
            self.errors = words_of(missing | typed.errors)
            return
        self.errors = {}
        try:
            kept = await save_draft(actor, command)
            self._handover_id, self._version = kept.id, kept.version
            done = kept if keep_only else await send_handover(actor, kept.id, expected_version=kept.version)
        except Invalid as wrong:
            self.errors = words_of(_by_input(wrong.fields)) or {"": sentence(wrong)}
            return
        except StaleVersion as stale:
            # Once told, a second save means it: what is typed here wins over what the other person kept.
            self.errors = {"": sentence(stale)}
            self._version = (await handover_form(actor, FormRequest(handover_id=self._handover_id))).version
            return
        except DomainError as problem:
            self.errors = {"": sentence(problem)}
            return
        await announce(self, _done_words(done, sent_now=not keep_only))
        self.saved = str(uuid4())
        yield
        self.ready = False
        yield rx.redirect(f"/ban-giao/{done.id}")

    def _command(self, typed: Typed) -> SaveHandover:
        items = [
            ItemInput(
                case_id=int(row.id),
                sheet_count=_count(typed, f"sheets_{row.id}"),
                money_in_custody=typed.money(f"money_{row.id}") or 0,
                open_deadlines=typed.text(f"deadlines_{row.id}", 500),
                note=typed.text(f"note_{row.id}", 500),
            )
            for row in self.rows
        ]
        return SaveHandover(
            handover_id=self._handover_id,
            kind=HandoverKind(self.kind),
            giver_staff_id=self._giver_id,
            receiver_staff_id=typed.identifier("receiver", needed=False),
            reason=typed.text("reason", 500),
            items=items,
            expected_version=self._version,
        )


def request_of(parameters: dict[str, str]) -> FormRequest:
    """What an address asks the form for; what cannot be read is left out."""
    kind = parameters.get("loai", "")
    draft = _ids(parameters.get("phieu", ""))
    return FormRequest(
        kind=HandoverKind(kind) if kind in frozenset(HandoverKind) else None,
        giver_code=parameters.get("tu", "").replace("\x00", "")[:40],
        case_ids=tuple(_ids(parameters.get("viec", ""))),
        handover_id=draft[0] if draft else None,
    )


def _ids(words: str) -> list[int]:
    found = [word for word in words.split(",") if word.isascii() and word.isdigit() and len(word) <= LONGEST_ID]
    return list(dict.fromkeys(int(word) for word in found))


def _count(typed: Typed, name: str) -> int:
    text = typed.text(name, 12).replace(".", "").replace(" ", "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()):
        typed.errors[name] = FieldError("not_a_number")
        return 0
    return int(text)


def _missing(command: SaveHandover, *, reason_needed: bool) -> dict[str, FieldError]:
    """What sending would miss, so that all mistakes are named at once."""
    found: dict[str, FieldError] = {}
    if command.receiver_staff_id is None:
        found["receiver"] = FieldError("handover_receiver_needed")
    if reason_needed and not command.reason:
        found["reason"] = FieldError("handover_reason_needed")
    return found


def _by_input(fields: dict[str, FieldError]) -> dict[str, FieldError]:
    """Errors by the name of the input they stand beside."""
    found: dict[str, FieldError] = {}
    for name, error in fields.items():
        _, _, rest = name.partition("items.")
        case_id, _, field = rest.partition(".")
        found[f"{FIELDS.get(field, 'case')}_{case_id}" if rest else name] = error
    return found


def _row(each: FormCase) -> FormRow:
    case = each.case
    return FormRow(
        id=str(case.id),
        number=case.decision_number,
        debtor=case.debtor_name,
        about=f"{CASE_STATUS_LABELS[case.status]} · còn {format_compact_money(case.outstanding)}",
        problem=sentence(each.problem) if each.problem else "",
        sheets=str(each.sheet_count or ""),
        money=format_money(each.money_in_custody) if each.money_in_custody else "",
        deadlines=each.open_deadlines,
        note=each.note,
    )


def _receiver(each: Receiver) -> Option:
    load = ""
    if each.open_cases is not None:
        load = f" ({format_number(each.open_cases)} việc đang mở, còn {format_compact_money(each.outstanding)})"
    where = "" if each.same_office else f" · {each.office}"
    unable = "" if each.can_sign_in else " · chưa có tài khoản"
    return Option(str(each.id), f"{each.name}{where}{load}{unable}")


def _done_words(saved: SavedHandover, *, sent_now: bool) -> str:
    if sent_now:
        return f"Đã gửi bàn giao {saved.label}. Bên nhận đã được báo."
    return f"Đã lưu bản nháp {saved.label}."
