"""The API keeps to its own description: generated requests, good and bad, break nothing and get described answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS

from tests.support.api_client import Api, assigned_case, open_api
from tests.support.cast import make_cast
from thads_app import db
from thads_app.api import v1
from thads_app.api.v1.openapi import describe
from thads_app.embedded_postgres import EmbeddedPostgres

EXAMPLES = 8
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
WANTED = [check for check in CHECKS.get_all() if check.__name__ in NAMES]
SCHEMA = schemathesis.openapi.from_dict(describe(v1.router))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]


# What no generator guesses: with these, generated requests reach the law and not only the doorkeeper.
KNOWN: dict[str, object] = {
    "office": "91-03",
    "officer": "CHV-bob",
    "receiver": "CHV-bob",
    "receiving_office": "01",
    "decision_date": "2026-10-05",
    "business_date": "2026-10-20",
    "assigned_on": "2026-10-20",
    "unit": "91-03",
}


@dataclass
class Target:
    """The app on one event loop, and ids of things that are there."""

    runner: asyncio.Runner
    api: Api
    real: dict[str, int]

    def make_real(self, case: Case) -> None:
        """Let a good request name things that are there."""
        body = case.body if isinstance(case.body, dict) else {}
        for given_values in (case.path_parameters or {}, case.query or {}, body):
            for name, value in (self.real | KNOWN).items():
                if given_values.get(name) is not None:
                    given_values[name] = value
        if body.get("judgment"):
            body["judgment"]["judgment_date"] = "2026-09-01"
        if "case_ids" in body:
            body["case_ids"] = [self.real["case_id"]]
        if "items" in body:
            body["items"] = [item | {"case_id": self.real["case_id"]} for item in body["items"][:1]]

    def send(self, case: Case) -> Any:
        """One generated request, as the office's head."""
        sent = case.as_transport_kwargs(base_url="http://localhost:3000")
        sent.pop("cookies", None)
        url, method = sent.pop("url"), sent.pop("method")
        headers = dict(sent.pop("headers") or {}) | {"Authorization": f"Bearer {self.api.tokens['office_head']}"}
        body = {name: sent[name] for name in ("json", "data", "params") if sent.get(name) is not None}
        if isinstance(body.get("data"), str | bytes):
            body["content"] = body.pop("data")
        return self.runner.run(self.api.client.request(method, url, headers=headers, **body))


@pytest.fixture(scope="module")
def target(postgres: EmbeddedPostgres, module_database: str) -> Iterator[Target]:
    # Generated tests are synchronous: they need a loop, and connections, of their own.
    with asyncio.Runner() as runner:
        api = runner.run(_open())
        case_id = runner.run(assigned_case(api))
        draft = {"kind": "officer_to_officer", "receiver": "CHV-bob", "reason": "Nghỉ", "items": [{"case_id": case_id}]}
        handover_id = runner.run(api.post("alice", "/handovers", **draft)).json()["id"]
        yield Target(runner, api, {"case_id": case_id, "handover_id": handover_id})
        runner.run(api.client.aclose())
        runner.run(db.dispose())


async def _open() -> Api:
    return await open_api(await make_cast())


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_generated_requests_get_described_answers(
    target: Target, operation: APIOperation, mode: GenerationMode
) -> None:
    @given(case=operation.as_strategy(mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def check(case: Case) -> None:
        if mode is GenerationMode.POSITIVE:
            target.make_real(case)
        case.validate_response(target.send(case), checks=WANTED)

    check()
