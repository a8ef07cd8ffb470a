"""One handover: its sides, its dossiers, and answering them one by one or all at once."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import reflex as rx

from components.formats import format_moment, format_number
from components.layout import Crumb
from models.enums import HANDOVER_KIND_LABELS, HANDOVER_STATUS_LABELS, HandoverStatus
from pages.frame import FrameState, announce
from pages.handovers.rows import ItemRow, item_row, result_words, side
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, Invalid, NotFound
from thads_app.messages import sentence
from thads_app.rules.handovers import Confirmer
from thads_app.rules.rights import Permission
from thads_app.services.handover_views import HandoverDetail, handover_detail
from thads_app.services.handovers import (
    ItemResult,
    confirm_items,
    recall_handover,
    refuse_items,
    send_handover,
)

LONGEST_ID = 18


class HandoverState(rx.State):
    """One handover, written out."""

    id: int = 0
    loading: bool = True
    missing: bool = False
    error: str = ""
    number: str = ""
    title: str = ""
    crumbs: list[Crumb] = []
    status: str = ""
    status_label: str = ""
    result: str = ""
    kind: str = ""
    article: str = ""
    giver: str = ""
    receiver: str = ""
    prepared_by: str = ""
    reason: str = ""
    made: str = ""
    sent: str = ""
    closed: str = ""
    totals: str = ""
    is_draft: bool = False
    items: list[ItemRow] = []
    record_href: str = ""
    edit_href: str = ""
    may_recall: bool = False
    confirm_label: str = ""
    approve_label: str = ""
    problems: list[str] = []
    refusing: int = 0
    refusing_as: str = ""
    refusing_title: str = ""
    refusal_errors: dict[str, str] = {}
    asking: str = ""
    recall_title: str = ""
    _version: int = 0

    @rx.event(supersedes=True)
    @policy(Permission.HANDOVER_READ)
    async def load(self) -> Any:
        """Show the handover the address names."""
        handover_id = handover_id_of(self.router.url.path)
        self.loading, self.error, self.problems = True, "", []
        self.refusing, self.asking = 0, ""
        if handover_id != self.id:
            self._clear()
        yield
        await self._show_again(handover_id)
        self.loading = False

    def _clear(self) -> None:
        """Nothing of another handover may stay."""
        self.id, self.number, self.title, self.missing = 0, "", "", False
        self.items, self.crumbs, self.problems = [], [], []
        self.status = self.status_label = self.result = self.kind = self.article = self.totals = ""
        self.giver = self.receiver = self.prepared_by = self.reason = ""
        self.made = self.sent = self.closed = ""
        self.record_href = self.edit_href = self.confirm_label = self.approve_label = ""
        self.may_recall = self.is_draft = False

    async def _show_again(self, handover_id: int) -> None:
        try:
            self._show(await handover_detail(current_actor(), handover_id))
            self.missing = False
        except NotFound:
            self._clear()
            self.missing = True
        except DomainError as problem:
            self.error = sentence(problem)

    def _show(self, detail: HandoverDetail) -> None:
        view = detail.view
        self.id, self._version = view.id, detail.version
        self.number = view.label
        self.title = f"Bàn giao {view.label}"
        self.crumbs = [Crumb("Bàn giao", "/ban-giao"), Crumb(view.label)]
        self.status, self.status_label = view.status.value, HANDOVER_STATUS_LABELS[view.status]
        self.is_draft = view.status is HandoverStatus.DRAFT
        self.result = "" if self.is_draft else result_words(view.items)
        self.kind, self.article = HANDOVER_KIND_LABELS[view.kind], detail.rule.article
        self.giver = side(view.giver, view.giver_office)
        self.receiver = "" if self.is_draft and not view.receiver else side(view.receiver, view.receiver_office)
        self.prepared_by = detail.prepared_by if detail.prepared_by != view.giver else ""
        self.reason = view.reason
        self.made, self.sent, self.closed = (
            format_moment(moment) for moment in (view.created_at, view.sent_at, view.closed_at)
        )
        sheets = sum(item.sheet_count for item in detail.items)
        money = sum(item.money_in_custody for item in detail.items)
        self.totals = f"{view.size} hồ sơ · {format_number(sheets)} bút lục · {format_number(money)} đ đang quản lý"
        self.items = [item_row(item, draft=self.is_draft) for item in detail.items]
        self.record_href = f"/api/handovers/{view.id}/bien-ban.pdf" if view.sent_at else ""
        self.edit_href = f"/ban-giao/moi?phieu={view.id}" if detail.may_edit else ""
        self.may_recall = detail.may_recall
        confirmable = sum(item.may_confirm for item in self.items)
        approvable = sum(item.may_approve for item in self.items)
        self.confirm_label = f"Xác nhận đã nhận {confirmable} hồ sơ" if confirmable else ""
        self.approve_label = f"Thủ trưởng xác nhận {approvable} hồ sơ" if approvable else ""

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def _do(self, act: Callable[[], Coroutine[Any, Any, object]], done: str) -> bool:
        """Do something and show how things stand then, also when somebody else was faster."""
        self.problems, self.asking = [], ""
        handover_id = self.id
        try:
            await act()
        except Invalid as wrong:
            self.problems = [sentence(error) for error in wrong.fields.values()] or [sentence(wrong)]
        except DomainError as problem:
            self.problems = [sentence(problem)]
        else:
            if done:
                await announce(self, done)
        await self._show_again(handover_id)
        return not self.problems

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def send(self) -> Any:
        """Send the draft."""
        actor, handover_id, version = current_actor(), self.id, self._version
        await self._do(
            lambda: send_handover(actor, handover_id, expected_version=version),
            f"Đã gửi bàn giao {self.number}. Bên nhận đã được báo.",
        )
        return FrameState.load

    @rx.event
    @policy(Permission.HANDOVER_CONFIRM)
    async def confirm(self, item_id: int) -> Any:
        """Confirm one dossier as its receiver."""
        return await self._confirm([item_id], Confirmer.RECEIVER)

    @rx.event
    @policy(Permission.HANDOVER_CONFIRM)
    async def confirm_all(self) -> Any:
        """Confirm everything that waits for me as its receiver."""
        return await self._confirm([item.id for item in self.items if item.may_confirm], Confirmer.RECEIVER)

    @rx.event
    @policy(Permission.HANDOVER_APPROVE)
    async def approve(self, item_id: int) -> Any:
        """Confirm one dossier as head."""
        return await self._confirm([item_id], Confirmer.HEAD)

    @rx.event
    @policy(Permission.HANDOVER_APPROVE)
    async def approve_all(self) -> Any:
        """Confirm everything that waits for me as head."""
        return await self._confirm([item.id for item in self.items if item.may_approve], Confirmer.HEAD)

    async def _confirm(self, item_ids: list[int], confirmer: Confirmer) -> Any:
        known = {item.id: item.number for item in self.items}
        wanted = [each for each in item_ids if type(each) is int and each in known]
        if not wanted:
            return None
        actor, handover_id, version = current_actor(), self.id, self._version
        results: list[ItemResult] = []

        async def act() -> None:
            found = await confirm_items(actor, handover_id, wanted, confirmer=confirmer, expected_version=version)
            results.extend(found)
            if not any(each.ok for each in found):
                raise next(each.error for each in found if each.error)

        moved = await self._do(act, "")
        failed = [each.error for each in results if each.error]
        if moved:
            await announce(self, _confirmed_words(results), "warn" if failed else "good")
            self.problems = [sentence(error) for error in failed]
        return FrameState.load

    # -- refusing ------------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.HANDOVER_CONFIRM, Permission.HANDOVER_APPROVE)
    async def start_refusing(self, item_id: int) -> None:
        """Ask why one dossier is refused."""
        item = next((each for each in self.items if each.id == item_id and each.may_refuse), None)
        if item is None or type(item_id) is not int:
            return
        self.refusing, self.refusing_as = item.id, item.may_refuse
        self.refusing_title = f"Từ chối hồ sơ {item.number}?"
        self.refusal_errors = {}

    @rx.event
    @policy("authenticated")
    async def stop_refusing(self) -> None:
        """Close the question."""
        self.refusing = 0

    @rx.event
    @policy(Permission.HANDOVER_CONFIRM, Permission.HANDOVER_APPROVE)
    async def refuse(self, form_data: dict) -> Any:
        """Refuse the dossier asked about, with the reason typed."""
        reason = form_data.get("reason") if isinstance(form_data, dict) else ""
        if not self.refusing or self.refusing_as not in frozenset(Confirmer):
            return None
        actor, item_id, confirmer = current_actor(), self.refusing, Confirmer(self.refusing_as)
        handover_id = self.id
        try:
            await refuse_items(
                actor,
                handover_id,
                [item_id],
                str(reason or ""),
                confirmer=confirmer,
                expected_version=self._version,
            )
        except Invalid as wrong:
            self.refusal_errors = {name: sentence(error) for name, error in wrong.fields.items()}
            return None
        except DomainError as problem:
            # What was typed stays in the question; the page behind it shows how things stand now.
            self.refusal_errors = {"": sentence(problem)}
            await self._show_again(handover_id)
            return None
        self.refusing, self.refusal_errors = 0, {}
        self.problems = []
        await announce(self, "Đã từ chối. Hồ sơ ở lại với bên giao, và họ đã được báo lý do.")
        await self._show_again(handover_id)
        return FrameState.load

    # -- recalling -----------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def ask_recall(self) -> None:
        """Ask before recalling."""
        self.recall_title = f"{'Bỏ bản nháp' if self.is_draft else 'Thu hồi bàn giao'} {self.number}?"
        self.asking = "recall"

    @rx.event
    @policy("authenticated")
    async def stop_asking(self) -> None:
        """Close the question."""
        self.asking = ""

    @rx.event
    @policy(Permission.HANDOVER_CREATE)
    async def recall(self) -> None:
        """Take back what nobody has confirmed."""
        actor, handover_id, version = current_actor(), self.id, self._version
        done = f"Đã bỏ bản nháp {self.number}." if self.is_draft else f"Đã thu hồi bàn giao {self.number}."
        await self._do(lambda: recall_handover(actor, handover_id, expected_version=version), done)


def handover_id_of(path: str) -> int:
    """The handover an address names; 0, which no handover has, when it names none."""
    word = path.rstrip("/").rpartition("/")[2]
    return int(word) if word.isascii() and word.isdigit() and len(word) <= LONGEST_ID else 0


def _confirmed_words(results: list[ItemResult]) -> str:
    done = sum(each.ok for each in results)
    moved = sum(each.moved for each in results)
    words = f"Đã xác nhận {format_number(done)} hồ sơ."
    if moved:
        words += f" Trách nhiệm của {format_number(moved)} hồ sơ đã chuyển."
    if done < len(results):
        words += f" {format_number(len(results) - done)} hồ sơ không xác nhận được."
    return words
