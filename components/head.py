"""What every document carries in its head: the look, the fonts, the small scripts."""

from __future__ import annotations

import reflex as rx

from components.elements import asset_url

STYLESHEETS = [f"/css/{name}.css" for name in ("fonts", "base", "frame", "controls", "content", "print")]
"""For ``rx.App(stylesheets=...)``; the order matters."""

SCRIPTS = ("fields.js", "drafts.js", "tables.js", "keyboard.js")
"""Plain scripts, no framework, no eval; drafts.js and keyboard.js use fields.js, so it comes first."""


def head_components() -> list[rx.Component]:
    """Return what ``rx.App(head_components=...)`` takes."""
    fonts = [
        rx.el.link(
            rel="preload",
            href=f"/fonts/be-vietnam-pro-{subset}-{weight}-normal.woff2",
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
        )
        for weight in (400, 600)
        for subset in ("latin", "vietnamese")
    ]
    return [
        rx.el.link(rel="icon", href=asset_url("favicon.svg"), type="image/svg+xml"),
        *fonts,
        *(rx.el.script(src=asset_url(name), defer=True) for name in SCRIPTS),
    ]
