"""Signing in on a provider's word: the account it names and nothing more; and its word that a session is over."""

from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account
from thads_app import clock
from thads_app.auth.providers import IdentityProvider
from thads_app.auth.sealing import UnsealableError, seal, unseal
from thads_app.db import unit_of_work
from thads_app.errors import Refused
from thads_app.repositories import accounts as account_rows
from thads_app.repositories import two_factor as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import EVERYWHERE
from thads_app.services import sessions
from thads_app.services.proofs import Proof, ProviderLogin, proof_of
from thads_app.services.sessions import NewSession

_TOKENS = "oidc-id-token"
_LONGEST_TOKEN = 8000  # a longer one is not kept: signing out there then asks the person
_SEEN_KEPT = timedelta(days=1)
_LONGEST_NAME = 200


async def sign_in(
    provider: IdentityProvider,
    *,
    subject: str,
    sid: str | None,
    claims: dict[str, Any],
    methods: tuple[str, ...],
    id_token: str,
    address: str,
    user_agent: str = "",
    replaces: str = "",
) -> NewSession:
    """Open a session for the account a provider's checked claims name. No rights come from them.

    Args:
        provider: who vouches.
        subject: its name for the person.
        sid: its session.
        claims: what it says of them, checked already.
        methods: how they proved themselves there (`amr`).
        id_token: kept sealed, for signing out there.
        address: the sender's address.
        user_agent: the browser's name for itself.
        replaces: the secret of the session the browser had before.

    Raises:
        Refused: the claim is missing (`sso_no_claim`) or an e-mail not verified (`sso_not_verified`); no account, or
            several (`sso_no_account`, `sso_ambiguous`); it is disabled (`sso_disabled`).
    """
    account = await _account_named(provider, claims)
    kept = seal(_TOKENS, id_token, bound_to=provider.issuer) if len(id_token) <= _LONGEST_TOKEN else None
    second = "provider" if set(methods) & set(provider.second_factor_amr) else ""
    login = ProviderLogin(provider.id, provider.issuer, subject, sid, kept)
    return await sessions.open_session(
        account, address=address, user_agent=user_agent, replaces=replaces, proof=Proof(second, login)
    )


async def _account_named(provider: IdentityProvider, claims: dict[str, Any]) -> Account:
    named = claims.get(provider.claim)
    if not isinstance(named, str) or not 0 < len(named.strip()) <= _LONGEST_NAME:
        raise Refused("sso_no_claim", status=401)
    if provider.account == "email" and provider.verified_email and claims.get("email_verified") is not True:
        raise Refused("sso_not_verified", status=401)
    async with unit_of_work(EVERYWHERE) as session:  # nobody is signed in yet
        found = await _candidates(session, provider, named.strip())
    if len(found) != 1:
        raise Refused("sso_ambiguous" if found else "sso_no_account", status=401)
    if not sessions.may_sign_in(found[0]):
        raise Refused("sso_disabled", status=401)
    return found[0]


async def _candidates(session: AsyncSession, provider: IdentityProvider, named: str) -> list[Account]:
    if provider.account == "email":
        return list(await repository.accounts_by_email(session, named))
    account = await account_rows.account_by_username(session, sessions.username_key(named))
    return [account] if account else []


async def note_refusal(provider_id: str, reason: str, address: str) -> None:
    """Leave a trail of a sign-in that failed on the way to or from a provider. Nothing the provider said is kept."""
    async with unit_of_work(EVERYWHERE) as session:  # nobody is signed in
        await write_audit(
            session, None, "oidc.refused", "account", detail={"provider": provider_id, "reason": reason},
            address=address,
        )  # fmt: skip


async def login_of(session_hash: str) -> tuple[str, str | None] | None:
    """Which provider opened a session, and its ID token as a hint for signing out there; None when none did."""
    login = (await proof_of(session_hash)).login
    if login is None:
        return None
    try:
        return login.provider, unseal(_TOKENS, login.id_token, bound_to=login.issuer) if login.id_token else None
    except UnsealableError:
        return login.provider, None


async def end_sessions(provider: IdentityProvider, *, subject: str, sid: str, jti: str) -> int:
    """End the sessions a provider says are over; return how many. The same logout token is obeyed once.

    Args:
        provider: who says so, in a checked logout token.
        subject: the person; empty when only a session is named.
        sid: the provider's session; empty for all of the person's.
        jti: the token's own name.

    Raises:
        Refused: the token was obeyed before (`sso_replayed`).
    """
    moment = clock.now()
    async with unit_of_work(EVERYWHERE) as session:  # the provider speaks, nobody of ours
        if not await repository.obey_once(session, provider.issuer, jti, moment, _SEEN_KEPT):
            raise Refused("sso_replayed", status=400)
        found = await repository.sessions_of_subject(session, provider.issuer, subject, sid)
        await repository.end_sessions(session, [id_hash for id_hash, _ in found], moment)
        for account_id in sorted({account_id for _, account_id in found}) or [None]:
            detail: dict[str, object] = {"provider": provider.id, "count": len(found)}
            await write_audit(session, None, "oidc.signed_out", "account", account_id, detail=detail)
    for _, account_id in found:
        sessions.forget_account(account_id)
    return len(found)
