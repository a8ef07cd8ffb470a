"""Whose rows a transaction may reach, as row-level security reads it (migration 0010, ADR 0009).

Three lists of offices, one account and a role, all set for one transaction only. Without them no row of any office is
reached. What is checked here is not what is enforced: PostgreSQL does that, underneath every query.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from thads_app.rules.rights import NOWHERE, Actor, Permission, Scope

APP_ROLE = "thads_app"
NATION_ROLE = "thads_nation"
SERVICE_LOGIN = "thads_service"

CASES = (
    Permission.CASE_READ,
    Permission.CASE_CREATE,
    Permission.HANDOVER_READ,
    Permission.HANDOVER_CONFIRM,
    Permission.HANDOVER_APPROVE,
)
FIGURES = (Permission.REPORT_READ, Permission.DASHBOARD_READ)


@dataclass(frozen=True)
class Reach:
    """The rows a transaction may reach.

    Attributes:
        cases: offices whose cases, parties, events and handovers it reaches.
        figures: offices whose statistics it reaches.
        audit: offices whose audit rows it reaches.
        account_id: whose own rows (notices, imports, audited acts); None for nobody in particular.
    """

    cases: Scope = NOWHERE
    figures: Scope = NOWHERE
    audit: Scope = NOWHERE
    account_id: int | None = None

    @property
    def national(self) -> bool:
        """Whether no list of offices can hold it: the transaction runs as the nation's role."""
        return self.cases.everything and self.figures.everything


def reach_of(who: Actor | Scope) -> Reach:
    """What somebody may reach at all: an actor by the permissions held, a scope whatever the permission."""
    if isinstance(who, Scope):
        return Reach(who, who, who)
    return Reach(
        cases=_union(who, CASES),
        figures=_union(who, FIGURES),
        audit=who.scopes.get(Permission.AUDIT_READ, NOWHERE),
        account_id=who.account_id,
    )


BEYOND = (f"SET LOCAL ROLE {NATION_ROLE}", "SET LOCAL thads.audit_everywhere = 'on'")
"""Lets the running transaction reach every office's rows."""


def back_from_beyond(reach: Reach) -> tuple[str, str]:
    """The statements that take `BEYOND` back."""
    everywhere = "on" if reach.audit.everything else ""
    return f"SET LOCAL ROLE {role_of(reach)}", f"SET LOCAL thads.audit_everywhere = '{everywhere}'"


def role_of(reach: Reach) -> str:
    """The database role a transaction works as."""
    return NATION_ROLE if reach.national else APP_ROLE


def settings_of(reach: Reach) -> list[str]:
    """The statements that set the reach for the running transaction. They hold numbers, never text from outside."""
    found: list[str] = []
    if reach.national:
        found.append(f"SET LOCAL ROLE {NATION_ROLE}")
    else:
        found += [_offices("offices", reach.cases), _offices("figures", reach.figures)]
    if reach.audit.everything:
        found.append("SET LOCAL thads.audit_everywhere = 'on'")
    else:
        found.append(_offices("audit", reach.audit))
    if reach.account_id is not None:
        found.append(f"SET LOCAL thads.account = '{reach.account_id:d}'")
    return [statement for statement in found if statement]


def _union(actor: Actor, permissions: Iterable[Permission]) -> Scope:
    whole = NOWHERE
    for permission in permissions:
        whole |= actor.scopes.get(permission, NOWHERE)
    return whole


def _offices(setting: str, scope: Scope) -> str:
    if scope.everything:  # of one kind of rows only, such as the figures of an administrator of the centre
        everyone = "(SELECT string_agg(id::text, ',') FROM office)"
        return f"SELECT set_config('thads.{setting}', {everyone}, true)"
    if not scope.office_ids:
        return ""
    return f"SET LOCAL thads.{setting} = '{','.join(f'{each:d}' for each in sorted(scope.office_ids))}'"
