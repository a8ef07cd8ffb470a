"""Every route, export and API path, as every member of the cast: nobody is told a word of a case that is not theirs.

The routes are taken from the app itself: a new one without a request here, or a reason, fails the first test.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from models.enums import Role
from tests.support.api_client import Api, open_api
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, OTHER_OFFICE_OF_PROVINCE, PARTS
from tests.support.marked_world import OFFICES, READ_FIGURES, Marked, make_marked, mark, marks_in, owner, rows_of
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.services import sessions
from thads_app.services.cubes import forget_bases
from thads_app.settings import get_settings

FIGURES = {"don-vi": "", "nam": "2027", "thang": "2"}
V1 = "/api/v1"
Options = dict[str, Any]
Door = Callable[[Marked, str], Iterator[tuple[str, Options]]]


def _at(path: str, **options: Any) -> Door:
    """One request whose address names the office's case, handover, item, import or completion."""

    def door(world: Marked, code: str) -> Iterator[tuple[str, Options]]:
        names = {
            "case_id": world.cases[code][0],
            "handover_id": world.handovers[code],
            "asked_id": world.asked[code],
            "job_id": world.jobs[code],
            "party_id": world.parties[code],
        }
        yield path.format(**names), _filled(options, world, code)

    return door


def _filled(value: Any, world: Marked, code: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(each, world, code) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, world, code) for each in value]
    known = {
        "@case": world.cases[code][0], "@item": world.items[code], "@event": world.events[code], "@office": code,
    }  # fmt: skip
    return known.get(value, value) if isinstance(value, str) else value


_DRAFT = {"kind": "officer_to_officer", "receiver": "CHV-bob", "reason": "Nghỉ phép", "items": [{"case_id": "@case"}]}
_ANSWER = {"confirmer": "receiver", "item_ids": ["@item"]}
_COMMAND = {"type": "completed", "business_date": "2026-11-03"}
DOORS: dict[tuple[str, str], Door] = {
    ("GET", "/api/exports/cases"): _at("/api/exports/cases", params={"q": "moc", "don-vi": "@office"}),
    ("GET", "/api/handovers/{handover_id}/bien-ban.pdf"): _at("/api/handovers/{handover_id}/bien-ban.pdf"),
    ("GET", "/api/imports/{job_id}/errors.xlsx"): _at("/api/imports/{job_id}/errors.xlsx"),
    ("GET", "/api/reports/form.{kind}"): _at("/api/reports/form.csv", params=FIGURES | {"don-vi": "@office"}),
    ("GET", "/api/reports/dashboard.xlsx"): _at("/api/reports/dashboard.xlsx", params=FIGURES | {"don-vi": "@office"}),
    ("GET", "/api/administration/review.xlsx"): _at("/api/administration/review.xlsx", params={"don-vi": "@office"}),
    ("GET", "/api/personal-data/requests.xlsx"): _at("/api/personal-data/requests.xlsx", params={"don-vi": "@office"}),
    ("GET", "/api/personal-data/processing.xlsx"): _at("/api/personal-data/processing.xlsx"),
    ("GET", f"{V1}/me"): _at(f"{V1}/me"),
    ("GET", f"{V1}/offices"): _at(f"{V1}/offices"),
    ("GET", f"{V1}/officers"): _at(f"{V1}/officers", params={"office": "@office"}),
    ("GET", f"{V1}/cases"): _at(f"{V1}/cases", params={"office": "@office", "q": "moc"}),
    ("POST", f"{V1}/cases"): _at(f"{V1}/cases", json={"office": "@office", "decision_number": "9/QĐ"}),
    ("POST", f"{V1}/cases/assignments"): _at(
        f"{V1}/cases/assignments", json={"case_ids": ["@case"], "officer": "CHV-bob", "business_date": "2026-11-03"}
    ),
    ("GET", f"{V1}/cases/{{case_id}}"): _at(f"{V1}/cases/{{case_id}}"),
    ("PATCH", f"{V1}/cases/{{case_id}}"): _at(
        f"{V1}/cases/{{case_id}}", json={"version": 2, "decision_number": "66/QĐ"}
    ),
    ("POST", f"{V1}/cases/{{case_id}}/parties/{{party_id}}/reveal"): _at(
        f"{V1}/cases/{{case_id}}/parties/{{party_id}}/reveal",
        json={"field": "id_number", "purpose": "correction", "reason": "Đính chính theo đơn"},
    ),
    ("GET", f"{V1}/cases/{{case_id}}/events"): _at(f"{V1}/cases/{{case_id}}/events"),
    ("POST", f"{V1}/cases/{{case_id}}/events"): _at(f"{V1}/cases/{{case_id}}/events", json=_COMMAND),
    ("POST", f"{V1}/cases/{{case_id}}/corrections"): _at(
        f"{V1}/cases/{{case_id}}/corrections", json={"event_id": "@event"}
    ),
    ("GET", f"{V1}/confirmations"): _at(f"{V1}/confirmations"),
    ("GET", f"{V1}/confirmations/{{asked_id}}"): _at(f"{V1}/confirmations/{{asked_id}}"),
    ("POST", f"{V1}/confirmations/{{asked_id}}/confirm"): _at(f"{V1}/confirmations/{{asked_id}}/confirm"),
    ("POST", f"{V1}/confirmations/{{asked_id}}/refuse"): _at(
        f"{V1}/confirmations/{{asked_id}}/refuse", json={"reason": "Thiếu"}
    ),
    ("POST", f"{V1}/confirmations/{{asked_id}}/withdraw"): _at(f"{V1}/confirmations/{{asked_id}}/withdraw"),
    ("GET", f"{V1}/handovers"): _at(f"{V1}/handovers"),
    ("POST", f"{V1}/handovers"): _at(f"{V1}/handovers", json=_DRAFT),
    ("GET", f"{V1}/handovers/{{handover_id}}"): _at(f"{V1}/handovers/{{handover_id}}"),
    ("PUT", f"{V1}/handovers/{{handover_id}}"): _at(f"{V1}/handovers/{{handover_id}}", json=_DRAFT | {"version": 1}),
    ("POST", f"{V1}/handovers/{{handover_id}}/send"): _at(f"{V1}/handovers/{{handover_id}}/send"),
    ("POST", f"{V1}/handovers/{{handover_id}}/recall"): _at(f"{V1}/handovers/{{handover_id}}/recall"),
    ("POST", f"{V1}/handovers/{{handover_id}}/items/confirm"): _at(
        f"{V1}/handovers/{{handover_id}}/items/confirm", json=_ANSWER
    ),
    ("POST", f"{V1}/handovers/{{handover_id}}/items/refuse"): _at(
        f"{V1}/handovers/{{handover_id}}/items/refuse", json=_ANSWER | {"reason": "Thiếu bút lục"}
    ),
    ("GET", f"{V1}/handovers/{{handover_id}}/document"): _at(f"{V1}/handovers/{{handover_id}}/document"),
    ("GET", f"{V1}/reports/{{form}}"): _at(f"{V1}/reports/02", params={"unit": "@office", "fy": 2027, "months": 2}),
    ("GET", f"{V1}/reports/{{form}}/TK-THA"): _at(
        f"{V1}/reports/05/TK-THA", params={"unit": "@office", "fy": 2027, "months": 2}
    ),
    ("GET", f"{V1}/{{path:path}}"): _at(f"{V1}/khong-co"),
}

