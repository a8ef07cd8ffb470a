"""Cases and events over the API: what a program sends becomes what a person would have recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, text

from tests.support.api_client import Api, assigned_case, made_case, new_case
from tests.support.cast import Cast
from thads_app import db
from thads_app.db import unit_of_work
from thads_app.rules.rights import EVERYWHERE
from thads_app.services import accounts, own_account


async def count(table: str) -> int:
    async with unit_of_work(EVERYWHERE) as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def events_of(api: Api, case_id: int) -> list[dict[str, Any]]:
    return (await api.get("office_head", f"/cases/{case_id}/events")).json()["events"]


async def test_a_case_goes_from_its_decision_to_its_end(api: Api) -> None:
    case_id = await assigned_case(api)
    for type_, day, amount in (("collected", "2026-10-20", 400_000), ("completed", "2026-10-30", None)):
        answer = await api.post(
            "alice", f"/cases/{case_id}/events", type=type_, business_date=day, amount=amount, ground="Biên lai 01"
        )
        assert answer.status_code == 201, answer.text
    case = (await api.get("alice", f"/cases/{case_id}")).json()
    assert (case["status"], case["amount"], case["collected"], case["outstanding"]) == (
        "completed", 1_000_000, 1_000_000, 0,
    )  # fmt: skip
    assert case["officer"] == {"code": "CHV-alice", "name": "Trần Thị An"}
    assert case["office"]["code"] == case["registered_office"]["code"] == "91-03"
    assert case["parties"][0]["id_number"] == "•••••••••001"
    told = await events_of(api, case_id)
    assert [event["type"] for event in told] == ["completed", "collected", "assigned", "registered"]
    assert [event["amount"] for event in told] == [600_000, 400_000, 0, 1_000_000]
    assert told[1]["recorded_by"] == "Trần Thị An"
    assert told[2]["officer"]["code"] == "CHV-alice"


async def test_a_number_is_shown_whole_for_a_purpose_and_kept_when_its_mask_comes_back(api: Api) -> None:
    case_id = await assigned_case(api)
    case = (await api.get("alice", f"/cases/{case_id}")).json()
    path = f"/cases/{case_id}/parties/{case['parties'][0]['id']}/reveal"
    asked = {"field": "id_number", "purpose": "payment", "reason": "chi trả tiền"}
    shown = await api.post("alice", path, **asked)
    assert (shown.status_code, shown.json()["value"]) == (200, "001099000001")
    assert (await api.post("bob", path, **asked)).status_code == 403
    assert (await api.post("accountant", path, **asked)).status_code == 403
    assert (await api.post("alice", path, **(asked | {"reason": ""}))).status_code == 422
    renamed = case["parties"][0] | {"name": "Nguyễn Văn Khác"}
    changes = {"version": case["version"], "parties": [renamed, *case["parties"][1:]]}
    answer = await api.call("intake_clerk", "PATCH", f"/cases/{case_id}", json=changes)
    assert answer.status_code == 200, answer.text
    party = (await api.get("alice", f"/cases/{case_id}")).json()["parties"][0]
    assert (party["name"], party["id_number"]) == ("Nguyễn Văn Khác", "•••••••••001")
    again = await api.post("alice", f"/cases/{case_id}/parties/{party['id']}/reveal", **asked)
    assert again.json()["value"] == "001099000001"


async def test_the_answer_of_a_registration_says_where_the_case_is(api: Api) -> None:
    answer = await api.post("office_head", "/cases", **new_case(officer="CHV-bob", assigned_on="2026-10-07"))
    assert answer.status_code == 201, answer.text
    assert (await api.get("bob", f"/cases/{answer.json()['id']}")).json()["officer"]["name"] == "Lê Văn Bình"
    assert answer.headers["location"] == f"/api/v1/cases/{answer.json()['id']}"
    assert answer.headers["cache-control"] == "no-store"


async def test_a_clerk_who_may_not_assign_registers_nothing_with_an_officer(api: Api) -> None:
    answer = await api.post("intake_clerk", "/cases", **new_case(officer="CHV-bob"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden_event")
    assert await count("cases") == 0


async def test_what_was_sent_twice_happens_once(api: Api) -> None:
    request_id = str(uuid4())
    first = await api.post("intake_clerk", "/cases", **new_case(request_id=request_id))
    again = await api.post("intake_clerk", "/cases", **new_case(request_id=request_id))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert await count("cases") == 1
    case_id = await assigned_case(api, "2/QĐ-THADS")
    money = {"type": "collected", "business_date": "2026-10-20", "amount": 1, "request_id": str(uuid4())}
    answers = [await api.post("alice", f"/cases/{case_id}/events", **money) for _ in range(2)]
    assert answers[0].json()["event_id"] == answers[1].json()["event_id"]
    other = await api.post("alice", f"/cases/{first.json()['id']}/events", **money)
    assert (other.status_code, other.json()["code"]) == (409, "request_used")


async def test_an_assignment_sent_twice_is_recorded_once(api: Api) -> None:
    case_id = await made_case(api)
    body = {"case_ids": [case_id, case_id], "officer": "CHV-bob", "business_date": "2026-10-06"}
    for _ in range(2):
        answer = await api.post("office_head", "/cases/assignments", **body, request_id=str(UUID(int=7)))
        assert [result["ok"] for result in answer.json()["results"]] == [True]
    assert [event["type"] for event in await events_of(api, case_id)] == ["assigned", "registered"]


async def test_each_assignment_of_many_says_how_it_ended(api: Api) -> None:
    here = await made_case(api)
    answer = await api.post(
        "office_head", "/cases/assignments", case_ids=[here, 999_999], officer="CHV-alice", business_date="2026-10-06"
    )
    good, bad = answer.json()["results"]
    assert good == {"case_id": here, "decision_number": "1/QĐ-THADS", "ok": True, "code": None, "detail": None}
    assert (bad["ok"], bad["code"]) == (False, "not_found")
    assert bad["detail"] == "Không tìm thấy, hoặc nằm ngoài phạm vi của bạn."


async def test_a_correction_strikes_an_event_out_and_reopens_the_case(api: Api) -> None:
    case_id = await assigned_case(api)
    done = await api.post("alice", f"/cases/{case_id}/events", type="completed", business_date="2026-10-30")
    struck = await api.post("office_head", f"/cases/{case_id}/corrections", event_id=done.json()["event_id"])
    assert struck.status_code == 201
    assert (await api.get("alice", f"/cases/{case_id}")).json()["status"] == "in_progress"
    told = {event["id"]: event for event in await events_of(api, case_id)}
    assert told[done.json()["event_id"]]["corrected_by"] == struck.json()["event_id"]
    again = await api.post("office_head", f"/cases/{case_id}/corrections", event_id=done.json()["event_id"])
    assert again.status_code == 422
    assert again.json()["fields"]["event_id"]["code"] == "correction_target_missing"


async def test_the_law_says_no_in_vietnamese_and_by_code(api: Api) -> None:
    case_id = await assigned_case(api)
    answer = await api.post("alice", f"/cases/{case_id}/events", type="resumed", business_date="2026-10-30")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "event_not_after_status",
        "detail": "Không ghi nhận “Tiếp tục thi hành án” khi việc đang ở trạng thái “Đang thi hành”.",
    }


async def test_who_saw_an_older_version_writes_nothing_and_learns_who_was_faster(api: Api) -> None:
    case_id = await assigned_case(api)
    version = (await api.get("alice", f"/cases/{case_id}")).json()["version"]
    collected = {"type": "collected", "business_date": "2026-10-20", "amount": 5, "version": version}
    assert (await api.post("alice", f"/cases/{case_id}/events", **collected)).status_code == 201
    late = await api.post("alice", f"/cases/{case_id}/events", **collected)
    assert (late.status_code, late.json()["code"], late.json()["by"]) == (409, "stale_version", "Trần Thị An")
    edit = await api.call(
        "intake_clerk", "PATCH", f"/cases/{case_id}", json={"version": version, "decision_number": "9/QĐ"}
    )
    assert (edit.status_code, edit.json()["code"], edit.json()["by"]) == (409, "stale_version", "Trần Thị An")
    assert (await api.get("alice", f"/cases/{case_id}")).json()["decision_number"] == "1/QĐ-THADS"


async def test_particulars_change_one_by_one_and_the_rest_stays(api: Api) -> None:
    case_id = await made_case(api)
    before = (await api.get("intake_clerk", f"/cases/{case_id}")).json()
    changes = {
        "version": before["version"], "decision_number": "2/QĐ-THADS",
        "judgment": before["judgment"] | {"kind": "labour"}, "parties": [{"role": "debtor", "name": "Lê Thị Khác"}],
    }  # fmt: skip
    answer = await api.call("intake_clerk", "PATCH", f"/cases/{case_id}", json=changes)
    assert answer.status_code == 200, answer.text
    assert answer.json()["changed"]["judgment.kind"] == {"before": "Dân sự", "now": "Lao động"}
    after = (await api.get("intake_clerk", f"/cases/{case_id}")).json()
    (party,) = after["parties"]
    assert (party["role"], party["name"], party["id_number"], party["address"]) == ("debtor", "Lê Thị Khác", None, None)
    changed = {"version", "decision_number", "judgment", "parties", "party_count"}
    assert {name for name in before if before[name] != after[name]} == changed
    assert after["version"] == answer.json()["version"]


async def test_a_case_of_many_people_keeps_them_when_somebody_sends_a_few(api: Api) -> None:
    people = [{"role": "debtor", "name": "Nguyễn Văn Mẫu"}]
    people += [{"role": "creditor", "name": f"Người mua thứ {number}"} for number in range(25)]
    case_id = await made_case(api, parties=people)
    version = (await api.get("intake_clerk", f"/cases/{case_id}")).json()["version"]
    answer = await api.call(
        "intake_clerk", "PATCH", f"/cases/{case_id}", json={"version": version, "parties": people[:1]}
    )
    assert (answer.status_code, answer.json()["fields"]["parties"]["code"]) == (422, "parties_from_list")
    assert (await api.get("intake_clerk", f"/cases/{case_id}")).json()["party_count"] == 26


async def test_pages_follow_each_other_both_ways_without_a_gap(api: Api) -> None:
    made = [await made_case(api, f"{number}/QĐ", decision_date=f"2026-10-{number:02d}") for number in range(1, 8)]
    for sort, order in (("date", made), ("number", made), ("amount", made), ("debtor", made), ("status_since", made)):
        forward: list[int] = []
        backward: list[list[int]] = []
        page = (await api.get("alice", "/cases", sort=sort, ascending=True, limit=3)).json()
        assert (page["count"], page["count_exceeded"], page["previous"]) == (7, False, None)
        while True:
            forward += [row["id"] for row in page["items"]]
            if page["next"] is None:
                break
            page = (await api.get("alice", "/cases", sort=sort, ascending=True, limit=3, cursor=page["next"])).json()
        assert forward == order, sort
        while page["previous"] is not None:
            cursor = page["previous"]
            page = (await api.get("alice", "/cases", sort=sort, ascending=True, limit=3, cursor=cursor)).json()
            backward.append([row["id"] for row in page["items"]])
        assert backward[-1] == order[:3], sort


async def test_filters_mean_what_they_mean_on_screen(api: Api) -> None:
    mine = await assigned_case(api)
    other = await made_case(
        api, "2/QĐ-THADS", source="ex_officio", state_revenue=True, parties=[{"role": "debtor", "name": "Đặng Thị Ổn"}]
    )
    for query, wanted in (
        ({}, {mine, other}),
        ({"mine": True}, {mine}),
        ({"unassigned": True}, {other}),
        ({"officer": "CHV-alice"}, {mine}),
        ({"officer": ["CHV-alice", "CHV-bob"]}, {mine}),
        ({"office": "91"}, {mine, other}),
        ({"office": "91-04"}, set()),
        ({"source": "ex_officio"}, {other}),
        ({"state_revenue": True}, {other}),
        ({"credit_institution": True}, set()),
        ({"status": ["in_progress", "completed"]}, {mine, other}),
        ({"closed": True}, set()),
        ({"kind": "labour"}, set()),
        ({"q": "dang on"}, {other}),
        ({"q": "'; DROP TABLE cases; --"}, set()),
        ({"decided_from": "2026-10-06"}, set()),
        ({"amount_min": 1_000_000, "amount_max": 1_000_000}, {mine, other}),
        ({"year": 2027}, {mine, other}),
        ({"year": 2025}, set()),
    ):
        answer = await api.get("alice", "/cases", **query)
        assert answer.status_code == 200, (query, answer.text)
        assert {row["id"] for row in answer.json()["items"]} == wanted, query


async def test_a_long_page_asks_the_database_no_more_often_than_a_short_one(api: Api) -> None:
    asked: list[str] = []
    for number in range(1, 21):
        await made_case(api, f"{number}/QĐ")

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine().sync_engine, "before_cursor_execute", note)
    try:
        counts = []
        await api.get("alice", "/cases")
        for limit in (5, 20):
            asked.clear()
            answer = await api.get("alice", "/cases", limit=limit)
            assert len(answer.json()["items"]) == limit
            counts.append(len(asked))
    finally:
        event.remove(db.engine().sync_engine, "before_cursor_execute", note)
    assert counts[0] == counts[1] <= 8


async def test_a_revoked_account_and_a_new_password_end_the_token(api: Api, cast: Cast) -> None:
    assert (await api.get("alice", "/me")).json()["officer"] == {"code": "CHV-alice", "name": "Trần Thị An"}
    await accounts.disable_account(cast["province_admin"], "alice")
    own_account.forget_tokens()
    assert (await api.get("alice", "/me")).status_code == 401
    await accounts.reset_password(cast["province_admin"], "bob")
    own_account.forget_tokens()
    assert (await api.get("bob", "/me")).status_code == 401
