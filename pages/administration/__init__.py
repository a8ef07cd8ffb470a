"""Administration of accounts: the list, one account, many at once from Excel, the yearly review, and rights."""

from pages.administration import account_view, accounts_page
from pages.administration.account_page import AccountState
from pages.administration.accounts_page import AccountListState
from pages.administration.rows import PATH
from pages.frame import FrameState
from pages.page import MenuGroup, Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        PATH,
        "Tài khoản",
        Permission.ACCOUNT_MANAGE,
        accounts_page.view,
        on_load=(FrameState.load, AccountListState.load),
        place=Place("accounts", "Tài khoản", "people", MenuGroup.ADMINISTRATION, rank=10),
    ),
    Page(
        f"{PATH}/[account_id]",
        "Tài khoản",
        Permission.ACCOUNT_MANAGE,
        account_view.view,
        on_load=(FrameState.load, AccountState.load),
    ),
)
