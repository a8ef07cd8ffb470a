"""The statistical forms of TT 05/2024/TT-BTP on screen."""

from pages.frame import FrameState
from pages.page import MenuGroup, Page, Place
from pages.reports.state import ReportState
from pages.reports.view import view
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/bieu-thong-ke",
        "Biểu thống kê",
        Permission.REPORT_READ,
        view,
        on_load=(FrameState.load, ReportState.load),
        place=Place("reports", "Biểu thống kê", "reports", MenuGroup.FIGURES, rank=20),
    ),
)
