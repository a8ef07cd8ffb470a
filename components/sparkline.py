"""A line as small as a word."""

from __future__ import annotations

import reflex as rx

from components.elements import Text


def sparkline(points: Text, label: Text) -> rx.Component:
    """Draw *points* (``formats.sparkline_points``); *label* says the trend in words to those who cannot see it."""
    return rx.el.svg(
        rx.el.svg.polyline(points=points),
        view_box="0 0 64 18",
        class_name="sparkline",
        role="img",
        aria_label=label,
    )
