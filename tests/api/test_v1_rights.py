"""Every address of the API, asked by everybody: those outside get nothing, and nothing they send leaves a trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.api_client import PROBLEM, Api, assigned_case, new_case
from tests.support.cast import PARTS, PASSWORD
from thads_app.api import v1
from thads_app.api.v1.openapi import describe
from thads_app.auth.requests import cookie_name
from thads_app.db import unit_of_work
from thads_app.rules.rights import EVERYWHERE
from thads_app.services import sessions

DRAFT = {"kind": "officer_to_officer", "receiver": "CHV-bob", "reason": "Nghỉ theo chế độ"}
REPORT = {"unit": "91-03", "fy": 2027, "months": 1}
SECRETS = ("Nguyễn Văn Mẫu", "Công ty Ví Dụ", "001099000001", "12/2026/DS-ST", "1/QĐ-THADS", "CHV-alice", "Trần Thị An")


async def sent_handover(api: Api, case_id: int) -> tuple[int, int]:
    """A handover from Alice to Bob that waits: its id and that of its one item."""
    draft = await api.post("alice", "/handovers", **DRAFT, items=[{"case_id": case_id, "sheet_count": 12}])
    assert draft.status_code == 201, draft.text
    handover_id = draft.json()["id"]
    assert (await api.post("alice", f"/handovers/{handover_id}/send")).status_code == 200
    detail = (await api.get("alice", f"/handovers/{handover_id}")).json()
    return handover_id, detail["items"][0]["id"]


async def waiting_completion(api: Api, number: str) -> int:
    """A large completion of Alice's that waits for a second person."""
    owed = [{"content": "Trả nợ gốc", "amount": 600_000_000}]
    made = await api.post(
        "office_head", "/cases", **new_case(number, obligations=owed, officer="CHV-alice", assigned_on="2026-10-07")
    )
    case_id = made.json()["id"]
    asked = await api.post("alice", f"/cases/{case_id}/events", type="completed", business_date="2026-10-30")
    assert asked.status_code == 202, asked.text
    return asked.json()["confirmation_id"]


