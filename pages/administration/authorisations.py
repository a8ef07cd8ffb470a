"""A head's written authorisations: recorded from the signed paper, withdrawn with a reason, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from components.inputs import Option
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError
from thads_app.rules.rights import AUTHORISABLE, Permission
from thads_app.rules.vietnamese import format_date, format_moment
from thads_app.services.administration.authorisations import (
    AUTHORISATION_STATE_LABELS,
    AuthorisationLine,
    AuthorisationState,
    GiveAuthorisation,
    authorisations_given,
    deputies_of,
    give_authorisation,
    withdraw_authorisation,
)
from thads_app.services.office_tree import office_tree
from thads_app.services.search import matches

GIVE, WITHDRAW = "give", "withdraw"
OFFICE_CHOICES = 12
LONGEST_NUMBER, LONGEST_NOTE = 80, 500
WRITTEN = tuple(permission for permission in Permission if permission in AUTHORISABLE)
_TONES = {AuthorisationState.IN_FORCE: "good", AuthorisationState.FUTURE: "accent"}


@dataclass(frozen=True)
class AuthorisationRow:
    """One authorisation, as shown."""

    id: str
    number: str
    signed: str
    head: str
    deputy: str
    office: str
    what: str
    period: str
    note: str
    word: str
    tone: str
    ended: str
    withdrawable: bool


def authorisation_row(line: AuthorisationLine) -> AuthorisationRow:
    """An authorisation written out."""
    ended = ""
    if line.state is AuthorisationState.WITHDRAWN:
        ended = f"{line.withdrawn_by} thu hồi {format_moment(line.withdrawn_at)}: {line.withdraw_reason}"
    return AuthorisationRow(
        id=str(line.id),
        number=line.number,
        signed=f"ký {format_date(line.signed_on)}",
        head=line.head,
        deputy=line.deputy,
        office=line.office_name,
        what=" · ".join(line.permissions),
        period=f"{format_date(line.valid_from)} – {format_date(line.valid_to)}",
        note=line.note,
        word=AUTHORISATION_STATE_LABELS[line.state],
        tone=_TONES.get(line.state, ""),
        ended=ended,
        withdrawable=line.withdrawable,
    )


class AuthorisationsState(rx.State):
    """The authorisations the actor gave."""

    loading: bool = True
    rows: list[AuthorisationRow] = []
    deputies: list[Option] = []
    offices: list[Option] = []
    panel: str = ""
    form_version: str = ""
    saved: str = ""
    today: str = ""
    subject: str = ""
    errors: dict[str, str] = {}
    _authorisation_id: int = 0

    @rx.event(supersedes=True)
    @policy(Permission.AUTHORISATION_GIVE)
    async def load(self) -> None:
        """Show what was given, and whom the actor may authorise."""
        actor = current_actor()
        self.rows = [authorisation_row(line) for line in await authorisations_given(actor)]
        self.deputies = [
            Option(str(each.account_id), f"{each.name} · {each.office_name}") for each in await deputies_of(actor)
        ]
        self.panel, self.loading, self.today = "", False, format_date(clock.today())

    @rx.event
    @policy(Permission.AUTHORISATION_GIVE)
    async def start(self) -> None:
        """Open the panel of a new document."""
        self.errors, self.form_version, self.panel = {}, str(uuid4()), GIVE

    @rx.event
    @policy(Permission.AUTHORISATION_GIVE)
    async def start_withdrawing(self, authorisation_id: str) -> None:
        """Open the panel of a withdrawal."""
        row = next((row for row in self.rows if row.id == authorisation_id and row.withdrawable), None)
        if row is not None:
            self._authorisation_id, self.subject = int(row.id), f"Văn bản số {row.number}, {row.deputy}"
            self.errors, self.form_version, self.panel = {}, str(uuid4()), WITHDRAW

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.panel = ""

    @rx.event(supersedes=True)
    @policy(Permission.AUTHORISATION_GIVE)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices with those the actor heads."""
        scope, tree = current_actor().scope(Permission.AUTHORISATION_GIVE), await office_tree()
        found = [
            node
            for node in sorted(tree.nodes.values(), key=lambda node: (len(node.code), node.code))
            if node.valid_to is None and scope.holds(node.id) and matches(f"{node.short_name} {node.code}", str(text))
        ]
        self.offices = [Option(node.code, node.short_name, node.code) for node in found[:OFFICE_CHOICES]]

    @rx.event
    @policy(Permission.AUTHORISATION_GIVE)
    async def give(self, form_data: dict) -> Any:
        """Record the signed document the form describes."""
        command = self._command(Typed(form_data))
        if command is None:
            return None
        try:
            await give_authorisation(current_actor(), command)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        self.saved = str(uuid4())
        return await self._done(f"Đã ghi nhận văn bản ủy quyền số {command.number}.")

    def _command(self, typed: Typed) -> GiveAuthorisation | None:
        number, office = typed.text("number", LONGEST_NUMBER), typed.text("office_code", 12)
        signed, begins, ends = typed.day("signed_on"), typed.day("valid_from"), typed.day("valid_to")
        deputy, note = typed.identifier("deputy_id"), typed.text("note", LONGEST_NOTE)
        written = [each for each in WRITTEN if typed.ticked(each.value)]
        for name, value in (("number", number), ("office_code", office)):
            if not value:
                typed.errors[name] = FieldError("required")
        if not written:
            typed.errors["permissions"] = FieldError("authorisation_nothing")
        if typed.errors or signed is None or begins is None or ends is None or deputy is None:
            self.errors = words_of(typed.errors)
            return None
        return GiveAuthorisation(
            number=number, signed_on=signed, deputy_id=deputy, office_code=office, permissions=written,
            valid_from=begins, valid_to=ends, note=note,
        )  # fmt: skip

    @rx.event
    @policy(Permission.AUTHORISATION_GIVE)
    async def withdraw(self, form_data: dict) -> Any:
        """Withdraw the authorisation asked about."""
        reason = Typed(form_data).text("reason", LONGEST_NOTE)
        try:
            await withdraw_authorisation(current_actor(), self._authorisation_id, reason)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        return await self._done("Đã thu hồi ủy quyền; người được ủy quyền mất quyền trong vài giây.")

    async def _done(self, words: str) -> Any:
        self.panel, self.errors = "", {}
        await announce(self, words)
        return AuthorisationsState.load
