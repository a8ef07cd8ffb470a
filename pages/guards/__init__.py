"""The law's guards: large completions that wait for a second person, and declared conflicts of interest."""

from pages.cases.declare import DECLARERS
from pages.frame import FrameState
from pages.guards import completions_page, conflicts_page, limit_page
from pages.guards.completions_page import READERS, CompletionsState
from pages.guards.conflicts_page import ConflictsState
from pages.guards.limit_page import LimitState
from pages.page import MenuGroup, Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        completions_page.PATH,
        "Chờ xác nhận thi hành xong",
        READERS,
        completions_page.view,
        on_load=(FrameState.load, CompletionsState.load),
        place=Place("completions", "Chờ xác nhận", "check", MenuGroup.WORK, rank=60),
    ),
    Page(
        conflicts_page.PATH,
        "Xung đột lợi ích",
        DECLARERS,
        conflicts_page.view,
        on_load=(FrameState.load, ConflictsState.load),
        place=Place("conflicts", "Xung đột lợi ích", "people", MenuGroup.OVERSIGHT, rank=60),
    ),
    Page(
        limit_page.PATH,
        "Mức cần người thứ hai xác nhận",
        Permission.OFFICE_MANAGE,
        limit_page.view,
        on_load=(FrameState.load, LimitState.load),
        place=Place("limits", "Mức xác nhận", "money", MenuGroup.ADMINISTRATION, rank=95),
    ),
)
