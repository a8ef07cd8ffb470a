"""Many accounts at once from a workbook of people: kept for a day, checked as a whole, made all or none.

The temporary passwords are written into one file that its maker can take once, within an hour.
"""

from __future__ import annotations

import asyncio
import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from models.enums import ROLE_LABELS, Role
from models.personal_enums import ExportKind, PersonalField
from thads_app import db
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, NotFound, Refused
from thads_app.repositories.base import write_audit
from thads_app.rules.personal_data import mask
from thads_app.rules.rights import Actor, Permission
from thads_app.services import sessions
from thads_app.services.accounts import CreateAccount, add_account, new_password
from thads_app.services.administration.grants import GiveGrant, add_grant
from thads_app.services.administration.reach import granter_of
from thads_app.services.administration.roster_check import RosterChecker, RosterRow, read_roster
from thads_app.services.administration.roster_layout import GUIDE, ROSTER
from thads_app.services.export_files import table_workbook
from thads_app.services.exports import record_export
from thads_app.services.importing.marking import problem_sentence, write_marked_copy
from thads_app.services.importing.problems import Problem, Problems
from thads_app.services.importing.template import write_template
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

LARGEST_BYTES = 5 * 2**20
SHOWN = 200
_KEPT_SECONDS = 24 * 3600
_PASSWORDS_KEPT_SECONDS = 3600
_REFERENCE = re.compile(r"[0-9a-f]{32}")
PASSWORDS_FILE = "mat-khau-tam.xlsx"


@dataclass(frozen=True)
class RosterLine:
    """An account that would be made."""

    row: int
    full_name: str
    username: str
    office_name: str
    role: Role | None


@dataclass(frozen=True)
class RosterProblem:
    """What is wrong: row as Excel counts, column, what stands there, and why in a sentence."""

    row: int
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class RosterCheck:
    """What a workbook would do. With problems nothing can be made of it."""

    file_name: str
    count: int
    lines: tuple[RosterLine, ...]
    problem_count: int
    problems: tuple[RosterProblem, ...]
    warnings: tuple[str, ...]
    has_marked_copy: bool


@dataclass(frozen=True)
class RosterMade:
    """What was made, and under which reference its passwords wait."""

    count: int
    with_roles: int
    reference: str


def folder() -> Path:
    """Where workbooks of people and lists of passwords wait; readable by the server's user only."""
    path = get_settings().data_dir / "rosters"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def roster_template() -> bytes:
    """The empty workbook to fill in."""
    held = BytesIO()
    write_template(held, (ROSTER,), GUIDE)
    return held.getvalue()


