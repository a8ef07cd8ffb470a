"""Every handler of the app, called by somebody who may, with arguments no page would send."""

from __future__ import annotations

import inspect
import json

import pytest

from tests.security.conftest import Target
from tests.security.raw_line import open_line, parsed
from tests.security.states import event_of
from tests.security.test_wire import real_handlers
from tests.support.cast import Cast
from thads_app.auth import limits, socket_guard
from thads_app.auth.reflex_internals import handler_function

JUNK: tuple[object, ...] = (
    None, "", "x" * 3_000, "' OR 1=1 --", "\u202e<script>alert(1)</script>", -1, 2**70, 1e308, True, [],
    ["a", {"b": 1}], {"a": {"b": [1]}}, {"value": None},
)  # fmt: skip
HIDDEN = ("Traceback", 'File "', "psycopg", "sqlalchemy", "site-packages", "SELECT ", "Error(", "NoneType", "pydantic")
ELSEWHERE = ("Cao Xuân Ngoài", "Võ Thị Cạnh")


@pytest.mark.slow
@pytest.mark.parametrize("part", ["office_head", "central_admin", "intake_clerk"])
async def test_no_handler_answers_junk_with_anything_of_its_inside(
    target: Target, cast: Cast, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_guard, "BURST", 1_000_000)
    monkeypatch.setattr(socket_guard, "PER_SECOND", 1e6)
    secret = (await cast.sign_in(part)).secret
    line = await open_line(target.url, secret)
    for name in real_handlers():
        function = handler_function(name)
        assert function is not None
        wanted = [each for each in inspect.signature(function).parameters if each not in ("self", "state")]
        for junk in JUNK if wanted else ({},):
            await line.event(name, dict.fromkeys(wanted, junk))
        heard = await line.listen(0.12)
        assert not [word for word in HIDDEN if word in heard], (name, [w for w in HIDDEN if w in heard])
        if part != "central_admin":
            assert not [person for person in ELSEWHERE if person in heard], name
        if line.socket.closed:
            limits.forget_everybody()
            line = await open_line(target.url, secret)
    await line.listen(1.0)
    await line.event(event_of("load"))
    last = await line.listen(3.0)
    if "bí mật" not in last:  # a handler ended the session, as it may
        limits.forget_everybody()
        line = await open_line(target.url, (await cast.sign_in(part)).secret)
        await line.event(event_of("load"))
        last = await line.listen(3.0)
    assert any("bí mật" in json.dumps(update, ensure_ascii=False) for update in parsed(last))
    await line.close()
