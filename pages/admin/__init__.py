"""Administration of offices: targets, and the successors of offices that ended."""

from pages.admin.state import SuccessorState, TargetState
from pages.admin.view import view
from pages.frame import FrameState
from pages.page import MenuGroup, Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/quan-tri",
        "Quản trị",
        Permission.OFFICE_MANAGE,
        view,
        on_load=(FrameState.load, SuccessorState.load, TargetState.load),
        place=Place("admin", "Đơn vị, chỉ tiêu", "office", MenuGroup.ADMINISTRATION, rank=90),
    ),
)
