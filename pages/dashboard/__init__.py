"""Dashboards: one page at four depths, from the nation to an officer, down to the cases behind each figure."""

from pages.dashboard.state import DashboardState
from pages.dashboard.view import view
from pages.frame import FrameState
from pages.page import MenuGroup, Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/bang-dieu-hanh",
        "Bảng điều hành",
        Permission.DASHBOARD_READ,
        view,
        on_load=(DashboardState.load, FrameState.load),
        place=Place("dashboard", "Bảng điều hành", "dashboard", MenuGroup.FIGURES, rank=10, bar=30),
    ),
)
