"""The law's guards for many assignments at once: what is known of officers is read before, then asked in memory.

The same rules as `services.conflicts.assignment_refusal`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.guard_enums import Kinship
from thads_app.repositories import bulk_guards as repository
from thads_app.repositories.bulk import Connection
from thads_app.rules.guards import article_of, identity_key
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Scope


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration in force of an officer: of a case, or of everybody bearing an identity number."""

    officer: str
    relation: Kinship
    person: str
    person_key: str | None
    case_id: int | None


@dataclass(frozen=True, slots=True)
class AccountantSpan:
    """Where, and from when to when (both ends included), somebody holds the accountant's role."""

    officer: str
    offices: Scope
    valid_from: date | None
    valid_to: date | None

    def holds(self, office_id: int, day: date) -> bool:
        """Whether they are accountant of the office that day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to) and self.offices.holds(office_id)


@dataclass(slots=True)
class BulkGuards:
    """What keeps officers (by id) from cases. `bearing` holds the declared identity numbers found in known cases."""

    declarations: dict[int, list[Declaration]] = field(default_factory=dict[int, list[Declaration]])
    accountants: dict[int, list[AccountantSpan]] = field(default_factory=dict[int, list[AccountantSpan]])
    bearing: dict[int, set[str]] = field(default_factory=dict[int, set[str]])

    def refusal(
        self, staff_id: int, *, case_id: int, identities: Iterable[str | None], office_id: int, day: date
    ) -> Refusal | None:
        """Why the case may not be given to the officer.

        Args:
            staff_id: the officer.
            case_id: the case's id, 0 when it is new.
            identities: identity numbers of a new case's parties, as written.
            office_id: the office that would be responsible.
            day: the day of the assignment.
        """
        said = self.declarations.get(staff_id)
        if said:
            keys = self.bearing.get(case_id, set()) if case_id else {identity_key(number) for number in identities}
            for each in said:
                if (case_id and each.case_id == case_id) or (each.person_key and each.person_key in keys):
                    return _relative(each)
        for span in self.accountants.get(staff_id, ()):
            if span.holds(office_id, day):
                return Refusal("officer_is_accountant", "officer", (("officer", span.officer),))
        return None


def _relative(said: Declaration) -> Refusal:
    params = (
        ("officer", said.officer),
        ("person", said.person),
        ("relation", said.relation),
        ("article", article_of(said.relation)),
    )
    return Refusal("officer_is_relative", "officer", params)


async def read_guards(
    connection: Connection, tree: OfficeTree, staff_ids: Sequence[int], case_ids: Sequence[int]
) -> BulkGuards:
    """What the database knows of these officers, and of these cases' parties."""
    guards = BulkGuards()
    for staff_id, officer, relation, person, key, case_id in await repository.declarations(connection, staff_ids):
        said = Declaration(officer, Kinship(relation), person, key, case_id)
        guards.declarations.setdefault(staff_id, []).append(said)
    for staff_id, officer, office_id, since, until in await repository.accountants(connection, staff_ids):
        span = AccountantSpan(officer, tree.grant_scope(office_id), since, until)
        guards.accountants.setdefault(staff_id, []).append(span)
    keys = {each.person_key for said in guards.declarations.values() for each in said if each.person_key}
    for case_id, key in await repository.parties_bearing(connection, case_ids, sorted(keys)) if keys else []:
        guards.bearing.setdefault(case_id, set()).add(key)
    return guards
