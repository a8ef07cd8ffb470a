"""An attacker on the raw socket: whatever they send, nothing of anybody else's comes back and nothing happens."""

from __future__ import annotations

import asyncio
import uuid

import pytest
import socketio.exceptions

from tests.security.conftest import ROOT, Target
from tests.security.states import event_of
from tests.support.cast import Cast
from thads_app.auth.policy import Access, Verdict, judge, policy_of
from thads_app.auth.reflex_internals import INTERNAL, SETTER, handler_function, handler_names
from thads_app.services import accounts, sessions
from thads_app.services.sessions import SignedIn


def real_handlers() -> list[str]:
    """Every handler of the app itself."""
    return [
        name
        for name in handler_names()
        if name not in INTERNAL
        and not name.endswith(f".{SETTER}")
        and not (getattr(handler_function(name), "__module__", "") or "").startswith("tests")
    ]


async def test_nobody_signed_in_is_sent_to_sign_in_and_nothing_runs(target: Target, cast: Cast) -> None:
    wire = await target.wire()
    for handler in ("load", "import_only", "any_stage", "forgotten", "slow"):
        answer = await wire.ask(event_of(handler))
        assert "/login?loi=het-phien" in answer, handler
    await asyncio.sleep(0.4)
    assert "bí mật" not in wire.heard
    assert "đã vào" not in wire.heard