def doors(
    case_id: int, event_id: int, handover_id: int, item_id: int, asked_id: int
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """One good request for every operation that names something of the cast's office."""
    case, handover = f"/cases/{case_id}", f"/handovers/{handover_id}"
    answer = {"confirmer": "receiver", "item_ids": [item_id]}
    yield "GET", case, {}
    yield "PATCH", case, {"json": {"version": 3, "decision_number": "66/QĐ"}}
    wanted = {"field": "id_number", "purpose": "payment", "reason": "chi trả tiền"}
    yield "POST", f"{case}/parties/7/reveal", {"json": wanted}
    yield "GET", f"{case}/events", {}
    yield "POST", f"{case}/events", {"json": {"type": "collected", "business_date": "2026-10-20", "amount": 1}}
    yield "POST", f"{case}/corrections", {"json": {"event_id": event_id}}
    yield "GET", handover, {}
    yield "PUT", handover, {"json": {**DRAFT, "items": [{"case_id": case_id}], "version": 1}}
    yield "POST", f"{handover}/send", {}
    yield "POST", f"{handover}/recall", {}
    yield "POST", f"{handover}/items/confirm", {"json": answer}
    yield "POST", f"{handover}/items/refuse", {"json": answer | {"reason": "Thiếu bút lục"}}
    yield "GET", f"{handover}/document", {}
    yield "GET", f"/confirmations/{asked_id}", {}
    yield "POST", f"/confirmations/{asked_id}/confirm", {}
    yield "POST", f"/confirmations/{asked_id}/refuse", {"json": {"reason": "Thiếu chứng từ"}}
    yield "POST", f"/confirmations/{asked_id}/withdraw", {}
    yield "GET", "/reports/01", {"params": REPORT}
    yield "GET", "/reports/04/TK-THA", {"params": REPORT}


async def fingerprint() -> list[Any]:
    """Everything that could have been changed."""
    async with unit_of_work(EVERYWHERE) as session:
        query = text(
            "SELECT (SELECT json_agg(c ORDER BY c.id)::text FROM cases c), (SELECT count(*) FROM case_event),"
            " (SELECT json_agg(h ORDER BY h.id)::text FROM handover h), (SELECT json_agg(i ORDER BY i.id)::text"
            " FROM handover_item i), (SELECT json_agg(r ORDER BY r.id)::text FROM completion_request r),"
            " (SELECT count(*) FROM audit_entry), (SELECT count(*) FROM stat_delta)"
        )
        return list((await session.execute(query)).one())


async def test_the_outsider_finds_nothing_anywhere_and_leaves_no_trace(module_api: Api) -> None:
    api = module_api
    case_id = await assigned_case(api, "1/QĐ-THADS")
    handover_id, item_id = await sent_handover(api, case_id)
    asked_id = await waiting_completion(api, "14/QĐ-THADS")
    events = (await api.get("alice", f"/cases/{case_id}/events")).json()["events"]
    before = await fingerprint()
    for method, path, options in doors(case_id, events[0]["id"], handover_id, item_id, asked_id):
        answer = await api.call("charlie", method, path, **options)
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM), (method, path, answer.text)
        assert not [secret for secret in SECRETS if secret in answer.text], (method, path)
    for path in ("/cases", "/cases?q=nguyen+van+mau", "/cases?office=91-03", "/handovers", "/handovers?box=incoming",
                 "/confirmations", "/confirmations?answered=true"):  # fmt: skip
        answer = await api.get("charlie", path)
        assert (answer.status_code, answer.json()["items"]) == (200, []), path
    officers = await api.get("charlie", "/officers")
    assert officers.json()["items"] == []
    assert (await api.get("charlie", "/officers", office="91-03")).status_code == 404
    registered = await api.post("charlie", "/cases", **new_case("2/QĐ"))
    assert (registered.status_code, registered.json()["code"]) == (403, "forbidden_office")
    given = await api.post("charlie", "/cases/assignments", case_ids=[case_id], officer="CHV-bob",
                           business_date="2026-10-07")  # fmt: skip
    assert [(one["ok"], one["code"], one["decision_number"]) for one in given.json()["results"]] == [
        (False, "not_found", "")
    ]
    drafted = await api.post("charlie", "/handovers", **DRAFT, items=[{"case_id": case_id}])
    assert (drafted.status_code, drafted.json()["fields"]["items"]["code"]) == (422, "handover_needs_cases")
    assert await fingerprint() == before


async def test_without_a_good_token_every_door_says_so(module_api: Api) -> None:
    api = module_api
    case_id = await assigned_case(api, "3/QĐ-THADS")
    handover_id, item_id = await sent_handover(api, case_id)
    asked_id = await waiting_completion(api, "15/QĐ-THADS")
    everything = [*doors(case_id, 1, handover_id, item_id, asked_id), ("GET", "/confirmations", {}),
                  ("GET", "/me", {}), ("GET", "/offices", {}),
                  ("GET", "/officers", {}), ("GET", "/cases", {}), ("POST", "/cases", {"json": new_case()}),
                  ("GET", "/handovers", {}), ("POST", "/handovers", {"json": DRAFT}), ("DELETE", "/khong-co", {}),
                  ("POST", "/cases/assignments", {"json": {}})]  # fmt: skip
    before = await fingerprint()
    bad = ("", "Bearer", "Bearer ", "Bearer x", f"Bearer {'x' * 43}", f"Basic {api.tokens['alice']}",
           f"Bearer {api.tokens['alice']}x", f"Bearer {'y' * 5000}")  # fmt: skip
    for method, path, options in everything:
        for word in bad:
            headers = {"Authorization": word} if word else {}
            answer = await api.client.request(method, f"/api/v1{path}", headers=headers, **options)
            assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), (method, path, word)
            assert answer.headers["www-authenticate"] == "Bearer"
    assert await fingerprint() == before


def operations_tried() -> set[tuple[str, str]]:
    names = {"1": "{case_id}", "2": "{handover_id}", "3": "{asked_id}", "7": "{party_id}", "01": "{form}"}
    return {
        (method, "/api/v1/" + "/".join(names.get(part, part) for part in path.strip("/").split("/")))
        for method, path, _ in doors(1, 9, 2, 8, 3)
    }


