"""The one table of pages: routes, titles and rights come from it."""

import importlib

import reflex as rx

from components.messages import APP_NAME, APP_TITLE
from pages.page import Page
from thads_app.auth.page_gate import PageRule

# Each of these packages exposes `PAGES: tuple[Page, ...]`.
AREAS = (
    "pages.auth",
    "pages.account",
    "pages.cases",
    "pages.handovers",
    "pages.guards",
    "pages.imports",
    "pages.dashboard",
    "pages.reports",
    "pages.admin",
    "pages.administration",
    "pages.audit",
    "pages.personal_data",
    "pages.home",
)
NOT_FOUND_ROUTE = "404"


def _gather() -> tuple[Page, ...]:
    found: list[Page] = []
    for area in AREAS:
        found.extend(importlib.import_module(area).PAGES)
    routes = [page.route for page in found]
    if len(routes) != len(set(routes)):
        raise RuntimeError("two pages have the same route")
    return tuple(found)


PAGES: tuple[Page, ...] = _gather()


def register_pages(app: rx.App) -> None:
    """Add every page to the app."""
    for page in PAGES:
        app.add_page(
            page.view,
            route=page.route,
            title=f"{page.title} · {APP_NAME}",
            description=APP_TITLE,
            on_load=list(page.on_load) or None,
        )


def page_rules() -> list[PageRule]:
    """What each document demands, for the gate in front of documents."""
    return [PageRule(page.route, page.demanded) for page in PAGES if page.route != NOT_FOUND_ROUTE]
