"""The embedded PostgreSQL: shared, stopped by the last user, not hurt by kill -9."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from thads_app.db import libpq_dsn
from thads_app.embedded_postgres import LONGEST_SOCKET_PATH, EmbeddedPostgres
from thads_app.failures import OperatorError

HOLDER = """
import sys, time
from pathlib import Path
from thads_app.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print("up", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="thads-pg-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def hold(folder: Path) -> subprocess.Popen[str]:
    """Start another process that uses the server of `folder` until a line is sent to it."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "up\n"
    return holder


def answers(server: EmbeddedPostgres) -> bool:
    try:
        psycopg.connect(libpq_dsn(server.url()), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def server_number(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def test_the_last_process_to_leave_stops_the_server(folder: Path):
    server = EmbeddedPostgres(folder, durable=False)
    other = hold(folder)
    server.start()
    server.stop()
    assert answers(server), "another process still uses it"
    other.communicate("\n")
    assert not answers(server)


def test_a_killed_process_leaves_a_server_that_the_next_one_takes_over(folder: Path):
    other = hold(folder)
    number = server_number(folder)
    other.kill()
    other.wait()
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    assert server_number(folder) == number
    server.stop()
    assert not answers(server)


def test_a_killed_server_comes_back_with_its_data(folder: Path):
    server = EmbeddedPostgres(folder)
    server.start()
    with psycopg.connect(libpq_dsn(server.url())) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    number = server_number(folder)
    os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while answers(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    again = EmbeddedPostgres(folder)
    again.start()
    assert server_number(folder) != number
    with psycopg.connect(libpq_dsn(again.url())) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
    again.stop()


def test_marks_of_a_dead_server_whose_number_another_program_has_are_ignored(folder: Path):
    first = EmbeddedPostgres(folder, durable=False)
    first.start()
    marks = (folder / "postgres" / "postmaster.pid", first.socket_dir / ".s.PGSQL.5432.lock")
    texts = [mark.read_text().split("\n", 1)[1] for mark in marks]
    first.stop()
    for mark, text in zip(marks, texts, strict=True):
        mark.write_text(f"{os.getpid()}\n{text}")
    second = EmbeddedPostgres(folder, durable=False)
    second.start()
    assert answers(second)
    second.stop()


def test_a_data_folder_with_a_long_path_gets_a_short_socket(folder: Path):
    long = folder / ("x" * 60) / ("y" * 60)
    server = EmbeddedPostgres(long, durable=False)
    server.start()
    assert len(str(server.socket_dir / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
    assert answers(server)
    server.stop()
    shutil.rmtree(server.socket_dir)


def test_only_its_own_account_may_enter_the_data_and_the_socket(folder: Path):
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    assert oct(server.data.stat().st_mode)[-3:] == "700"
    assert oct(server.socket_dir.stat().st_mode)[-3:] == "700"
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root meets folders it may enter and the server may not")
def test_as_root_a_private_folder_is_opened_for_passing_through_only(folder: Path):
    private = folder / "private"
    private.mkdir(mode=0o700)
    server = EmbeddedPostgres(private / "data", durable=False)
    server.start()
    assert oct(private.stat().st_mode)[-3:] == "701"
    server.stop()


def test_a_folder_that_cannot_be_written_is_one_clear_sentence():
    with pytest.raises(OperatorError, match="Không ghi được vào thư mục dữ liệu"):
        EmbeddedPostgres(Path("/proc/thads")).start()


def test_what_a_statement_holds_never_stands_in_the_servers_own_log(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    try:
        with psycopg.connect(libpq_dsn(server.url()), autocommit=True) as connection:
            connection.execute("CREATE TABLE people (number text PRIMARY KEY)")
            connection.execute("INSERT INTO people VALUES ('001099012345')")
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO people VALUES ('001099012345')")
    finally:
        server.stop()
    written = "".join(path.read_text() for path in (folder / "postgres" / "log").glob("*.log"))
    assert "people_pkey" in written
    assert "001099012345" not in written
