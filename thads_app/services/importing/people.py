"""The officers of a workbook: those it adds, and those its cases name."""

from datetime import date

from models.enums import Grade
from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import name_sort_key
from thads_app.services.bulk_check import Posting
from thads_app.services.importing.columns import CASES, EVENTS, OFFICERS
from thads_app.services.importing.problems import Problems
from thads_app.services.importing.records import OfficerRecord, Records


class People:
    """Officers by code, and their postings by id. New ones are added in the import's own transaction."""

    def __init__(self, tree: OfficeTree, actor: Actor, problems: Problems) -> None:
        self._tree, self._actor, self._problems = tree, actor, problems
        self.ids: dict[str, int] = {}
        self.postings: dict[int, list[Posting]] = {}
        self.added = 0
        self._unreadable: set[str] = set()
        self._not_officers: set[str] = set()

    async def gather(self, connection: Connection, records: Records) -> None:
        """Look up everybody the workbook names and add those it brings."""
        codes = {officer.code for officer in records.officers if officer.code}
        codes |= {case.officer for case in records.cases if case.officer}
        codes |= {event.officer for event in records.events if event.officer}
        known = await repository.staff_by_code(connection, sorted(codes))
        new = self._new_officers(records, known)
        for code, (staff_id, _, grade) in known.items():
            if grade is None:
                self._not_officers.add(code)
            else:
                self.ids[code] = staff_id
        if new:
            self.ids |= await repository.add_officers(connection, new)
            self.added = len(new)
        for staff_id, office_id, since, until in await repository.postings(connection, sorted(self.ids.values())):
            self.postings.setdefault(staff_id, []).append(Posting(office_id, since, until))

    def find(self, code: str, sheet_is_events: bool, row: int) -> int | None:
        """The officer's id; None, with a problem noted, when there is none."""
        if code in self.ids:
            return self.ids[code]
        if code not in self._unreadable:
            why = "import_not_officer" if code in self._not_officers else "import_officer_unknown"
            self._problems.add(EVENTS if sheet_is_events else CASES, row, "officer", code, why, code=code)
        return None

    # -- the sheet ---------------------------------------------------------------------------------------------

    def _new_officers(
        self, records: Records, known: dict[str, tuple[int, str, str | None]]
    ) -> list[tuple[str, str, str, str, int, date | None]]:
        first: dict[str, OfficerRecord] = {}
        for officer in records.officers:
            if officer.row in records.broken_officers:
                self._unreadable.add(officer.code)
            elif officer.code in first:
                self._compare(officer, first[officer.code])
            else:
                first[officer.code] = officer
        new: list[tuple[str, str, str, str, int, date | None]] = []
        for code, officer in first.items():
            office = self._office(officer)
            if code in known:
                if known[code][1] != officer.name:
                    self._problems.warn(OFFICERS, officer.row, "name", officer.name, "import_officer_known",
                                        code=code, name=known[code][1])  # fmt: skip
            elif office is None:
                self._unreadable.add(code)
            else:
                grade = (officer.grade or Grade.JUNIOR).value
                new.append((code, officer.name, name_sort_key(officer.name)[:160], grade, office.id, None))
        return new

    def _compare(self, officer: OfficerRecord, first: OfficerRecord) -> None:
        same = (officer.name, officer.office, officer.grade) == (first.name, first.office, first.grade)
        if not same:
            self._problems.add(
                OFFICERS, officer.row, "code", officer.code, "import_officer_doubled", code=officer.code, row=first.row
            )

    def _office(self, officer: OfficerRecord) -> OfficeNode | None:
        office = self._tree.by_code.get(officer.office)
        if office is None:
            self._problems.add(OFFICERS, officer.row, "office", officer.office, "import_office_unknown")
        elif not self._actor.may_in(Permission.IMPORT, office.id):
            self._problems.add(OFFICERS, officer.row, "office", officer.office, "import_office_forbidden")
            return None
        return office
