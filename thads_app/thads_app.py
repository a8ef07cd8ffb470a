"""Assembles the app. Nothing else lives here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import reflex as rx

from thads_app import db
from thads_app.serving import die_with_parent


@asynccontextmanager
async def resources() -> AsyncIterator[None]:
    """Hold what each worker process needs for as long as it serves."""
    die_with_parent()
    yield
    await db.dispose()


def start() -> rx.Component:
    """Say which program this is."""
    return rx.el.main(rx.el.h1("Thi hành án dân sự"))


app = rx.App(html_lang="vi")
app.register_lifespan_task(resources)
app.add_page(start, route="/", title="Thi hành án dân sự")
