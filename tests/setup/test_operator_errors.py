"""Each thing an operator can get wrong gives one clear sentence on stderr and exit 1."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from thads_app import db, schema
from thads_app.failures import OperatorError
from thads_app.serving import check_port, check_ready
from thads_app.settings import Settings, get_settings, secret_key

THADS = Path(sys.executable).parent / "thads"


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [THADS, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_help_exits_0_and_wrong_use_exits_2():
    assert run("--help").returncode == 0
    assert run("no-such-command").returncode == 2
    assert run("serve", "--workers", "0").returncode == 2


def test_a_port_in_use_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OperatorError, match=f"Cổng {port} đang được chương trình khác dùng"):
            check_port("127.0.0.1", port)
        assert_one_sentence(run("serve", THADS_HOST="127.0.0.1", THADS_PORT=str(port)), "đang được chương trình khác")


def test_an_unreachable_database_is_named_without_its_password():
    done = run(
        "db",
        "status",
        THADS_DATABASE_URL="postgresql://someone:hidden-word@127.0.0.1:9/nowhere",
        THADS_SECRET_KEY="abcdefghij" * 4,
    )
    assert_one_sentence(done, "Không dùng được cơ sở dữ liệu nowhere trên máy chủ 127.0.0.1")
    assert "hidden-word" not in done.stderr


def test_a_data_folder_that_cannot_be_written_is_named():
    assert_one_sentence(run("serve", THADS_DATA_DIR="/proc/thads", THADS_PORT="39999"), "Không ghi được vào thư mục")


def test_a_setting_of_the_wrong_kind_is_named():
    assert_one_sentence(run("serve", THADS_PORT="ba nghìn"), "THADS_PORT")


def test_several_workers_without_redis_are_refused():
    with pytest.raises(OperatorError, match="THADS_REDIS_URL"):
        check_ready(workers=2)


async def test_a_schema_of_a_newer_program_is_refused(database: str):
    engine = db.owner_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    engine.dispose()
    for attempt in (schema.require_schema, schema.upgrade_schema):
        with pytest.raises(OperatorError, match="mới hơn chương trình"):
            attempt()


async def test_a_schema_of_an_older_program_is_refused_with_the_remedy(database: str):
    engine = db.owner_engine()
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    with pytest.raises(OperatorError, match="thads db upgrade"):
        schema.require_schema()


async def test_a_login_that_was_not_given_the_apps_roles_is_named_with_the_remedy(
    database: str, monkeypatch: pytest.MonkeyPatch
):
    db.check_app_login()
    with db.raw_owner_connection() as connection:
        connection.execute("CREATE ROLE somebody LOGIN")
    monkeypatch.setattr(db, "SERVICE_LOGIN", "somebody")
    with pytest.raises(OperatorError, match="GRANT thads_app, thads_nation TO somebody"):
        db.check_app_login()


@pytest.fixture
def fresh_settings():
    """Read the settings again inside and after the test."""
    get_settings.cache_clear()
    secret_key.cache_clear()
    yield
    get_settings.cache_clear()
    secret_key.cache_clear()


@pytest.mark.usefixtures("fresh_settings")
def test_outside_the_demonstration_an_external_database_needs_a_strong_secret(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("THADS_DEMO", "false")
    monkeypatch.setenv("THADS_DATABASE_URL", "postgresql://u@h/d")
    with pytest.raises(OperatorError, match="Thiếu THADS_SECRET_KEY"):
        secret_key()
    for weak in ("secret", "a" * 40):
        get_settings.cache_clear()
        monkeypatch.setenv("THADS_SECRET_KEY", weak)
        with pytest.raises(OperatorError, match="quá yếu"):
            secret_key()


@pytest.mark.usefixtures("fresh_settings")
def test_the_made_secret_is_kept_private_and_stays_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("THADS_DATA_DIR", str(tmp_path))
    first = secret_key()
    secret_key.cache_clear()
    assert secret_key() == first
    assert len(first) >= 32
    assert oct((tmp_path / "secret.key").stat().st_mode)[-3:] == "600"


@pytest.mark.usefixtures("fresh_settings")
def test_an_origin_with_a_path_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("THADS_PUBLIC_ORIGIN", "https://thads.example/app")
    with pytest.raises(OperatorError, match="THADS_PUBLIC_ORIGIN"):
        get_settings()


def test_the_allowed_origins_are_exact_and_follow_the_port(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("THADS_PORT", "3456")
    assert Settings().origins == ("http://localhost:3456", "http://127.0.0.1:3456")
    monkeypatch.setenv("THADS_PUBLIC_ORIGIN", "https://thads.example/")
    assert Settings().origins == ("https://thads.example",)
    assert Settings().secure_cookies
