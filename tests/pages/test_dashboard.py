"""Dashboards: what each depth shows, where every bar, row and number leads; nobody sees above their offices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from models import StaffMember
from models.enums import Measure
from pages.dashboard.state import DashboardState, MonthsChart, ProvinceFills, RatesChart
from tests.support.some_cases import HERE, World
from tests.support.tab import Denied, Tab
from thads_app import db
from thads_app.jobs.live import hub
from thads_app.rules.indicators import Figure
from thads_app.rules.rights import EVERYWHERE, Permission
from thads_app.rules.units import OrganisationMap
from thads_app.services.case_cells import read_cell
from thads_app.services.figure_address import is_complete, read_asking, read_looking
from thads_app.services.figure_cells import cases_behind
from thads_app.services.reorganisation import set_successor
from thads_app.services.targets import SetTarget, set_target

PAGE = "/bang-dieu-hanh"
MONTH = "nam=2027&ky=2"  # the cases of the world were registered in October 2026


@pytest.fixture(autouse=True)
def no_followers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading a page starts nothing that waits; following is tested over a real socket."""
    monkeypatch.setattr("pages.dashboard.state.watch_figures", lambda *_: False)


async def opened(world: World, part: str, address: str) -> Tab:
    tab = Tab(world.cast[part], address)
    assert await tab.run(DashboardState, "load") == []
    assert tab.state(DashboardState).error == ""
    return tab


def shown(tab: Tab) -> DashboardState:
    return tab.state(DashboardState)


def value_of(tab: Tab, label: str) -> str:
    return next(card.value for card in shown(tab).cards if card.label == label)


async def test_an_address_without_unit_or_period_becomes_one_that_can_be_sent(world: World) -> None:
    tab = Tab(world.cast["office_head"], PAGE)
    (address,) = await tab.run(DashboardState, "load")
    parameters = dict(parse_qsl(urlsplit(address).query))
    assert is_complete(parameters)
    assert parameters["don-vi"] == "91-03"


async def test_the_nation_shows_every_province_with_its_figures(world: World) -> None:
    tab = await opened(world, "leader", f"{PAGE}?don-vi=00&{MONTH}")
    state = shown(tab)
    assert len(state.parts) == 34
    assert value_of(tab, "Phải thi hành") == "20"
    assert value_of(tab, "Thi hành xong") == "1"
    an_giang = next(row for row in state.parts if row.name == "An Giang")
    assert (an_giang.to_enforce, an_giang.completed) == ("17", "1")
    assert state.aside == "map"
    assert tab.state(ProvinceFills).fills.keys() == {"91", "68"}
    assert state.shows_history
    assert [crumb.label for crumb in state.crumbs] == ["Toàn quốc"]


async def test_bars_provinces_and_rows_lead_down_to_the_officer_and_back_up(world: World) -> None:
    tab = await opened(world, "leader", f"{PAGE}?don-vi=00&{MONTH}&do=tien")
    bars: dict[str, Any] = tab.state(RatesChart).figure["data"][0]
    row = next(row for row in shown(tab).parts if row.name == "An Giang")
    assert row.href in bars["customdata"]
    assert row.href == tab.state(ProvinceFills).addresses["91"]

    province = await opened(world, "leader", row.href)
    assert value_of(province, "Phải thi hành") == "298 triệu"  # 226 here, 72 next door
    office_row = next(row for row in shown(province).parts if row.name.startswith("Phòng KV 3"))
    assert shown(province).selected_province == "91"

    office = await opened(world, "leader", office_row.href)
    names = {row.name for row in shown(office).parts}
    assert names == {"Trần Thị An", "Lê Văn Bình", "Chưa phân công"}

    officer = await opened(world, "leader", next(row.href for row in shown(office).parts if row.name == "Trần Thị An"))
    assert shown(officer).parts == []
    assert shown(officer).aside == ""
    crumbs = shown(officer).crumbs
    assert [crumb.label for crumb in crumbs] == ["Toàn quốc", "An Giang", "Phòng KV 3 – An Giang", "Trần Thị An"]
    assert crumbs[2].href == office_row.href
    assert "do=tien" in crumbs[0].href


