"""Whatever is sent, the answer is a clear problem: no trace, no half-done work, nothing of what was sent comes back."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.api_client import PROBLEM, Api, assigned_case, new_case
from thads_app.db import unit_of_work
from thads_app.rules.rights import EVERYWHERE

SQL = "'; DROP TABLE cases; --"
HTML = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
async def case_id(module_api: Api) -> int:
    return await assigned_case(module_api)


async def trace() -> tuple[int, ...]:
    async with unit_of_work(EVERYWHERE) as session:
        counts = (f"(SELECT count(*) FROM {name})" for name in ("cases", "case_event", "handover", "audit_entry"))
        return tuple((await session.execute(text(f"SELECT {', '.join(counts)}"))).one())


def check_problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert (problem["code"], problem["status"], problem["type"]) == (code, status, "about:blank")
    assert "Traceback" not in answer.text
    return problem


def changed(path: str, value: object) -> dict[str, Any]:
    """A good case with one thing changed; `...` takes it out."""
    body = json.loads(json.dumps(new_case("88/QĐ")))
    place: Any = body
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in way:
        place = place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return body


BAD_CASES: list[tuple[str, object, str]] = [
    ("decision_number", ..., "required"),
    ("decision_number", "", "required"),
    ("decision_number", "   ", "required"),
    ("decision_number", None, "not_text"),
    ("decision_number", 17, "not_text"),
    ("decision_number", ["1/QĐ"], "not_text"),
    ("decision_number", "1\u0000", "not_text"),
    ("decision_number", "x" * 61, "too_long"),
    ("decision_date", "05/10/2026", "not_iso_date"),
    ("decision_date", "2026-02-30", "not_iso_date"),
    ("decision_date", "2026-10-05T00:00:00", "not_iso_date"),
    ("decision_date", "٢٠٢٦-١٠-٠٥", "not_iso_date"),
    ("decision_date", 1_790_000_000, "not_iso_date"),
    ("decision_date", True, "not_iso_date"),
    ("decision_date", "2999-01-01", "date_in_future"),
    ("decision_date", "0001-01-01", "date_too_early"),
    ("decision_date", "2025-06-30", "office_not_valid_on"),
    ("source", "theo yêu cầu", "word_unknown"),
    ("source", 0, "word_unknown"),
    ("received_entrustment", "true", "not_a_flag"),
    ("received_entrustment", 1, "not_a_flag"),
    ("office", "khong-co", "office_unknown"),
    ("office", SQL, "office_unknown"),
    ("office", 9103, "not_text"),
    ("officer", "CHV-khong-co", "officer_unknown"),
    ("assigned_on", "hôm qua", "not_iso_date"),
    ("request_id", "1", "not_a_uuid"),
    ("request_id", 1, "not_a_uuid"),
    ("judgment", "12/2026", "not_an_object"),
    ("judgment", None, "not_an_object"),
    ("judgment.kind", HTML, "word_unknown"),
    ("judgment.judgment_date", "2026-10-06", "judgment_after_decision"),
    ("judgment.mau", "x", "field_unknown"),
    ("parties", [], "too_few"),
    ("parties", {"0": "x"}, "not_a_list"),
    ("parties", [{"role": "debtor", "name": "x"}] * 5001, "too_many"),
    ("parties.0", "Nguyễn Văn Mẫu", "not_an_object"),
    ("parties.0.role", "con nợ", "word_unknown"),
    ("parties.0.name", "\u0007", "not_text"),
    ("parties.0.name", "\ud800", "not_text"),
    ("obligations.0.amount", -1, "number_too_small"),
    ("obligations.0.amount", 10**15 + 1, "number_too_large"),
    ("obligations.0.amount", 10**400, "number_too_large"),
    ("obligations.0.amount", 0.5, "not_a_number"),
    ("obligations.0.amount", 1e300, "not_a_number"),
    ("obligations.0.amount", float("nan"), "not_a_number"),
    ("obligations.0.amount", "1.000.000", "not_a_number"),
    ("obligations.0.amount", True, "not_a_number"),
    ("obligations.0.amount", None, "not_a_number"),
]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    BAD_CASES,
    ids=[f"{place}-{code}-{field}" for place, (field, _, code) in enumerate(BAD_CASES)],
)
async def test_each_mistake_is_named_beside_its_field(module_api: Api, field: str, value: object, code: str) -> None:
    before = await trace()
    body = json.dumps(changed(field, value)).encode()
    json_type = {"Content-Type": "application/json"}
    answer = await module_api.call("office_head", "POST", "/cases", content=body, headers=json_type)
    problem = check_problem(answer, 422, "invalid")
    assert problem["fields"][field]["code"] == code
    assert set(problem["fields"]) <= {field, "judgment.judgment_date"}  # a decision too early is before its judgment
    assert problem["fields"][field]["detail"].endswith(".")
    assert await trace() == before


async def test_all_mistakes_of_a_request_are_told_at_once(module_api: Api) -> None:
    body = new_case(source=None, decision_date="nay", office=3, la="?")
    problem = check_problem(await module_api.post("office_head", "/cases", **body), 422, "invalid")
    assert set(problem["fields"]) == {"source", "decision_date", "office", "la"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b'"x"', b"1", b'{"a": 1,}', b"[" * 100_000, b'{"a":' * 50_000, b"%00",
     b"<?xml version='1.0'?><a/>", b"decision_number=1"],
)  # fmt: skip
@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "application/xml", "multipart/form-data"])
async def test_what_is_no_json_is_refused(module_api: Api, content: bytes, media_type: str) -> None:
    headers = {"Authorization": f"Bearer {module_api.tokens['office_head']}", "Content-Type": media_type}
    answer = await module_api.client.post("/api/v1/cases", content=content, headers=headers)
    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == PROBLEM
    assert content.decode("latin-1") not in answer.text or len(content) < 2


async def test_html_and_sql_are_text_like_any_other(module_api: Api) -> None:
    parties = [{"role": "debtor", "name": HTML}, {"role": "creditor", "name": SQL}]
    made = await module_api.post("intake_clerk", "/cases", **new_case("77/QĐ", parties=parties))
    case = (await module_api.get("intake_clerk", f"/cases/{made.json()['id']}")).json()
    assert [party["name"] for party in case["parties"]] == [HTML, SQL]


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(module_api: Api) -> None:
    answer = await module_api.call("office_head", "POST", "/cases", content=b"x" * (2 * 1024 * 1024))
    check_problem(answer, 413, "body_too_large")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("limit=", "limit"), ("mau=1", "mau"),
        ("status=moi", "status.0"), ("kind=khac", "kind.0"), ("source=x", "source"), ("mine=co", "mine"),
        ("decided_from=1/2/2026", "decided_from"), ("amount_min=-1", "amount_min"), ("amount_max=1e3", "amount_max"),
        ("amount_min=99999999999999999999999", "amount_min"), ("year=1999", "year"), ("year=2026.5", "year"),
        ("office=khong-co", "office"), (f"office={SQL}", "office"), ("officer=khong-co", "officer.0"),
        ("q=%00", "q"), (f"q={'x' * 201}", "q"), ("sort=id", "sort"),
        ("cursor=x", "cursor"), ("cursor=%F0%9F", "cursor"),
        ("&".join(["status=completed"] * 21), "status"),
    ],
)  # fmt: skip
async def test_a_filter_that_cannot_be_read_is_refused_and_never_ignored(
    module_api: Api, query: str, field: str
) -> None:
    answer = await module_api.call("alice", "GET", f"/cases?{query}")
    assert list(check_problem(answer, 422, "invalid")["fields"]) == [field]


def word(parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("sort", ["date", "number", "debtor", "amount", "outstanding", "status_since"])
async def test_a_forged_cursor_is_refused_or_harmless(module_api: Api, sort: str) -> None:
    values: list[object] = ["2026-10-05", 1, -1, 2**62, 2**63, 10**30, True, None, "\ud800", "\x00", "' OR 1=1", [], {},
                            "9999-12-31", "2026-10-05T00:00", 1.5]  # fmt: skip
    for value in values:
        for case_id in (1, 0, -1, 2**62, 2**63, True, None, "1", 1.0):
            for side in ("after", "before", "beside"):
                cursor = word([side, word([value, case_id]), sort])
                answer = await module_api.get("charlie", "/cases", sort=sort, cursor=cursor)
                assert answer.status_code in {200, 422}, (value, case_id, answer.text)
                if answer.status_code == 200:
                    assert answer.json()["items"] == []
                else:
                    check_problem(answer, 422, "invalid")
    other = "amount" if sort == "date" else "date"
    stolen = word(["after", word(["2026-10-05", 1]), other])
    check_problem(await module_api.get("alice", "/cases", sort=sort, cursor=stolen), 422, "invalid")


@pytest.mark.parametrize("cursor", ["x", word(["below", -1]), word(["below", True]), word(["below", 2**64]),
                                    word(["beside", 1]), word([]), word({}), word("below"), "=" * 9, "🙂"])  # fmt: skip
async def test_a_forged_cursor_of_the_other_lists_is_refused(module_api: Api, cursor: str) -> None:
    for path in ("/handovers", "/offices", "/officers"):
        problem = check_problem(await module_api.get("alice", path, cursor=cursor), 422, "invalid")
        assert list(problem["fields"]) == ["cursor"]


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "9007199254740992", "9" * 40, "1%00", "%2e%2e", "1;2", "٣"])
async def test_a_number_of_nothing_is_refused(module_api: Api, number: str) -> None:
    for path in (
        f"/cases/{number}",
        f"/cases/{number}/events",
        f"/handovers/{number}",
        f"/handovers/{number}/document",
    ):
        answer = await module_api.get("alice", path)
        assert answer.status_code in {404, 422}, (path, answer.text)
        assert answer.headers["content-type"] == PROBLEM
    answer = await module_api.get("alice", "/cases/9007199254740991")
    check_problem(answer, 404, "not_found")


BAD_EVENTS: list[tuple[dict[str, object], int, str]] = [
    ({"type": "thu tiền"}, 422, "type"),
    ({"type": "registered"}, 409, "event_not_recordable"),
    ({"type": "collected"}, 422, "amount"),
    ({"type": "collected", "amount": 0}, 422, "amount"),
    ({"type": "collected", "amount": 1_000_001}, 422, "amount"),
    ({"type": "suspended", "amount": 5}, 422, "amount"),
    ({"type": "suspended", "business_date": "2026-10-01"}, 422, "business_date"),
    ({"type": "suspended", "business_date": "2999-10-01"}, 422, "business_date"),
    ({"type": "assigned"}, 422, "officer"),
    ({"type": "suspended", "officer": "CHV-bob"}, 422, "officer"),
    ({"type": "suspended", "receiving_office": "01"}, 422, "receiving_office"),
    ({"type": "entrusted", "receiving_office": "khong-co"}, 422, "receiving_office"),
    ({"type": "suspended", "corrects_id": 1}, 422, "corrects_id"),
    ({"type": "corrected"}, 422, "corrects_id"),
    ({"type": "corrected", "corrects_id": 2**53}, 422, "corrects_id"),
    ({"type": "suspended", "ground": "x" * 501}, 422, "ground"),
    ({"type": "suspended", "version": "1"}, 422, "version"),
    ({"type": "suspended", "version": 99}, 409, "stale_version"),
    ({"type": "suspended", "case_id": 1}, 422, "case_id"),
]


@pytest.mark.parametrize(("change", "status", "where"), BAD_EVENTS)
async def test_an_event_that_cannot_be_says_why_and_records_nothing(
    module_api: Api, case_id: int, change: dict[str, object], status: int, where: str
) -> None:
    before = await trace()
    body = {"business_date": "2026-10-20"} | change
    answer = await module_api.post("office_head", f"/cases/{case_id}/events", **body)
    if status == 422:
        assert list(check_problem(answer, 422, "invalid")["fields"]) == [where]
    else:
        check_problem(answer, status, where)
    assert await trace() == before


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"items": []}, "items"),
        ({"items": "1"}, "items"),
        ({"items": [{"case_id": "1"}]}, "items.0.case_id"),
        ({"items": [{"case_id": 1, "sheet_count": -1}]}, "items.0.sheet_count"),
        ({"items": [{"case_id": 1, "money_in_custody": 10**16}]}, "items.0.money_in_custody"),
        ({"items": [{"case_id": 1}] * 201}, "items"),
        ({"kind": "mới"}, "kind"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
async def test_a_handover_that_cannot_be_says_why(module_api: Api, body: dict[str, object], where: str) -> None:
    good = {"kind": "officer_to_officer", "receiver": "CHV-bob", "reason": "Nghỉ", "items": [{"case_id": 1}]}
    problem = check_problem(await module_api.post("alice", "/handovers", **good | body), 422, "invalid")
    assert list(problem["fields"]) == [where]


@pytest.mark.parametrize(
    "query",
    ["fy=2027&months=0", "fy=2027&months=13", "fy=1&months=1", "fy=x&months=1", "fy=2027", "fy=2027&months=1&as_of=nay",
     "fy=2027&months=1&as_of=0001-01-01T00:00%2B14:00", "fy=2027&months=1&as_of=9999-12-31T23:59-14:00",
     "fy=2027&months=1&by=tỉnh", "fy=2027&months=1&org=x", "fy=2027&months=1&format=pdf", "fy=2027&months=1&kind=x",
     "fy=2027&months=1&x=1", "fy=2027&months=1&unit=91-03&unit=%00"],
)  # fmt: skip
async def test_a_form_that_cannot_be_says_why(module_api: Api, query: str) -> None:
    check_problem(await module_api.call("office_head", "GET", f"/reports/01?unit=91-03&{query}"), 422, "invalid")
