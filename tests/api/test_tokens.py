"""Bearer tokens of `/api/v1`: whose rights they carry, and when they stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from tests.support.cast import Cast
from thads_app.api import add_error_answers
from thads_app.api.guard import api_actor
from thads_app.auth.requests import cookie_name
from thads_app.rules.rights import Actor, Permission
from thads_app.services import accounts, own_account

Reader = Annotated[Actor, api_actor(Permission.REPORT_READ)]


@pytest.fixture
async def program(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    own_account.forget_tokens()
    api = FastAPI()
    add_error_answers(api)

    @api.get("/api/v1/ai")
    async def who(actor: Reader) -> PlainTextResponse:
        return PlainTextResponse(f"{actor.name} từ {actor.address}")

    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


async def ask(program: httpx.AsyncClient, authorization: str) -> httpx.Response:
    return await program.get("/api/v1/ai", headers={"Authorization": authorization})


async def test_a_token_stands_for_its_account(program: httpx.AsyncClient, cast: Cast) -> None:
    secret = await accounts.create_token(cast["province_admin"], "statistician", "kho dữ liệu")
    for scheme in ("Bearer", "bearer"):
        assert (await ask(program, f"{scheme} {secret}")).text == "Huỳnh Ngọc Số từ 127.0.0.1"


async def test_without_the_right_a_token_opens_nothing(program: httpx.AsyncClient, cast: Cast) -> None:
    secret = await accounts.create_token(cast["central_admin"], "province.admin", "thử")
    answer = await ask(program, f"Bearer {secret}")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_what_is_no_token_is_nobody(program: httpx.AsyncClient, cast: Cast) -> None:
    session = await cast.sign_in("statistician")
    for authorization in (
        "",
        "Bearer",
        "Bearer x",
        "Basic YTpi",
        f"Bearer {session.secret}",
        "Bearer thads_" + "x" * 43,
    ):
        answer = await ask(program, authorization)
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out"), authorization


async def test_a_cookie_is_no_token(program: httpx.AsyncClient, cast: Cast) -> None:
    session = await cast.sign_in("statistician")
    answer = await program.get("/api/v1/ai", headers={"Cookie": f"{cookie_name()}={session.secret}"})
    assert answer.status_code == 401


async def test_a_disabled_accounts_tokens_end(program: httpx.AsyncClient, cast: Cast) -> None:
    secret = await accounts.create_token(cast["province_admin"], "statistician", "kho dữ liệu")
    await accounts.disable_account(cast["province_admin"], "statistician")
    assert (await ask(program, f"Bearer {secret}")).status_code == 401
