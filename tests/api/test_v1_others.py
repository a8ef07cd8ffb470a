"""Handovers, forms and look-ups over the API."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from tests.support.api_client import PROBLEM, Api, assigned_case, made_case
from tests.support.cast import Cast
from thads_app import clock
from thads_app.rules.rights import system_operator
from thads_app.rules.units import Breakdown
from thads_app.services.office_tree import office_tree
from thads_app.services.report_files import report_json_text
from thads_app.services.reports import make_report
from thads_app.services.statistics import FigureQuery, OrganisationMap

DRAFT = {"kind": "officer_to_officer", "receiver": "CHV-bob", "reason": "Nghỉ theo chế độ"}
REPORT = {"unit": "91-03", "fy": 2027, "months": 1}


async def version_of(api: Api, handover_id: int) -> int:
    return int((await api.get("alice", f"/handovers/{handover_id}")).json()["version"])


async def test_a_handover_goes_from_draft_to_the_last_confirmation(api: Api) -> None:
    kept, given = await assigned_case(api, "1/QĐ"), await assigned_case(api, "2/QĐ")
    draft = await api.post("alice", "/handovers", **DRAFT, items=[{"case_id": kept}])
    assert draft.headers["location"] == f"/api/v1/handovers/{draft.json()['id']}"
    handover = f"/handovers/{draft.json()['id']}"
    items = [{"case_id": kept, "sheet_count": 3}, {"case_id": given, "sheet_count": 9, "money_in_custody": 5_000}]
    change = {**DRAFT, "items": items, "version": draft.json()["version"]}
    assert (await api.call("alice", "PUT", handover, json=change)).status_code == 200
    stale = await api.call("alice", "PUT", handover, json=change)
    assert (stale.status_code, stale.json()["code"]) == (409, "handover_stale")
    assert (await api.get("alice", f"{handover}/document")).json()["code"] == "handover_record_draft"
    assert (await api.post("alice", f"{handover}/send")).json()["status"] == "sent"
    [listed] = (await api.get("bob", "/handovers", box="incoming", status="sent")).json()["items"]
    assert (listed["giver"], listed["giver_office"]["code"], listed["items"]) == (
        "Trần Thị An",
        "91-03",
        {"pending": 2},
    )
    found = {item["case_id"]: item["id"] for item in (await api.get("bob", handover)).json()["items"]}
    no = {"confirmer": "receiver", "item_ids": [found[kept]], "reason": "Thiếu bút lục 2"}
    assert (await api.post("bob", f"{handover}/items/refuse", **no)).status_code == 200
    first = await api.post("bob", f"{handover}/items/confirm", confirmer="receiver")
    assert [(one["ok"], one["moved"]) for one in first.json()["results"]] == [(True, False)]
    last = await api.post("office_head", f"{handover}/items/confirm", confirmer="head")
    assert [(one["ok"], one["moved"], one["case_id"]) for one in last.json()["results"]] == [(True, True, given)]
    done = (await api.get("alice", handover)).json()
    assert done["handover"]["status"] == "closed"
    assert {item["case_id"]: (item["status"], item["refusal_reason"]) for item in done["items"]} == {
        kept: ("refused", "Thiếu bút lục 2"),
        given: ("confirmed", ""),
    }
    owners = {each: (await api.get("alice", f"/cases/{each}")).json()["officer"]["code"] for each in (kept, given)}
    assert owners == {kept: "CHV-alice", given: "CHV-bob"}
    paper = await api.get("alice", f"{handover}/document")
    assert (paper.headers["content-type"], paper.content[:5]) == ("application/pdf", b"%PDF-")


async def test_what_was_sent_can_be_recalled_until_it_is_answered(api: Api) -> None:
    case_id = await assigned_case(api)
    made = await api.post("alice", "/handovers", **DRAFT, items=[{"case_id": case_id}])
    handover = f"/handovers/{made.json()['id']}"
    await api.post("alice", f"{handover}/send")
    assert (await api.post("bob", f"{handover}/recall")).status_code == 404
    assert (await api.post("alice", f"{handover}/recall")).json()["status"] == "recalled"
    late = await api.post("bob", f"{handover}/items/confirm", confirmer="receiver")
    assert (late.status_code, late.json()["code"]) == (409, "handover_not_sent")


async def test_a_mistake_in_a_handover_is_named_by_its_place_in_the_request(api: Api) -> None:
    good, unassigned = await assigned_case(api, "1/QĐ"), await made_case(api, "2/QĐ")
    items = [{"case_id": good}, {"case_id": unassigned}, {"case_id": 424_242}]
    answer = await api.post("alice", "/handovers", **DRAFT, items=items)
    assert answer.status_code == 422
    assert {name: wrong["code"] for name, wrong in answer.json()["fields"].items()} == {
        "items.1": "handover_case_not_givers",
        "items.2": "not_found",
    }
    twice = await api.post("alice", "/handovers", **DRAFT, items=[{"case_id": good}, {"case_id": good}])
    assert twice.json()["fields"]["items.1"]["code"] == "handover_case_twice"
    unknown = await api.post("alice", "/handovers", **DRAFT | {"receiver": "CHV-khong-co"}, items=[{"case_id": good}])
    assert unknown.json()["fields"]["receiver"]["code"] == "officer_unknown"


async def test_handovers_page_both_ways(api: Api) -> None:
    made = []
    for number in range(1, 6):
        case_id = await assigned_case(api, f"{number}/QĐ")
        answer = await api.post("alice", "/handovers", **DRAFT, items=[{"case_id": case_id}])
        made.append(answer.json()["id"])
    seen: list[int] = []
    page = (await api.get("alice", "/handovers", limit=2)).json()
    assert page["previous"] is None
    while True:
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        page = (await api.get("alice", "/handovers", limit=2, cursor=page["next"])).json()
    assert seen == made[::-1]
    back = (await api.get("alice", "/handovers", limit=2, cursor=page["previous"])).json()
    assert [row["id"] for row in back["items"]] == made[::-1][2:4]


async def test_a_form_is_the_one_the_command_line_prints(api: Api) -> None:
    await assigned_case(api)
    await made_case(api, "2/QĐ", obligations=[{"content": "Giao nhà", "amount": 0}])
    as_of = clock.now()
    answer = await api.get("office_head", "/reports/04/TK-THA", **REPORT, as_of=as_of.isoformat(), by="officer")
    tree = await office_tree()
    query = FigureQuery("91-03", 2027, 1, organisation=OrganisationMap.AS_WAS, as_of=as_of)
    made = await make_report(system_operator(tree.root.id), "04/TK-THA", query, Breakdown.OFFICER)
    assert answer.text == report_json_text(made)
    rows = answer.json()["rows"]
    assert [(row["unit"], row["count"]["to_enforce"], row["amount"]["to_enforce"]) for row in rows] == [
        ("91-03", 2, 1_000_000), ("CHV-alice", 1, 1_000_000), ("", 1, 0),
    ]  # fmt: skip
    assert (await api.get("office_head", "/reports/04", **REPORT, by="officer")).json()["rows"] == rows
    own = await api.get("alice", "/reports/01", **REPORT | {"unit": "CHV-alice"})
    assert own.json()["rows"][0]["count"]["newly_registered"] == 1


async def test_a_form_comes_as_csv_and_as_a_workbook_too(api: Api) -> None:
    await made_case(api)
    text = await api.get("office_head", "/reports/01", **REPORT, format="csv")
    [row] = csv.DictReader(io.StringIO(text.text))
    assert (row["unit"], row["count.newly_registered"], row["amount.newly_registered"]) == ("91-03", "1", "1000000")
    book = await api.get("office_head", "/reports/01/TK-THA", **REPORT, format="xlsx")
    assert 'filename="bieu-01-TK-THA-91-03-2027-1.xlsx"' in book.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert sheet.cell(1, 1).value == "Biểu số: 01/TK-THA"


async def test_a_cut_off_before_everything_was_recorded_shows_nothing(api: Api) -> None:
    await made_case(api)
    for as_of in ("2026-10-05", "2026-10-05T08:00", "2026-10-05T01:00:00+00:00"):
        answer = await api.get("office_head", "/reports/01", **REPORT, as_of=as_of)
        assert answer.json()["rows"][0]["count"]["to_enforce"] == 0, as_of
    answer = await api.get("office_head", "/reports/01", **REPORT, as_of="2999-01-01")
    assert answer.json()["rows"][0]["count"]["to_enforce"] == 1


async def test_forms_not_kept_and_units_that_are_not_there_are_refused_clearly(api: Api) -> None:
    for part, path, query, wanted in (
        ("office_head", "/reports/12", REPORT, (409, "form_not_kept")),
        ("office_head", "/reports/13", REPORT, (422, "invalid")),
        ("office_head", "/reports/01", REPORT | {"unit": "68-01"}, (404, "unit_not_found")),
        ("office_head", "/reports/01", REPORT | {"unit": "khong-co"}, (404, "officer_not_found")),
        ("office_head", "/reports/01", REPORT | {"by": "province"}, (409, "unit_has_no_such_parts")),
        ("leader", "/reports/01", REPORT | {"unit": "89-C", "org": "today"}, (409, "unit_not_on_todays_map")),
        ("central_admin", "/reports/01", REPORT, (403, "forbidden")),
    ):
        answer = await api.get(part, path, **query)
        assert (answer.status_code, answer.json()["code"]) == wanted, (path, query, answer.text)
        assert answer.headers["content-type"] == PROBLEM


async def test_offices_and_officers_can_be_looked_up_page_by_page(api: Api, cast: Cast) -> None:
    codes: list[str] = []
    cursor = ""
    while True:
        page = (await api.get("alice", "/offices", limit=200, cursor=cursor)).json()
        codes += [office["code"] for office in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert codes == sorted(cast.office_ids)
    today = (await api.get("alice", "/offices", level="province", on="2026-10-01", limit=200)).json()["items"]
    assert len(today) == 34
    [old] = (await api.get("alice", "/offices", q="89-c", level="province")).json()["items"]
    assert (old["valid_to"], old["successor"]) == ("2025-06-30", "91")
    first = (await api.get("office_head", "/officers", limit=1)).json()
    rest = (await api.get("office_head", "/officers", limit=1, cursor=first["next"])).json()
    assert [one["code"] for one in first["items"] + rest["items"]] == ["CHV-alice", "CHV-bob"]
    assert (rest["next"], rest["items"][0]["offices"][0]["code"]) == (None, "91-03")
    [found] = (await api.get("province_head", "/officers", q="binh")).json()["items"]
    assert (found["name"], found["grade"]) == ("Lê Văn Bình", "junior")


async def test_me_says_whom_the_token_stands_for(api: Api) -> None:
    me = (await api.get("leader", "/me")).json()
    assert (me["name"], me["office"]["code"], me["officer"], me["roles"]) == ("Trần Quốc Lãnh", "00", None, ["leader"])
    assert {"permission": "case.read", "offices": None} in me["rights"]
    mine = {right["permission"] for right in (await api.get("alice", "/me")).json()["rights"]}
    assert "event.record_own" in mine
    assert "event.record" not in mine


async def test_addresses_and_methods_that_are_none_are_told_apart(api: Api) -> None:
    missing = await api.get("alice", "/khong-co")
    assert (missing.status_code, missing.json()["code"]) == (404, "no_such_path")
    wrong = await api.call("alice", "DELETE", "/cases/1")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, PATCH")
    assert wrong.json()["detail"] == "Địa chỉ này không nhận phương thức DELETE."


async def test_an_unforeseen_failure_shows_a_number_and_nothing_else(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_arguments: object) -> None:
        raise RuntimeError("mật khẩu của cơ sở dữ liệu là abc")

    monkeypatch.setattr("thads_app.api.v1.cases.cases.case_detail", broken)
    answer = await api.get("alice", "/cases/1")
    problem = answer.json()
    assert (answer.status_code, problem["code"], len(problem["incident"])) == (500, "incident", 8)
    assert problem["incident"] in problem["detail"]
    assert "abc" not in answer.text
    assert "RuntimeError" not in answer.text


async def test_the_description_is_open_to_anybody_and_names_every_failure(api: Api) -> None:
    answer = await api.call("", "GET", "/openapi.json")
    described = answer.json()
    assert (answer.status_code, described["openapi"][:3]) == (200, "3.1")
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert {"401", "403", "404", "422", "500"} <= set(operation["responses"]), (method, path)
            assert not [one for one in operation["parameters"] if one["in"] == "header"], (method, path)
    assert described["security"] == [{"token": []}]
    assert "authorization" not in json.dumps(described).casefold()
