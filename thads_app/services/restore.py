"""Restoring a whole-system backup: everything is proved first, then the database changes in one transaction.

`pg_restore` turns the dump into SQL, `psql` runs it between a guard that empties the database (which may
hold a schema and reference data, never cases) and a count of the rows. Only after that is it committed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from alembic.script import ScriptDirectory

from thads_app import clock, db
from thads_app.embedded_postgres import binary
from thads_app.failures import OperatorError
from thads_app.reach import APP_ROLE, NATION_ROLE, SERVICE_LOGIN
from thads_app.schema import alembic_config, upgrade_schema
from thads_app.services.audit_anchors import anchors_folder, kept_days
from thads_app.services.backup import (
    ANCHORS,
    DUMP,
    SECRET,
    UPLOADS,
    Manifest,
    Told,
    check_files,
    note_operation,
    read_manifest,
    reason_of,
    tool_access,
)
from thads_app.services.reference import load_reference
from thads_app.settings import prepare_data_dir

REPLACED = "replaced"
"""Anchors of the database a restore replaced are moved into folders of this name and the moment."""

_PIECE = 2**20

_EMPTY_THE_DATABASE = """
SET LOCAL lock_timeout = '10s';
DO $$
DECLARE item text;
BEGIN
    IF to_regclass('public.cases') IS NOT NULL THEN
        LOCK TABLE public.cases IN ACCESS EXCLUSIVE MODE;
        IF EXISTS (SELECT FROM public.cases) THEN
            RAISE EXCEPTION 'the database holds cases';
        END IF;
    END IF;
    FOR item IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
        AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    LOOP EXECUTE 'DROP TABLE ' || item || ' CASCADE'; END LOOP;
    FOR item IN SELECT c.oid::regclass FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
        AND c.relkind = 'S'
    LOOP EXECUTE 'DROP SEQUENCE ' || item || ' CASCADE'; END LOOP;
    FOR item IN SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP EXECUTE 'DROP ROUTINE ' || item || ' CASCADE'; END LOOP;
END $$;
"""

# Roles belong to the server, not to the dump: the same as the migrations make.
_MAKE_THE_ROLES = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
        CREATE ROLE {APP_ROLE} NOLOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{NATION_ROLE}') THEN
        CREATE ROLE {NATION_ROLE} NOLOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE_LOGIN}') THEN
        CREATE ROLE {SERVICE_LOGIN} LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    GRANT {APP_ROLE}, {NATION_ROLE} TO {SERVICE_LOGIN};
    EXECUTE format('GRANT {APP_ROLE}, {NATION_ROLE} TO %I', current_user);
END $$;
"""


def restore_backup(folder: Path, told: Told = lambda _: None) -> Manifest:
    """Put a backup's database and files in place of what is there, all or nothing; then upgrade an older schema.

    The database may be empty or hold a schema without cases; accounts and settings in it are replaced.

    Raises:
        OperatorError: the backup is damaged or of a newer program; the database holds cases, tables of
            another program, or is in use; or the restore failed. Nothing has changed then, unless the
            sentence says that the database is restored and only files could not be put in place.
    """
    place = folder.expanduser().resolve()
    manifest = read_manifest(place)
    _require_known(manifest.schema_revision)
    told("Đang kiểm tra bản sao lưu")
    check_files(place, manifest)
    db.check_reachable()
    _require_fit()
    data = prepare_data_dir()
    try:
        with _staged_files(place, manifest, data) as staged:
            told("Đang khôi phục cơ sở dữ liệu")
            _load(place / DUMP, manifest)
            try:
                _put_in_place(staged, data)
            except OSError as failed:
                raise OperatorError(
                    f"Cơ sở dữ liệu đã khôi phục, nhưng không đặt được {SECRET} và {UPLOADS} vào {data} "
                    f"({failed.strerror or failed}): hãy chép hai mục này từ bản sao lưu."
                ) from None
    except OSError as failed:
        raise OperatorError(f"Không ghi được vào thư mục dữ liệu {data}: {failed.strerror or failed}.") from None
    told("Đang hoàn tất")
    if upgrade_schema():
        load_reference()
    note_operation("system.restored")
    with db.raw_owner_connection() as connection:
        connection.execute("ANALYZE")  # dumps carry no statistics of the planner
    return manifest


def _require_known(revision: str) -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise OperatorError(f"Lược đồ của bản sao lưu ({revision}) mới hơn chương trình: hãy cập nhật chương trình.")


