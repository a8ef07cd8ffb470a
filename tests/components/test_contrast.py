"""Text can be read in both themes: WCAG 2.2 contrast of every pair of tokens that is used together."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "assets" / "css" / "base.css").read_text()


def _tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"[^{]*\{(.*?)\n\}", CSS, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", block[1]))


LIGHT = _tokens(":root")
THEMES = {"light": LIGHT, "dark": LIGHT | _tokens(".dark")}

INKS = ("ink", "muted", "accent", "alert", "good", "warn", "hold", "closed")
TEXT_PAIRS = [
    *((ink, ground) for ink in INKS for ground in ("card", "ground", "hover", "accent-soft")),
    ("alert", "alert-soft"), ("ink", "alert-soft"), ("good", "good-soft"), ("warn", "warn-soft"), ("ink", "warn-soft"),
    ("on-fill", "accent-fill"), ("on-fill", "accent-fill-hover"), ("on-fill", "alert-fill"),
    ("on-inverse", "inverse"), ("on-inverse-muted", "inverse"),
]  # fmt: skip
SHAPE_PAIRS = [
    ("control-line", "card"),
    ("control-line", "ground"),
    ("focus", "card"),
    ("focus", "ground"),
    ("second", "card"),
    ("accent", "track"),
]


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_text_can_be_read(theme: str) -> None:
    tokens = THEMES[theme]
    weak = {pair: round(_contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in TEXT_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_controls_and_focus_can_be_seen(theme: str) -> None:
    tokens = THEMES[theme]
    weak = {pair: round(_contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in SHAPE_PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


def test_the_faint_colour_never_carries_text() -> None:
    sheets = "".join(path.read_text() for path in (Path(__file__).parents[2] / "assets" / "css").glob("*.css"))
    for rule in re.findall(r"([^{}]+)\{([^{}]*)\}", sheets):
        if re.search(r"(?<![-\w])color:\s*var\(--faint\)", rule[1]):
            assert "::before" in rule[0] or ".icon" in rule[0], rule[0]