async def test_every_number_opens_exactly_the_cases_it_counts(world: World) -> None:
    tab = await opened(world, "province_head", f"{PAGE}?don-vi=91&{MONTH}")
    state = shown(tab)
    links = [(card.href, card.value) for card in state.cards[:3]]
    row = next(row for row in state.parts if row.name.startswith("Phòng KV 3"))
    links += [
        (f"/ho-so?o=to_enforce&{row.cases}", row.to_enforce),
        (f"/ho-so?o=completed&{row.cases}", row.completed),
    ]
    links += [(bar.href, bar.value) for bar in state.composition]
    for href, value in links:
        cell = read_cell(dict(parse_qsl(urlsplit(href).query)))
        assert cell is not None, href
        page = await cases_behind(world.cast["province_head"], cell)
        assert (page.total_count, len(page.rows)) == (int(value), int(value)), href
    assert [bar.label for bar in state.composition] == ["Đang thi hành", "Thi hành xong", "Chưa có điều kiện thi hành"]


async def test_a_rate_opens_the_cases_it_divides_by(world: World) -> None:
    tab = await opened(world, "office_head", f"{PAGE}?don-vi=91-03&{MONTH}")
    rate = next(card for card in shown(tab).cards if card.label.startswith("Tỷ lệ"))
    cell = read_cell(dict(parse_qsl(urlsplit(rate.href).query)))
    assert cell is not None
    assert cell.figure is Figure.WITH_CONDITIONS
    assert (await cases_behind(world.cast["office_head"], cell)).total_count == HERE - 1


@pytest.mark.parametrize("unit", ["00", "91", "68", "68-01", "00000", "'; drop table cases; --", "<b>"])
async def test_units_outside_ones_offices_do_not_exist(world: World, unit: str) -> None:
    tab = Tab(world.cast["office_head"], f"{PAGE}?don-vi={unit}&{MONTH}")
    assert await tab.run(DashboardState, "load") == []
    state = shown(tab)
    assert "ngoài phạm vi" in state.error or "Không có đơn vị" in state.error
    assert (state.cards, state.parts) == ([], [])
    assert tab.state(RatesChart).figure == {}


async def test_somebody_without_the_right_gets_no_dashboard(world: World) -> None:
    alice = world.cast["alice"]
    without = {right: scope for right, scope in alice.scopes.items() if right is not Permission.DASHBOARD_READ}
    with pytest.raises(Denied):
        await Tab(replace(alice, scopes=without), PAGE).run(DashboardState, "load")


async def test_who_may_not_open_cases_sees_figures_without_links(world: World) -> None:
    tab = await opened(world, "central_admin", f"{PAGE}?don-vi=00&{MONTH}")
    state = shown(tab)
    assert value_of(tab, "Phải thi hành") == "20"
    assert not any(card.href for card in state.cards)
    assert not any(row.cases for row in state.parts)
    assert not any(bar.href for bar in [*state.composition, *state.kinds])
    assert state.file_address == "", "and without the right to export there is nothing to download"


async def test_a_province_has_no_map_of_the_nation_for_those_who_may_not_see_it(world: World) -> None:
    tab = await opened(world, "province_head", f"{PAGE}?don-vi=91&{MONTH}")
    assert shown(tab).aside == "composition"
    assert shown(tab).crumbs[0].href == ""
    assert tab.state(ProvinceFills).fills == {}


async def test_choosing_another_office_while_an_officer_is_shown_leads_to_that_office(world: World) -> None:
    tab = Tab(world.cast["leader"], f"{PAGE}?don-vi=68-01&{MONTH}&chv={(await staff_code(world, 'alice'))}")
    assert await tab.run(DashboardState, "load") == [f"{PAGE}?don-vi=68-01&{MONTH}"]


async def staff_code(world: World, part: str) -> str:
    async with db.session(EVERYWHERE) as session:
        person = await session.get(StaffMember, world.cast[part].staff_id)
        assert person is not None
        return person.code


async def test_an_ended_office_on_todays_map_leads_to_its_successor(world: World) -> None:
    tab = Tab(world.cast["leader"], f"{PAGE}?don-vi=89-C&nam=2025&ky=7")
    assert await tab.run(DashboardState, "load") == [f"{PAGE}?don-vi=91&nam=2025&ky=7"]
    was = await opened(world, "leader", f"{PAGE}?don-vi=89-C&nam=2025&ky=7&ban-do=nhu-cu")
    assert shown(was).map_choice == OrganisationMap.AS_WAS.value
    assert "don-vi=91&" in shown(was).maps[0].href


