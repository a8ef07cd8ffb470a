"""The audit trail: who did what, and proof that nobody has bent it."""

from pages.audit.state import AnchorState, AuditState
from pages.audit.view import view
from pages.frame import FrameState
from pages.page import MenuGroup, Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/nhat-ky",
        "Nhật ký",
        Permission.AUDIT_READ,
        view,
        on_load=(FrameState.load, AuditState.load, AnchorState.load),
        place=Place("audit", "Nhật ký", "audit", MenuGroup.OVERSIGHT, rank=10),
    ),
)
