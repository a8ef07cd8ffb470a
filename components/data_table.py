"""The dense table of every list.

Sticky head, sort by link, selection, columns a person hides, one page of rows at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import reflex as rx

from components import messages as msg
from components.elements import Content, Text, icon, link, only_read
from components.states import empty_state, error_state

SKELETON_ROWS = 8


@dataclass(frozen=True)
class Column:
    """One column. ``cell`` gets the row's Var and returns what stands in the cell.

    ``sort`` is the key under which the page's ``sort_hrefs`` hold the address that sorts by it. ``phone`` says what
    becomes of the
    cell under 640 px: the card's title, a "label: value" pair, the bare value, a line of its own, or nothing. Text
    does not wrap; a ``wide`` column takes what is left and is
    cut with an ellipsis.
    """

    key: str
    label: str
    cell: Callable[[Any], Content]
    sort: str = ""
    number: bool = False
    wide: bool = False
    hideable: bool = True
    phone: Literal["title", "show", "bare", "line", "hide"] = "show"


@dataclass(frozen=True)
class Selection:
    """Ticks at the start of each row. They live in the browser; the page hears of each change.

    *on_pick(row_id, checked)*, *on_pick_all(checked)*. Raise *epoch* to clear all ticks (after a bulk action).
    """

    row_id: Callable[[Any], Any]
    on_pick: Callable[[Any, Any], Any]
    on_pick_all: Any
    epoch: rx.Var[int]


def data_table(
    columns: Sequence[Column],
    rows: rx.Var[Any],
    *,
    name: str,
    caption: Text,
    row_key: Callable[[Any], Any],
    row_href: Callable[[Any], Any] | None = None,
    selection: Selection | None = None,
    sort: Text = "",
    sort_hrefs: Any = None,
    loading: rx.Var[bool] | None = None,
    error: rx.Var[str] | None = None,
    on_retry: Any = None,
    empty: rx.Component | None = None,
    reflow: bool = True,
    stays: bool = True,
) -> rx.Component:
    """Return the table.

    With *row_href* the first column's cell becomes the row's link; a click or Enter anywhere on the row opens it.

    *sort* is the key sorted by, with "-" in front when falling. *name* is under which the browser remembers hidden
    columns.
    *stays* keeps the head in sight while the page scrolls.
    """
    head = [_head(column, sort, sort_hrefs) for column in columns]
    if selection:
        head.insert(0, _pick_all(selection))
    body = rx.foreach(rows, lambda row: _row(row, columns, row_key, row_href, selection))
    width = len(head)
    has_rows = rows.length() > 0
    nothing = _whole(empty or empty_state(msg.EMPTY_GENERIC), width)
    content: rx.Component = rx.cond(has_rows, body, nothing)
    if loading is not None:
        content = rx.cond(loading & (rows.length() == 0), _skeleton(width), content)
    if error is not None:
        content = rx.cond(error != "", _whole(error_state(error, on_retry=on_retry), width), content)
    busy = (
        rx.cond(loading & has_rows, "table-wrap stays busy", "table-wrap stays")
        if loading is not None
        else "table-wrap stays"
    )
    return rx.el.div(
        rx.el.table(
            rx.el.caption(only_read(caption)),
            rx.el.thead(rx.el.tr(*head)),
            rx.el.tbody(content, data_list=""),
            class_name="table reflow" if reflow else "table",
        ),
        class_name=busy if stays else "table-wrap",
        data_table=name,
    )


def _head(column: Column, sort: Text, hrefs: Any) -> rx.Component:
    props: dict[str, Any] = {"data_col": column.key, "scope": "col", "class_name": "end" if column.number else ""}
    if not column.sort or hrefs is None:
        return rx.el.th(column.label, **props)
    rising, falling = sort == column.sort, sort == f"-{column.sort}"
    arrow = rx.cond(rising, icon("sort-up", small=True), rx.cond(falling, icon("sort-down", small=True), rx.fragment()))
    return rx.el.th(
        link(column.label, arrow, href=hrefs[column.sort]),
        aria_sort=rx.cond(rising, "ascending", rx.cond(falling, "descending", "none")),
        **props,
    )


def _row(
    row: Any,
    columns: Sequence[Column],
    row_key: Callable[[Any], Any],
    row_href: Callable[[Any], Any] | None,
    selection: Selection | None,
) -> rx.Component:
    cells = [_cell(column, row, row_href if index == 0 else None) for index, column in enumerate(columns)]
    key = row_key(row)
    if selection:
        cells.insert(0, _pick(row, selection))
        key = selection.epoch.to(str) + "." + key.to(str)
    marks: dict[str, Any] = {"data_row": ""} if row_href else {}
    return rx.el.tr(*cells, key=key, **marks)


def _cell(column: Column, row: Any, row_href: Callable[[Any], Any] | None) -> rx.Component:
    content = column.cell(row)
    classes = [
        name for name, on in (("end", column.number), ("wide", column.wide), ("key", row_href is not None)) if on
    ]
    if row_href:
        content = link(content, href=row_href(row), data_row_link="")
    return rx.el.td(
        content,
        class_name=" ".join(classes),
        data_col=column.key,
        data_label=column.label,
        data_phone="title" if row_href else column.phone,
    )


def _pick(row: Any, selection: Selection) -> rx.Component:
    row_id = selection.row_id(row)
    return rx.el.td(
        rx.el.input(
            type="checkbox",
            aria_label=msg.SELECT_ROW,
            data_pick="",
            on_change=lambda checked: selection.on_pick(row_id, checked),
        ),
        class_name="pick",
    )


def _pick_all(selection: Selection) -> rx.Component:
    return rx.el.th(
        rx.el.input(
            type="checkbox",
            aria_label=msg.SELECT_ALL,
            data_pick_all="",
            on_change=selection.on_pick_all,
            key=selection.epoch.to(str),
        ),
        class_name="pick",
        scope="col",
    )


def _whole(content: rx.Component, width: int) -> rx.Component:
    return rx.el.tr(rx.el.td(content, col_span=width, data_phone="line"))


def _skeleton(width: int) -> rx.Component:
    line = rx.el.tr(*(rx.el.td(rx.el.div(class_name="skeleton")) for _ in range(width)))
    return rx.fragment(*(line for _ in range(SKELETON_ROWS)))


def column_menu(name: str, columns: Sequence[Column]) -> rx.Component:
    """The menu that shows and hides columns of table *name*; remembered in this browser alone."""
    boxes = [
        rx.el.label(
            rx.el.input(type="checkbox", default_checked=True, data_toggle_col=column.key, data_for_table=name),
            rx.el.span(column.label),
            class_name="checkbox menu-item",
        )
        for column in columns
        if column.hideable
    ]
    return rx.el.details(
        rx.el.summary(icon("columns", small=True), msg.COLUMNS, class_name="button small"),
        rx.el.div(*boxes, class_name="menu-sheet", role="group", aria_label=msg.COLUMNS_SHOWN),
        class_name="menu",
    )


def pager(count: Text, *, first: Text, previous: Text, next: Text) -> rx.Component:  # noqa: A002
    """First, previous and next as links; a blank address is a page that does not exist.

    *count* is bounded ("hơn 1.000 việc").
    """

    def step(label: str, symbol: str, href: Any, *, after: bool = False) -> rx.Component:
        content = (label, icon(symbol, small=True)) if after else (icon(symbol, small=True), label)
        return rx.cond(
            href != "",
            link(*content, href=href, class_name="button small"),
            rx.el.span(*content, class_name="button small", aria_disabled="true"),
        )

    return rx.el.div(
        rx.el.span(count),
        rx.el.nav(
            step(msg.FIRST_PAGE, "first", first),
            step(msg.PREVIOUS_PAGE, "previous", previous),
            step(msg.NEXT_PAGE, "next", next, after=True),
            aria_label=msg.PAGES,
        ),
        class_name="pager",
    )


def bulk_bar(count: Any, label: Text, *actions: rx.Component, why: Text = "") -> rx.Component:
    """What can be done with all ticked rows; *why* says which rows forbid the rest. Shown when *count* > 0."""
    return rx.cond(
        count > 0,
        rx.el.div(
            rx.el.b(count.to(str), " ", label),
            *actions,
            rx.el.span(why, class_name="why"),
            class_name="bulk",
            role="region",
            aria_label=msg.ACTIONS,
        ),
    )
