"""Checking a workbook of people: every cell, every person, all mistakes at once; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models.enums import ROLE_LABELS, Grade, OfficeLevel, Role
from thads_app import clock
from thads_app.errors import Invalid
from thads_app.repositories import administration as repository
from thads_app.rules.granting import Held, objections
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.people import Person, free_username, is_username, person_problems, username_stem
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.rules.vietnamese import normalise
from thads_app.services.administration.roster_layout import ROSTER, ROW_LIMIT
from thads_app.services.importing.cells import BadCell, cell_reader, is_blank, read_office_code
from thads_app.services.importing.problems import Problems
from thads_app.services.importing.reading import check_headings
from thads_app.services.importing.workbook import ImportFile, SheetRows

UNPACKED_LIMIT = 40 * 2**20
"""Bytes of the workbook's parts: a thousand people take less than one million."""


@dataclass(slots=True)
class RosterRow:
    """One person of the sheet; what could not be read keeps its default."""

    row: int
    full_name: str = ""
    birth_date: date | None = None
    office: str = ""
    position: str = ""
    email: str = ""
    telephone: str = ""
    username: str = ""
    role: Role | None = None
    staff_code: str = ""
    grade: Grade | None = None
    office_id: int = 0
    unread: set[str] = field(default_factory=set[str])


def read_roster(path: Path, problems: Problems) -> list[RosterRow]:
    """Read every row of the sheet; cells that cannot be read are noted.

    Raises:
        Invalid: the file is no workbook of people, empty, or too long.
    """
    file = ImportFile(path, unpacked_limit=UNPACKED_LIMIT)
    try:
        sheet = file.sheet(ROSTER)
        if sheet is None:
            raise Invalid("import_sheets_missing", {"wanted": ROSTER.name})
        if not check_headings(sheet, problems):
            return []
        rows = [_read_row(row, values, problems) for row, values in _cells(sheet)]
    finally:
        file.close()
    if not rows:
        raise Invalid("roster_empty", {"sheet": ROSTER.name})
    if len(rows) > ROW_LIMIT:
        raise Invalid("roster_too_long", {"limit": ROW_LIMIT, "count": len(rows)})
    return rows


def _cells(sheet: SheetRows) -> Iterator[tuple[int, dict[str, object]]]:
    for row, cells in sheet.rows():
        values = {key: "#" if (row, key) in sheet.error_cells else cells[at] for key, at in sheet.positions.items()}
        if not all(is_blank(value) for value in values.values()):
            yield row, values


_READERS = {column.key: cell_reader(column) for column in ROSTER.columns}


def _read_row(row: int, values: dict[str, object], problems: Problems) -> RosterRow:
    found = RosterRow(row)
    for column in ROSTER.columns:
        value = values.get(column.key)
        if is_blank(value):
            if column.required:
                problems.add(ROSTER, row, column.key, "", "import_required", heading=column.heading)
                found.unread.add(column.key)
            continue
        try:
            read: Any = _READERS[column.key](value)
        except BadCell as bad:
            problems.add(ROSTER, row, column.key, value, bad.code, **bad.params)
            found.unread.add(column.key)
        else:
            setattr(found, column.key, read)
    return found


