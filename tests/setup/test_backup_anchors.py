"""The anchors of the audit trail go into a backup and come back with it; those of the replaced database are kept."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.cast import Cast
from thads_app import db
from thads_app.embedded_postgres import EmbeddedPostgres
from thads_app.services.audit_anchors import anchor_now
from thads_app.services.audit_seals import seal_now
from thads_app.services.restore import REPLACED

THADS = Path(sys.executable).parent / "thads"
EVENING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FORMER = "2026-11-24.json"


@pytest.fixture
def room() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="thads-anchors-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def empty(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Another database without cases."""
    with psycopg.connect(db.libpq_dsn(postgres.url("postgres")), autocommit=True) as connection:
        connection.execute("CREATE DATABASE thads_anchors TEMPLATE thads_template STRATEGY FILE_COPY")
        yield postgres.url("thads_anchors")
        connection.execute("DROP DATABASE thads_anchors WITH (FORCE)")


def thads(url: str, data: Path, *arguments: object) -> str:
    environment = {**os.environ, "THADS_DATABASE_URL": url, "THADS_DATA_DIR": str(data)}
    words = [str(each) for each in arguments]
    done = subprocess.run([THADS, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


async def test_anchors_travel_with_the_backup_and_former_ones_are_kept_aside(
    database: str, empty: str, cast: Cast, room: Path
) -> None:
    source, target = room / "source", room / "target"
    await cast.sign_in("alice")
    await seal_now()
    for hours in (0, 3):  # the day ends in between
        await anchor_now(source / "anchors", now=EVENING + timedelta(hours=hours))
    await cast.sign_in("bob")
    await seal_now()
    await anchor_now(source / "anchors", now=EVENING + timedelta(hours=4))
    await db.dispose()
    assert "2 tệp neo" in thads(database, source, "verify")
    thads(database, source, "backup", room / "kept")
    (target / "anchors").mkdir(parents=True)
    (target / "anchors" / FORMER).write_text("what the former database said")
    thads(empty, target, "restore", room / "kept")
    days = ["2026-11-20.json", "2026-11-21.json"]
    assert sorted(path.name for path in (target / "anchors").iterdir() if path.is_file()) == days
    for day in days:
        assert (target / "anchors" / day).read_bytes() == (source / "anchors" / day).read_bytes()
    aside = next((target / "anchors").glob(f"{REPLACED}-*"))
    assert (aside / FORMER).read_text() == "what the former database said"
    assert "2 tệp neo" in thads(empty, target, "verify")
