"""Whole-system backups: the database as one snapshot, the program's own files, and a manifest that proves them.

A backup is a folder: `database.dump` (pg_dump's custom format), `secret.key` when the program made one,
the uploads still kept under `imports/`, the anchors of the audit trail under `anchors/`, and `manifest.json`.
It comes into being under another name and gets its own only when it is whole. Sign-in sessions are left out:
nobody is signed in after a restore.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import BaseModel, Field, ValidationError, field_validator

from thads_app import clock, db
from thads_app.embedded_postgres import binary
from thads_app.failures import OperatorError
from thads_app.logs import request_id
from thads_app.schema import SchemaState, schema_state
from thads_app.services.audit_anchors import anchors_folder, kept_days
from thads_app.settings import get_settings

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
SECRET = "secret.key"  # noqa: S105 (a file's name)
UPLOADS = "imports"
ANCHORS = "anchors"

COUNTED = (
    "office", "staff_member", "account", "judgment", "cases", "party", "obligation", "assignment", "case_event",
    "stat_delta", "handover", "handover_item", "target", "import_job", "audit_entry",
)  # fmt: skip
"""The tables whose rows the manifest counts and a restore counts again."""

NOT_KEPT = ("auth_session", "sign_in_throttle")
"""Tables kept without their rows: who is signed in, and who must wait."""

_FILE = re.compile(rf"{re.escape(DUMP)}|{re.escape(SECRET)}|{UPLOADS}/[0-9]+(-loi)?\.xlsx|{ANCHORS}/[0-9-]{{10}}\.json")
_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_REVISION = re.compile(r"[A-Za-z0-9_.-]{1,32}")

Told = Callable[[str], None]
"""Hears, in Vietnamese, what is being done."""


class KeptFile(BaseModel):
    """A file of a backup: its length in bytes and its SHA-256 in hexadecimal."""

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds; `rows` by table, `files` by path inside the backup."""

    format: int = Field(ge=1)
    made_at: datetime
    schema_revision: str
    rows: dict[str, int]
    files: dict[str, KeptFile]

    @field_validator("schema_revision")
    @classmethod
    def _plain_revision(cls, value: str) -> str:
        if not _REVISION.fullmatch(value):
            raise ValueError(value)
        return value

    @field_validator("rows")
    @classmethod
    def _plain_tables(cls, value: dict[str, int]) -> dict[str, int]:
        if "cases" not in value or not all(_TABLE.fullmatch(table) for table in value):
            raise ValueError("rows")
        return value

    @field_validator("files")
    @classmethod
    def _own_files(cls, value: dict[str, KeptFile]) -> dict[str, KeptFile]:
        if DUMP not in value or not all(_FILE.fullmatch(path) for path in value):
            raise ValueError("files")
        return value


def take_backup(folder: Path, told: Told = lambda _: None) -> Manifest:
    """Write a backup of the whole system into `folder`, which must be empty or not exist yet.

    The app may go on working: what is committed when the dump begins is in the backup, nothing later.

    Raises:
        OperatorError: the folder holds something or cannot be written, the schema is missing or newer
            than the program, or pg_dump failed. Nothing is left behind then.
    """
    state, _, _ = schema_state()
    if state is SchemaState.EMPTY:
        raise OperatorError("Cơ sở dữ liệu chưa có lược đồ: không có gì để sao lưu.")
    if state is SchemaState.AHEAD:
        raise OperatorError("Lược đồ cơ sở dữ liệu mới hơn chương trình: hãy sao lưu bằng chương trình mới hơn.")
    place = folder.expanduser().resolve()
    try:
        _require_free(place)
        with _draft_of(place) as draft:
            manifest = _fill(draft, told)
            draft.rename(place)  # onto an empty folder too; refused when somebody filled it meanwhile
            _settle(place.parent)
    except OSError as failed:
        raise OperatorError(f"Không ghi được bản sao lưu vào {folder}: {failed.strerror or failed}.") from None
    return manifest


def _require_free(place: Path) -> None:
    if place.exists() and not place.is_dir():
        raise OperatorError(f"{place} không phải là thư mục.")
    if place.is_dir() and any(place.iterdir()):
        raise OperatorError(f"Thư mục {place} không trống: hãy chọn một thư mục mới cho bản sao lưu.")
    if place.is_mount():
        raise OperatorError(f"{place} là gốc của một ổ đĩa: hãy chọn một thư mục con trong đó.")


