"""A Plotly chart one can click into.

The cartesian bundle only; the figure comes as a plain dict from the page's state.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import reflex as rx
from reflex_base.components.component import field
from reflex_components_plotly.plotly import PlotlyCartesian

from components import messages as msg
from components.cards import card, card_foot
from components.elements import Content, Text, only_read

ACCENT, ALERT, SECOND, THIRD, REST = "#124270", "#b4531a", "#5a8bb5", "#d9a441", "#9aa5b1"
"""Colours for traces; ``content.css`` brightens them on the dark ground."""

VIETNAMESE: dict[str, Any] = {
    "dictionary": {
        "Download plot as a PNG": "Tải ảnh",
        "Download plot": "Tải ảnh",
        "Double-click to zoom back out": "Bấm đúp để thu nhỏ lại",
        "Taking snapshot - this may take a few seconds": "Đang tạo ảnh",
        "Snapshot succeeded": "Đã tạo ảnh",
        "Sorry, there was a problem downloading your snapshot!": "Chưa tạo được ảnh",
    },
    "format": {
        "days": ["Chủ nhật", "Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy"],
        "shortDays": ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
        "months": [f"Tháng {month}" for month in range(1, 13)],
        "shortMonths": [f"Th{month}" for month in range(1, 13)],
        "date": "%d/%m/%Y",
        "decimal": ",",
        "thousands": ".",
    },
}
BUNDLE = "plotly.js-cartesian-dist-min"
CONFIG: dict[str, Any] = {
    "locale": "vi",
    "locales": {"vi": VIETNAMESE},
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
}


def base_layout(height: int = 280, **more: Any) -> dict[str, Any]:
    """Return the layout every chart starts from.

    Transparent, our font, Vietnamese separators, no zoom, no animation.
    """
    axis = {
        "fixedrange": True,
        "zeroline": False,
        "automargin": True,
        "gridcolor": "#e3e7eb",
        "tickfont": {"size": 11},
        # Else every label is measured on every drawing: half the time a chart takes.
        "ticklabeloverflow": "allow",
    }
    layout: dict[str, Any] = {
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Be Vietnam Pro, sans-serif", "size": 12, "color": "#5b6773"},
        "separators": ",.",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": "#17202a", "bordercolor": "#17202a", "font": {"color": "#ffffff", "size": 12}},
        "xaxis": {**axis, "showgrid": False},
        "yaxis": dict(axis),
        "uirevision": "same",
    }
    for key, value in more.items():
        layout[key] = (
            {**layout[key], **value} if isinstance(value, dict) and isinstance(layout.get(key), dict) else value
        )
    return layout


def _drill_spec(event: rx.Var[Any]) -> tuple[rx.Var[list[dict[str, Any]]]]:
    return (rx.Var(_js_expr=f"extractDrill({event}?.points)"),)


class DrillPlot(PlotlyCartesian):
    """Plotly cartesian chart whose click hands over ``[{key, curve, index}]``; key = customdata, else label, else x."""

    on_click: rx.EventHandler[_drill_spec] = field(doc="Points clicked.")

    def add_custom_code(self) -> list[str]:
        """Add the function that picks the keys out of Plotly's event, and what all charts share.

        One configuration object for all: with a new one at each rendering Plotly would draw unchanged figures again.
        """
        return [
            f"const drillConfig = {json.dumps(CONFIG, ensure_ascii=False)};",
            """
const extractDrill = (points) => (points ?? []).map((point) => ({
    key: point.customdata ?? point.label ?? point.x,
    curve: point.curveNumber,
    index: point.pointNumber ?? point.pointNumbers?.[0],
}));
""",
        ]


class WarmPlot(rx.Component):
    """Nothing to see: fetches and runs the charts' bundle. Mounted once the data are asked for, it uses the wait."""

    tag = "WarmPlot"

    def add_imports(self) -> dict[str, Any]:
        """Add the wrapper that renders in the browser alone."""
        return {"$/utils/context": "ClientSide"}

    def add_custom_code(self) -> list[str]:
        """Define the component."""
        return [f'const WarmPlot = ClientSide(() => import("{BUNDLE}").then(() => () => null), "WarmPlot");']


warm_plot = WarmPlot.create


def drill_plot(
    figure: rx.Var[dict[str, Any]],
    *,
    on_click: Any = None,
    name: str,
    height: int = 280,
    drawn: rx.Var[bool] | None = None,
) -> rx.Component:
    """Draw *figure* (``{"data": [...], "layout": base_layout(...)}``).

    The key handed over is untrusted: check it against the scope.

    *height* keeps the place while the bundle loads, so that nothing jumps; so does *drawn* while it is false.
    """
    handlers: dict[str, Any] = {"on_click": on_click} if on_click is not None else {}
    plot = DrillPlot.create(
        data=figure.to(go.Figure),
        template=None,
        config=rx.Var("drillConfig").to(dict),
        width="100%",
        id=name,
        **handlers,
    )
    return rx.el.div(
        plot if drawn is None else rx.cond(drawn, plot),
        class_name="plot",
        style={"minHeight": f"{height}px"},
        aria_hidden="true",
    )


def plot_card(
    title: Text,
    figure: rx.Var[dict[str, Any]],
    *,
    name: str,
    source: Content,
    on_click: Any = None,
    links: Sequence[rx.Component] = (),
    height: int = 280,
    drawn: rx.Var[bool] | None = None,
    aside: Content = "",
    table: rx.Component | None = None,
    class_name: str = "",
) -> rx.Component:
    """A chart in its card: a title that says the finding, the chart, source and links.

    *table* is the same figures as a table behind "xem bảng": the way in for the keyboard and for screen readers.
    """
    behind = (
        rx.el.details(rx.el.summary(msg.SEE_TABLE, class_name="link small"), table, class_name="plot-table")
        if table is not None
        else rx.fragment()
    )
    return card(
        only_read(msg.CHART_KEYBOARD),
        drill_plot(figure, on_click=on_click, name=name, height=height, drawn=drawn),
        behind,
        title=title,
        aside=aside,
        foot=card_foot(source, links),
        class_name=class_name,
    )
