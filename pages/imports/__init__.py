"""Importing an office's workbook on screen."""

from pages.frame import FrameState
from pages.imports.state import ImportState
from pages.imports.view import view
from pages.page import Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/nhap-du-lieu",
        "Nhập dữ liệu từ Excel",
        Permission.IMPORT,
        view,
        on_load=(FrameState.load, ImportState.load),
        place=Place("imports", "Nhập dữ liệu", "import", rank=90),
    ),
)
