"""What a forger, another client, an old token or a broken provider could send, and that none of it is believed."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pydantic import ValidationError
from sqlalchemy import text

from tests.support.cast import Cast
from thads_app import thads_app as assembled
from thads_app.api import build_api, farewell
from thads_app.api import oidc as routes
from thads_app.auth import oidc, oidc_provider
from thads_app.auth.oidc_provider import ProviderError, Remote
from thads_app.auth.providers import IdentityProvider
from thads_app.db import unit_of_work
from thads_app.errors import Refused
from thads_app.rules.rights import EVERYWHERE
from thads_app.services import sessions, single_sign_on
from thads_app.services.sessions import Stage
from thads_app.settings import Settings, get_settings

ISSUER = "https://dinh-danh.example"
NONCE = "mot-lan"
PROVIDER = IdentityProvider(id="thu", label="Thử", issuer=ISSUER, client_id="thads")
KEY = RSAKey.generate_key(2048, {"kid": "khoa-1", "use": "sig"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "khoa-1", "use": "sig"})
Change = Callable[[dict[str, Any]], dict[str, Any]]


class Network:
    """The provider's addresses, answered here; counts what is asked."""

    def __init__(self) -> None:
        self.keys, self.asked = [KEY], 0
        self.userinfo: dict[str, Any] = {}

    async def __call__(self, url: str, _headers: dict[str, str] | None = None) -> dict[str, Any]:
        if url.endswith("/jwks"):
            self.asked += 1
            return dict(KeySet(self.keys).as_dict(private=False))
        if url.endswith("/userinfo"):
            return self.userinfo
        raise ProviderError("unreachable")


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    answered = Network()
    monkeypatch.setattr(oidc_provider, "_get_json", answered)
    return answered


@pytest.fixture
def there(network: Network) -> Remote:
    return Remote(
        ISSUER, f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/jwks", f"{ISSUER}/userinfo", f"{ISSUER}/end",
        names_issuer=True, client_authentication="client_secret_basic",
    )  # fmt: skip


def id_token(change: Change = dict, *, key: Any = KEY, **header: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "nguoi-1", "aud": "thads", "exp": now + 600, "iat": now, "nonce": NONCE,
              "email": "a@thads.test", "email_verified": True}  # fmt: skip
    return jwt.encode({"alg": "RS256", "kid": "khoa-1", **header}, change(claims), key, algorithms=["RS256"])


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def without(*names: str) -> Change:
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


def changed(**values: Any) -> Change:
    return lambda claims: {**claims, **values}


async def checked(there: Remote, token: str) -> dict[str, Any]:
    return await oidc._checked_id_token(PROVIDER, there, token, NONCE, "")


async def test_a_true_id_token_is_believed(there: Remote) -> None:
    assert (await checked(there, id_token()))["sub"] == "nguoi-1"
    both = changed(aud=["thads", "khac"], azp="thads")
    assert (await checked(there, id_token(both)))["sub"] == "nguoi-1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (changed(iss="https://doc-hai.example"), "token"),
        (changed(iss=ISSUER + "/"), "token"),
        (changed(aud="ung-dung-khac"), "token"),
        (changed(aud=["ung-dung-khac"]), "token"),
        (changed(aud=["thads", "khac"], azp="khac"), "token"),
        (changed(aud=["thads", "khac"]), "token"),
        (changed(azp="khac"), "token"),
        (changed(exp=int(time.time()) - 3600), "token"),
        (changed(exp="mai"), "token"),
        (changed(iat=int(time.time()) + 3600), "token"),
        (changed(nonce="cua-lan-khac"), "nonce"),
        (changed(sub=""), "token"),
        (changed(sub=17), "token"),
        (changed(sub="x" * 300), "token"),
        (without("iss"), "token"),
        (without("aud"), "token"),
        (without("exp"), "token"),
        (without("iat"), "token"),
        (without("sub"), "token"),
        (without("nonce"), "nonce"),
    ],
)
async def test_an_id_token_that_is_not_for_this_sign_in_is_refused(there: Remote, change: Change, code: str) -> None:
    with pytest.raises(ProviderError) as failed:
        await checked(there, id_token(change))
    assert failed.value.code == code


