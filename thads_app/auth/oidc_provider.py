"""What a provider publishes of itself: endpoints and keys, fetched when needed, kept for a while, and checked."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from thads_app.auth.providers import IdentityProvider

SECONDS = 5.0
LARGEST_ANSWER = 256 * 1024
_KEPT_SECONDS = 3600.0
_RETRY_AFTER = 10.0  # a provider that failed is not asked again by every visitor
# Fetching keys anew because of a key nobody knew: a rotation needs one, a forger would like thousands.
_REFETCHES, _REFETCH_WINDOW = 5, 300.0
_KINDS = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey, "Ed": OKPKey}
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass
class ProviderError(Exception):
    """Signing in with a provider failed. `code`: unreachable, exchange, token, nonce, issuer."""

    code: str


@dataclass(frozen=True)
class Address:
    """An address we may call."""

    url: str
    is_local: bool


def safe_address(url: object) -> Address:
    """An address with TLS, or of this machine (tests, a provider beside us).

    Raises:
        ProviderError: neither (`unreachable`).
    """
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    is_local = parts.hostname in _LOCAL
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise ProviderError("unreachable")
    return Address(parts.geturl(), is_local)


@dataclass
class Remote:
    """One provider as it described itself, and its keys."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    end_session_endpoint: str
    names_issuer: bool
    client_authentication: str
    fetched: float = field(default_factory=time.monotonic)
    _keys: KeySet | None = None
    _keys_at: float = 0.0
    _refetched: deque[float] = field(default_factory=deque[float])
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def key(self, kid: str, algorithm: str, *, spare: bool) -> Any:
        """The key a token names. An unknown one makes us look once whether the provider has rotated its keys.

        Args:
            kid: the key's name in the token's header; empty when it names none.
            algorithm: of the signature.
            spare: look only now and then, because anybody may send such tokens.

        Raises:
            ProviderError: there is no such key (`token`), or the keys cannot be fetched (`unreachable`).
        """
        async with self._one_at_a_time:
            if self._keys is None or time.monotonic() - self._keys_at > _KEPT_SECONDS:
                await self._fetch_keys()
            found = self._find(kid, algorithm)
            if found is None and (not spare or self._may_refetch()):
                await self._fetch_keys()
                found = self._find(kid, algorithm)
        if found is None:
            raise ProviderError("token")
        return found

    def _find(self, kid: str, algorithm: str) -> Any:
        fitting = [
            key
            for key in self._keys or ()
            if isinstance(key, _KINDS[algorithm[:2]])
            and key.get("use") in (None, "sig")
            and key.get("alg") in (None, algorithm)
        ]
        named = [key for key in fitting if kid and key.kid == kid]
        if named:
            return named[0]
        return fitting[0] if not kid and len(fitting) == 1 else None

    def _may_refetch(self) -> bool:
        now = time.monotonic()
        while self._refetched and now - self._refetched[0] > _REFETCH_WINDOW:
            self._refetched.popleft()
        if len(self._refetched) >= _REFETCHES:
            return False
        self._refetched.append(now)
        return True

    async def _fetch_keys(self) -> None:
        said = await self.get_json(self.jwks_uri)
        try:
            self._keys = KeySet.import_key_set({"keys": [key for key in said["keys"] if isinstance(key, dict)]})
        except (JoseError, KeyError, TypeError, ValueError):
            raise ProviderError("unreachable") from None
        self._keys_at = time.monotonic()

    async def get_json(self, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """What the provider answers at one of its addresses.

        Raises:
            ProviderError: it does not, or with something else (`unreachable`).
        """
        return await _get_json(url, headers)


_known: dict[str, Remote] = {}
_failed: dict[str, float] = {}
_known_pid = 0


async def remote(provider: IdentityProvider) -> Remote:
    """The provider as it describes itself (OpenID Connect Discovery), at most an hour old.

    Raises:
        ProviderError: it cannot be reached, or describes another (`unreachable`).
    """
    global _known_pid
    if _known_pid != os.getpid():
        forget_providers()
        _known_pid = os.getpid()
    known = _known.get(provider.issuer)
    if known and time.monotonic() - known.fetched < _KEPT_SECONDS:
        return known
    if time.monotonic() - _failed.get(provider.issuer, float("-inf")) < _RETRY_AFTER:
        raise ProviderError("unreachable")
    try:
        fresh = await _discover(provider.issuer)
    except ProviderError:
        _failed[provider.issuer] = time.monotonic()
        raise
    _known[provider.issuer] = fresh
    return fresh


def forget_providers() -> None:
    """Ask every provider anew at its next use, in this process."""
    _known.clear()
    _failed.clear()


async def _discover(issuer: str) -> Remote:
    said = await _get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        raise ProviderError("unreachable")
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Remote(
        issuer=issuer,
        authorization_endpoint=safe_address(said.get("authorization_endpoint")).url,
        token_endpoint=safe_address(said.get("token_endpoint")).url,
        jwks_uri=safe_address(said.get("jwks_uri")).url,
        userinfo_endpoint=_optional(said.get("userinfo_endpoint")),
        end_session_endpoint=_optional(said.get("end_session_endpoint")),
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
        client_authentication="client_secret_basic" if "client_secret_basic" in methods else "client_secret_post",
    )


def _optional(url: object) -> str:
    return safe_address(url).url if url else ""


async def _get_json(url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    address = safe_address(url)
    try:
        async with (
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=not address.is_local) as client,
            client.stream("GET", address.url, headers={"Accept": "application/json", **(headers or {})}) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise ProviderError("unreachable")
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise ProviderError("unreachable")
        said = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise ProviderError("unreachable") from None
    if not isinstance(said, dict):
        raise ProviderError("unreachable")
    return said
