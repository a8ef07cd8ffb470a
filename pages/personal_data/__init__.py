"""Personal data: what data subjects ask for, the register of processing, and the files people took out."""

from pages.frame import FrameState
from pages.page import MenuGroup, Page, Place
from pages.personal_data import exports_page, view
from pages.personal_data.exports_page import PATH as EXPORTS_PATH
from pages.personal_data.exports_page import ExportListState
from pages.personal_data.register import RegisterState
from pages.personal_data.requests import PATH, RequestListState
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        PATH,
        "Dữ liệu cá nhân",
        Permission.PRIVACY_MANAGE,
        view.view,
        on_load=(FrameState.load, RequestListState.load, RegisterState.load),
        place=Place("privacy", "Dữ liệu cá nhân", "privacy", MenuGroup.OVERSIGHT, rank=30),
    ),
    Page(
        EXPORTS_PATH,
        "Kết xuất dữ liệu",
        Permission.EXPORT_REVIEW,
        exports_page.view,
        on_load=(FrameState.load, ExportListState.load),
        place=Place("exports", "Kết xuất dữ liệu", "export", MenuGroup.OVERSIGHT, rank=40),
    ),
)