def take_roster(actor: Actor, uploaded: Path, file_name: str) -> str:
    """Keep an uploaded workbook for its sender; returns the reference by which only they find it.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    actor.scope(Permission.ACCOUNT_MANAGE)
    discard_old()
    reference = uuid4().hex
    os.replace(uploaded, _path(actor, reference))  # noqa: PTH105 (a rename within one folder takes no time)
    _path(actor, reference, ".txt").write_text(file_name[:200], encoding="utf-8")
    return reference


async def check_roster(actor: Actor, reference: str) -> RosterCheck:
    """Check a kept workbook against everything, now.

    Raises:
        Forbidden: the actor manages no accounts. Refused: the file is no longer kept (`roster_gone`).
        Invalid: it is no workbook of people at all.
    """
    path = _kept(actor, reference)
    rows, problems = await _checked(actor, path)
    tree = await office_tree()
    marked = _path(actor, reference, "-loi.xlsx")
    marked.unlink(missing_ok=True)
    if problems.total:
        found = problems.sorted()
        await asyncio.to_thread(write_marked_copy, path, marked, found, problems.total, (ROSTER,))
    return RosterCheck(
        file_name=_file_name(actor, reference),
        count=len(rows),
        lines=tuple(
            RosterLine(row.row, row.full_name, row.username, tree.nodes[row.office_id].short_name, row.role)
            for row in rows[:SHOWN]
            if row.office_id
        ),
        problem_count=problems.total,
        problems=tuple(_told(problem) for problem in problems.sorted()[:SHOWN]),
        warnings=tuple(problem_sentence(warning) for warning in problems.warnings[:SHOWN]),
        has_marked_copy=bool(problems.total),
    )


async def _checked(actor: Actor, path: Path) -> tuple[list[RosterRow], Problems]:
    actor.scope(Permission.ACCOUNT_MANAGE)
    problems = Problems()
    rows = await asyncio.to_thread(read_roster, path, problems)
    async with db.session(actor) as session:
        checker = RosterChecker(await office_tree(), actor, await granter_of(session, actor), problems)
        await checker.check(session, rows)
    return rows, problems


def _told(problem: Problem) -> RosterProblem:
    telephone = problem.column == ROSTER.heading("telephone")
    value = mask(PersonalField.TELEPHONE, problem.value) if telephone else problem.value
    return RosterProblem(problem.row, problem.column, value, problem_sentence(problem))


async def create_from_roster(actor: Actor, reference: str) -> RosterMade:
    """Make every account of a kept workbook, with its role, or none; the workbook is used up.

    Raises:
        Forbidden: the actor manages no accounts. Refused: the file is no longer kept, or is being used
            (`roster_gone`); or something is wrong with it by now (`roster_has_problems`).
        Invalid: it is no workbook of people at all.
    """
    path = _kept(actor, reference)
    using = path.with_suffix(".dang-dung")
    try:
        path.rename(using)  # whoever presses twice finds nothing the second time
    except FileNotFoundError:
        raise Refused("roster_gone") from None
    try:
        made = await _create(actor, using, reference)
    except BaseException:
        using.rename(path)
        raise
    using.unlink(missing_ok=True)
    return RosterMade(len(made), sum(row.role is not None for row, _ in made), reference)


_Made = list[tuple[RosterRow, str]]


async def _create(actor: Actor, path: Path, reference: str) -> _Made:
    rows, problems = await _checked(actor, path)
    if problems.total:
        raise Refused("roster_has_problems", {"count": problems.total})
    made = [(row, new_password()) for row in rows]
    hashes = await asyncio.to_thread(lambda: [passwords.hash_random(secret) for _, secret in made])
    ids: list[int] = []
    async with unit_of_work(actor) as session:
        for (row, _), hashed in zip(made, hashes, strict=True):
            ids.append(await _create_one(session, actor, row, hashed))
        detail: dict[str, object] = {"count": len(made), "label": _file_name(actor, reference)}
        await write_audit(session, actor, "account.bulk_created", "account", office_id=actor.office_id, detail=detail)
        # Before the accounts are there for good: nobody could sign in with passwords that were lost.
        await asyncio.to_thread(_keep_passwords, actor, reference, made)
    for account_id in ids:
        sessions.forget_account(account_id)
    return made


async def _create_one(session: AsyncSession, actor: Actor, row: RosterRow, hashed: str) -> int:
    tree = await office_tree()
    code = tree.nodes[row.office_id].code
    command = CreateAccount(
        username=row.username,
        full_name=row.full_name,
        office_code=code,
        staff_code=row.staff_code or None,
        grade=row.grade,
        birth_date=row.birth_date,
        email=row.email or None,
        telephone=row.telephone or None,
        position=row.position or None,
    )
    account = await add_account(session, actor, command, row.office_id, hashed)
    account_id = account.id or 0
    if row.role is not None:
        reason = f"Tạo tài khoản từ danh sách, dòng {row.row}"
        grant = GiveGrant(account_id=account_id, role=row.role, office_code=code, reason=reason, confirmed=True)
        await add_grant(session, actor, grant)
    return account_id


# --- the passwords ----------------------------------------------------------------------------------------------------


def _keep_passwords(actor: Actor, reference: str, made: _Made) -> None:
    lines = [
        "\t".join((row.full_name, row.username, str(row.office_id), row.role.value if row.role else "", secret))
        for row, secret in made
    ]
    target = _path(actor, reference, ".mat-khau")
    target.touch(mode=0o600)
    target.write_text("\n".join(lines), encoding="utf-8")


def passwords_wait(actor: Actor, reference: str) -> bool:
    """Whether the passwords of a list can still be taken."""
    if not _REFERENCE.fullmatch(reference):
        return False
    discard_old()
    return _path(actor, reference, ".mat-khau").exists()


async def take_passwords(actor: Actor, reference: str) -> tuple[bytes, str]:
    """The workbook of temporary passwords, once: afterwards it is gone. Returns it and its name.

    Raises:
        Forbidden: the actor manages no accounts.
        Refused: it was taken, or is too old (`passwords_gone`).
    """
    actor.scope(Permission.ACCOUNT_MANAGE)
    if not _REFERENCE.fullmatch(reference):
        raise NotFound
    discard_old()
    waiting = _path(actor, reference, ".mat-khau")
    taken = waiting.with_suffix(".da-lay")
    try:
        waiting.rename(taken)  # of two who ask at once, one gets it
        text = taken.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Refused("passwords_gone") from None
    finally:
        taken.unlink(missing_ok=True)
    tree = await office_tree()
    rows: list[list[object]] = []
    for line in text.split("\n"):
        name, username, office_id, role, secret = line.split("\t")
        office = tree.nodes[int(office_id)].short_name
        rows.append([name, username, office, ROLE_LABELS[Role(role)] if role else "", secret])
    stamp = await record_export(actor, ExportKind.PASSWORDS, PASSWORDS_FILE, len(rows), {})
    heads = [("Họ và tên", 28), ("Tên đăng nhập", 20), ("Đơn vị", 30), ("Vai trò", 20), ("Mật khẩu tạm", 26)]
    return await asyncio.to_thread(table_workbook, "Mật khẩu tạm", heads, rows, stamp), PASSWORDS_FILE


# --- files ------------------------------------------------------------------------------------------------------------


def marked_copy(actor: Actor, reference: str) -> tuple[Path, str]:
    """The copy of a kept workbook with its bad cells marked, and the name to give it.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: there is none of the actor's.
    """
    actor.scope(Permission.ACCOUNT_MANAGE)
    if not _REFERENCE.fullmatch(reference):
        raise NotFound
    path = _path(actor, reference, "-loi.xlsx")
    if not path.exists():
        raise NotFound
    return path, f"{Path(_file_name(actor, reference)).stem} - lỗi.xlsx"


def _kept(actor: Actor, reference: str) -> Path:
    actor.scope(Permission.ACCOUNT_MANAGE)
    path = _path(actor, reference) if _REFERENCE.fullmatch(reference) else None
    if path is None or not path.exists():
        raise Refused("roster_gone")
    return path


def _path(actor: Actor, reference: str, ending: str = ".xlsx") -> Path:
    if actor.account_id is None:
        raise Forbidden
    return folder() / f"{actor.account_id}-{reference}{ending}"


def _file_name(actor: Actor, reference: str) -> str:
    try:
        return _path(actor, reference, ".txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        return "danh-sach.xlsx"


def discard_old() -> None:
    """Delete the files whose time is over, passwords after an hour."""
    now = time.time()
    for path in folder().iterdir():
        kept = _PASSWORDS_KEPT_SECONDS if path.suffix in (".mat-khau", ".da-lay") else _KEPT_SECONDS
        with suppress(FileNotFoundError):  # another process was faster
            if path.is_file() and path.stat().st_mtime < now - kept:
                path.unlink()