class RosterChecker:
    """Checks the rows that were read, together and against who is there already."""

    def __init__(self, tree: OfficeTree, actor: Actor, granter: Sequence[Held] | None, problems: Problems) -> None:
        self._tree, self._granter, self._problems = tree, granter, problems
        self._scope = actor.scope(Permission.ACCOUNT_MANAGE)
        self._by_name = _offices_by_name(tree, self._scope)
        self._today = clock.today()

    async def check(self, session: AsyncSession, rows: list[RosterRow]) -> None:
        """Check every row and give user names to those without."""
        for row in rows:
            self._check_person(row)
            self._check_office(row)
        self._check_doubles(rows, "email", "roster_email_doubled")
        self._check_doubles(rows, "staff_code", "roster_staff_doubled")
        await self._check_emails(session, rows)
        await self._check_people(session, rows)
        await self._check_staff(session, rows)
        await self._check_usernames(session, rows)
        for row in rows:
            self._check_role(row)

    def _note(self, row: RosterRow, key: str, value: object, code: str, /, **params: object) -> None:
        self._problems.add(ROSTER, row.row, key, value, code, **params)
        row.unread.add(key)

    def _check_person(self, row: RosterRow) -> None:
        person = Person(row.full_name, row.birth_date, row.email, row.telephone, row.position)
        for name, error in person_problems(person, self._today).items():
            if name not in row.unread:
                self._note(row, name, getattr(row, name), error.code, **error.params)
        row.email = row.email.lower()

    def _check_office(self, row: RosterRow) -> None:
        if "office" in row.unread:
            return
        code = _code_of(row.office)
        by_code = self._tree.by_code.get(code)
        found = [by_code] if by_code else self._by_name.get(normalise(row.office), [])
        mine = [node for node in found if self._scope.holds(node.id)]
        if not mine:
            self._note(row, "office", row.office, "roster_office_unknown")
        elif len(mine) > 1:
            codes = ", ".join(node.code for node in mine[:5])
            self._note(row, "office", row.office, "roster_office_ambiguous", codes=codes)
        elif not mine[0].valid_on(self._today):
            successor = self._tree.nodes[self._tree.line.today(mine[0].id)].short_name
            self._note(row, "office", row.office, "roster_office_ended", successor=successor)
        else:
            row.office_id = mine[0].id

    def _check_doubles(self, rows: list[RosterRow], key: str, code: str) -> None:
        first: dict[str, int] = {}
        for row in rows:
            value = str(getattr(row, key))
            if value and key not in row.unread and first.setdefault(value, row.row) != row.row:
                self._note(row, key, value, code, row=first[value])

    async def _check_emails(self, session: AsyncSession, rows: list[RosterRow]) -> None:
        asked = [row for row in rows if row.email and "email" not in row.unread]
        taken = await repository.accounts_by_email(session, [row.email for row in asked])
        for row in asked:
            if row.email in taken:
                self._note(row, "email", row.email, "email_taken")

    async def _check_people(self, session: AsyncSession, rows: list[RosterRow]) -> None:
        """Somebody of the same name, born the same day, is the same person: a list sent twice makes nobody twice."""
        born = [row for row in rows if row.birth_date and row.full_name and not row.unread & {"full_name", "email"}]
        known = await repository.accounts_of_people(session, self._scope, [row.birth_date for row in born])  # type: ignore[misc]
        first: dict[tuple[str, date | None], int] = {}
        for row in born:
            person = (row.full_name, row.birth_date)
            if person in known:
                self._note(row, "full_name", row.full_name, "roster_person_known", username=known[person][0])  # type: ignore[index]
            elif first.setdefault(person, row.row) != row.row:
                self._note(row, "full_name", row.full_name, "roster_person_doubled", row=first[person])

    async def _check_staff(self, session: AsyncSession, rows: list[RosterRow]) -> None:
        asked = [row for row in rows if row.staff_code and "staff_code" not in row.unread]
        known = await repository.staff_by_codes(session, [row.staff_code for row in asked])
        ids = [staff.id or 0 for staff in known.values()]
        posted = await repository.posted_offices(session, ids, self._today)
        owners = await repository.accounts_of_staff(session, ids)
        for row in asked:
            staff = known.get(row.staff_code)
            reached = row.grade is not None if staff is None else self._reaches(posted.get(staff.id or 0, set()))
            if not reached:
                self._note(row, "staff_code", row.staff_code, "staff_not_found", code=row.staff_code)
            elif staff is not None and staff.id in owners:
                self._note(row, "staff_code", row.staff_code, "staff_has_account", code=row.staff_code)
        for row in rows:
            if row.grade is not None and not row.staff_code and "staff_code" not in row.unread:
                self._note(row, "staff_code", "", "staff_code_needed")

    def _reaches(self, offices: set[int]) -> bool:
        return self._scope.everything or any(self._scope.holds(office) for office in offices)

    async def _check_usernames(self, session: AsyncSession, rows: list[RosterRow]) -> None:
        given = [row for row in rows if row.username and "username" not in row.unread]
        for row in given:
            row.username = row.username.lower()
            if not is_username(row.username):
                self._note(row, "username", row.username, "username_form")
        self._check_doubles(rows, "username", "roster_username_doubled")
        stems = {row.username for row in given} | {username_stem(row.full_name) for row in rows if row.full_name}
        taken = await repository.usernames_like(session, sorted(stems))
        for row in given:
            if row.username in taken and "username" not in row.unread:
                self._note(row, "username", row.username, "username_taken")
        used = taken | {row.username for row in given}
        for row in rows:
            if not row.username and row.full_name and "username" not in row.unread:
                row.username = free_username(row.full_name, used)
                used.add(row.username)

    def _check_role(self, row: RosterRow) -> None:
        if row.role is None or not row.office_id or "role" in row.unread:
            return
        wanted = Held(row.role, row.office_id, self._today, None)
        told: dict[str, object] = {
            "role": ROLE_LABELS[row.role], "office": self._tree.nodes[row.office_id].short_name
        }  # fmt: skip
        for each in objections(self._tree, self._granter, wanted, (), self._today):
            self._note(row, "role", ROLE_LABELS[row.role], each.code, **(told | dict(each.params)))


def _code_of(text: str) -> str:
    try:
        return read_office_code(text)
    except BadCell:
        return ""


def _offices_by_name(tree: OfficeTree, scope: Scope) -> dict[str, list[OfficeNode]]:
    """Normalised name → the offices of the scope that are called so; those working today alone where there are any."""
    today = clock.today()
    found: dict[str, list[OfficeNode]] = {}
    for node in tree.nodes.values():
        if scope.holds(node.id):
            for name in {normalise(node.name), normalise(node.short_name)}:
                found.setdefault(name, []).append(node)
    for name, nodes in found.items():
        working = [node for node in nodes if node.valid_on(today) and node.level is not OfficeLevel.DISTRICT]
        found[name] = working or nodes
    return found
