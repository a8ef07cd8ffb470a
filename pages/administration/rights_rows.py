"""Rights written out for people: what somebody may do and why, and what a change does."""

from __future__ import annotations

from dataclasses import dataclass

from thads_app.services.administration.effective_rights import ChangeLine, EffectiveRights, Preview, Reason


@dataclass(frozen=True)
class RightRow:
    """One thing somebody may do: where, and through what."""

    key: str
    label: str
    meaning: str
    offices: str
    reasons: list[str]


@dataclass(frozen=True)
class ChangeRow:
    """What a change does to one right."""

    label: str
    before: str
    after: str
    word: str
    tone: str


def right_rows(told: EffectiveRights) -> list[RightRow]:
    """The rights somebody has, written out."""
    return [
        RightRow(
            line.permission.value,
            line.label,
            line.meaning,
            line.offices.text,
            [_reason_words(each) for each in line.reasons],
        )
        for line in told.lines
    ]


def _reason_words(reason: Reason) -> str:
    giver = f", {reason.given_by} cấp" if reason.given_by and not reason.authorisation else ""
    return f"{reason.text} ({reason.period}{giver})"


def change_rows(preview: Preview) -> list[ChangeRow]:
    """What a change does, written out."""
    return [ChangeRow(each.label, each.before.text, each.after.text, *_word(each)) for each in preview.lines]


def _word(change: ChangeLine) -> tuple[str, str]:
    if change.gained and change.lost:
        return "Đổi phạm vi", "warn"
    return ("Thêm", "good") if change.gained else ("Mất", "warn")
