"""The map of the 34 provinces, Hoàng Sa and Trường Sa included, as one inline SVG that a mouse or a keyboard can work.

Shapes: ``province_shapes.json``, made by ``thads_app.reference.build_map`` from ``@svg-maps/vietnam`` (CC BY 4.0).
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import reflex as rx

_SHAPES: dict[str, Any] = json.loads(Path(__file__).with_name("province_shapes.json").read_text(encoding="utf-8"))
_VIEW_BOX = "-6 -6 830 890"
_NO_DATA = "var(--track, #e1e6eb)"
# Where each archipelago's name stands: open sea beside its islands, in units of the drawing.
_LABEL_PLACES = {"Hoàng Sa": (578, 364), "Trường Sa": (520, 706)}
_LABEL_SIZE = "24"
_ATTRIBUTION = "Bản đồ nền: @svg-maps/vietnam (CC BY 4.0), gộp theo 34 tỉnh, thành phố"

# A ring is drawn above all provinces, or the neighbours drawn later would hide half of it. The browser moves it by
# itself: pointing and tabbing cost no message to the server.
_MOVE_RING = (
    "(e) => {{ const shape = e.target.closest('[data-code]')?.querySelector('[data-shape]');"
    " const ring = e.currentTarget.querySelector('[data-ring={name}]');"
    " if (shape) ring.setAttribute('href', '#' + shape.id); else ring.removeAttribute('href'); }}"
)
_DROP_RING = "(e) => e.currentTarget.querySelector('[data-ring={name}]').removeAttribute('href')"
_PRESS = (
    "(e) => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault();"
    " e.currentTarget.dispatchEvent(new MouseEvent('click', { bubbles: true })); } }"
)

_STYLE: dict[str, Any] = {
    "display": "block",
    "width": "100%",
    "height": "auto",
    "maxHeight": "var(--map-height, 560px)",
    "& [data-code]": {"cursor": "pointer", "outline": "none"},
    "& [data-ring]": {"fill": "none", "pointerEvents": "none"},
    "& [data-ring=hover]": {"stroke": "var(--ink, #17202a)", "strokeWidth": "2.5"},
    "& [data-ring=focus]": {"stroke": "none"},
    "&:has(:focus-visible) [data-ring=focus]": {"stroke": "var(--focus, #2f76b8)", "strokeWidth": "6"},
    "& [data-ring=selected]": {"stroke": "var(--alert-fill, #b4531a)", "strokeWidth": "4"},
}


def province_map(
    fills: rx.vars.ObjectVar[dict[str, str]],
    titles: rx.vars.ObjectVar[dict[str, str]],
    on_pick: Callable[[str], Any],
    selected: rx.Var[str],
    *,
    map_id: str = "province-map",
    label: str = "Bản đồ 34 tỉnh, thành phố",
) -> rx.Component:
    """Draw the provinces, each in the colour and with the words given for its code.

    Args:
        fills: CSS colour by province code (``91``); a province without one is drawn as "no data".
        titles: What hovering shows and a screen reader says, by province code; the province's name where it is missing.
        on_pick: Event handler that takes the province code alone; called by click, Enter and Space.
        selected: Code of the province to ring, or an empty string.
        map_id: Prefix of the element ids; must differ between two maps on one page.
        label: Accessible name of the whole map.

    Returns:
        A figure with the map and its attribution. The legend, which depends on the measure, belongs to the page.
    """
    return rx.el.figure(
        rx.el.svg(
            *[
                _province(province, fills=fills, titles=titles, on_pick=on_pick, selected=selected, map_id=map_id)
                for province in _SHAPES["provinces"]
            ],
            *[_archipelago_name(archipelago["name"]) for archipelago in _SHAPES["archipelagos"]],
            rx.cond(
                selected != "", rx.el.svg.use(href=f"#{map_id}-{selected}", custom_attrs={"data-ring": "selected"})
            ),
            rx.el.svg.use(custom_attrs={"data-ring": "hover"}),
            rx.el.svg.use(custom_attrs={"data-ring": "focus"}),
            view_box=_VIEW_BOX,
            style=_STYLE,
            custom_attrs={
                "role": "group",
                "aria-label": label,
                "onMouseOver": rx.Var(_MOVE_RING.format(name="hover")),
                "onMouseLeave": rx.Var(_DROP_RING.format(name="hover")),
                "onFocus": rx.Var(_MOVE_RING.format(name="focus")),
                "onBlur": rx.Var(_DROP_RING.format(name="focus")),
            },
        ),
        rx.el.figcaption(
            _ATTRIBUTION, style={"fontSize": "11px", "color": "var(--muted, #5b6773)", "marginTop": "4px"}
        ),
        style={"margin": "0"},
    )


def _province(
    province: dict[str, Any],
    *,
    fills: rx.vars.ObjectVar[dict[str, str]],
    titles: rx.vars.ObjectVar[dict[str, str]],
    on_pick: Callable[[str], Any],
    selected: rx.Var[str],
    map_id: str,
) -> rx.Component:
    code, name = province["code"], province["name"]
    islands = [each for each in _SHAPES["archipelagos"] if each["code"] == code]
    words = titles.get(code, name)
    return rx.el.svg.g(
        rx.el.svg.title(words),
        *[rx.el.svg.path(d=island["area"], fill="transparent", stroke="none") for island in islands],
        rx.el.svg.g(
            *[rx.el.svg.path(d=path) for path in province["paths"]],
            # Islets of a few hundredths of a unit: a grey outline keeps them visible in the palest fill.
            *[
                rx.el.svg.path(d=island["path"], stroke="var(--muted, #5b6773)", stroke_width="1.1")
                for island in islands
            ],
            custom_attrs={"data-shape": code, "id": f"{map_id}-{code}"},
        ),
        on_click=on_pick(code),
        fill=fills.get(code, _NO_DATA),
        stroke="var(--card, #fff)",
        stroke_width="1.2",
        stroke_linejoin="round",
        custom_attrs={
            "data-code": code,
            "role": "button",
            "tabIndex": 0,
            "aria-label": words,
            "aria-pressed": selected == code,
            "onKeyDown": rx.Var(_PRESS),
        },
    )


def _archipelago_name(name: str) -> rx.Component:
    x, y = _LABEL_PLACES[name]
    return rx.el.svg.text(
        f"QĐ. {name}",
        x=str(x),
        y=str(y),
        text_anchor="middle",
        fill="var(--muted, #5b6773)",
        font_size=_LABEL_SIZE,
        custom_attrs={"aria-hidden": "true"},
        style={"pointerEvents": "none"},
    )