@contextmanager
def _draft_of(place: Path) -> Generator[Path, None, None]:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.parent / f".{place.name}.part-{os.getpid()}"
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _fill(draft: Path, told: Told) -> Manifest:
    note_operation("system.backed_up")  # inside the backup too; there may be a record without a backup, not the reverse
    _copy_anchors(draft, kept_days(anchors_folder()))  # before the snapshot: no anchor may know more than it
    with db.raw_owner_connection() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        revision = _one(connection, "SELECT version_num FROM alembic_version")
        told("Đang sao lưu cơ sở dữ liệu")
        _dump(draft / DUMP, str(snapshot))
        told("Đang đếm các bảng")
        rows = {table: _one(connection, f"SELECT count(*) FROM public.{table}") for table in COUNTED}
        closed = connection.execute("SELECT day FROM audit_anchor") if _has_anchors(connection) else ()
        _copy_anchors(draft, [row[0] for row in closed])  # closed since; the snapshot knows them
    told("Đang chép các tệp")
    _copy_own_files(draft)
    told("Đang tính mã kiểm tra")
    names = sorted(path.relative_to(draft).as_posix() for path in draft.rglob("*") if path.is_file())
    manifest = Manifest(
        format=FORMAT,
        made_at=clock.now(),
        schema_revision=str(revision),
        rows=rows,
        files={name: measured(draft / name) for name in names},
    )
    (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n")
    for path in draft.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        _settle(path)
    return manifest


def note_operation(action: str) -> None:
    """Append the audit row of what the operator does to the whole system; nothing where there is no trail yet."""
    with db.raw_owner_connection() as connection:
        if _has_anchors(connection):
            connection.execute(
                "INSERT INTO audit_entry (action, object_type, request_id) "
                "SELECT %s, 'system', %s FROM pg_current_xact_id()",  # see `repositories.base.write_audit`
                [action, request_id() or None],
            )


def _one(connection: psycopg.Connection, statement: str) -> Any:
    row = connection.execute(statement.encode()).fetchone()
    if row is None:
        raise OperatorError("Cơ sở dữ liệu không ghi phiên bản lược đồ.")
    return row[0]


def _dump(target: Path, snapshot: str) -> None:
    where, environment = tool_access()
    done = subprocess.run(
        [
            str(binary("pg_dump")), "--format=custom", "--no-owner", "--no-password", "--enable-row-security",
            f"--snapshot={snapshot}",
            *(f"--exclude-table-data=public.{table}" for table in NOT_KEPT), f"--file={target}", f"--dbname={where}",
        ],
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise OperatorError(f"Không sao lưu được cơ sở dữ liệu: {reason_of(done.stderr)}")


def _has_anchors(connection: psycopg.Connection) -> bool:
    return _one(connection, "SELECT to_regclass('public.audit_anchor') IS NOT NULL")


def _copy_anchors(draft: Path, days: list[date]) -> None:
    (draft / ANCHORS).mkdir(mode=0o700, exist_ok=True)
    for day in days:
        name = f"{day.isoformat()}.json"
        with suppress(FileNotFoundError):  # `thads verify` says so after the restore, as it did before
            shutil.copy2(anchors_folder() / name, draft / ANCHORS / name)


def _copy_own_files(draft: Path) -> None:
    data = get_settings().data_dir
    names = [SECRET, *(f"{UPLOADS}/{path.name}" for path in sorted((data / UPLOADS).glob("*")))]
    (draft / UPLOADS).mkdir(mode=0o700)
    for name in names:
        if not _FILE.fullmatch(name):
            continue  # still arriving
        try:
            shutil.copy2(data / name, draft / name)
        except FileNotFoundError:
            (draft / name).unlink(missing_ok=True)  # never made, or its days ended just now


def read_manifest(folder: Path) -> Manifest:
    """Read a backup's manifest.

    Raises:
        OperatorError: there is none, it says something impossible, or a newer program wrote it.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError:
        raise OperatorError(f"{folder} không phải là bản sao lưu: không đọc được {MANIFEST}.") from None
    except ValidationError:
        raise OperatorError(f"Bản sao lưu {folder} bị hỏng: {MANIFEST} không hợp lệ.") from None
    if manifest.format > FORMAT:
        raise OperatorError("Bản sao lưu do chương trình mới hơn tạo ra: hãy cập nhật chương trình.")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Prove that every file of a backup is the one its manifest lists.

    Raises:
        OperatorError: a file is missing or differs; the sentence names it.
    """
    for name, listed in manifest.files.items():
        try:
            found = measured(folder / name)
        except OSError:
            raise OperatorError(f"Bản sao lưu thiếu tệp {name} hoặc không đọc được tệp này.") from None
        if found != listed:
            raise OperatorError(f"Bản sao lưu bị hỏng hoặc bị sửa: tệp {name} không khớp với mã kiểm tra.")


def measured(path: Path) -> KeptFile:
    """Return a file's length and checksum."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        return KeptFile(bytes=content.tell(), sha256=digest)


def tool_access() -> tuple[str, dict[str, str]]:
    """Return the owner's connection string without its password, and an environment that holds the password.

    Other people of the machine see a program's arguments, but not its environment.
    """
    parts = conninfo_to_dict(db.libpq_dsn(db.owner_url()))
    password = parts.pop("password", None)
    environment = {**os.environ, "LC_ALL": "C", "PGCONNECT_TIMEOUT": str(db.CONNECT_SECONDS)}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parts), environment


def reason_of(output: str) -> str:
    """Return what a PostgreSQL program's output tells of why it failed, without the program's name."""
    told = re.search(r"^.*?(?:error|fatal): +(.+)$", output, re.IGNORECASE | re.MULTILINE)
    if told:
        return told[1]
    return next((line for line in output.splitlines() if line.strip()), "không rõ lý do")


def _settle(path: Path) -> None:
    """Wait until a file or a folder's list of names is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
