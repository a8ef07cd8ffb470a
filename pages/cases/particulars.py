"""What a case says about itself, as form fields: shared by entering a case and editing one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from components.form import grid, repeater, section
from components.formats import format_date, format_money
from components.inputs import Errors, checkbox_field, date_field, money_field, select_field, text_field
from models.enums import JUDGMENT_KIND_LABELS, PARTY_ROLE_LABELS, SOURCE_LABELS, JudgmentKind, PartyRole, Source
from models.personal_enums import PERSONAL_FIELD_LABELS, PersonalField
from pages.cases.typed import Typed
from thads_app import clock
from thads_app.errors import FieldError
from thads_app.rules.personal_data import MASK
from thads_app.services.case_edits import EDITABLE_PARTIES
from thads_app.services.case_particulars import Particulars
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase
from thads_app.services.office_tree import office_tree
from thads_app.services.registration import registration_errors

PARTY_ROWS = EDITABLE_PARTIES
OBLIGATION_ROWS = 20
ORDER = (
    "",
    "judgment.number",
    "judgment.judgment_date",
    "judgment.kind",
    "judgment.issuing_body",
    "parties",
    "obligations",
    "office",
    "decision_date",
    "decision_number",
    "source",
    "staff_id",
    "assigned_on",
)
Values = Any  # a var of dict[str, str]; the checker knows no items of vars


@dataclass
class ReadParticulars:
    """What a form says, with the form's own row numbers behind the lists' positions."""

    particulars: Particulars
    party_rows: list[int] = field(default_factory=list)
    obligation_rows: list[int] = field(default_factory=list)

    def errors(self, found: dict[str, FieldError]) -> dict[str, FieldError]:
        """Errors by list position as errors by form row."""
        return {self._name(name): error for name, error in found.items()}

    def _name(self, name: str) -> str:
        head, _, rest = name.partition(".")
        rows = {"parties": self.party_rows, "obligations": self.obligation_rows}.get(head)
        number, _, part = rest.partition(".")
        if rows is None or not number.isdigit() or int(number) >= len(rows):
            return name
        return f"{head}.{rows[int(number)]}.{part}"


def read_particulars(typed: Typed, *, people: bool = True) -> ReadParticulars:
    """Read the fields; what cannot be read is in `typed.errors`.

    Args:
        typed: the submitted form.
        people: whether the form holds the parties.
    """
    party_rows = _rows(typed, "parties", ("name", *PersonalField, "address"), PARTY_ROWS) if people else []
    owed_rows = _rows(typed, "obligations", ("content", "amount"), OBLIGATION_ROWS)
    particulars = Particulars(
        decision_number=typed.text("decision_number", 60),
        decision_date=typed.day("decision_date"),
        source=typed.word("source", Source),
        received_entrustment=typed.ticked("received_entrustment"),
        state_revenue=typed.ticked("state_revenue"),
        credit_institution=typed.ticked("credit_institution"),
        judgment=JudgmentInput(
            number=typed.text("judgment.number", 80),
            judgment_date=typed.day("judgment.judgment_date"),
            issuing_body=typed.text("judgment.issuing_body", 200),
            kind=typed.word("judgment.kind", JudgmentKind),
        ),
        parties=[_party(typed, row) for row in party_rows] if people else None,
        obligations=[_obligation(typed, row) for row in owed_rows],
    )
    return ReadParticulars(particulars, party_rows, owed_rows)


async def missing_fields(read: ReadParticulars, office_id: int | None) -> dict[str, FieldError]:
    """What the service would say of the rest, so that all mistakes are named at once.

    Args:
        read: the form.
        office_id: where it is registered; None when the form does not ask (then the nation, which always exists).
    """
    tree = await office_tree()
    asked = read.particulars.model_dump()
    people = asked.pop("parties") or [{"role": PartyRole.DEBTOR, "name": "…"}]
    command = RegisterCase(office_id=office_id or tree.root.id, parties=people if read.party_rows else [], **asked)
    found = registration_errors(command, tree, clock.today())
    if read.particulars.parties is None:
        found.pop("parties", None)
    return read.errors(found)


def in_order(errors: dict[str, str]) -> dict[str, str]:
    """Errors in the order of the form's fields."""
    heads = list(ORDER)

    def place(name: str) -> tuple[int, str]:
        head = name.partition(".")[0] if name.startswith(("parties", "obligations")) else name
        return (heads.index(head) if head in heads else len(heads), name)

    return {name: errors[name] for name in sorted(errors, key=place)}


