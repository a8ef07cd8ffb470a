"""Large completions over the API: one program records, another person's confirms, and neither alone."""

from __future__ import annotations

from typing import Any

from tests.support.api_client import Api, assigned_case, new_case

LARGE = 600_000_000


async def large_case(api: Api) -> int:
    """A case of Alice's above the limit."""
    owed = [{"content": "Trả nợ gốc", "amount": LARGE}]
    answer = await api.post(
        "office_head", "/cases", **new_case(obligations=owed, officer="CHV-alice", assigned_on="2026-10-07")
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def ask(api: Api, case_id: int, part: str = "alice") -> dict[str, Any]:
    answer = await api.post(part, f"/cases/{case_id}/events", type="completed", business_date="2026-10-30")
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/api/v1/confirmations/{answer.json()['confirmation_id']}"
    return answer.json()


async def test_a_large_completion_waits_and_another_person_confirms_it(api: Api) -> None:
    case_id = await large_case(api)
    asked = await ask(api, case_id)
    assert (await api.get("alice", f"/cases/{case_id}")).json()["status"] == "in_progress"
    [waiting] = (await api.get("accountant", "/confirmations")).json()["items"]
    assert (waiting["id"], waiting["collected"], waiting["may_answer"]) == (asked["confirmation_id"], LARGE, True)
    confirmed = await api.post("accountant", f"/confirmations/{asked['confirmation_id']}/confirm")
    assert confirmed.status_code == 201, confirmed.text
    newest = (await api.get("alice", f"/cases/{case_id}/events")).json()["events"][0]
    assert (newest["type"], newest["recorded_by"], newest["confirmed_by"], newest["on_behalf_of"]) == (
        "completed", "Trần Thị An", "Đỗ Kim Toán", "",
    )  # fmt: skip


async def test_the_recorder_confirms_nothing_and_others_of_the_office_are_forbidden(api: Api) -> None:
    asked = await ask(api, await large_case(api), part="office_head")
    path = f"/confirmations/{asked['confirmation_id']}"
    own = await api.post("office_head", f"{path}/confirm")
    assert (own.status_code, own.json()["code"]) == (409, "confirmer_is_recorder")
    assert (await api.post("bob", f"{path}/confirm")).status_code == 403
    for part in ("charlie", "neighbour"):
        assert (await api.get(part, path)).status_code == 404
        assert (await api.post(part, f"{path}/confirm")).status_code == 404


async def test_it_is_refused_with_a_reason_or_taken_back(api: Api) -> None:
    case_id = await large_case(api)
    path = f"/confirmations/{(await ask(api, case_id))['confirmation_id']}"
    assert (await api.post("accountant", f"{path}/refuse", reason=" ")).status_code == 422
    refused = await api.post("accountant", f"{path}/refuse", reason="Thiếu chứng từ")
    assert (refused.status_code, refused.json()["status"], refused.json()["reason"]) == (
        200, "refused", "Thiếu chứng từ",
    )  # fmt: skip
    path = f"/confirmations/{(await ask(api, case_id))['confirmation_id']}"
    assert (await api.post("office_head", f"{path}/withdraw")).status_code == 403
    assert (await api.post("alice", f"{path}/withdraw")).json()["status"] == "withdrawn"
    assert len((await api.get("alice", "/confirmations", answered=True)).json()["items"]) == 2


async def test_a_small_completion_is_recorded_at_once(api: Api) -> None:
    case_id = await assigned_case(api)
    answer = await api.post("alice", f"/cases/{case_id}/events", type="completed", business_date="2026-10-30")
    assert (answer.status_code, sorted(answer.json())) == (201, ["case_id", "event_id", "late", "version"])
