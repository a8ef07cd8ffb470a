"""The components hold together: every symbol exists, every status has its shape, nothing needs Radix."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
import reflex as rx

from components import form, formats, inputs, layout, messages
from components.palette import PaletteItem, with_headings
from components.status import SHAPES
from models.enums import CaseStatus, HandoverItemStatus, HandoverStatus, JobStatus

ROOT = Path(__file__).parents[2]
SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "assets" / "icons.svg").read_text()))


def _rendered(component: rx.Component) -> str:
    return json.dumps(component.render(), default=str, ensure_ascii=False)


def test_every_symbol_named_in_a_component_is_drawn() -> None:
    sources = "".join(path.read_text() for path in (ROOT / "components").glob("*.py"))
    named = set(re.findall(r'icon\("([\w-]+)"', sources)) | set(re.findall(r'symbol: str = "([\w-]+)"', sources))
    assert named
    assert named <= SYMBOLS


@pytest.mark.parametrize("statuses", [CaseStatus, HandoverStatus, HandoverItemStatus, JobStatus])
def test_every_status_has_a_shape_of_its_own_set(statuses: type[CaseStatus]) -> None:
    assert {str(status) for status in statuses} <= set(SHAPES)
    assert {f"s-{SHAPES[str(status)][0]}" for status in statuses} <= SYMBOLS


def test_no_two_case_statuses_look_alike() -> None:
    looks = [SHAPES[str(status)][0] for status in CaseStatus]
    assert len(looks) == len(set(looks))


def test_components_need_no_radix() -> None:
    for path in (ROOT / "components").glob("*.py"):
        assert "radix" not in path.read_text().lower(), path.name


def test_components_know_neither_pages_nor_services_nor_tables() -> None:
    for path in (ROOT / "components").glob("*.py"):
        assert not re.search(
            r"^\s*(?:from|import) (?:pages|models|thads_app\.(?!rules))", path.read_text(), re.MULTILINE
        ), path.name


def test_the_browser_says_the_same_about_wrong_input_as_the_server() -> None:
    script = (ROOT / "assets" / "fields.js").read_text()
    said = dict(re.findall(r'"((?:money|date)\.\w+)": "([^"]+)"', script))
    assert said == {code: text for code, text in messages.INPUT_SENTENCES.items() if not code.endswith(".empty")}


def test_a_spare_row_is_hidden_and_disabled_until_it_is_needed() -> None:
    rendered = _rendered(
        form.repeater(lambda index: [inputs.text_field(f"p{index}", "Tên")], rows=3, shown=1, add="Thêm")
    )
    assert rendered.count("disabled:true") == 2
    assert len(re.findall(r'\\"hidden\\":\s*true|hidden:true', rendered)) == 2


def test_a_field_names_its_error_and_its_hint_to_screen_readers() -> None:
    errors = rx.Var("state.errors").to(dict[str, str])
    rendered = _rendered(inputs.date_field("day", "Ngày", errors=errors))
    assert "o-day-error o-day-hint" in rendered
    assert "o-day-hint" in rendered
    assert "aria-invalid" in rendered


def test_the_palette_names_each_group_once() -> None:
    items = with_headings(
        [
            PaletteItem("Trang", "Hồ sơ", "", "/"),
            PaletteItem("Trang", "Bàn giao", "", "/"),
            PaletteItem("Hồ sơ", "1", "", "/"),
        ]
    )
    assert [item.heading for item in items] == ["Trang", "", "Hồ sơ"]


def test_the_way_here_ends_without_a_link() -> None:
    rendered = _rendered(layout.breadcrumb([layout.Crumb("Hồ sơ", "/ho-so"), layout.Crumb("123/QĐ-THADS")]))
    assert rendered.count("/ho-so") == 1
    assert "aria-current" in rendered


def test_figures_are_worded_for_people() -> None:
    assert formats.delta(Decimal("6.2")) == "▲ 6,2\u00a0%"
    assert formats.delta(Decimal("-1.1"), "điểm") == "▼ 1,1\u00a0điểm"
    assert formats.delta(Decimal("0.04")) == "không đổi"
    assert formats.delta(Decimal(10)) == "▲ 10,0\u00a0%"
    assert formats.delta(None) == ""
    assert [formats.deadline(days) for days in (9, 0, -4, 95)] == ["còn 9 ngày", "hôm nay", "trễ 4 ngày", "còn 3 tháng"]
    assert formats.bounded_count(1001, 1000) == "hơn 1.000 việc"
    assert formats.bounded_count(1000, 1000) == "1.000 việc"


def test_a_sparkline_fills_its_box() -> None:
    assert formats.sparkline_points([1, 3, 2]) == "0.0,17.0 32.0,1.0 64.0,9.0"
    assert formats.sparkline_points([5]) == ""
    assert formats.sparkline_points([5, 5]) == "0.0,17.0 64.0,17.0"
