"""Signing in: password, code, what must be done first; and the walls: not found, not allowed."""

from components.layout import plain_page
from components.states import forbidden, not_found
from pages.account.second_factor import TwoFactorState
from pages.auth.code import code_page, set_up_page
from pages.auth.password import password_page
from pages.auth.sign_in import sign_in_page
from pages.page import Page
from thads_app.auth.landing import CODE_PAGE, FORBIDDEN_PAGE, PASSWORD_PAGE, SET_UP_PAGE, SIGN_IN_PAGE

PAGES = (
    Page(SIGN_IN_PAGE, "Đăng nhập", "public", sign_in_page),
    Page(CODE_PAGE, "Mã xác thực", "second_stage", code_page),
    Page(PASSWORD_PAGE, "Đổi mật khẩu", "any_stage", password_page),
    Page(SET_UP_PAGE, "Thiết lập xác thực hai lớp", "enrolling", set_up_page, on_load=(TwoFactorState.load,)),
    Page(FORBIDDEN_PAGE, "Không có quyền", "public", lambda: plain_page(forbidden())),
    Page("404", "Không tìm thấy", "public", lambda: plain_page(not_found())),
)
