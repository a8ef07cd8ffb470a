"""A real identity provider, and the app served with it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.conftest import AppServer, _copy_template, _wait_until_served, run_thads
from thads_app import frontend
from thads_app.embedded_postgres import EmbeddedPostgres
from thads_app.settings import PROJECT_ROOT

HERE = Path(__file__).parent
SECRET = "mat-khau-cua-ung-dung-thu-nghiem-0123456789"
START_SECONDS = 30


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class TestProvider:
    """The provider, and how to make it misbehave."""

    issuer: str
    __test__ = False
    _turned: dict[str, str] = field(default_factory=dict)

    def turn(self, **knobs: object) -> None:
        """Set knobs of `provider.mjs`; those set are put back by `settle`."""
        self._turned.update(dict.fromkeys(knobs, "false"))
        self._control({name: json.dumps(value) for name, value in knobs.items()})

    def rotate(self) -> None:
        """Throw the signing key away and make another."""
        self._control({"rotate": "1"})

    def settle(self) -> None:
        """Behave again."""
        if self._turned:
            self._control({name: "null" if name == "methods" else "false" for name in self._turned})
        self._turned.clear()

    def _control(self, query: dict[str, str]) -> None:
        httpx.get(f"{self.issuer}/control", params=query, timeout=5, trust_env=False).raise_for_status()


@dataclass(frozen=True)
class Together:
    """The served app and its provider."""

    app: AppServer
    provider: TestProvider


@pytest.fixture(scope="session")
def provider_packages() -> Path:
    """The provider's npm packages, exactly those of the lock file, installed once."""
    lock = HERE / "package-lock.json"
    installed = HERE / "node_modules" / "thads.lock"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        npm = Path(sys.executable).parent / "npm"
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=HERE, env=frontend.toolchain_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.fail(f"npm ci failed:\n{done.stderr}")
        shutil.copy(lock, installed)
    return HERE


@pytest.fixture(scope="session")
def together(postgres: EmbeddedPostgres, provider_packages: Path) -> Iterator[Together]:
    """The provider on a port of its own, and the app that knows it. Both start once."""
    frontend.ensure_built()
    app_port, provider_port = free_port(), free_port()
    url, issuer = f"http://localhost:{app_port}", f"http://127.0.0.1:{provider_port}"
    name = _copy_template(postgres)
    folder = Path(tempfile.mkdtemp(prefix="thads-oidc-"))
    configured = {"id": "thu-nghiem", "label": "Đăng nhập thử nghiệm", "issuer": issuer, "client_id": "thads",
                  "second_factor_amr": ["mfa"]}  # fmt: skip
    environment = {
        **os.environ,
        "THADS_DATABASE_URL": postgres.url(name),
        "THADS_DATA_DIR": str(folder / "data"),
        "THADS_SECRET_KEY": secrets.token_urlsafe(48),
        "THADS_DEMO": "true",
        "THADS_REQUIRE_TWO_FACTOR": "true",
        "THADS_HOST": "127.0.0.1",
        "THADS_PORT": str(app_port),
        "THADS_OIDC_PROVIDERS": json.dumps([configured]),
        "THADS_OIDC_THU_NGHIEM_CLIENT_SECRET": SECRET,
    }
    run_thads(environment, "db", "upgrade")
    thads = Path(sys.executable).parent / "thads"
    node = Path(sys.executable).parent / "node"
    log, provider_log = folder / "serve.log", folder / "provider.log"
    with log.open("w") as out, provider_log.open("w") as said:
        serving = subprocess.Popen(
            [thads, "serve"], env=environment, cwd=PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        providing = subprocess.Popen(
            [node, "provider.mjs", str(provider_port), url],
            cwd=provider_packages, env=frontend.toolchain_environment(), stdin=subprocess.DEVNULL, stdout=said,
            stderr=said,
        )  # fmt: skip
        try:
            _wait_for_provider(providing, issuer, provider_log)
            _wait_until_served(serving, url, log)
            yield Together(AppServer(url, environment, postgres.url(name)), TestProvider(issuer))
        finally:
            for process in (serving, providing):
                process.terminate()
            for process in (serving, providing):
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
            if os.environ.get("KEEP_LOGS"):
                print(provider_log.read_text(), log.read_text())
            shutil.rmtree(folder, ignore_errors=True)


def _wait_for_provider(process: subprocess.Popen[bytes], issuer: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=2, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the provider did not start:\n{log.read_text()}")


@pytest.fixture
def provider(together: Together) -> Iterator[TestProvider]:
    """The provider, well-behaved again after the test."""
    yield together.provider
    together.provider.settle()
