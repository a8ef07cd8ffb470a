"""Where one begins: the first page for one's work, and what one should know of."""

from pages.frame import FrameState
from pages.home import notices, start
from pages.home.notices import NoticesState
from pages.home.start import StartState
from pages.page import Page

PAGES = (
    Page("/", "Trang đầu", "authenticated", start.view, on_load=(StartState.go,)),
    Page("/thong-bao", "Thông báo", "authenticated", notices.view, on_load=(NoticesState.load, FrameState.load)),
)