def test_the_outsider_was_sent_to_every_address_there_is() -> None:
    lists = {
        ("GET", f"/api/v1/{name}") for name in ("me", "offices", "officers", "cases", "handovers", "confirmations")
    }
    writes = {("POST", f"/api/v1/{name}") for name in ("cases", "cases/assignments", "handovers")}
    described = {(method.upper(), path) for path, methods in describe(v1.router)["paths"].items() for method in methods}
    assert described <= operations_tried() | lists | writes


MAY = {
    "register": {"office_head", "province_head", "intake_clerk"},
    "assign": {"office_head", "province_head"},
    "collect": {"office_head", "province_head", "intake_clerk", "alice"},
    "edit": {"office_head", "province_head", "intake_clerk"},
    "correct": {"office_head", "province_head", "statistician"},
    "read": set(PARTS) - {"charlie", "neighbour", "central_admin", "province_admin"},
    "report": set(PARTS) - {"charlie", "neighbour", "central_admin", "province_admin"},
}


@pytest.mark.parametrize("part", PARTS)
async def test_everybody_may_do_exactly_what_their_role_may_on_screen(module_api: Api, part: str) -> None:
    api = module_api
    number = 100 + list(PARTS).index(part)
    case_id = await assigned_case(api, f"{number}/QĐ-THADS")
    version = (await api.get("office_head", f"/cases/{case_id}")).json()["version"]
    collected = {"type": "collected", "business_date": "2026-10-20", "amount": 1}
    event_id = (await api.get("office_head", f"/cases/{case_id}/events")).json()["events"][0]["id"]
    edit = {"version": version, "credit_institution": True}
    answers = {
        "read": await api.get(part, f"/cases/{case_id}"),
        "report": await api.get(part, "/reports/01", **REPORT),
        "register": await api.post(part, "/cases", **new_case(f"{number + 100}/QĐ-THADS")),
        "edit": await api.call(part, "PATCH", f"/cases/{case_id}", json=edit),
        "correct": await api.post(part, f"/cases/{case_id}/corrections", event_id=event_id),
        "collect": await api.post(part, f"/cases/{case_id}/events", **collected),
        "assign": await api.post(
            part, "/cases/assignments", case_ids=[case_id], officer="CHV-bob", business_date="2026-11-01"
        ),
    }
    done = {
        name for name, answer in answers.items()
        if answer.status_code in {200, 201} and (name != "assign" or answer.json()["results"][0]["ok"])
    }  # fmt: skip
    assert done == {name for name, parts in MAY.items() if part in parts}, {
        name: answer.text for name, answer in answers.items()
    }
    refused = {answer.status_code for name, answer in answers.items() if name not in done}
    assert refused <= {200, 403, 404}


async def test_a_member_of_the_other_office_sees_the_handover_but_not_the_case(module_api: Api) -> None:
    api = module_api
    case_id = await assigned_case(api, "4/QĐ-THADS")
    draft = {"kind": "officer_to_officer", "receiver": "CHV-bob", "reason": "Nghỉ"}
    made = await api.post("alice", "/handovers", **draft, items=[{"case_id": case_id}])
    handover_id = made.json()["id"]
    assert (await api.get("bob", f"/handovers/{handover_id}")).status_code == 404
    await api.post("alice", f"/handovers/{handover_id}/send")
    assert (await api.get("bob", f"/handovers/{handover_id}")).status_code == 200
    assert (await api.get("neighbour", f"/handovers/{handover_id}")).status_code == 404
    assert (await api.get("neighbour", f"/cases/{case_id}")).status_code == 404


async def test_a_browsers_cookie_opens_nothing_here(module_api: Api) -> None:
    opened = await sessions.sign_in("office.head", PASSWORD, address="192.0.2.7", user_agent="Thử nghiệm")
    headers = {"Cookie": f"{cookie_name()}={opened.secret}"}
    answer = await module_api.client.get("/api/v1/me", headers=headers)
    assert answer.status_code == 401