def _rows(typed: Typed, head: str, parts: tuple[str, ...], most: int) -> list[int]:
    """The rows in use: those that say anything."""
    return [row for row in range(most) if any(typed.text(f"{head}.{row}.{part}", 1000) for part in parts)]


def _party(typed: Typed, row: int) -> PartyInput:
    name = f"parties.{row}"
    return PartyInput(
        role=typed.word(f"{name}.role", PartyRole) or PartyRole.DEBTOR,
        name=typed.text(f"{name}.name", 200),
        id_number=typed.text(f"{name}.id_number", 40) or None,
        telephone=typed.text(f"{name}.telephone", 40) or None,
        bank_account=typed.text(f"{name}.bank_account", 120) or None,
        address=typed.text(f"{name}.address", 300) or None,
        id=_key(typed.text(f"{name}.id", 18)),
    )


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _obligation(typed: Typed, row: int) -> ObligationInput:
    name = f"obligations.{row}"
    return ObligationInput(
        content=typed.text(f"{name}.content", 1000),
        amount=typed.money(f"{name}.amount") or 0,
        state_revenue=typed.ticked(f"{name}.state_revenue"),
    )


def form_values(particulars: Particulars) -> dict[str, str]:
    """What the fields start from."""
    judgment = particulars.judgment
    found = {
        "decision_number": particulars.decision_number,
        "decision_date": format_date(particulars.decision_date),
        "source": particulars.source.value if particulars.source else "",
        "received_entrustment": _tick(particulars.received_entrustment),
        "state_revenue": _tick(particulars.state_revenue),
        "credit_institution": _tick(particulars.credit_institution),
        "judgment.number": judgment.number,
        "judgment.judgment_date": format_date(judgment.judgment_date),
        "judgment.issuing_body": judgment.issuing_body,
        "judgment.kind": judgment.kind.value if judgment.kind else "",
    }
    for row, party in enumerate(particulars.parties or []):
        found[f"parties.{row}.role"] = party.role.value
        found[f"parties.{row}.name"] = party.name
        found[f"parties.{row}.id"] = str(party.id or "")
        for number in PersonalField:
            found[f"parties.{row}.{number}"] = getattr(party, number) or ""
        found[f"parties.{row}.address"] = party.address or ""
    for row, owed in enumerate(particulars.obligations):
        found[f"obligations.{row}.content"] = owed.content
        found[f"obligations.{row}.amount"] = format_money(owed.amount)
        found[f"obligations.{row}.state_revenue"] = _tick(owed.state_revenue)
    return found


def _tick(value: bool) -> str:
    return "on" if value else ""


def judgment_fields(values: Values, errors: Errors, **handlers: Any) -> rx.Component:
    """The judgment. `handlers` go to the number and the date (a look for duplicates when they are left)."""
    return section(
        "Bản án, quyết định được thi hành",
        grid(
            text_field(
                "judgment.number",
                "Số bản án",
                hint="Ví dụ: 12/2025/DS-ST",
                errors=errors,
                default_value=values["judgment.number"],
                max_length=80,
                class_name="span-4",
                **handlers.get("number", {}),
            ),
            date_field(
                "judgment.judgment_date",
                "Ngày bản án",
                errors=errors,
                default_value=values["judgment.judgment_date"],
                class_name="span-4",
                **handlers.get("date", {}),
            ),
            select_field(
                "judgment.kind",
                "Loại án",
                JUDGMENT_KIND_LABELS,
                errors=errors,
                default_value=values["judgment.kind"],
                class_name="span-4",
            ),
            text_field(
                "judgment.issuing_body",
                "Cơ quan ban hành",
                hint="Ví dụ: TAND khu vực 3 – An Giang",
                errors=errors,
                default_value=values["judgment.issuing_body"],
                max_length=200,
                class_name="span-12",
            ),
        ),
    )


def decision_fields(values: Values, errors: Errors, *more: rx.Component, number_hint: Any = "") -> rx.Component:
    """The enforcement decision and what the case is counted under; `more` stands before the rest."""
    return section(
        "Quyết định thi hành án",
        grid(
            *more,
            text_field(
                "decision_number",
                "Số quyết định",
                hint=number_hint,
                errors=errors,
                default_value=values["decision_number"],
                max_length=60,
                class_name="span-4",
            ),
            date_field(
                "decision_date",
                "Ngày quyết định",
                errors=errors,
                default_value=values["decision_date"],
                class_name="span-4",
            ),
            select_field(
                "source",
                "Nguồn thụ lý",
                SOURCE_LABELS,
                errors=errors,
                default_value=values["source"],
                class_name="span-4",
            ),
        ),
        rx.el.div(
            _box("received_entrustment", "Nhận ủy thác từ nơi khác", values),
            _box("credit_institution", "Bên được thi hành là tổ chức tín dụng", values),
            _box("state_revenue", "Thu cho ngân sách nhà nước", values),
            style={"display": "flex", "flexWrap": "wrap", "gap": "8px 24px", "marginTop": "12px"},
        ),
    )