async def test_a_person_signed_in_is_served(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    assert "bí mật của Trần Thị An" in await wire.ask(event_of("load"))


async def test_a_role_without_the_right_is_told_so_and_nothing_runs(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    answer = await wire.ask(event_of("import_only"))
    assert "Bạn không có quyền" in answer
    assert "Trần Thị An" not in answer


async def test_a_chained_event_passes_the_gate_too(target: Target, cast: Cast) -> None:
    officer = await target.wire((await cast.sign_in("alice")).secret)
    assert "Trần Thị An" not in await officer.ask(event_of("chain"))
    clerk = await target.wire((await cast.sign_in("intake_clerk")).secret)
    assert "Phan Thị Nhận" in await clerk.ask(event_of("chain"))


async def test_a_handler_without_a_policy_is_closed_to_everyone(target: Target, cast: Cast) -> None:
    for part in ("leader", "central_admin", "office_head"):
        wire = await target.wire((await cast.sign_in(part)).secret)
        assert "không ai được tới đây" not in await wire.ask(event_of("forgotten"))


async def test_no_variable_can_be_set_from_outside(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    await wire.send(event_of("set_settable"), {"value": "đột nhập"})
    for variable in ("settable", "rows", "_bound", "whoever"):
        for setter in (event_of("setvar"), f"{ROOT}.setvar"):
            await wire.send(setter, {"var_name": variable, "value": "đột nhập"})
    await asyncio.sleep(0.3)
    assert "đột nhập" not in wire.heard


async def test_client_storage_events_cannot_write_variables(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    name = f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal"
    variable = event_of("whoever")
    assert "đột nhập" not in await wire.ask(name, {"vars": {variable: "đột nhập", f"{variable}_rx_state_": "đột nhập"}})


async def test_another_persons_tab_token_opens_nothing_of_theirs(target: Target, cast: Cast) -> None:
    token = str(uuid.uuid4())
    alice = await target.wire((await cast.sign_in("alice")).secret, token=token)
    await alice.ask(event_of("load"))
    charlie_secret = (await cast.sign_in("charlie")).secret
    beside = await target.wire(charlie_secret, token=token)
    await alice.ask(event_of("slow"), wait=0.05)
    await alice.client.disconnect()
    after = await target.wire(charlie_secret, token=token)
    nobody = await target.wire(token=token)
    await asyncio.sleep(0.5)
    for wire in (beside, after, nobody):
        assert "Trần Thị An" not in wire.heard


async def test_the_next_person_in_the_same_tab_gets_nothing_of_the_last(target: Target, cast: Cast) -> None:
    token = str(uuid.uuid4())
    first = await cast.sign_in("alice")
    wire = await target.wire(first.secret, token=token)
    await wire.ask(event_of("load"))
    await wire.client.disconnect()
    await sessions.sign_out(first.secret)
    second = await target.wire((await cast.sign_in("bob")).secret, token=token)
    assert "Trần Thị An" not in second.heard
    assert "bí mật của Lê Văn Bình" in await second.ask(event_of("load"))


async def test_a_forged_cookie_inside_an_event_changes_nothing(target: Target, cast: Cast) -> None:
    alice = await cast.sign_in("alice")
    wire = await target.wire()
    forged = {"pathname": "/", "headers": {"cookie": f"thads_session={alice.secret}"}, "token": "x"}
    assert "bí mật" not in await wire.ask(event_of("load"), router_data=forged)


async def test_a_guessed_cookie_is_nobody(target: Target, cast: Cast) -> None:
    wire = await target.wire("A" * 43)
    assert "/login" in await wire.ask(event_of("load"))


async def test_an_ended_session_is_cut_off_on_an_open_socket_within_five_seconds(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    assert "bí mật" in await wire.ask(event_of("load"))
    await accounts.disable_account(cast["province_admin"], "alice")
    await asyncio.sleep(0.1)
    assert "/login" in await wire.ask(event_of("load"))


async def test_what_runs_long_learns_that_the_session_has_ended(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    await wire.send(event_of("slow"))
    await asyncio.sleep(0.1)
    await accounts.disable_account(cast["province_admin"], "alice")
    await asyncio.sleep(0.5)
    assert "chậm cho không ai" in wire.heard


async def test_until_the_password_is_changed_only_that_is_open(target: Target, cast: Cast) -> None:
    given = await accounts.reset_password(cast["province_admin"], "bob")
    wire = await target.wire((await sessions.sign_in("bob", given, address="192.0.2.1")).secret)
    assert "/doi-mat-khau" in await wire.ask(event_of("load"))
    assert "bí mật" not in wire.heard
    assert "đã vào" in await wire.ask(event_of("any_stage"))


async def test_unknown_events_vanish(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    before = len(wire.said)
    for name in ("", "khong.co", f"{ROOT}.x", event_of("x"), "__class__", None, 7, ["a"], {"a": 1}, "x" * 5000):
        await wire.send(name)
    await asyncio.sleep(0.2)
    assert len(wire.said) == before
    assert "bí mật" in await wire.ask(event_of("load"))


async def test_messages_that_are_no_events_vanish(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    for data in ("text", 7, None, [], {"payload": {}}, {"name": event_of("load"), "payload": [1]},
                 {"name": event_of("load"), "payload": {}, "router_data": "x"}):  # fmt: skip
        await wire.client.emit("event", data, namespace="/_event")
    await asyncio.sleep(0.2)
    assert "bí mật" not in wire.heard
    assert "bí mật" in await wire.ask(event_of("load"))


async def test_arguments_of_wrong_types_do_no_harm_and_show_no_trace(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    for value in ("DROP TABLE account", {"a": [1]}, None, [], 1e308, "x" * 10_000):
        await wire.send(event_of("count"), {"number": value})
        await wire.send(event_of("count"), {"khong_co": value, "self": 1})
    await asyncio.sleep(0.4)
    assert "Traceback" not in wire.heard
    assert "DROP TABLE" not in wire.heard
    assert "bí mật" in await wire.ask(event_of("load"))


async def test_an_unexpected_failure_is_told_by_its_number_alone(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    answer = await wire.ask(event_of("count"), {"number": "không phải số"}, wait=0.4)
    assert "Mã sự cố" in answer
    assert "ValueError" not in answer
    assert "invalid literal" not in answer


async def test_a_page_of_another_site_gets_no_socket(target: Target, cast: Cast) -> None:
    secret = (await cast.sign_in("alice")).secret
    with pytest.raises(socketio.exceptions.ConnectionError):
        await target.wire(secret, origin="https://doc-hai.example")


async def test_a_flood_is_cut_off_while_others_are_served(target: Target, cast: Cast) -> None:
    flooding = await target.wire((await cast.sign_in("alice")).secret)
    for number in range(300):
        await flooding.send(event_of("count"), {"number": number})
    await asyncio.sleep(0.5)
    answers = flooding.heard.count("number_rx_state_")
    assert 10 < answers < 120
    calm = await target.wire((await cast.sign_in("bob")).secret)
    assert "bí mật của Lê Văn Bình" in await calm.ask(event_of("load"))


async def test_ten_thousand_unknown_events_cost_no_memory(target: Target, cast: Cast) -> None:
    import gc

    from thads_app.thads_app import app

    wire = await target.wire((await cast.sign_in("alice")).secret)
    gc.collect()
    before = len(gc.get_objects())
    for number in range(10_000):
        await wire.send(f"{ROOT}.bogus_{number}")
    await asyncio.sleep(0.5)
    gc.collect()
    assert len(gc.get_objects()) - before < 2_000
    assert len(app.event_processor._futures) < 20


async def test_an_oversized_message_ends_the_socket(target: Target, cast: Cast) -> None:
    wire = await target.wire((await cast.sign_in("alice")).secret)
    before = len(wire.said)
    await wire.send(event_of("count"), {"number": "1" + " " * 2_000_000})
    await asyncio.sleep(0.5)
    assert len(wire.said) == before
    assert not wire.client.connected


@pytest.mark.parametrize("token", ["x" * 65, "é"])
async def test_a_strange_tab_token_is_refused(target: Target, token: str) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await target.wire(token=token)


async def test_a_connection_cannot_smuggle_an_event_in(target: Target, cast: Cast) -> None:
    secret = (await cast.sign_in("alice")).secret
    wire = await target.wire(secret, boot=False)
    client = socketio.AsyncClient(reconnection=False)
    client.on("event", wire.said.append, namespace="/_event")
    await client.connect(
        f"{target.url}/_event?token={uuid.uuid4()}",
        headers={"Origin": "http://localhost:3000", "Cookie": f"thads_session={secret}"},
        namespaces=["/_event"], socketio_path="/_event", transports=["websocket"],
        auth={"event": {"name": event_of("load"), "payload": {}, "router_data": {}}},
    )  # fmt: skip
    await asyncio.sleep(0.3)
    assert "bí mật" not in wire.heard
    await client.disconnect()


async def test_no_handler_of_the_app_answers_a_stranger(target: Target, cast: Cast) -> None:
    closed = [name for name in real_handlers() if Access.PUBLIC not in (policy_of(handler_function(name)) or ())]
    assert closed
    for start in range(0, len(closed), 40):
        wire = await target.wire()
        before = len(wire.said)
        for name in closed[start : start + 40]:
            await wire.send(name)
        await asyncio.sleep(0.5)
        for update in wire.said[before:]:
            assert not update.get("delta"), update
            assert {event["name"] for event in update["events"]} == {"_redirect"}


async def test_no_handler_answers_somebody_whose_role_lacks_its_right(target: Target, cast: Cast) -> None:
    holder = await cast.sign_in("accountant")
    beyond = [
        name for name in real_handlers()
        if judge(policy_of(handler_function(name)), SignedIn(holder.actor, holder.stage, "")) is Verdict.FORBIDDEN
    ]  # fmt: skip
    assert beyond
    for start in range(0, len(beyond), 40):
        wire = await target.wire(holder.secret)
        before = len(wire.said)
        for name in beyond[start : start + 40]:
            await wire.send(name)
        await asyncio.sleep(0.5)
        for update in wire.said[before:]:
            told = {state.rsplit(".", 1)[-1] for state in update.get("delta") or {}}
            assert told <= {"reflex___state____state", "thads_app___auth___session_state____session_state"}, told
