"""Speaking OpenID Connect with a configured provider: where to send somebody, what comes back, whether it is true.

Authorisation code with PKCE (RFC 7636, S256), state and nonce; ID tokens by OpenID Connect Core §3.1.3.7, logout tokens
by Back-Channel Logout 1.0 §2.6, the issuer in answers by RFC 9207. Nothing here knows our accounts.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
import warnings
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64decode

from thads_app.auth.oidc_provider import LARGEST_ANSWER, SECONDS, ProviderError, Remote, remote, safe_address
from thads_app.auth.providers import IdentityProvider

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Authlib would rather have the next generation of httpx; both work
    from authlib.integrations.httpx_client import AsyncOAuth2Client

__all__ = ["Ask", "Identity", "LogoutToken", "ProviderError", "ask", "end_session_address", "identify", "logout_of"]

log = logging.getLogger(__name__)
LEEWAY = 60  # seconds two clocks may differ
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_AGE = 300
_LONGEST = 255


@dataclass(frozen=True)
class Ask:
    """What a browser is sent away with: the address, and what must be remembered until it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says came: its own name for them, and what it says of them."""

    subject: str
    sid: str | None
    claims: dict[str, Any]
    methods: tuple[str, ...]
    id_token: str


@dataclass(frozen=True)
class LogoutToken:
    """Whose sessions the provider ended: a person's, or one of the provider's own sessions."""

    subject: str
    sid: str
    jti: str


async def ask(provider: IdentityProvider, *, redirect_uri: str) -> Ask:
    """Where to send a browser so that the provider says who it is.

    Raises:
        ProviderError: the provider cannot be reached (`unreachable`).
    """
    there = await remote(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    async with _client(provider, there, redirect_uri) as client:
        address, _ = cast(
            "tuple[str, str]",
            client.create_authorization_url(
                there.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce
            ),
        )
    return Ask(address, state, nonce, verifier)


async def identify(
    provider: IdentityProvider, *, code: str, verifier: str, nonce: str, issuer: str | None, redirect_uri: str
) -> Identity:
    """Exchange the code and check everything that comes back.

    Args:
        provider: who was asked.
        code: from the browser's address.
        verifier: the PKCE verifier of `Ask`.
        nonce: the nonce of `Ask`.
        issuer: the `iss` of the browser's address (RFC 9207), when there is one.
        redirect_uri: the very one the browser was sent away with.

    Raises:
        ProviderError: `unreachable`, `exchange` (the provider takes the code not), `token` (forged, expired, or meant
            for somebody else), `nonce` (of another sign-in), `issuer`.
    """
    there = await remote(provider)
    if issuer != provider.issuer and (issuer is not None or there.names_issuer):
        raise ProviderError("issuer")
    async with _client(provider, there, redirect_uri) as client:
        try:
            answer = await client.fetch_token(
                there.token_endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except httpx.HTTPError:
            raise ProviderError("unreachable") from None
        except (AuthlibBaseError, ValueError):
            raise ProviderError("exchange") from None
    id_token, access_token = str(answer.get("id_token") or ""), str(answer.get("access_token") or "")
    claims = await _checked_id_token(provider, there, id_token, nonce, access_token)
    claims = await _with_userinfo(provider, there, claims, access_token)
    methods = claims.get("amr")
    return Identity(
        subject=claims["sub"],
        sid=_word(claims.get("sid")) or None,
        claims=claims,
        methods=tuple(str(each) for each in methods) if isinstance(methods, list) else (),
        id_token=id_token,
    )


async def end_session_address(provider: IdentityProvider, *, id_token: str | None, return_to: str) -> str | None:
    """Where to send a browser that signs out, so that the provider signs it out too; None when it offers none.

    Raises:
        ProviderError: the provider cannot be reached.
    """
    there = await remote(provider)
    if not there.end_session_endpoint:
        return None
    told = {"client_id": provider.client_id, "post_logout_redirect_uri": return_to}
    if id_token:
        told["id_token_hint"] = id_token
    joint = "&" if urlsplit(there.end_session_endpoint).query else "?"
    return f"{there.end_session_endpoint}{joint}{urlencode(told)}"


async def logout_of(provider: IdentityProvider, token: str) -> LogoutToken:
    """Check a logout token (Back-Channel Logout §2.6).

    Raises:
        ProviderError: it is no such token, forged, old, or meant for somebody else (`token`), or `unreachable`.
    """
    there = await remote(provider)
    claims = await _signed(provider, there, token, kind="logout+jwt")
    now = time.time()
    issued, expires, events = claims.get("iat"), claims.get("exp"), claims.get("events")
    audience = claims.get("aud")
    subject, sid, jti = (_word(claims.get(name)) for name in ("sub", "sid", "jti"))
    good = (
        claims.get("iss") == provider.issuer
        and provider.client_id in (audience if isinstance(audience, list) else [audience])
        and now - _LOGOUT_AGE <= _moment(issued) <= now + LEEWAY
        and (expires is None or now < _moment(expires) + LEEWAY)
        and isinstance(events, dict)
        and isinstance(events.get(_LOGOUT_EVENT), dict)
        and "nonce" not in claims
        and bool(jti)
        and bool(subject or sid)
    )
    if not good:
        raise ProviderError("token")
    return LogoutToken(subject, sid, jti)


async def _checked_id_token(
    provider: IdentityProvider, there: Remote, id_token: str, nonce: str, access_token: str
) -> dict[str, Any]:
    claims = await _signed(provider, there, id_token, kind="")
    if claims.get("nonce") != nonce:
        raise ProviderError("nonce")
    checking = CodeIDToken(
        claims,
        _header(id_token),
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
        },
        {"client_id": provider.client_id, "nonce": nonce, "access_token": access_token},
    )
    try:
        checking.validate(leeway=LEEWAY)
    except (JoseError, AuthlibBaseError, ValueError, TypeError):
        raise ProviderError("token") from None
    if not _word(claims.get("sub")):
        raise ProviderError("token")
    return claims


async def _with_userinfo(
    provider: IdentityProvider, there: Remote, claims: dict[str, Any], access_token: str
) -> dict[str, Any]:
    """Add what the provider tells only at its userinfo endpoint, when what names the account is not in the ID token."""
    wanted = [provider.claim] + (["email_verified"] if provider.account == "email" and provider.verified_email else [])
    if all(name in claims for name in wanted) or not there.userinfo_endpoint or not access_token:
        return claims
    more = await there.get_json(there.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"})
    if more.get("sub") != claims["sub"]:
        raise ProviderError("token")  # Core §5.3.2: another person's answer
    return {**more, **claims}


async def _signed(provider: IdentityProvider, there: Remote, token: str, *, kind: str) -> dict[str, Any]:
    """The claims of a token whose signature is the provider's, by an algorithm we allow."""
    if not 0 < len(token) <= LARGEST_ANSWER:
        raise ProviderError("token")
    header = _header(token)
    algorithm, said = header.get("alg"), str(header.get("typ", "")).lower().removeprefix("application/")
    if algorithm not in provider.algorithms or said not in (kind, "jwt", ""):
        raise ProviderError("token")
    # An ID token came from the provider itself over TLS; a logout token is whatever somebody posted.
    key = await there.key(_word(header.get("kid")), str(algorithm), spare=bool(kind))
    try:
        return dict(jwt.decode(token, key, algorithms=list(provider.algorithms)).claims)
    except (JoseError, ValueError, TypeError):
        raise ProviderError("token") from None


def _header(token: str) -> dict[str, Any]:
    try:
        header = json.loads(urlsafe_b64decode(token.partition(".")[0].encode()))
    except (ValueError, TypeError):
        raise ProviderError("token") from None
    if not isinstance(header, dict):
        raise ProviderError("token")
    return header


def _client(provider: IdentityProvider, there: Remote, redirect_uri: str) -> Any:
    try:
        secret = provider.secret()
    except OSError:
        log.exception("the secret of provider %s cannot be read", provider.id)
        raise ProviderError("unreachable") from None
    return AsyncOAuth2Client(
        client_id=provider.client_id,
        client_secret=secret or None,
        token_endpoint_auth_method=there.client_authentication if secret else "none",
        scope=" ".join(provider.scopes),
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=SECONDS,
        follow_redirects=False,
        trust_env=not safe_address(provider.issuer).is_local,
    )


def _word(value: object) -> str:
    """A claim that must be a short text; empty when it is anything else."""
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST else ""


def _moment(value: object) -> float:
    """A claim that must be seconds since 1970; long ago when it is anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