def _box(name: str, label: str, values: Values) -> rx.Component:
    return checkbox_field(name, label, default_checked=values[name] == "on")


def party_fields(
    values: Values, errors: Errors, *, shown: int | rx.Var[int] = 2, first: dict[str, Any] | None = None
) -> rx.Component:
    """The parties, one row each; `first` goes to the first name field."""

    def row(index: int) -> list[rx.Component]:
        name = f"parties.{index}"
        return [
            select_field(
                f"{name}.role",
                "Tư cách",
                PARTY_ROLE_LABELS,
                blank=None,
                errors=errors,
                default_value=rx.cond(values[f"{name}.role"], values[f"{name}.role"], _usual_role(index)),
                class_name="span-4",
            ),
            text_field(
                f"{name}.name",
                "Họ tên, tên tổ chức",
                errors=errors,
                default_value=values[f"{name}.name"],
                max_length=200,
                class_name="span-8",
                **(first or {} if index == 0 else {}),
            ),
            *(_number_field(f"{name}.{number}", number, values, errors) for number in PersonalField),
            text_field(
                f"{name}.address",
                "Địa chỉ",
                default_value=values[f"{name}.address"],
                max_length=300,
                class_name="span-12",
            ),
            rx.el.input(type="hidden", name=f"{name}.id", default_value=values[f"{name}.id"]),
        ]

    return section(
        "Đương sự",
        _rows_error(errors, "parties"),
        repeater(row, rows=PARTY_ROWS, shown=shown, add="Thêm đương sự"),
    )


def _number_field(name: str, number: PersonalField, values: Values, errors: Errors) -> rx.Component:
    """A number of a person: shown masked, and kept as it is when it comes back so."""
    hint = "Số tài khoản – tên ngân hàng" if number is PersonalField.BANK_ACCOUNT else ""
    return text_field(
        name,
        PERSONAL_FIELD_LABELS[number],
        hint=rx.cond(
            values[name],  # a new form has no such value yet
            rx.cond(values[name].contains(MASK), "Đang che; để nguyên là giữ số cũ", hint),
            hint,
        ),
        errors=errors,
        default_value=values[name],
        max_length=120 if number is PersonalField.BANK_ACCOUNT else 40,
        class_name="span-4",
    )


def _usual_role(index: int) -> str:
    """Mostly the first row is the debtor and the second the creditor."""
    return (PartyRole.CREDITOR if index == 1 else PartyRole.DEBTOR).value


def obligation_fields(values: Values, errors: Errors, *, shown: int | rx.Var[int] = 1) -> rx.Component:
    """The obligations, one row each."""

    def row(index: int) -> list[rx.Component]:
        name = f"obligations.{index}"
        return [
            text_field(
                f"{name}.content",
                "Nội dung nghĩa vụ",
                hint="Ví dụ: Trả nợ gốc và lãi" if index == 0 else "",
                errors=errors,
                default_value=values[f"{name}.content"],
                max_length=1000,
                class_name="span-6",
            ),
            money_field(
                f"{name}.amount",
                "Số tiền",
                hint="Để trống nếu không có giá trị bằng tiền" if index == 0 else "",
                errors=errors,
                default_value=values[f"{name}.amount"],
                class_name="span-4",
            ),
            rx.el.div(
                _box(f"{name}.state_revenue", "Thu NSNN", values),
                class_name="field span-2",
                style={"alignSelf": "center"},
            ),
        ]

    return section(
        "Nghĩa vụ phải thi hành",
        _rows_error(errors, "obligations"),
        repeater(row, rows=OBLIGATION_ROWS, shown=shown, add="Thêm nghĩa vụ"),
    )


def _rows_error(errors: Errors, name: str) -> rx.Component:
    return rx.cond(
        errors[name],
        rx.el.div(rx.el.span(errors[name]), class_name="field-error", id=f"o-{name}", tab_index=-1),
    )