async def test_forged_signatures_are_refused(there: Remote) -> None:
    head, body, _ = id_token().split(".")
    nothing, shared = base64url(b'{"alg":"none"}'), base64url(b'{"alg":"HS256","kid":"khoa-1"}')
    other_body = base64url(json.dumps({"sub": "nguoi-1"}).encode())
    public = KEY.as_pem(private=False)  # signed with the public key as if it were a shared secret
    confused = base64url(hmac.digest(public, f"{shared}.{body}".encode(), "sha256"))
    for forged in (
        id_token(key=STRANGERS_KEY), f"{nothing}.{body}.", f"{head}.{other_body}.{'A' * 342}", "", "a.b.c",
        "x" * 300_000, f"{shared}.{body}.{confused}", id_token(typ="logout+jwt"), id_token(kid="khoa-la"),
    ):  # fmt: skip
        with pytest.raises(ProviderError):
            await checked(there, forged)


async def test_a_rotated_key_is_fetched_once_and_forgers_cannot_make_us_fetch_for_ever(
    there: Remote, network: Network
) -> None:
    await checked(there, id_token())
    fresh = RSAKey.generate_key(2048, {"kid": "khoa-2", "use": "sig"})
    network.keys = [fresh]
    await checked(there, id_token(key=fresh, kid="khoa-2"))
    await checked(there, id_token(key=fresh, kid="khoa-2"))
    assert network.asked == 2
    with pytest.raises(ProviderError):
        await checked(there, id_token())  # the old key is gone
    before = network.asked
    for number in range(20):
        with pytest.raises(ProviderError):
            await there.key(f"khoa-la-{number}", "RS256", spare=True)
    assert network.asked - before <= 5


async def test_userinfo_of_somebody_else_is_refused(there: Remote, network: Network) -> None:
    claims = await checked(there, id_token(without("email", "email_verified")))
    network.userinfo = {"sub": "nguoi-1", "email": "a@thads.test", "email_verified": True, "nonce": "khac"}
    more = await oidc._with_userinfo(PROVIDER, there, claims, "truy-cap")
    assert (more["email"], more["nonce"]) == ("a@thads.test", NONCE)
    network.userinfo["sub"] = "nguoi-2"
    with pytest.raises(ProviderError):
        await oidc._with_userinfo(PROVIDER, there, claims, "truy-cap")


# --- logout tokens ----------------------------------------------------------------------------------------------------


