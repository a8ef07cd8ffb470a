"""What an edit may change of a case, as it is shown, and what differs between two readings of it, in words."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from models.enums import JUDGMENT_KIND_LABELS, PARTY_ROLE_LABELS, SOURCE_LABELS, Source
from models.personal_enums import PersonalField
from thads_app.rules.personal_data import mask, mask_text
from thads_app.rules.vietnamese import format_date, format_money
from thads_app.services.party_numbers import (
    changed_numbers,
    kept_obligations,
    kept_parties,
    seal,
    shown_obligation,
    shown_party,
)
from thads_app.services.registration import JudgmentInput, ObligationInput, PartyInput

_YES, _NO = "Có", "Không"


class Particulars(BaseModel):
    """What an edit may change. `parties` is None when there are more than `EDITABLE_PARTIES`."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)

    decision_number: str
    decision_date: date | None
    source: Source | None
    received_entrustment: bool = False
    state_revenue: bool = False
    credit_institution: bool = False
    judgment: JudgmentInput
    parties: list[PartyInput] | None
    obligations: list[ObligationInput]


def shown(present: Particulars) -> Particulars:
    """The particulars as a form gets them: people's numbers masked."""
    parties = None if present.parties is None else [shown_party(party) for party in present.parties]
    obligations = [shown_obligation(owed) for owed in present.obligations]
    return present.model_copy(update={"parties": parties, "obligations": obligations})


def kept(wanted: Particulars, present: Particulars) -> Particulars:
    """The particulars with the numbers and words there are where they came back masked."""
    parties = None if wanted.parties is None else kept_parties(wanted.parties, present.parties or [])
    obligations = kept_obligations(wanted.obligations, present.obligations)
    return wanted.model_copy(update={"parties": parties, "obligations": obligations})


def seal_of(present: Particulars) -> str:
    """A mark that changes with any number that is masked."""
    return seal(present.parties or [], present.obligations)


def differences(before: Particulars, after: Particulars) -> dict[str, tuple[str, str]]:
    """Field → (before, after) in words, for those that differ. Numbers stay masked; which of them changed is said."""
    one, other = described(before), described(after)
    found = {name: (one.get(name, ""), other.get(name, "")) for name in one | other if one.get(name) != other.get(name)}
    for index, (was, now) in enumerate(zip(before.parties or [], after.parties or [], strict=False)):
        name = f"parties.{index}"
        if name not in found and (numbers := changed_numbers(was, now)):
            found[name] = (one[name], f"{other[name]} · đổi {', '.join(numbers)}")
    for index, (was, now) in enumerate(zip(before.obligations, after.obligations, strict=False)):
        name = f"obligations.{index}"
        if name not in found and was != now:
            found[name] = (one[name], f"{other[name]} · đổi số trong nội dung")
    return found


def described(particulars: Particulars) -> dict[str, str]:
    """Every field of an edit as a person reads it, people's numbers masked."""
    judgment = particulars.judgment
    found = {
        "decision_number": particulars.decision_number,
        "decision_date": format_date(particulars.decision_date),
        "source": SOURCE_LABELS[particulars.source] if particulars.source else "",
        "received_entrustment": _yes(particulars.received_entrustment),
        "state_revenue": _yes(particulars.state_revenue),
        "credit_institution": _yes(particulars.credit_institution),
        "judgment.number": judgment.number,
        "judgment.judgment_date": format_date(judgment.judgment_date),
        "judgment.issuing_body": judgment.issuing_body,
        "judgment.kind": JUDGMENT_KIND_LABELS[judgment.kind] if judgment.kind else "",
    }
    for index, party in enumerate(particulars.parties or []):
        numbers = [mask(field, getattr(party, field)) for field in PersonalField]
        parts = [party.name, PARTY_ROLE_LABELS[party.role].lower(), *numbers, party.address or ""]
        found[f"parties.{index}"] = " · ".join(part for part in parts if part)
    for index, owed in enumerate(particulars.obligations):
        found[f"obligations.{index}"] = f"{mask_text(owed.content)} · {format_money(owed.amount)} đ" + (
            " · thu NSNN" if owed.state_revenue else ""
        )
    return found


def _yes(value: bool) -> str:
    return _YES if value else _NO
