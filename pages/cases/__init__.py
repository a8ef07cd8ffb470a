"""Cases: the list, entering one, one case with all that happened to it."""

from pages.cases import detail_view, intake_view, list_page
from pages.cases.detail_page import CaseState
from pages.cases.intake import IntakeState
from pages.cases.list_page import CaseListState
from pages.frame import FrameState
from pages.page import Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/ho-so",
        "Hồ sơ",
        Permission.CASE_READ,
        list_page.view,
        on_load=(FrameState.load, CaseListState.load),
        place=Place("cases", "Hồ sơ", "cases", rank=10, bar=10),
    ),
    Page(
        "/ho-so/moi",
        "Thụ lý mới",
        Permission.CASE_CREATE,
        intake_view.view,
        on_load=(FrameState.load, IntakeState.load),
    ),
    Page(
        "/ho-so/[case_id]",
        "Hồ sơ",
        Permission.CASE_READ,
        detail_view.view,
        on_load=(FrameState.load, CaseState.load),
    ),
)
