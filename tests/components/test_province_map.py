"""The province map as it is sent to the browser."""

import json
from typing import Any

import pytest
import reflex as rx

from components.province_map import province_map


class MapState(rx.State):
    """A page's state as the map sees it."""

    fills: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    titles: rx.Field[dict[str, str]] = rx.field(default_factory=dict)
    picked: str = ""

    @rx.event
    async def pick(self, code: str) -> None:
        self.picked = code


def _find(node: dict[str, Any], marker: str) -> list[dict[str, Any]]:
    own = [node] if any(str(prop).startswith(f'"{marker}":') for prop in node.get("props", [])) else []
    return own + [hit for child in node.get("children", []) if isinstance(child, dict) for hit in _find(child, marker)]


def _texts(node: dict[str, Any]) -> set[str]:
    content = str(node.get("contents", ""))
    own = {json.loads(content)} if content.startswith('"') else set[str]()
    return own.union(*(_texts(child) for child in node.get("children", []) if isinstance(child, dict)))


@pytest.fixture(scope="module")
def rendered() -> dict[str, Any]:
    return province_map(MapState.fills, MapState.titles, MapState.pick, MapState.picked, map_id="m").render()


def test_every_province_is_a_button_of_its_own_for_mouse_and_keyboard(rendered: dict[str, Any]) -> None:
    groups = _find(rendered, "data-code")
    assert len(groups) == 34
    for group in groups:
        props = " ".join(map(str, group["props"]))
        assert 'role:"button"' in props
        assert "tabIndex:0" in props
        assert '"aria-label":' in props
        assert "onKeyDown:" in props


def test_a_click_sends_the_code_and_nothing_else(rendered: dict[str, Any]) -> None:
    for group in _find(rendered, "data-code"):
        props = " ".join(map(str, group["props"]))
        code = props.split('"data-code":"', 1)[1][:2]
        assert f'({{ ["code"] : "{code}" }})' in props


def test_the_names_of_both_archipelagos_and_the_attribution_are_shown(rendered: dict[str, Any]) -> None:
    shown = _texts(rendered)
    assert {"QĐ. Hoàng Sa", "QĐ. Trường Sa"} <= shown
    assert any("CC BY 4.0" in text for text in shown)


def test_the_shapes_of_two_maps_on_a_page_have_different_ids() -> None:
    def ids(map_id: str) -> set[str]:
        drawn = province_map(MapState.fills, MapState.titles, MapState.pick, MapState.picked, map_id=map_id).render()
        found = (str(prop) for shape in _find(drawn, "data-shape") for prop in shape["props"])
        return {prop for prop in found if prop.startswith("id:")}

    assert len(ids("a")) == 34
    assert not ids("a") & ids("b")
