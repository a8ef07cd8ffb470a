"""A backup is the whole system at one moment; a restore gives back all of it, or changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy.engine import make_url

from tests.support.some_cases import make_world
from thads_app import db, schema
from thads_app.embedded_postgres import EmbeddedPostgres
from thads_app.services.backup import COUNTED, DUMP, MANIFEST, SECRET, UPLOADS

THADS = Path(sys.executable).parent / "thads"
KEY = "a-made-up-key-for-this-test-0123456789"
_numbers = count(1)


@dataclass(frozen=True)
class System:
    """A database (none: the embedded one of the data folder) and a data folder."""

    data: Path
    url: str = ""

    def thads(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "THADS_DATA_DIR": str(self.data), "THADS_DATABASE_URL": self.url}
        words = [str(each) for each in arguments]
        return subprocess.run([THADS, *words], env=environment, capture_output=True, text=True, check=False)

    def done(self, *arguments: object) -> str:
        result = self.thads(*arguments)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def refused(self, *arguments: object) -> str:
        result = self.thads(*arguments)
        assert result.returncode == 1
        assert result.stdout == ""
        assert len(result.stderr.strip().splitlines()) == 1
        return result.stderr


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(db.libpq_dsn(url)) as connection:
        return connection.execute(statement).fetchall()


def rows(url: str) -> dict[str, object]:
    return {table: ask(url, f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED}


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="thads-backup-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
async def source(module_database: str, room: Path) -> System:
    """Twenty cases with events, a key of its own and a kept upload."""
    await make_world()
    await db.dispose()
    with psycopg.connect(db.libpq_dsn(module_database)) as connection:
        connection.execute(
            "INSERT INTO auth_session (id_hash, account_id) SELECT repeat('0', 64), id FROM account LIMIT 1"
        )
    data = room / "source"
    (data / UPLOADS).mkdir(parents=True)
    (data / SECRET).write_text(KEY)
    (data / UPLOADS / "7.xlsx").write_bytes(b"a workbook")
    (data / UPLOADS / "0123abcd.part").write_bytes(b"still arriving")
    return System(data, module_database)


@pytest.fixture(scope="module")
def backup(source: System, room: Path) -> Path:
    folder = room / "kept" / "today"
    assert "20 việc" in source.done("backup", folder)
    return folder


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    """A copy of the backup, to spoil."""
    return shutil.copytree(backup, tmp_path / "copy")


@pytest.fixture
def target(postgres: EmbeddedPostgres, tmp_path: Path) -> Iterator[System]:
    """A migrated database with its reference data and no cases."""
    name = f"thads_restored_{next(_numbers)}"
    with psycopg.connect(db.libpq_dsn(postgres.url("postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE thads_template STRATEGY FILE_COPY")
        yield System(tmp_path / "target", postgres.url(name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_backup_is_whole_private_and_leaves_no_draft(source: System, backup: Path):
    found = {path.relative_to(backup).as_posix() for path in backup.rglob("*") if path.is_file()}
    assert found == {DUMP, SECRET, f"{UPLOADS}/7.xlsx", MANIFEST}
    assert {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]} == {0}
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]
    manifest = json.loads((backup / MANIFEST).read_text())
    assert manifest["rows"] == rows(source.url)
    assert manifest["schema_revision"] == ask(source.url, "SELECT version_num FROM alembic_version")[0][0]


def test_a_backup_into_a_folder_with_something_in_it_is_refused(source: System, tmp_path: Path):
    (tmp_path / "note.txt").write_text("mine")
    assert "không trống" in source.refused("backup", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_a_failed_backup_leaves_nothing_behind(source: System, tmp_path: Path):
    folder = tmp_path / "kept" / "today"
    with psycopg.connect(db.libpq_dsn(source.url)) as other:
        other.execute("ALTER TABLE cases RENAME TO cases_aside")
        other.commit()
        try:
            source.refused("backup", folder)
        finally:
            other.execute("ALTER TABLE cases_aside RENAME TO cases")
    assert list(folder.parent.iterdir()) == []


@pytest.mark.slow
def test_a_restore_on_another_machine_gives_back_everything(source: System, backup: Path, room: Path):
    elsewhere = System(room / "elsewhere")
    assert "20 việc" in elsewhere.done("restore", backup)
    assert "Mọi số liệu khớp" in elsewhere.done("verify")
    assert "đúng phiên bản" in elsewhere.done("db", "status")
    assert (elsewhere.data / SECRET).read_text() == KEY
    assert oct((elsewhere.data / SECRET).stat().st_mode)[-3:] == "600"
    assert [path.name for path in (elsewhere.data / UPLOADS).iterdir()] == ["7.xlsx"]
    server = EmbeddedPostgres(elsewhere.data)
    server.start()
    try:
        kept = json.loads((backup / MANIFEST).read_text())["rows"]
        assert rows(server.url()) == kept | {"audit_entry": kept["audit_entry"] + 1}  # the restore itself
        operated = "SELECT action FROM audit_entry WHERE action LIKE 'system.%' ORDER BY id"
        assert ask(server.url(), operated) == [("system.backed_up",), ("system.restored",)]
        for table in ("cases", "case_event", "stat_delta", "audit_entry", "account"):
            every = f"SELECT md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t"
            every += " WHERE action NOT LIKE 'system.%'" if table == "audit_entry" else ""
            assert ask(server.url(), every) == ask(source.url, every)
        assert_the_app_role_may_do_its_work_and_no_more(server.url())
        assert_nobody_changes_the_past(server.url())
        assert ask(server.url(), "SELECT count(*) FROM auth_session") == [(0,)]  # everybody signs in again
        newest = "SELECT nextval(pg_get_serial_sequence('cases', 'id')) > max(id) FROM cases"
        assert ask(server.url(), newest) == [(True,)]
    finally:
        server.stop()
    assert "đã có việc" in elsewhere.refused("restore", backup)


def assert_the_app_role_may_do_its_work_and_no_more(url: str) -> None:
    with psycopg.connect(db.libpq_dsn(url), options="-c role=thads_app") as connection:
        assert connection.execute("SELECT id FROM cases").rowcount == 0  # nobody said whose
    with psycopg.connect(db.libpq_dsn(url), options="-c role=thads_nation") as connection:
        assert connection.execute("UPDATE cases SET version = version").rowcount == 20
        connection.execute("DELETE FROM notice")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE case_event SET note = 'other'")


def assert_nobody_changes_the_past(url: str) -> None:
    with (
        psycopg.connect(db.libpq_dsn(url)) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        connection.execute("DELETE FROM case_event")


def test_a_restore_replaces_reference_data_and_leftover_uploads(target: System, backup: Path):
    (target.data / UPLOADS).mkdir(parents=True)
    (target.data / UPLOADS / "3.xlsx").write_bytes(b"of a job that is replaced")
    target.done("restore", backup)
    assert ask(target.url, "SELECT count(*) FROM cases") == [(20,)]
    assert [path.name for path in (target.data / UPLOADS).iterdir()] == ["7.xlsx"]
    assert sorted(path.name for path in target.data.iterdir()) == [UPLOADS, SECRET]


@pytest.mark.parametrize("name", [DUMP, SECRET, f"{UPLOADS}/7.xlsx"])
def test_a_file_that_was_changed_is_named_and_nothing_happens(target: System, copy: Path, name: str):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    assert f"tệp {name} không khớp" in target.refused("restore", copy)
    assert rows(target.url)["cases"] == 0


def test_a_missing_file_or_manifest_is_named(target: System, copy: Path):
    (copy / SECRET).unlink()
    assert f"thiếu tệp {SECRET}" in target.refused("restore", copy)
    (copy / MANIFEST).unlink()
    assert "không phải là bản sao lưu" in target.refused("restore", copy)


def test_a_manifest_that_points_outside_the_backup_is_refused(target: System, copy: Path):
    files = json.loads((copy / MANIFEST).read_text())["files"]
    rewrite(copy, files=files | {"../secret.key": files[SECRET]})
    assert "không hợp lệ" in target.refused("restore", copy)


def test_a_backup_of_a_newer_program_is_refused(target: System, copy: Path):
    rewrite(copy, schema_revision="from-the-future")
    assert "from-the-future) mới hơn chương trình" in target.refused("restore", copy)


def test_a_restore_that_fails_at_its_last_check_leaves_the_database_as_it_was(target: System, copy: Path):
    before = rows(target.url)
    counted = json.loads((copy / MANIFEST).read_text())["rows"]
    rewrite(copy, rows=counted | {"case_event": counted["case_event"] + 1})
    assert "cơ sở dữ liệu giữ nguyên: rows of case_event differ" in target.refused("restore", copy)
    assert rows(target.url) == before
    assert list(target.data.iterdir()) == []


def test_a_dump_that_ends_halfway_leaves_the_database_as_it_was(target: System, copy: Path):
    before = rows(target.url)
    content = (copy / DUMP).read_bytes()
    (copy / DUMP).write_bytes(content[: len(content) * 2 // 3])
    shorter = subprocess.run(["sha256sum", copy / DUMP], capture_output=True, text=True, check=True).stdout.split()[0]
    files = json.loads((copy / MANIFEST).read_text())["files"]
    rewrite(copy, files=files | {DUMP: {"bytes": len(content) * 2 // 3, "sha256": shorter}})
    assert f"Không đọc được {DUMP}" in target.refused("restore", copy)
    assert rows(target.url) == before


def test_a_database_of_another_program_is_left_alone(target: System, backup: Path):
    with psycopg.connect(db.libpq_dsn(target.url)) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute("CREATE TABLE theirs (id int)")
    assert "chương trình khác" in target.refused("restore", backup)
    assert ask(target.url, "SELECT count(*) FROM theirs") == [(0,)]


def test_a_restore_under_a_running_program_is_refused(target: System, backup: Path):
    with psycopg.connect(db.libpq_dsn(target.url), application_name="thads"):
        assert "đang chạy" in target.refused("restore", backup)


@pytest.mark.slow
def test_a_backup_of_an_older_schema_is_upgraded(
    target: System, source: System, postgres: EmbeddedPostgres, room: Path
):
    name = make_url(source.url).database
    with psycopg.connect(db.libpq_dsn(postgres.url("postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE thads_older TEMPLATE {name} STRATEGY FILE_COPY")
    older = System(source.data, postgres.url("thads_older"))
    db.choose_database(older.url)
    try:
        command.downgrade(schema.alembic_config(), "-1")
    finally:
        db.choose_database(source.url)
    older.done("backup", room / "older")
    assert json.loads((room / "older" / MANIFEST).read_text())["schema_revision"] != schema.schema_state()[2]
    target.done("restore", room / "older")
    assert "đúng phiên bản" in target.done("db", "status")
    assert ask(target.url, "SELECT count(*) FROM cases") == [(20,)]
