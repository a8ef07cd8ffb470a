"""Status = shape + colour + word, never colour alone."""

from __future__ import annotations

from typing import Final

import reflex as rx

from components.elements import Text, asset_url

SHAPES: Final[dict[str, tuple[str, str]]] = {
    # cases
    "in_progress": ("ring", "progress"),
    "without_conditions": ("diamond", "warn"),
    "postponed_by_agreement": ("square", "hold"),
    "postponed_other": ("square-half", "hold"),
    "suspended": ("pause", "hold"),
    "held_other": ("triangle", "hold"),
    "separate_book": ("book", "warn"),
    "completed": ("disc", "good"),
    "terminated": ("filled-square", "closed"),
    "request_returned": ("arrow-back", "closed"),
    "entrusted": ("arrow-out", "closed"),
    "withdrawn": ("arrow-up", "closed"),
    "revoked": ("cross", "closed"),
    # handovers and their items; background jobs
    "draft": ("dots", "closed"),
    "sent": ("ring", "progress"),
    "pending": ("ring", "progress"),
    "accepted": ("check", "progress"),
    "confirmed": ("disc", "good"),
    "refused": ("cross", "alert"),
    "recalled": ("arrow-back", "closed"),
    "closed": ("filled-square", "closed"),
    "queued": ("dots", "closed"),
    "running": ("ring", "progress"),
    "done": ("disc", "good"),
    "rejected": ("diamond", "warn"),
    "failed": ("cross", "alert"),
}
"""Code → (shape, tone), for every status of the glossary.

Symbols ``s-…`` of ``assets/icons.svg``, tones of ``content.css``.
"""


def status(code: rx.Var[str] | str, label: Text, *, large: bool = False) -> rx.Component:
    """Show a status by its *code*; *label* is the word beside the enum.

    An unknown code falls back to a ring in grey.
    """
    shapes = rx.Var.create({name: shape for name, (shape, _) in SHAPES.items()})
    tones = rx.Var.create({name: tone for name, (_, tone) in SHAPES.items()})
    shape = rx.cond(shapes[code], shapes[code], "ring")
    return rx.el.span(
        rx.el.svg(
            rx.el.svg.use(href=rx.Var.create(f"{asset_url('icons.svg')}#s-{shape}")),
            view_box="0 0 16 16",
            aria_hidden="true",
        ),
        label,
        class_name="status large" if large else "status",
        data_tone=rx.cond(tones[code], tones[code], "closed"),
    )


def tag(text: Text, tone: Text = "") -> rx.Component:
    """A small word in a box: "muộn 13 ngày", "nháp". *tone*: blank, accent, good, warn, alert."""
    return rx.el.span(text, class_name="tag", data_tone=tone)


def late(text: Text, is_late: rx.Var[bool] | bool) -> rx.Component:
    """A deadline, red only when it is late (``formats.deadline`` writes the words)."""
    return rx.el.span(text, class_name=rx.cond(is_late, "late", "nowrap"))