def _require_fit() -> None:
    with db.raw_owner_connection() as connection:
        found = connection.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE relname IN ('cases', 'alembic_version'))
            FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            """
        ).fetchone()
        tables, ours = found or (0, 0)
        if tables and ours < 2:  # noqa: PLR2004 (both names)
            raise OperatorError("Cơ sở dữ liệu chứa bảng của chương trình khác: chỉ khôi phục vào cơ sở dữ liệu trống.")
        if tables and connection.execute("SELECT 1 FROM public.cases LIMIT 1").fetchone():
            raise OperatorError("Cơ sở dữ liệu đã có việc thi hành án: chỉ khôi phục vào cơ sở dữ liệu trống.")
        used = connection.execute(
            """
            SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND application_name = 'thads' LIMIT 1
            """
        ).fetchone()
        if used:
            raise OperatorError("Chương trình đang chạy trên cơ sở dữ liệu này: hãy dừng lại rồi khôi phục.")


@contextmanager
def _staged_files(place: Path, manifest: Manifest, data: Path) -> Generator[Path, None, None]:
    """Copy the backup's own files beside where they belong, so that putting them in place is only renaming."""
    staged = data / f".restore-{os.getpid()}"
    staged.mkdir(mode=0o700)
    try:
        for folder in (UPLOADS, ANCHORS):
            (staged / folder).mkdir(mode=0o700)
        for name in manifest.files:
            if name != DUMP:
                shutil.copy2(place / name, staged / name)
        yield staged
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _put_in_place(staged: Path, data: Path) -> None:
    if (data / UPLOADS).exists():  # uploads of the jobs that were replaced carry the same numbers
        (data / UPLOADS).rename(staged / "replaced")
    (staged / UPLOADS).rename(data / UPLOADS)
    if (staged / SECRET).exists():
        (staged / SECRET).replace(data / SECRET)
    _put_anchors(staged / ANCHORS)


def _put_anchors(staged: Path) -> None:
    """Anchors of the database that was there before stay beside the backup's: they prove what is no longer there."""
    folder, kept = anchors_folder(), sorted(staged.iterdir())
    former = [folder / f"{day.isoformat()}.json" for day in kept_days(folder)]
    if former:
        aside = folder / f"{REPLACED}-{clock.now():%Y%m%d-%H%M%S-%f}"
        aside.mkdir(mode=0o755)
        for path in former:
            path.rename(aside / path.name)
    if kept:
        folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    for path in kept:
        shutil.copy2(path, folder / path.name)
        (folder / path.name).chmod(0o644)


def _load(dump: Path, manifest: Manifest) -> None:
    """Run the dump in one transaction that commits only when every counted row is there."""
    where, environment = tool_access()
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        psql = subprocess.Popen(
            [
                str(binary("psql")), "--no-psqlrc", "--quiet", "--no-password", "--single-transaction",
                "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse", "--output=/dev/null", "--file=-", f"--dbname={where}",
            ],
            env={**environment, "PGAPPNAME": "thads-restore"}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=said,
        )  # fmt: skip
        reader = subprocess.Popen(
            [str(binary("pg_restore")), "--no-owner", "--file=-", str(dump)],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complained,
        )  # fmt: skip
        try:
            _feed(psql, reader, manifest, complained)
            if psql.wait():
                raise OperatorError(f"Không khôi phục được, cơ sở dữ liệu giữ nguyên: {_told_by(said)}")
        finally:
            for process in (psql, reader):  # psql ended before its input does: the server rolls back
                process.kill()
                process.wait()


def _feed(
    psql: subprocess.Popen[bytes], reader: subprocess.Popen[bytes], manifest: Manifest, complained: IO[bytes]
) -> None:
    assert psql.stdin is not None
    assert reader.stdout is not None
    try:
        psql.stdin.write((_EMPTY_THE_DATABASE + _MAKE_THE_ROLES).encode())
        shutil.copyfileobj(reader.stdout, psql.stdin, _PIECE)
        if reader.wait():
            # psql must not see the end of its input: it would commit what it has got.
            psql.kill()
            raise OperatorError(f"Không đọc được {DUMP}, cơ sở dữ liệu giữ nguyên: {_told_by(complained)}")
        psql.stdin.write(_same_as(manifest).encode())
        psql.stdin.close()
    except BrokenPipeError:
        return  # psql ended early; its exit status and its words tell why


def _same_as(manifest: Manifest) -> str:
    checks = [
        f"IF (SELECT count(*) FROM public.{table}) <> {count} THEN RAISE EXCEPTION 'rows of {table} differ'; END IF;"
        for table, count in manifest.rows.items()
    ]
    revision = f"(SELECT string_agg(version_num, ',') FROM public.alembic_version) <> '{manifest.schema_revision}'"
    checks.append(f"IF {revision} THEN RAISE EXCEPTION 'schema revision differs'; END IF;")
    return "\nDO $$ BEGIN\n" + "\n".join(checks) + "\nEND $$;\n"


def _told_by(output: IO[bytes]) -> str:
    output.seek(0)
    return reason_of(output.read().decode(errors="replace"))
