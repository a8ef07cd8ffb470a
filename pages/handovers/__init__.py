"""Handovers: the lists, writing one, one whole with its answers."""

from pages.frame import FrameState
from pages.handovers import detail_view, form_view, list_page
from pages.handovers.detail_page import HandoverState
from pages.handovers.form_page import HandoverFormState
from pages.handovers.list_page import HandoverListState
from pages.page import Page, Place
from thads_app.rules.rights import Permission

PAGES = (
    Page(
        "/ban-giao",
        "Bàn giao",
        Permission.HANDOVER_READ,
        list_page.view,
        on_load=(FrameState.load, HandoverListState.load),
        place=Place("handovers", "Bàn giao", "handover", rank=20, bar=20),
    ),
    Page(
        "/ban-giao/moi",
        "Lập bàn giao",
        Permission.HANDOVER_CREATE,
        form_view.view,
        on_load=(FrameState.load, HandoverFormState.load),
    ),
    Page(
        "/ban-giao/[handover_id]",
        "Bàn giao",
        Permission.HANDOVER_READ,
        detail_view.view,
        on_load=(FrameState.load, HandoverState.load),
    ),
)