_OWN = "concerns the caller's own account alone"
_NO_ROWS = "holds no row of any office"
OTHERS = {
    "/api/auth/login": _OWN, "/api/auth/second": _OWN, "/api/auth/second/begin": _OWN, "/api/auth/logout": _OWN,
    "/api/auth/logout-everywhere": _OWN, "/api/auth/password": _OWN, "/api/auth/ways": _NO_ROWS,
    "/api/auth/oidc/{provider_id}/start": _OWN, "/api/auth/oidc/{provider_id}/callback": _OWN,
    "/api/auth/oidc/{provider_id}/backchannel-logout": _OWN, "/api/auth/oidc/{provider_id}/signed-out": _OWN,
    "/healthz": _NO_ROWS, "/readyz": _NO_ROWS, "/metrics": _NO_ROWS, "/api/v1/openapi.json": _NO_ROWS,
    "/api/imports": "takes a file in; what it may write is checked row by row, see test_import.py",
    "/api/imports/template.xlsx": _NO_ROWS,
    "/api/administration/roster": "takes a list of accounts in, see its own tests",
    "/api/administration/roster/template.xlsx": _NO_ROWS,
    "/api/administration/roster/{reference}/errors.xlsx": "the caller's own upload, see its own tests",
    "/api/administration/roster/{reference}/passwords.xlsx": "the caller's own upload, see its own tests",
}  # fmt: skip


def operations() -> set[tuple[str, str]]:
    """Method and path of every route."""
    found: set[tuple[str, str]] = set()
    waiting = list(build_api().routes)
    while waiting:
        route = waiting.pop()
        included = getattr(route, "original_router", None)
        if included is not None:
            waiting += included.routes
        elif isinstance(route, APIRoute):
            found |= {(method, route.path) for method in route.methods or () if method not in ("HEAD", "OPTIONS")}
    return found


def test_every_route_is_asked_here_or_says_why_not():
    asked = operations()
    catch_all = {(method, path) for method, path in asked if path.endswith("{path:path}")} - set(DOORS)
    assert {(method, path) for method, path in asked - set(DOORS) - catch_all if path not in OTHERS} == set()
    assert set(DOORS) - asked == set()
    assert set(OTHERS) <= {path for _, path in asked}


