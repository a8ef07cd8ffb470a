"""Administration of accounts: the list, one account, many at once from Excel, the yearly review, and rights."""

from pages.administration import account_view, accounts_page, authorisations_view, bulk, matrix, my_rights, review
from pages.administration.account_page import AccountState
from pages.administration.accounts_page import AccountListState
from pages.administration.authorisations import AuthorisationsState
from pages.administration.bulk import BulkState
from pages.administration.grants import GrantsState
from pages.administration.matrix import MatrixState
from pages.administration.my_rights import MyRightsState
from pages.administration.review import ReviewState
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
        place=Place("accounts", "Tài khoản", "people", MenuGroup.ADMINISTRATION, rank=10, bar=10),
    ),
    Page(
        bulk.BULK_PATH,
        "Tạo tài khoản từ Excel",
        Permission.ACCOUNT_MANAGE,
        bulk.view,
        on_load=(FrameState.load, BulkState.load),
    ),
    Page(
        review.PATH,
        "Rà soát tài khoản",
        Permission.ACCOUNT_MANAGE,
        review.view,
        on_load=(FrameState.load, ReviewState.load),
        place=Place("review", "Rà soát", "review", MenuGroup.ADMINISTRATION, rank=30),
    ),
    Page(
        f"{PATH}/[account_id]",
        "Tài khoản",
        Permission.ACCOUNT_MANAGE,
        account_view.view,
        on_load=(FrameState.load, AccountState.load, GrantsState.load),
    ),
    Page(
        matrix.PATH,
        "Ai được làm gì",
        "authenticated",
        matrix.view,
        on_load=(FrameState.load, MatrixState.load),
        place=Place("rights", "Ai được làm gì", "shield", MenuGroup.ADMINISTRATION, rank=20),
    ),
    Page(
        authorisations_view.PATH,
        "Ủy quyền",
        Permission.AUTHORISATION_GIVE,
        authorisations_view.view,
        on_load=(FrameState.load, AuthorisationsState.load),
        place=Place("authorisations", "Ủy quyền", "document", MenuGroup.OVERSIGHT, rank=40),
    ),
    Page(
        my_rights.PATH,
        "Quyền của tôi",
        "authenticated",
        my_rights.view,
        on_load=(FrameState.load, MyRightsState.load),
    ),
)
