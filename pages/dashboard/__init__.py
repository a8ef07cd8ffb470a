"""Dashboards: one page at four depths, from the nation to an officer, down to the cases behind each figure."""

from pages.dashboard.state import DashboardState
from pages.dashboard.view import view
from pages.frame import FrameState
from pages.page import Page
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/bang-dieu-hanh",
        "Bảng điều hành",
        Permission.DASHBOARD_READ,
        view,
        on_load=(DashboardState.load, FrameState.load),
    ),
)
