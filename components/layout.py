"""The frame around every page: header, side menu, page head.

Folding, palette and shortcuts need no server (``assets/keyboard.js``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from components import messages as msg
from components.dialogs import discard_dialog, shortcuts_dialog
from components.elements import Content, Text, icon, jump_link, key_hint, link, native_form, only_read
from components.inputs import Option
from components.palette import PaletteItem, palette


@dataclass(frozen=True)
class MenuItem:
    """One place in the side menu.

    ``count`` is shown when not blank; ``alert`` colours it; ``starts_group`` draws a line above, with ``heading`` under
    it when there is one. A phone's bottom bar has no room for what stands ``under_more``: its last button opens those.
    """

    key: str
    label: str
    href: str
    icon: str
    count: str = ""
    alert: bool = False
    starts_group: bool = False
    heading: str = ""
    under_more: bool = False


@dataclass(frozen=True)
class Crumb:
    """One step of the way here; the last one has no href."""

    label: str
    href: str = ""


@dataclass(frozen=True)
class FrameVars:
    """The Vars and handlers a frame needs; pages build it once from their frame state."""

    account_id: rx.Var[str]
    user_name: rx.Var[str]
    user_initials: rx.Var[str]
    user_role: rx.Var[str]
    menu: rx.Var[list[MenuItem]]
    year: rx.Var[str]
    years: rx.Var[list[str]]
    on_year: Any
    office: rx.Var[str]
    offices: rx.Var[list[Option]]
    can_choose_office: rx.Var[bool]
    on_office_query: Any
    on_office: Any
    notices: rx.Var[str]
    palette_items: rx.Var[list[PaletteItem]]
    on_palette_query: Any
    account_href: str = "/tai-khoan"
    notices_href: str = "/thong-bao"
    logout_action: str = "/api/auth/logout"


def frame(
    *content: Content,
    title: Text,
    active: Text,
    vars: FrameVars,  # noqa: A002 - reads as what it is
    crumbs: rx.Var[list[Crumb]] | Sequence[Crumb] = (),
    actions: Sequence[rx.Component] = (),
    overlays: Sequence[rx.Component] = (),
) -> rx.Component:
    """Wrap a page.

    *active* is the key of its menu item; *actions* stand at the right of the title, the primary one last.

    *overlays* are the page's panels and dialogs, placed outside the main landmark.
    """
    return rx.el.div(
        jump_link(msg.SKIP_TO_CONTENT, href="#noi-dung", class_name="skip"),
        _header(vars),
        rx.el.div(
            _side_menu(vars.menu, active),
            rx.el.main(
                page_head(title, crumbs=crumbs, actions=actions),
                *content,
                id="noi-dung",
                class_name="main",
                tab_index=-1,
            ),
            class_name="body",
        ),
        *overlays,
        _more_places(vars.menu, active),
        palette(vars.palette_items, vars.on_palette_query),
        shortcuts_dialog(),
        discard_dialog(),
        data_account=vars.account_id,
    )


def page_head(
    title: Text, *, crumbs: rx.Var[list[Crumb]] | Sequence[Crumb] = (), actions: Sequence[rx.Component] = ()
) -> rx.Component:
    """Say where one is and what this page is for, with its actions."""
    return rx.el.div(
        rx.el.div(breadcrumb(crumbs), rx.el.h1(title)),
        rx.el.div(*actions, class_name="page-actions") if actions else rx.fragment(),
        class_name="page-head",
    )


def breadcrumb(crumbs: rx.Var[list[Crumb]] | Sequence[Crumb]) -> rx.Component:
    """Show the way from the top to here; each step but the last is a link."""

    def step(crumb: Any, place: Any) -> rx.Component:
        here = rx.cond(place == count - 1, "page", "false")
        return rx.el.li(
            rx.cond(crumb.href != "", link(crumb.label, href=crumb.href), rx.el.span(crumb.label, aria_current=here))
        )

    if isinstance(crumbs, rx.Var):
        count = crumbs.length()
        steps: list[rx.Component] = [rx.foreach(crumbs, step)]
    elif crumbs:
        steps = [
            rx.el.li(link(crumb.label, href=crumb.href) if crumb.href else rx.el.span(crumb.label, aria_current="page"))
            for crumb in crumbs
        ]
    else:
        return rx.fragment()
    return rx.el.nav(rx.el.ol(*steps), class_name="crumbs", aria_label=msg.YOU_ARE_HERE)


def _header(frame_vars: FrameVars) -> rx.Component:
    return rx.el.header(
        rx.el.div(
            rx.el.button(
                icon("fold"),
                type="button",
                class_name="fold",
                data_fold="",
                title=msg.FOLD_MENU,
                aria_label=msg.FOLD_MENU,
            ),
            rx.el.span(class_name="mark", aria_hidden="true"),
            link(msg.APP_NAME, href="/", class_name="word", title=msg.APP_TITLE),
            class_name="brand",
        ),
        rx.el.button(
            icon("search"),
            rx.el.span(msg.SEARCH_EVERYWHERE, class_name="truncate"),
            key_hint("Ctrl K"),
            type="button",
            class_name="search-button",
            data_open_dialog="palette",
            aria_haspopup="dialog",
        ),
        rx.el.div(
            _year_picker(frame_vars),
            _office_picker(frame_vars),
            _bell(frame_vars),
            _user_menu(frame_vars),
            class_name="header-tools",
        ),
        class_name="header",
    )


def _year_picker(frame_vars: FrameVars) -> rx.Component:
    return rx.el.label(
        only_read(msg.WORKING_YEAR_FULL),
        rx.el.span(msg.WORKING_YEAR, class_name="prefix", aria_hidden="true"),
        rx.el.select(
            rx.foreach(frame_vars.years, lambda year: rx.el.option(year, value=year)),
            value=frame_vars.year,
            on_change=frame_vars.on_year,
        ),
        icon("down", small=True),
        class_name="picker picker-select",
    )


def _office_picker(frame_vars: FrameVars) -> rx.Component:
    shown = (rx.el.span(msg.SCOPE, class_name="prefix"), rx.el.b(frame_vars.office))
    choose = rx.el.details(
        rx.el.summary(*shown, icon("down", small=True), class_name="picker", title=frame_vars.office),
        rx.el.div(
            rx.el.input(
                type="search",
                class_name="input",
                placeholder=msg.SCOPE_SEARCH,
                aria_label=msg.SCOPE_SEARCH,
                on_change=frame_vars.on_office_query.debounce(200),
                data_no_draft="",
            ),
            rx.el.div(
                rx.foreach(
                    frame_vars.offices,
                    lambda office: rx.el.button(
                        rx.el.span(office.label),
                        rx.el.span(office.hint, class_name="hint"),
                        type="button",
                        class_name="menu-item",
                        data_close_menu="",
                        on_click=frame_vars.on_office(office.value),
                    ),
                ),
                style={"marginTop": "8px"},
            ),
            class_name="menu-sheet wide",
        ),
        class_name="menu picker-menu",
    )
    return rx.cond(
        frame_vars.can_choose_office, choose, rx.el.span(*shown, class_name="picker", title=frame_vars.office)
    )


def _bell(frame_vars: FrameVars) -> rx.Component:
    return link(
        icon("bell"),
        rx.el.span(msg.NOTICES, class_name="word"),
        rx.cond(frame_vars.notices != "", rx.el.span(frame_vars.notices, class_name="count")),
        href=frame_vars.notices_href,
        class_name="bell",
    )


def _user_menu(frame_vars: FrameVars) -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            rx.el.span(frame_vars.user_initials, class_name="avatar", aria_hidden="true"),
            only_read(frame_vars.user_name),
        ),
        rx.el.div(
            rx.el.div(
                rx.el.b(frame_vars.user_name),
                rx.el.div(frame_vars.user_role, class_name="small muted"),
                class_name="menu-head",
            ),
            link(icon("key"), msg.MY_ACCOUNT, href=frame_vars.account_href, class_name="menu-item"),
            rx.el.button(
                icon("theme"), msg.TOGGLE_THEME, type="button", class_name="menu-item", on_click=rx.toggle_color_mode
            ),
            rx.el.button(
                icon("keyboard"),
                msg.SHORTCUTS,
                rx.el.span("?", class_name="hint"),
                type="button",
                class_name="menu-item",
                data_open_dialog="shortcuts",
                data_close_menu="",
            ),
            rx.el.div(class_name="menu-rule"),
            native_form(
                rx.el.button(icon("leave"), msg.SIGN_OUT, type="submit", class_name="menu-item"),
                action=frame_vars.logout_action,
                method="post",
            ),
            class_name="menu-sheet",
        ),
        class_name="menu user-menu",
    )


def _place(entry: Any, active: Text, **props: Any) -> rx.Component:
    return link(
        icon(entry.icon),
        rx.el.span(entry.label, class_name="label"),
        rx.cond(
            entry.count != "",
            rx.el.span(entry.count, class_name=rx.cond(entry.alert, "tally alert", "tally")),
        ),
        href=entry.href,
        title=entry.label,
        aria_current=rx.cond(entry.key == active, "page", "false"),
        **props,
    )


def _heading(entry: Any) -> rx.Component:
    return rx.cond(entry.heading != "", rx.el.span(entry.heading, class_name="group-name"))


def _side_menu(menu: rx.Var[list[MenuItem]], active: Text) -> rx.Component:
    def item(entry: Any) -> rx.Component:
        place = rx.cond(entry.under_more, "under-more", "")
        return rx.el.li(
            _heading(entry),
            _place(entry, active),
            class_name=rx.cond(entry.starts_group, f"starts-group {place}", place),
            key=entry.key,
        )

    more = rx.el.li(
        rx.el.button(
            icon("more"),
            rx.el.span(msg.MORE_PLACES, class_name="label"),
            type="button",
            aria_haspopup="dialog",
            data_open_dialog="more-places",
        ),
        class_name="more-places",
    )
    return rx.el.nav(
        rx.el.ul(rx.foreach(menu, item), more),
        class_name="side",
        aria_label=msg.MAIN_MENU,
    )


def _more_places(menu: rx.Var[list[MenuItem]], active: Text) -> rx.Component:
    """The sheet of a phone that holds the places its bottom bar has no room for."""

    def item(entry: Any) -> rx.Component:
        return rx.cond(
            entry.under_more,
            rx.el.li(_heading(entry), _place(entry, active, class_name="menu-item", data_close_dialog="")),
        )

    return rx.el.dialog(
        rx.el.h2(msg.MORE_PLACES),
        rx.el.ul(rx.foreach(menu, item)),
        rx.el.div(
            rx.el.button(msg.CLOSE, type="button", class_name="button", data_close_dialog="", auto_focus=True),
            class_name="form-actions",
        ),
        id="more-places",
        class_name="dialog sheet",
        aria_label=msg.MORE_PLACES,
    )


def plain_page(*content: Content) -> rx.Component:
    """A page with no frame, its content in the middle: sign-in, not found, broken."""
    return rx.el.div(rx.el.main(*content), class_name="plain-page")
