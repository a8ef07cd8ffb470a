"""Numbers of people on their way to a form and back: masked when shown, kept when they come back as they were shown.

A form, or a program, that holds `•••••••••123` where it was shown that keeps the number there is. So changing a name
never needs the number, and the number never travels to the browser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.personal_enums import PERSONAL_FIELD_LABELS, PersonalField
from thads_app.auth.sealing import keyed_digest
from thads_app.rules.personal_data import is_masked, mask, mask_text
from thads_app.services.registration import ObligationInput, PartyInput


def shown_party(party: PartyInput) -> PartyInput:
    """A party with its numbers masked."""
    return party.model_copy(update={field.value: mask(field, getattr(party, field)) or None for field in PersonalField})


def shown_obligation(owed: ObligationInput) -> ObligationInput:
    """An obligation with the numbers in its words masked."""
    return owed.model_copy(update={"content": mask_text(owed.content)})


def kept_parties(wanted: Sequence[PartyInput], present: Sequence[PartyInput]) -> list[PartyInput]:
    """The parties wanted, with the present numbers where a mask came back; a mask of nobody's number stays one.

    A mask means the number of the same party: by its id, else by role and name, else of the only one it fits.
    """
    return [_kept(party, present) for party in wanted]


def _kept(party: PartyInput, present: Sequence[PartyInput]) -> PartyInput:
    changes: dict[str, Any] = {"id": None}
    for field in PersonalField:
        shown = getattr(party, field)
        if is_masked(shown):
            changes[field.value] = _number_behind(party, field, shown, present) or shown
    return party.model_copy(update=changes)


def _number_behind(party: PartyInput, field: PersonalField, shown: str, present: Sequence[PartyInput]) -> str | None:
    fitting = [other for other in present if mask(field, getattr(other, field)) == shown]
    same = [other for other in fitting if party.id is not None and other.id == party.id]
    alike = [other for other in fitting if (other.role, other.name) == (party.role, party.name)]
    for found in (same, alike, fitting):
        numbers = {str(getattr(other, field)) for other in found}
        if len(numbers) == 1:
            return numbers.pop()
    return None


def kept_obligations(wanted: Sequence[ObligationInput], present: Sequence[ObligationInput]) -> list[ObligationInput]:
    """The obligations wanted, with the present words where they came back as they were shown."""
    words = {mask_text(owed.content): owed.content for owed in present}
    return [
        owed.model_copy(update={"content": words.get(owed.content, owed.content)}) if is_masked(owed.content) else owed
        for owed in wanted
    ]


def changed_numbers(before: PartyInput, after: PartyInput) -> list[str]:
    """The labels of the numbers that differ between two readings of a party."""
    return [
        label.lower()
        for field, label in PERSONAL_FIELD_LABELS.items()
        if (getattr(before, field) or None) != (getattr(after, field) or None)
    ]


def seal(parties: Sequence[PartyInput], obligations: Sequence[ObligationInput]) -> str:
    """A mark that changes with any number or word that is masked, and from which none of them can be read."""
    parts = [str(getattr(party, field) or "") for party in parties for field in PersonalField]
    parts += [owed.content for owed in obligations]
    return keyed_digest("party-numbers", "\x1f".join(parts))
