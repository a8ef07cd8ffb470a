"""The log says what happened and to whose request, and never what anybody typed or read."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import structlog

from pages.cases.list_page import CaseListState
from tests.security.conftest import ROOT, Target
from tests.security.states import event_of
from tests.support.api_client import made_case, new_case, open_api
from tests.support.cast import PASSWORD, Cast
from thads_app import logs
from thads_app.auth.incidents import note_incident
from thads_app.auth.requests import cookie_name
from thads_app.auth.session_state import on_frontend_error

LIST = f"{ROOT}.{CaseListState.get_full_name().removeprefix(ROOT).lstrip('.')}.load"


@pytest.fixture
def written(target: Target) -> Iterator[io.StringIO]:
    """Everything the program logs during the test, as JSON lines."""
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure()


def lines(written: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def test_a_days_work_leaves_no_personal_data_no_query_and_no_secret(
    target: Target, cast: Cast, written: io.StringIO
) -> None:
    person = new_case()["parties"][0]
    guess = "sai hoàn toàn 123456"
    async with target.http() as browser:
        for password in (guess, PASSWORD):
            form = {"username": cast.username("alice"), "password": password, "tiep": "/ho-so?q=Hùng"}
            await browser.post("/api/auth/login", data=form, headers={"Origin": "http://localhost:3000"})
        secret = browser.cookies[cookie_name()]
        await browser.get("/ho-so?q=" + quote(person["name"]))
        await browser.get("/api/exports/cases?q=" + quote(person["name"]))
        await browser.get("/khong-co/" + quote(person["name"]) + "?cmnd=001099000001")
        await browser.get(f"/login?tiep=/ho-so/{person['id_number']}")
    wire = await target.wire(secret)
    on = {"pathname": "/ho-so", "asPath": "/ho-so?q=" + person["name"], "query": {"q": person["name"]}}
    await wire.ask(LIST, router_data=on)
    await wire.ask(event_of("count"), {"number": person["name"]}, wait=0.4)
    await wire.ask(event_of("import_only"), {"khong_co": person["id_number"]})
    await wire.client.emit("client_error", {"message": f"TypeError: {person['name']}"}, namespace="/_event")
    api = await open_api(cast)
    case_id = await made_case(api)
    await api.get("intake_clerk", "/cases", q=person["name"])
    await api.get("intake_clerk", f"/cases/{case_id}")
    await api.post("intake_clerk", "/cases", parties=person)
    await asyncio.sleep(0.3)
    text = written.getvalue()
    tokens = list(api.tokens.values())
    for kept_out in (
        person["name"], "Mẫu", person["id_number"], "Hùng", guess, PASSWORD, secret, *tokens, "?q=", "cmnd", "tiep=",
        cast.username("intake_clerk"), quote(person["name"]),
    ):  # fmt: skip
        assert kept_out not in text, kept_out
    events = lines(written)
    assert {"request", "event", "incident"} <= {line["event"] for line in events}


async def test_a_request_is_one_line_under_the_number_its_answer_carries(
    target: Target, cast: Cast, written: io.StringIO
) -> None:
    opened = await cast.sign_in("alice")
    async with target.http(opened.secret) as browser:
        answer = await browser.get("/api/exports/cases?q=x")
    await asyncio.sleep(0.2)
    (line,) = [each for each in lines(written) if each["event"] == "request"]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["account"] == opened.actor.account_id
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/exports/cases", 200)
    assert isinstance(line["ms"], float)


async def test_an_event_is_one_line_with_its_outcome(target: Target, cast: Cast, written: io.StringIO) -> None:
    opened = await cast.sign_in("alice")
    wire = await target.wire(opened.secret)
    for handler in ("load", "import_only"):
        await wire.ask(event_of(handler))
    told = {line["name"]: line for line in lines(written) if line["event"] == "event"}
    assert told["vault_state.load"]["outcome"] == "done"
    assert told["vault_state.import_only"]["outcome"] == "forbidden"
    assert told["vault_state.load"]["account"] == opened.actor.account_id
    assert len({line["request_id"] for line in told.values()}) == len(told)


async def test_the_number_a_person_is_told_finds_the_failure_and_its_event(
    target: Target, cast: Cast, written: io.StringIO
) -> None:
    opened = await cast.sign_in("alice")
    wire = await target.wire(opened.secret)
    answer = await wire.ask(event_of("count"), {"number": "không phải số"}, wait=0.4)
    (incident,) = [line for line in lines(written) if line["event"] == "incident"]
    assert str(incident["incident"]) in answer
    assert incident["error"] == "ValueError"
    assert incident["account"] == opened.actor.account_id
    (event,) = [line for line in lines(written) if line["event"] == "event" and line["outcome"] == "failed"]
    assert event["request_id"] == incident["request_id"]


def test_an_exceptions_words_are_never_kept(written: io.StringIO) -> None:
    try:
        int("Nguyễn Văn Mẫu")
    except ValueError as failed:
        note_incident(failed)
        logging.getLogger("asyncio").exception("Task failed for %s", "Nguyễn Văn Mẫu")
        logging.getLogger("sqlalchemy.pool").warning("parameters: Nguyễn Văn Mẫu")
        structlog.stdlib.get_logger("thads_app.x").exception("failed")
    assert "Mẫu" not in written.getvalue()
    assert [line["event"] for line in lines(written)] == ["incident", "library_message", "library_message", "failed"]
    assert "test_logs.py" in str(lines(written)[0]["trace"])


def test_a_browsers_report_keeps_only_its_kind_and_our_scripts(written: io.StringIO) -> None:
    told = "TypeError: Nguyễn Văn Mẫu is not\n at https://thads.example/assets/root-Ab1.js:12:345 /ho-so?q=Mẫu"
    on_frontend_error(Exception(told))
    (line,) = lines(written)
    assert (line["kind"], line["places"]) == ("TypeError", ["/assets/root-Ab1.js:12:345"])
    assert "Mẫu" not in written.getvalue()


def test_a_terminal_gets_words_instead_of_json() -> None:
    stream = io.StringIO()
    logs.configure(stream, as_json=False)
    structlog.stdlib.get_logger("thads_app.x").info("request", status=200)
    logs.configure()
    assert "{" not in stream.getvalue()
    assert "request" in stream.getvalue()