def logout_token(change: Change = dict, *, key: Any = KEY, **header: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "nguoi-1", "aud": "thads", "iat": now, "exp": now + 120, "sid": "phien-1",
              "jti": f"t-{time.time_ns()}",
              "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}  # fmt: skip
    return jwt.encode({"alg": "RS256", "kid": "khoa-1", "typ": "logout+jwt", **header}, change(claims), key)


@pytest.fixture
def known(there: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    async def remote(_provider: IdentityProvider) -> Remote:
        return there

    monkeypatch.setattr(oidc, "remote", remote)


async def test_a_true_logout_token_is_believed(known: None) -> None:
    told = await oidc.logout_of(PROVIDER, logout_token())
    assert (told.subject, told.sid) == ("nguoi-1", "phien-1")
    assert (await oidc.logout_of(PROVIDER, logout_token(without("sid"), typ="JWT"))).sid == ""


@pytest.mark.parametrize(
    "change",
    [
        changed(nonce=NONCE), without("events"), changed(events={}), changed(events={"khac": {}}), changed(events="x"),
        changed(events={"http://schemas.openid.net/event/backchannel-logout": "x"}), without("sub", "sid"),
        without("jti"), without("iat"), changed(iat=int(time.time()) - 3600), changed(iat=int(time.time()) + 3600),
        changed(exp=int(time.time()) - 3600), changed(exp="x"), changed(aud="khac"), without("aud"), changed(aud=[]),
        changed(iss="https://doc-hai.example"), changed(sub=5, sid=None),
    ],
)  # fmt: skip
async def test_a_logout_token_that_is_none_ends_nothing(known: None, change: Change) -> None:
    with pytest.raises(ProviderError):
        await oidc.logout_of(PROVIDER, logout_token(change))


async def test_an_id_token_is_no_logout_token_and_a_forged_one_ends_nothing(known: None) -> None:
    for token in (id_token(), logout_token(key=STRANGERS_KEY), logout_token(typ="at+jwt"), ""):
        with pytest.raises(ProviderError):
            await oidc.logout_of(PROVIDER, token)


# --- accounts ---------------------------------------------------------------------------------------------------------


async def email(cast: Cast, part: str, address: str) -> None:
    async with unit_of_work(EVERYWHERE) as session:
        await session.execute(
            text("UPDATE account SET email = :address WHERE id = :id"),
            {"address": address, "id": cast[part].account_id},
        )


async def arrive(provider: IdentityProvider = PROVIDER, sid: str = "phien-1", **claims: Any) -> sessions.NewSession:
    return await single_sign_on.sign_in(
        provider, subject=str(claims.pop("sub", "nguoi-1")), sid=sid, claims=claims, methods=(), id_token="x.y.z",
        address="192.0.2.5",
    )  # fmt: skip


async def test_the_claim_names_one_existing_account_or_nobody(cast: Cast) -> None:
    await email(cast, "alice", "An.Tran@thads.test")
    opened = await arrive(email="an.tran@THADS.test", email_verified=True, roles=["admin"], groups=["quan-tri"])
    assert (opened.actor.account_id, opened.actor.roles) == (cast["alice"].account_id, cast["alice"].roles)
    for claims, code in (
        ({"email": "khong.co@thads.test", "email_verified": True}, "sso_no_account"),
        ({"email": "an.tran@thads.test"}, "sso_not_verified"),
        ({"email": "an.tran@thads.test", "email_verified": "true"}, "sso_not_verified"),
        ({"email": ["an.tran@thads.test"], "email_verified": True}, "sso_no_claim"),
        ({"email": "  ", "email_verified": True}, "sso_no_claim"),
        ({"email": "%", "email_verified": True}, "sso_no_account"),
        ({"preferred_username": "alice"}, "sso_no_claim"),
    ):
        with pytest.raises(Refused) as refusal:
            await arrive(**claims)
        assert refusal.value.code == code, claims
    await email(cast, "bob", "an.tran@thads.test")
    with pytest.raises(Refused) as refusal:
        await arrive(email="an.tran@thads.test", email_verified=True)
    assert refusal.value.code == "sso_ambiguous"


async def test_a_provider_may_name_accounts_by_user_name(cast: Cast) -> None:
    by_name = PROVIDER.model_copy(update={"claim": "preferred_username", "account": "username"})
    assert (await arrive(by_name, preferred_username=" Alice ")).actor.account_id == cast["alice"].account_id


async def test_a_temporary_password_does_not_stand_in_the_way(cast: Cast) -> None:
    await email(cast, "alice", "a@thads.test")
    async with unit_of_work(EVERYWHERE) as session:
        await session.execute(text("UPDATE account SET must_change_password = true WHERE username = 'alice'"))
    assert (await arrive(email="a@thads.test", email_verified=True)).stage is Stage.FULL


async def test_the_provider_ends_its_own_sessions_only_and_each_token_works_once(cast: Cast) -> None:
    await email(cast, "alice", "a@thads.test")
    await email(cast, "bob", "b@thads.test")
    here = await arrive(email="a@thads.test", email_verified=True)
    elsewhere = await arrive(email="a@thads.test", email_verified=True, sid="phien-2")
    other = await arrive(email="b@thads.test", email_verified=True, sub="nguoi-2", sid="phien-3")
    own = await cast.sign_in("alice")
    assert await single_sign_on.end_sessions(PROVIDER, subject="nguoi-1", sid="phien-1", jti="1") == 1
    assert await sessions.resolve(here.secret) is None
    assert await sessions.resolve(elsewhere.secret) is not None
    with pytest.raises(Refused):
        await single_sign_on.end_sessions(PROVIDER, subject="nguoi-1", sid="", jti="1")
    stranger = PROVIDER.model_copy(update={"issuer": "https://khac.example"})
    assert await single_sign_on.end_sessions(stranger, subject="nguoi-1", sid="", jti="1") == 0
    assert await single_sign_on.end_sessions(PROVIDER, subject="nguoi-1", sid="", jti="2") == 1
    assert await sessions.resolve(elsewhere.secret) is None
    for kept in (other, own):
        assert await sessions.resolve(kept.secret) is not None


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
async def client(cast: Cast, known: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    with_provider = get_settings().model_copy(update={"oidc_providers": (PROVIDER,)})
    for module in (routes, farewell):
        monkeypatch.setattr(module, "get_settings", lambda: with_provider)
    transport = httpx.ASGITransport(assembled.guard_http(build_api()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as opened:
        yield opened


async def test_a_browser_is_sent_away_with_everything_that_binds_the_answer_to_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/auth/oidc/thu/start", params={"tiep": "//doc-hai.example"})
    there = httpx.URL(answer.headers["location"])
    assert (answer.status_code, f"{there.scheme}://{there.host}{there.path}") == (303, f"{ISSUER}/auth")
    asked = dict(there.params)
    assert asked["redirect_uri"] == "http://localhost:3000/api/auth/oidc/thu/callback"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Max-Age=600"} <= {part.strip() for part in cookie.split(";")}
    for secret in (asked["state"], asked["nonce"]):
        assert secret not in cookie


async def test_another_sites_page_cannot_begin_a_sign_in(client: httpx.AsyncClient) -> None:
    for site in ("cross-site", "same-site"):
        begun = await client.get(
            "/api/auth/oidc/thu/start", params={"tiep": "/ho-so"}, headers={"Sec-Fetch-Site": site}
        )
        assert begun.headers["location"] == "/login?tiep=%2Fho-so", site
        assert "set-cookie" not in begun.headers
    for site in ("same-origin", "none"):
        begun = await client.get("/api/auth/oidc/thu/start", headers={"Sec-Fetch-Site": site})
        assert begun.headers["location"].startswith(f"{ISSUER}/auth"), site


async def test_an_answer_without_its_browsers_note_is_refused_before_anything_is_asked(
    client: httpx.AsyncClient,
) -> None:
    back = "/api/auth/oidc/thu/callback"
    for note in ("", "rac", "A" * 200):
        answer = await client.get(back, params={"code": "c", "state": "s"}, headers={"Cookie": f"thads_oidc={note}"})
        assert answer.headers["location"] == "/login?loi=sso-het-han"
    await client.get("/api/auth/oidc/thu/start")
    answer = await client.get(back, params={"code": "c", "state": "khác"})
    assert answer.headers["location"] == "/login?loi=sso-het-han"
    sent = await client.get("/api/auth/oidc/thu/start")
    state = httpx.URL(sent.headers["location"]).params["state"]
    answer = await client.get(back, params={"code": "c", "state": state, "iss": "https://doc-hai.example"})
    assert answer.headers["location"] == "/login?loi=sso-khong-hop-le"
    assert "thads_oidc" not in client.cookies


async def test_only_configured_providers_exist(client: httpx.AsyncClient) -> None:
    for path in ("khac/start", "khac/callback", "khac/signed-out"):
        assert (await client.get(f"/api/auth/oidc/{path}")).status_code == 404
    assert (await client.get("/api/auth/ways")).json() == {
        "password": True, "providers": [{"id": "thu", "label": "Thử"}],
    }  # fmt: skip


async def test_the_back_channel_answers_as_the_specification_says(client: httpx.AsyncClient) -> None:
    path, good = "/api/auth/oidc/thu/backchannel-logout", logout_token()
    first = await client.post(path, data={"logout_token": good})
    assert (first.status_code, first.headers["cache-control"]) == (200, "no-store")
    for token in (good, logout_token(key=STRANGERS_KEY), ""):
        answer = await client.post(path, data={"logout_token": token})
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


# --- settings ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://dinh-danh.example"}, {"issuer": "https://a:b@dinh-danh.example"}, {"issuer": "ftp://x"},
        {"issuer": "https://x?y=1"}, {"id": "Có dấu"}, {"id": "../x"}, {"algorithms": ["HS256"]},
        {"algorithms": ["none"]}, {"account": "staff_id"}, {"khac": 1}, {"client_id": ""},
    ],
)  # fmt: skip
def test_a_provider_that_could_not_be_trusted_cannot_be_configured(wrong: dict[str, Any]) -> None:
    good = {"id": "thu", "label": "Thử", "issuer": ISSUER, "client_id": "thads"}
    with pytest.raises(ValidationError):
        IdentityProvider(**(good | wrong))


def test_two_providers_share_neither_word_nor_issuer() -> None:
    other = PROVIDER.model_copy(update={"id": "khac"})
    with pytest.raises(ValidationError):
        Settings(oidc_providers=(PROVIDER, other))


def test_a_secret_comes_from_the_setting_the_environment_or_a_file(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bi-mat").write_text("tu-tep\n")
    assert PROVIDER.model_copy(update={"client_secret_file": tmp_path / "bi-mat"}).secret() == "tu-tep"
    monkeypatch.setenv("THADS_OIDC_THU_CLIENT_SECRET", "tu-moi-truong")
    assert PROVIDER.secret() == "tu-moi-truong"
