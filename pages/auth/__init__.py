"""Signing in, the forced change of password, and the walls: not found, not allowed."""

from components.layout import plain_page
from components.states import forbidden, not_found
from pages.auth.password import password_page
from pages.auth.sign_in import sign_in_page
from pages.page import Page
from thads_app.auth.landing import FORBIDDEN_PAGE, PASSWORD_PAGE, SIGN_IN_PAGE

PAGES = (
    Page(SIGN_IN_PAGE, "Đăng nhập", "public", sign_in_page),
    Page(PASSWORD_PAGE, "Đổi mật khẩu", "any_stage", password_page),
    Page(FORBIDDEN_PAGE, "Không có quyền", "public", lambda: plain_page(forbidden())),
    Page("404", "Không tìm thấy", "public", lambda: plain_page(not_found())),
)
