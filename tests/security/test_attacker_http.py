"""An attacker at the port of the served app: paths, folders, methods, headers."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import AppServer

SECRETS = ("THADS_", "secret.key", "requirements", "from __future__", "[project]", "root:", "password_hash")


def raw(server: AppServer, method: str, target: str, headers: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Send a request line as it is; status, body and the place it leads to."""
    parts = urlsplit(server.url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=10)
    line.putrequest(method, target, skip_host=bool(headers and "Host" in headers))
    for name, value in (headers or {}).items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    body = answer.read().decode("utf-8", "replace")
    line.close()
    return answer.status, body, answer.getheader("location", "") or ""


@pytest.mark.parametrize(
    "path",
    [
        "/../thads_app/settings.py", "/..%2f..%2fthads_app%2fsettings.py", "/%2e%2e/%2e%2e/etc/passwd",
        "/assets/../../../rxconfig.py", "/assets/..%5c..%5crxconfig.py", "//etc/passwd", "/etc/passwd%00.css", "/.env",
        "/.git/config", "/.data/secret.key", "/.web/env.json", "/env.json", "/requirements.lock", "/pyproject.toml",
        "/thads_app/settings.py", "/uploaded_files/", "/_upload/", "/_upload/x", "/backend/", "/server/", "/api/",
        "/docs", "/openapi.json", "/redoc", "/admin",
    ],
)  # fmt: skip
def test_nothing_of_the_machine_can_be_fetched(app_server: AppServer, path: str) -> None:
    status, body, _ = raw(app_server, "GET", path)
    assert status in {303, 307, 400, 401, 404, 405}, (path, status)
    assert not [word for word in SECRETS if word in body], path


@pytest.mark.parametrize("folder", ["/assets/", "/css/", "/fonts/", "/assets", "/fonts"])
def test_no_folder_is_listed(app_server: AppServer, folder: str) -> None:
    status, body, _ = raw(app_server, "GET", folder)
    assert status in {303, 307, 404}, status
    assert ".woff2" not in body or "preload" in body
    assert "Index of" not in body


@pytest.mark.parametrize("path", ["/_upload", "/_upload/a.txt", "/uploaded_files/a.txt"])
def test_nobody_can_leave_a_file(app_server: AppServer, path: str) -> None:
    for method in ("POST", "PUT"):
        status, _, _ = raw(app_server, method, path, {"Content-Length": "0"})
        assert status in {403, 404, 405}, (method, path, status)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "DELETE", "PATCH", "OPTIONS"])
def test_strange_methods_do_nothing(app_server: AppServer, method: str) -> None:
    status, body, _ = raw(app_server, method, "/ho-so", {"Cookie": "thads_session=bi-mat-thu"})
    assert status >= 400
    assert "bi-mat-thu" not in body


@pytest.mark.parametrize("host", ["doc-hai.example", "localhost@doc-hai.example", "doc-hai.example:80"])
def test_a_forged_host_leads_nobody_away(app_server: AppServer, host: str) -> None:
    for path in ("/", "/ho-so", "/ho-so/17", "/assets", "/css", "/login", "/tai-khoan/"):
        _, body, place = raw(app_server, "GET", path, {"Host": host})
        assert "doc-hai" not in place, (path, place)
        assert "doc-hai" not in body


def test_every_kind_of_answer_carries_the_headers(app_server: AppServer) -> None:
    for path in (
        "/login",
        "/ho-so",
        "/khong-co",
        "/fields.js",
        "/api/exports/cases",
        "/api/v1/cases",
        "/healthz",
        "/ping",
    ):
        headers = httpx.get(f"{app_server.url}{path}").headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["x-request-id"], path


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(app_server: AppServer) -> None:
    status, body, _ = raw(app_server, "POST", "/api/auth/login", {"Content-Length": str(50 * 2**20)})
    assert status == 413
    assert "quá lớn" in body
