"""What every page stands in: who is signed in, the working year, the office, the menu with its counts, the palette.

The working year (`nam`) and the office (`don-vi`) live in the address; choosing another one goes to the same page with
it. A page is wrapped by `framed` and loads `FrameState.load` before its own handler.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from components.dialogs import toast
from components.elements import Content, Text
from components.formats import initials
from components.inputs import Option
from components.layout import Crumb, FrameVars, MenuItem, frame
from components.palette import PaletteItem, with_headings
from models.enums import CASE_STATUS_LABELS, ROLE_LABELS, Role
from pages.menu import menu_items, places_of
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.rules.history import fiscal_year
from thads_app.rules.rights import Actor, Permission
from thads_app.services import notices, search
from thads_app.services.case_lists import is_known_year
from thads_app.services.confirmation_views import waiting_count
from thads_app.services.office_tree import office_tree

FIRST_YEAR = 2020
OFFICE_CHOICES = 12
TOAST_SECONDS = 6.0


# Actions of the palette: label, where it goes, the right it needs.
ACTIONS = (
    ("Thụ lý hồ sơ mới", "/ho-so/moi", Permission.CASE_CREATE),
    ("Lập bàn giao", "/ban-giao/moi", Permission.HANDOVER_CREATE),
    ("Hồ sơ của tôi", "/ho-so?cua-toi=1&trang-thai=dang-mo", Permission.EVENT_RECORD_OWN),
    ("Hồ sơ chưa phân công", "/ho-so?chua-phan-cong=1&trang-thai=dang-mo", Permission.CASE_ASSIGN),
    ("Tài khoản và mật khẩu", "/tai-khoan", None),
    ("Quyền của tôi", "/quyen-cua-toi", None),
    ("Ai được làm gì", "/quan-tri/quyen", None),
    ("Thông báo", "/thong-bao", None),
)


class FrameState(rx.State):
    """The frame of whoever is signed in, as shown."""

    account_id: str = ""
    user_name: str = ""
    user_initials: str = ""
    user_role: str = ""
    menu: list[MenuItem] = []
    year: str = ""
    years: list[str] = []
    office: str = ""
    office_options: list[Option] = []
    can_choose_office: bool = False
    notices: str = ""
    palette_items: list[PaletteItem] = []
    toast_text: str = ""
    toast_tone: str = "good"
    toast_serial: int = 0
    _toast_at: float = 0.0

    @rx.event
    @policy("authenticated")
    async def load(self) -> None:
        """Fill the frame for the present address."""
        actor = current_actor()
        parameters = self.router.url.query_parameters
        tree = await office_tree()
        home = tree.nodes[actor.office_id]
        self.account_id = str(actor.account_id or "")
        self.user_name = actor.name
        self.user_initials = initials(actor.name)
        self.user_role = role_words(actor, home.short_name)
        this_year = fiscal_year(clock.today())
        self.years = [str(year) for year in range(this_year, FIRST_YEAR - 1, -1)]
        asked = parameters.get("nam", "")
        self.year = asked if is_known_year(asked) else str(this_year)
        if self.year not in self.years:
            self.years = [self.year, *self.years]
        office = tree.by_code.get(parameters.get("don-vi", ""), home)
        self.office = office.short_name
        self.can_choose_office = len(await search.find_offices(actor, "", 2)) > 1
        self.menu = await menu_of(actor, parameters)
        unread = await notices.unread_count(actor)
        self.notices = "99+" if unread >= notices.COUNT_LIMIT else str(unread or "")
        self.palette_items = palette_places(actor)
        if time.monotonic() - self._toast_at > TOAST_SECONDS:
            self.toast_text = ""

    @rx.event
    @policy("authenticated")
    async def pick_year(self, year: str) -> Any:
        """Work in another statistical year."""
        url = self.router.url
        if is_known_year(str(year)):
            return rx.redirect(with_parameter(url.path, url.query_parameters, "nam", str(year)))
        return None

    @rx.event(supersedes=True)
    @policy("authenticated")
    async def search_offices(self, text: str) -> None:
        """Fill the office picker."""
        found = await search.find_offices(current_actor(), str(text), OFFICE_CHOICES)
        self.office_options = [Option(node.code, node.short_name, node.code) for node in found]

    @rx.event
    @policy("authenticated")
    async def pick_office(self, code: str) -> Any:
        """Look at another office."""
        tree = await office_tree()
        url = self.router.url
        if str(code) in tree.by_code:
            return rx.redirect(with_parameter(url.path, url.query_parameters, "don-vi", str(code)))
        return None

    @rx.event(supersedes=True)
    @policy("authenticated")
    async def search(self, text: str) -> None:
        """Fill the palette."""
        actor = current_actor()
        words = str(text)
        found = await search.find(actor, words)
        cases = [
            PaletteItem(
                "Hồ sơ",
                f"{case.decision_number} · {case.debtor_name}",
                f"{case.office_name} · {CASE_STATUS_LABELS[case.status]}",
                f"/ho-so/{case.id}",
            )
            for case in found.cases
        ]
        target = "/bang-dieu-hanh" if actor.may(Permission.DASHBOARD_READ) else "/ho-so"
        offices = [
            PaletteItem("Đơn vị", node.short_name, node.code, f"{target}?don-vi={node.code}") for node in found.offices
        ]
        self.palette_items = with_headings([*cases, *offices, *matching_places(actor, words)])

    def _announce(self, text: str, tone: str) -> None:
        self.toast_text, self.toast_tone = text, tone
        self.toast_serial += 1
        self._toast_at = time.monotonic()


async def announce(state: rx.State, text: str, tone: str = "good") -> None:
    """Say briefly, on whatever page comes next, what a handler has just done. `tone`: good, warn, alert."""
    (await state.get_state(FrameState))._announce(text, tone)  # noqa: SLF001 (a public method would be a remote call)


def role_words(actor: Actor, office: str) -> str:
    """The roles held, and where one works."""
    held = ", ".join(ROLE_LABELS[role] for role in Role if role in actor.roles)
    return f"{held} · {office}" if held else office


def with_parameter(path: str, parameters: Mapping[str, str], name: str, value: str) -> str:
    """The same address with one parameter changed and the list's place left out."""
    kept = {key: text for key, text in parameters.items() if key not in (name, "sau", "truoc")}
    return f"{path}?{urlencode({**kept, name: value})}"