async def test_cards_and_bars_stand_against_the_target_when_there_is_one(world: World) -> None:
    admin = world.cast["central_admin"]
    await set_target(admin, SetTarget("00", 2027, Measure.COUNT, Decimal("83.90"), "QĐ minh họa"))
    await set_target(admin, SetTarget("68", 2027, Measure.COUNT, Decimal(100), "QĐ minh họa"))
    tab = await opened(world, "leader", f"{PAGE}?don-vi=00&{MONTH}")
    state = shown(tab)
    rate = next(card for card in state.cards if card.label.startswith("Tỷ lệ"))
    assert rate.tick == "13.98"  # 83,90 × 2 / 12
    assert "tiến độ 13,98" in rate.note
    assert state.rates_title == "Cả 2 tỉnh, thành phố đang dưới tiến độ 13,98\u00a0%"
    assert state.shows_targets
    assert {row.name: row.ahead for row in state.parts if row.ahead != "–"} == {
        "An Giang": "−7,73",
        "Lâm Đồng": "−16,67",
    }
    colours = set(tab.state(RatesChart).figure["data"][0]["marker"]["color"])
    assert colours == {"#b4531a"}


async def test_months_run_from_october_and_stop_at_the_period(world: World) -> None:
    tab = await opened(world, "leader", f"{PAGE}?don-vi=00&{MONTH}")
    lines = shown(tab).month_lines
    assert [line.label for line in lines[:4]] == ["10/2026", "11/2026", "12/2026", "1/2027"]
    assert [line.cases_now for line in lines[:3]] == ["1", "1", "–"]
    drawn = tab.state(MonthsChart).figure["data"][1]
    assert drawn["y"][:3] == [1, 1, None]


async def test_a_switch_keeps_everything_else_of_the_address(world: World) -> None:
    tab = await opened(world, "office_head", f"{PAGE}?don-vi=91-03&{MONTH}")
    state = shown(tab)
    assert [tab.href for tab in state.measures] == [
        f"{PAGE}?don-vi=91-03&{MONTH}",
        f"{PAGE}?don-vi=91-03&{MONTH}&do=tien",
    ]
    assert state.month_addresses["7"] == f"{PAGE}?don-vi=91-03&nam=2027&ky=7"
    assert state.file_address == f"/api/reports/dashboard.xlsx?don-vi=91-03&{MONTH}"


async def test_a_changed_successor_is_followed_by_the_map_of_today(world: World) -> None:
    before = await opened(world, "central_admin", f"{PAGE}?don-vi=91&{MONTH}")
    assert len(shown(before).parts) == 16
    await set_successor(world.operator, "91-C05", "91-04")
    after = await opened(world, "central_admin", f"{PAGE}?don-vi=91&{MONTH}")
    assert [row.to_enforce for row in shown(after).parts] == [row.to_enforce for row in shown(before).parts]


def test_nothing_is_watched_after_the_tests_of_pages() -> None:
    assert len(hub) == 0


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "year", "months"),
    [
        ({}, 2027, 2),
        ({"nam": "2027"}, 2027, 2),
        ({"nam": "2025"}, 2025, 12),
        ({"nam": "2025", "ky": "7"}, 2025, 7),
        ({"nam": "2025", "ky": "0"}, 2025, 12),
        ({"nam": "2025", "ky": "13"}, 2025, 12),
        ({"nam": "năm nay", "ky": "bảy"}, 2027, 2),
        ({"nam": "99999999999999999999", "ky": "٣"}, 2027, 2),
        ({"nam": "2025", "ky": "1" * 5000}, 2025, 12),
    ],
)
def test_what_cannot_be_read_of_an_address_has_the_default_of_the_day(
    parameters: dict[str, str], year: int, months: int
) -> None:
    looking = read_looking(parameters, "91", date(2026, 11, 22))
    assert (looking.query.unit, looking.query.fiscal_year, looking.query.months) == ("91", year, months)


def test_a_null_character_never_reaches_the_database() -> None:
    looking = read_looking({"don-vi": "91\x00", "chv": "a\x00b"}, "91", date(2026, 11, 22))
    assert (looking.query.unit, looking.query.officer) == ("91", "ab")


def test_a_cut_off_is_the_end_of_its_day_in_vietnam_and_only_when_it_is_past() -> None:
    today = date(2026, 11, 22)
    asking = read_asking({"bieu": "05", "tinh-den": "5/5/25", "nam": "2025", "ky": "7"}, "91", today)
    assert asking.form == "05/TK-THA"
    assert asking.query.as_of is not None
    assert asking.query.as_of.isoformat() == "2025-05-05T16:59:59.999999+00:00"
    assert read_asking({"tinh-den": "22/11/2026"}, "91", today).cut_off is None
    assert read_asking({"tinh-den": "40/13/2025"}, "91", today).problem == "date.impossible"
    assert read_asking({"bieu": "../../etc"}, "91", today).form == "01/TK-THA"