# -- asking ----------------------------------------------------------------------------------------------------------


@dataclass
class Http:
    """The world, the app, and everybody's ways to sign in."""

    world: Marked
    api: Api
    secrets: dict[str, str]

    async def send(self, part: str, method: str, path: str, options: Options) -> httpx.Response:
        """One request: with a token on the API, with a session's cookie elsewhere."""
        headers = {"Origin": get_settings().origin}
        if path.startswith(V1):
            headers["Authorization"] = f"Bearer {self.api.tokens[part]}"
        else:
            headers["Cookie"] = f"{cookie_name()}={self.secrets[part]}"
        return await self.api.client.request(method, path, headers=headers, **options)


@pytest.fixture(scope="module")
async def http(module_database: str) -> AsyncIterator[Http]:
    forget_bases()
    sessions.forget_everything()
    world = await make_marked()
    api = await open_api(world.cast)
    secrets = {part: (await world.cast.sign_in(part, address=f"192.0.2.{n}")).secret for n, part in enumerate(PARTS, 1)}
    async with api.client:
        yield Http(world, api, secrets)


def told(answer: httpx.Response) -> set[str]:
    """The marks in an answer, unpacked when it is a workbook."""
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return set().union(*(marks_in(book.read(name).decode(errors="replace")) for name in book.namelist()))
    return marks_in(answer.text)


@pytest.mark.parametrize("part", PARTS)
async def test_no_route_tells_or_changes_anything_of_another_office(http: Http, part: str):
    world, allowed, mine = http.world, http.world.seen_marks(part), http.world.seen_offices(part)
    before = rows_of(mine)
    for code in OFFICES:
        foreign = code not in mine
        for (method, path), door in DOORS.items():
            if method != "GET" and not foreign:
                continue  # what one may do to one's own has its own tests
            for address, options in door(world, code):
                answer = await http.send(part, method, address, options)
                assert answer.status_code < 500, (part, method, address, answer.text)
                assert told(answer) <= allowed, (part, method, address)
                if foreign and "{" in path and "report" not in path:
                    assert answer.status_code in (403, 404), (part, method, address, answer.status_code, answer.text)
    assert rows_of(mine) == before, f"{part} changed what is not theirs"


@pytest.mark.parametrize("part", PARTS)
async def test_the_list_over_the_api_holds_all_of_ones_cases(http: Http, part: str):
    answer = await http.send(part, "GET", f"{V1}/cases", {})
    assert answer.status_code == (403 if PARTS[part].role is Role.ADMIN else 200)
    assert told(answer) == http.world.seen_marks(part)


@pytest.mark.parametrize("part", PARTS)
async def test_a_case_over_the_api_opens_for_those_who_may_see_it(http: Http, part: str):
    allowed = http.world.seen_marks(part)
    for code in OFFICES:
        for number, case_id in enumerate(http.world.cases[code], start=1):
            answer = await http.send(part, "GET", f"{V1}/cases/{case_id}", {})
            assert told(answer) == {mark(code, number).lower()} & allowed, (part, code)
            assert (answer.status_code == 200) == (mark(code, number).lower() in allowed)


@pytest.mark.parametrize("part", PARTS)
async def test_an_export_holds_all_of_ones_cases_and_no_other(http: Http, part: str):
    answer = await http.send(part, "GET", "/api/exports/cases", {})
    exporters = READ_FIGURES - {Role.SECRETARY}
    if PARTS[part].role in exporters:
        assert answer.status_code == 200
        assert told(answer) == http.world.seen_marks(part)
    else:
        assert answer.status_code in (302, 303, 403)
        assert told(answer) == set()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("unit", ["00", "91", OFFICE, OTHER_OFFICE_OF_PROVINCE, "68", OFFICE_ELSEWHERE])
async def test_a_units_figures_are_told_to_those_above_it_and_are_those_of_the_tables(http: Http, part: str, unit: str):
    query = {"params": {"unit": unit, "fy": 2027, "months": 2}}
    answer = await http.send(part, "GET", f"{V1}/reports/01", query)
    if PARTS[part].role not in READ_FIGURES:
        assert answer.status_code == 403
    elif unit not in http.world.figure_offices(part):
        assert answer.status_code == 404
    else:
        counted = owner(
            "WITH RECURSIVE below AS (SELECT id FROM office WHERE code = %s"
            " UNION ALL SELECT o.id FROM office o JOIN below ON o.parent_id = below.id)"
            " SELECT count(*) FROM cases WHERE registered_office_id IN (TABLE below)",
            unit,
        )
        assert answer.json()["rows"][0]["count"]["newly_registered"] == counted[0][0] > 0