async def menu_of(actor: Actor, parameters: Mapping[str, str]) -> list[MenuItem]:
    """The places the actor may open; the year and office of the address go along."""
    along = {name: parameters[name] for name in ("nam", "don-vi") if parameters.get(name)}
    query = f"?{urlencode(along)}" if along else ""
    waiting = await notices.handovers_waiting(actor) if actor.may(Permission.HANDOVER_READ) else 0
    return menu_items(actor, query, {"handovers": waiting, "completions": await waiting_count(actor)})


def palette_places(actor: Actor) -> list[PaletteItem]:
    """What the palette offers before anything is typed."""
    return with_headings(matching_places(actor, ""))


def matching_places(actor: Actor, text: str) -> list[PaletteItem]:
    """Pages and actions the actor may use whose name holds every word."""
    places = [PaletteItem("Trang", each.place.label, "", each.href) for each in places_of(actor)]
    actions = [
        PaletteItem("Thao tác", label, "", href) for label, href, right in ACTIONS if right is None or actor.may(right)
    ]
    return [item for item in places + actions if search.matches(item.label, text)]


def _frame_vars() -> FrameVars:
    state = FrameState
    return FrameVars(
        account_id=state.account_id,
        user_name=state.user_name,
        user_initials=state.user_initials,
        user_role=state.user_role,
        menu=state.menu,
        year=state.year,
        years=state.years,
        on_year=state.pick_year,
        office=state.office,
        offices=state.office_options,
        can_choose_office=state.can_choose_office,
        on_office_query=state.search_offices,
        on_office=state.pick_office,
        notices=state.notices,
        palette_items=state.palette_items,
        on_palette_query=state.search,
    )


def framed(
    *content: Content,
    title: Text,
    active: Text,
    crumbs: rx.Var[list[Crumb]] | Sequence[Crumb] = (),
    actions: Sequence[rx.Component] = (),
    overlays: Sequence[rx.Component] = (),
) -> rx.Component:
    """Wrap a page's content.

    Args:
        content: what stands under the page's head.
        title: says what the page is for.
        active: the key of its place in the menu (`pages.page.Place`), blank for none.
        crumbs: the way from the top to here.
        actions: buttons beside the title, the primary one last.
        overlays: panels and dialogs.
    """
    return frame(
        *content,
        title=title,
        active=active,
        vars=_frame_vars(),
        crumbs=crumbs,
        actions=actions,
        overlays=(
            *overlays,
            toast(FrameState.toast_text, tone=FrameState.toast_tone, serial=FrameState.toast_serial),
        ),
    )
