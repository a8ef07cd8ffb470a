"""The pages of signing in, and where somebody begins afterwards."""

from models.enums import Role
from thads_app.auth.policy import Verdict
from thads_app.rules.rights import Actor, Permission
from thads_app.services.sessions import Stage

SIGN_IN_PAGE = "/login"
PASSWORD_PAGE = "/doi-mat-khau"  # noqa: S105 (a path)
CODE_PAGE, SET_UP_PAGE = "/xac-thuc", "/thiet-lap-xac-thuc"
FORBIDDEN_PAGE = "/khong-co-quyen"
DASHBOARD, CASES, ADMINISTRATION, OWN_ACCOUNT = "/bang-dieu-hanh", "/ho-so", "/quan-tri", "/tai-khoan"

# What the sign-in page is told of a failed single sign-on, by the reason; the page holds the sentences.
SINGLE_SIGN_ON_CODES = {
    "sso_no_account": "sso-khong-tai-khoan",
    "sso_ambiguous": "sso-nhieu-tai-khoan",
    "sso_disabled": "sso-khoa",
    "sso_no_claim": "sso-thieu",
    "sso_not_verified": "sso-chua-xac-minh",
    "sso_unreachable": "sso-mat-ket-noi",
    "sso_cancelled": "sso-dung",
    "sso_expired": "sso-het-han",
    "sso_invalid": "sso-khong-hop-le",
}
_DASHBOARD_FIRST = frozenset({Role.LEADER, Role.HEAD, Role.DEPUTY_HEAD, Role.STATISTICIAN, Role.EXAMINER})

# What is still missing → the page where it is done. Nothing else opens before.
DETOURS = {
    Verdict.ENTER_CODE_FIRST: CODE_PAGE,
    Verdict.CHANGE_PASSWORD_FIRST: PASSWORD_PAGE,
    Verdict.SET_UP_FIRST: SET_UP_PAGE,
}
_STAGE_PAGES = {Stage.SECOND: CODE_PAGE, Stage.PASSWORD: PASSWORD_PAGE, Stage.ENROL: SET_UP_PAGE}
WAYPOINTS = frozenset(_STAGE_PAGES.values())


def waypoint(stage: Stage) -> str:
    """The page somebody in this stage of signing in must pass; empty when they have arrived."""
    return _STAGE_PAGES.get(stage, "")


def landing_path(actor: Actor) -> str:
    """The page of most use to this person: figures for those who lead, cases for those who work on them."""
    if actor.roles & _DASHBOARD_FIRST and actor.may(Permission.DASHBOARD_READ):
        return DASHBOARD
    if actor.may(Permission.CASE_READ):
        return CASES
    if actor.may(Permission.OFFICE_MANAGE):
        return ADMINISTRATION
    return OWN_ACCOUNT
