"""Cases: the list, entering one, one case with all that happened to it."""

from pages.cases import list_page
from pages.cases.list_page import CaseListState
from pages.frame import FrameState
from pages.page import Page
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/ho-so",
        "Hồ sơ",
        Permission.CASE_READ,
        list_page.view,
        on_load=(FrameState.load, CaseListState.load),
    ),
)
