"""The law's guards around a case: no case of a relative, the accountant is not the officer, two people for large sums.

Sources: Law 26/2008/QH12 Đ.21.5 (relatives); TT 78/2020/TT-BTC Đ.8 (officer and accountant), Đ.8.4 (an officer who is
blood family of the chief accountant). Law 106/2025/QH15 is known to the project only through its decrees, which repeat
the list of relatives word for word for the enforcement bailiff (NĐ 151/2026 Đ.28.1); the list is taken to stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.enums import Role
from models.guard_enums import Kinship
from thads_app.rules.lifecycle import Refusal

SHORTEST_IDENTITY = 6
"""Fewer letters and digits than this are no number of a person or an organisation, and match nobody."""

COMPLETION_LIMIT = 500_000_000
"""đồng; used while no row `completion.second_person_above` is set. The project's own rule, without a source in law."""

_LAW = "Luật Thi hành án dân sự số 26/2008/QH12"
_POINTS = {
    Kinship.SPOUSE: "a",
    Kinship.CHILD: "a",
    Kinship.PARENT: "b",
    Kinship.GRANDPARENT: "b",
    Kinship.UNCLE_AUNT: "b",
    Kinship.SIBLING: "b",
    Kinship.SPOUSES_FAMILY: "b",
    Kinship.NIECE_NEPHEW: "c",
}

BLOOD_FAMILY = frozenset(
    {
        Kinship.CHILD,
        Kinship.PARENT,
        Kinship.GRANDPARENT,
        Kinship.UNCLE_AUNT,
        Kinship.SIBLING,
        Kinship.NIECE_NEPHEW,
    }
)
"""What “quan hệ gia đình ruột thịt” of TT 78/2020/TT-BTC Đ.8.4 is read as: by blood, not by marriage."""


class FindingKind(StrEnum):
    """What may be wrong with who holds which roles."""

    ACCOUNTANT_IS_OFFICER = "accountant_is_officer"
    ACCOUNTANT_IS_STOREKEEPER = "accountant_is_storekeeper"
    ACCOUNTANT_IS_HEAD = "accountant_is_head"
    OFFICER_IS_FAMILY_OF_ACCOUNTANT = "officer_is_family_of_accountant"


@dataclass(frozen=True)
class Finding:
    """Something about somebody's roles that the law, or good order, does not want.

    Attributes:
        kind: which rule.
        roles: the roles that do not go together.
        refused: whether a grant that makes it is refused; otherwise it is only listed in the yearly review.
        source: where the rule stands, in the words of people who use the program.
    """

    kind: FindingKind
    roles: frozenset[Role]
    refused: bool
    source: str

    @property
    def code(self) -> str:
        """The code of its sentence in `thads_app.messages`."""
        return f"finding_{self.kind}"


_TT78 = "Thông tư 78/2020/TT-BTC Điều 8"
_ACCOUNTING = "Nghị định 174/2016/NĐ-CP Điều 19 khoản 3 (chưa đối chiếu với văn bản gốc)"
ROLE_CONFLICTS = (
    Finding(FindingKind.ACCOUNTANT_IS_OFFICER, frozenset({Role.ACCOUNTANT, Role.OFFICER}), refused=True, source=_TT78),
    Finding(
        FindingKind.ACCOUNTANT_IS_STOREKEEPER,
        frozenset({Role.ACCOUNTANT, Role.STOREKEEPER}),
        refused=False,
        source=_ACCOUNTING,
    ),
    Finding(FindingKind.ACCOUNTANT_IS_HEAD, frozenset({Role.ACCOUNTANT, Role.HEAD}), refused=False, source=_ACCOUNTING),
    Finding(
        FindingKind.ACCOUNTANT_IS_HEAD,
        frozenset({Role.ACCOUNTANT, Role.DEPUTY_HEAD}),
        refused=False,
        source=_ACCOUNTING,
    ),
)
FAMILY_OF_ACCOUNTANT = Finding(
    FindingKind.OFFICER_IS_FAMILY_OF_ACCOUNTANT,
    frozenset({Role.OFFICER, Role.ACCOUNTANT}),
    refused=False,
    source="Thông tư 78/2020/TT-BTC Điều 8 khoản 4",
)


def conflicting_roles(roles: Iterable[Role]) -> list[Finding]:
    """What is wrong with one person holding all these roles in one office; empty when nothing is.

    Args:
        roles: the roles held on one day at one office, those reaching down to it from above included.
    """
    held = frozenset(roles)
    return [finding for finding in ROLE_CONFLICTS if finding.roles <= held]


def article_of(relation: Kinship) -> str:
    """Where the law names the relation, in words: `điểm b khoản 5 Điều 21 Luật …`."""
    point = _POINTS.get(relation)
    return (f"điểm {point} " if point else "") + f"khoản 5 Điều 21 {_LAW}"


def identity_key(number: str | None) -> str:
    """An identity number as it is compared: letters and digits only, capitals; blank when it names nobody."""
    key = "".join(char for char in (number or "").upper() if char.isalnum())
    return key if len(key) >= SHORTEST_IDENTITY else ""


def needs_second_person(collected: int, limit: int) -> bool:
    """Whether a completion must be confirmed by somebody else than its recorder.

    Args:
        collected: đồng collected in the case all told, this completion included: many small receipts before it do
            not lead around the rule.
        limit: đồng above which two people are needed.
    """
    return collected > limit


@dataclass(frozen=True)
class Recorder:
    """Who recorded a completion that waits, and in whose stead."""

    account_id: int | None
    on_behalf_of: int | None = None


def confirmation_refusal(
    recorder: Recorder,
    *,
    account_id: int | None,
    on_behalf_of: int | None,
    staff_id: int | None,
    officer_id: int | None,
) -> Refusal | None:
    """Why somebody may not confirm a completion, whatever rights they hold.

    Whoever recorded it may not, nor the person in whose stead it was recorded, nor anybody acting in the stead of
    either. The case's officer never acts as its accountant (TT 78/2020/TT-BTC Đ.8).

    Args:
        recorder: who recorded it.
        account_id: who would confirm.
        on_behalf_of: in whose stead.
        staff_id: the staff member the account belongs to.
        officer_id: the case's officer.
    """
    confirming = {account_id, on_behalf_of} - {None}
    if not confirming or confirming & {recorder.account_id, recorder.on_behalf_of}:
        return Refusal("confirmer_is_recorder", "type")
    if staff_id is not None and staff_id == officer_id:
        return Refusal("confirmer_is_officer", "type")
    return None
