"""One's own account: password, second factor and sessions."""

from pages.account.own import OwnAccountState, own_account_page
from pages.account.second_factor import TwoFactorState
from pages.frame import FrameState
from pages.page import Page
from thads_app.auth.landing import OWN_ACCOUNT

PAGES = (
    Page(
        OWN_ACCOUNT,
        "Tài khoản của tôi",
        "authenticated",
        own_account_page,
        on_load=(FrameState.load, OwnAccountState.load, TwoFactorState.load),
    ),
)
