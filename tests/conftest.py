"""What every test can ask for: a clean database, the served app, a browser.

PostgreSQL is the real embedded one, started once per run. Databases are copies of a template that was
migrated once, so a clean one costs a fraction of a second. Everything asynchronous runs on one loop.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# Before anything of ours reads its settings: a test never meets the developer's database or keys.
for _name in [name for name in os.environ if name.startswith("THADS_") and name != "THADS_CHROMIUM"]:
    del os.environ[_name]
_DATA = Path(tempfile.mkdtemp(prefix="thads-test-"))
_DATA.chmod(0o755)
os.environ["THADS_DATA_DIR"] = str(_DATA / "data")
os.environ["THADS_DEMO"] = "true"

from playwright.async_api import Browser, Page, async_playwright  # noqa: E402
from sqlalchemy.ext.asyncio import AsyncSession  # noqa: E402

from tests.support import audit_guard  # noqa: E402
from tests.support.cast import Cast, make_cast  # noqa: E402
from thads_app import db, frontend, schema  # noqa: E402
from thads_app.auth import limits  # noqa: E402
from thads_app.embedded_postgres import EmbeddedPostgres  # noqa: E402
from thads_app.reach import SERVICE_LOGIN  # noqa: E402
from thads_app.services.reference import load_reference  # noqa: E402
from thads_app.settings import PROJECT_ROOT  # noqa: E402
from thads_app.setup.browser import chromium  # noqa: E402

TEMPLATE = "thads_template"
SERVER_SECONDS = 60
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_numbers = count(1)
audit_guard.install()

hypothesis_settings.register_profile(
    "thads",
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("thads")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser and load tests by their folder."""
    for item in items:
        for folder in ("browser", "load"):
            if f"tests/{folder}/" in item.path.as_posix():
                item.add_marker(folder)


def pytest_sessionfinish() -> None:
    """Remove the run's files."""
    shutil.rmtree(_DATA, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The run's PostgreSQL server, with the template in it: migrated, offices and published results loaded."""
    server = EmbeddedPostgres(_DATA / "server", durable=False)
    server.start()
    _execute(server, f"CREATE DATABASE {TEMPLATE}")
    db.choose_database(server.url(TEMPLATE))
    schema.upgrade_schema()
    load_reference()
    db.choose_database(None)
    yield server
    server.stop()


def _execute(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(db.libpq_dsn(server.url("postgres")), autocommit=True) as connection:
        connection.execute(statement)


def _copy_template(server: EmbeddedPostgres) -> str:
    name = f"thads_{next(_numbers)}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    return name


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    """How often somebody did something in the test before does not count."""
    limits.forget_everybody()


@pytest.fixture
async def database(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """A clean migrated database of this test's own, which `thads_app.db` works on; its owner's address."""
    name = _copy_template(postgres)
    db.choose_database(postgres.url(name))
    yield postgres.url(name)
    await db.dispose()
    db.choose_database(None)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
async def module_database(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """Like `database`, shared by the tests of one module; do not mix the two in a module."""
    name = _copy_template(postgres)
    db.choose_database(postgres.url(name))
    yield postgres.url(name)
    await db.dispose()
    db.choose_database(None)
    _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def cast(database: str) -> Cast:
    """The fixed cast of people, in this test's own database."""
    return await make_cast()


@pytest.fixture
async def session(database: str) -> AsyncIterator[AsyncSession]:
    """An open transaction of the app's role, rolled back at the end."""
    async with AsyncSession(db.engine(), expire_on_commit=False, autoflush=False) as working:
        yield working
        await working.rollback()


@dataclass(frozen=True)
class AppServer:
    """The served app: its address, the environment its commands need, its database."""

    url: str
    environment: dict[str, str]
    database_url: str

    def thads(self, *arguments: str) -> str:
        """Run a `thads` command on the app's database and return what it printed."""
        return run_thads(self.environment, *arguments)


def run_thads(environment: dict[str, str], *arguments: str) -> str:
    """Run `thads` with an environment; fail the test with its error when it fails."""
    thads = Path(sys.executable).parent / "thads"
    done = subprocess.run([thads, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.fail(f"thads {' '.join(arguments)} → {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


@pytest.fixture(scope="session")
def app_server(postgres: EmbeddedPostgres) -> Iterator[AppServer]:
    """The built app on a free port, with the small demonstration; started once per run."""
    frontend.ensure_built()
    name = _copy_template(postgres)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "THADS_DATABASE_URL": postgres.url(name, SERVICE_LOGIN),
        "THADS_OWNER_DATABASE_URL": postgres.url(name),
        "THADS_DATA_DIR": str(_DATA / "served"),
        "THADS_DEMO": "true",
        "THADS_HOST": "127.0.0.1",
        "THADS_PORT": str(port),
    }
    run_thads(environment, "db", "upgrade")
    run_thads(environment, "demo", "--scale", "small")
    url = f"http://localhost:{port}"
    log = _DATA / "serve.log"
    with log.open("w") as out:
        thads = Path(sys.executable).parent / "thads"
        process = subprocess.Popen(
            [thads, "serve"], env=environment, cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        try:
            _wait_until_served(process, url, log)
            yield AppServer(url, environment, postgres.url(name))
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_served(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/ping", timeout=2):  # noqa: S310 (our own server)
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the app was not served:\n{log.read_text()}")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Headless Chromium of the system."""
    path = chromium()
    if path is None:
        pytest.fail("Chromium is missing: run `make test`, or set THADS_CHROMIUM")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, headless=True, args=CHROMIUM_FLAGS)
        yield started
        await started.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A fresh Vietnamese desktop tab; the test fails when a script of the page throws."""
    context = await browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1440, "height": 900}
    )
    opened = await context.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    yield opened
    await context.close()
    assert not thrown, f"a script of the page threw: {thrown}"
