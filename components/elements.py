"""Small building stones shared by every component: icons, links, forms that navigate, texts that may be Vars."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_components_core.el.elements.base import BaseHTML
from reflex_components_core.react_router import link as router_link

Text = str | rx.Var[str]
Flag = bool | rx.Var[bool]
Content = rx.Component | str | rx.Var[Any]

ASSETS = Path(__file__).parents[1] / "assets"


@cache
def asset_url(name: str) -> str:
    """Return the address of a file in ``assets/`` with a stamp of its content.

    So that browsers never keep an old one.
    """
    stamp = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:10]
    return f"/{name}?v={stamp}"


def icon(name: Text, *, small: bool = False) -> rx.Component:
    """Draw a symbol of ``assets/icons.svg``; decoration only, the word beside it carries the meaning."""
    return rx.el.svg(
        rx.el.svg.use(href=rx.Var.create(f"{asset_url('icons.svg')}#{name}")),
        class_name="icon icon-small" if small else "icon",
        aria_hidden="true",
    )


def link(*children: Content, href: Text, **props: Any) -> rx.Component:
    """Link inside the app: navigates in the browser without loading the page anew; opens in a new tab as any link."""
    return router_link(*children, to=href, **props)


class PlainAnchor(BaseHTML):
    """The browser's own link. ``rx.el.a`` becomes the router's, which takes a file's address for a page."""

    tag = "a"
    href: rx.Var[str] = field(doc="Address, of this server's HTTP routes.")
    download: rx.Var[bool] = field(doc="The answer is a file to keep.")


def file_link(*children: Content, href: Text, **props: Any) -> rx.Component:
    """Link to a file that the server makes (Excel, PDF): the browser downloads it and the page stays."""
    return PlainAnchor.create(*children, href=href, download=True, **props)


def jump_link(*children: Content, href: Text, **props: Any) -> rx.Component:
    """Link to a place on the same page (``#noi-dung``). The router's link would drop the query of the address."""
    return PlainAnchor.create(*children, href=href, **props)


def only_read(text: Text) -> rx.Component:
    """Text for screen readers alone."""
    return rx.el.span(text, class_name="only-read")


def key_hint(key: str) -> rx.Component:
    """Show which key does the same."""
    return rx.el.kbd(key, aria_hidden="true")


class NavForm(BaseHTML):
    """A GET form that navigates inside the app.

    Its named fields become the query of *action*; the page is not reloaded.
    """

    library = "react-router"
    tag = "Form"
    alias = "RouterForm"
    action: rx.Var[str] = field(doc="Path the fields are sent to.")
    method: rx.Var[str] = field(default=rx.Var.create("get"), doc="Always get: what is chosen is in the address.")
    replace: rx.Var[bool] = field(doc="Replace the present address instead of adding one.")


class NativeForm(BaseHTML):
    """A plain HTML form, posted by the browser itself: sign in, sign out, uploads."""

    tag = "form"
    action: rx.Var[str] = field(doc="Where it is sent.")
    method: rx.Var[str] = field(doc="post, get or dialog.")
    enc_type: rx.Var[str] = field(doc="multipart/form-data when it carries files.")


nav_form = NavForm.create
native_form = NativeForm.create
