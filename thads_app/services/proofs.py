"""How far somebody has got in signing in, what they have proved, and what of it goes on to the session that follows."""

from dataclasses import dataclass
from enum import StrEnum

from models import Account
from thads_app.db import unit_of_work
from thads_app.repositories import two_factor as repository
from thads_app.rules.rights import EVERYWHERE, Actor


class Stage(StrEnum):
    """How far somebody has got in signing in."""

    FULL = "full"
    SECOND = "second"  # the password was right; the code is still to come
    PASSWORD = "password"  # noqa: S105 (the stage in which the password must be changed)
    ENROL = "enrol"  # a second factor is required and none is set up


@dataclass(frozen=True)
class SignedIn:
    """Who stands behind a session: the actor, and how far they have got."""

    actor: Actor
    stage: Stage
    username: str


@dataclass(frozen=True)
class NewSession:
    """A session just made; `secret` goes into the cookie and nowhere else."""

    secret: str
    stage: Stage
    actor: Actor


@dataclass(frozen=True)
class ProviderLogin:
    """What an identity provider said when it vouched for somebody; `id_token` is sealed."""

    provider: str
    issuer: str
    subject: str
    sid: str | None = None
    id_token: str | None = None


@dataclass(frozen=True)
class Proof:
    """What somebody has proved when a session opens.

    `second` says by what the second factor was shown (`totp`, `recovery`, `provider`; blank: not yet), `login` which
    provider vouched for them instead of a password.
    """

    second: str = ""
    login: ProviderLogin | None = None


def missing_after(proof: Proof, account: Account, *, has_second: bool) -> Stage:
    """What is still to come after a proof: the code of a second factor in use, then a password of one's own."""
    if not proof.second and has_second:
        return Stage.SECOND
    if account.must_change_password and proof.login is None:
        return Stage.PASSWORD
    return Stage.FULL


def told_of(proof: Proof) -> dict[str, object]:
    """What the audit trail is told of a proof."""
    told = {"second": proof.second, "provider": proof.login.provider if proof.login else ""}
    return {name: word for name, word in told.items() if word}


async def proof_of(id_hash: str) -> Proof:
    """What was proved when the session with this hash opened, to be carried over to the one that follows it."""
    async with unit_of_work(EVERYWHERE) as session:  # a person's own session, known by its secret
        row = await repository.session_of(session, id_hash)
        said = await repository.oidc_session_of(session, id_hash)
    login = ProviderLogin(said.provider, said.issuer, said.subject, said.sid, said.id_token) if said else None
    return Proof(row.second_factor or "" if row else "", login)
