"""The pages of signing in, and where somebody begins afterwards."""

from models.enums import Role
from thads_app.rules.rights import Actor, Permission

SIGN_IN_PAGE = "/login"
PASSWORD_PAGE = "/doi-mat-khau"  # noqa: S105 (a path)
FORBIDDEN_PAGE = "/khong-co-quyen"
DASHBOARD, CASES, ADMINISTRATION, OWN_ACCOUNT = "/bang-dieu-hanh", "/ho-so", "/quan-tri", "/tai-khoan"

_DASHBOARD_FIRST = frozenset({Role.LEADER, Role.HEAD, Role.DEPUTY_HEAD, Role.STATISTICIAN, Role.EXAMINER})


def landing_path(actor: Actor) -> str:
    """The page of most use to this person: figures for those who lead, cases for those who work on them."""
    if actor.roles & _DASHBOARD_FIRST and actor.may(Permission.DASHBOARD_READ):
        return DASHBOARD
    if actor.may(Permission.CASE_READ):
        return CASES
    if actor.may(Permission.OFFICE_MANAGE):
        return ADMINISTRATION
    return OWN_ACCOUNT
