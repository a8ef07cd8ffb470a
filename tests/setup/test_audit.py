"""The audit of packages: what is known fails, what cannot be asked is said aloud and never taken for clean."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from thads_app.setup import audit

CLEAN = {"name": "a", "version": "1", "vulns": []}
BROKEN = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3"]}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


def report(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": list(packages)})


def answers(monkeypatch: pytest.MonkeyPatch, **by_service: str | None) -> None:
    monkeypatch.setattr(audit, "_ask", by_service.get)


def test_a_known_vulnerability_fails_and_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch, pypi=report(CLEAN, BROKEN))
    assert audit.main() == 1
    assert "b 2: PYSEC-1 (bản vá: 3)" in capsys.readouterr().err


def test_an_advisory_that_was_looked_at_is_let_pass_by_any_of_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, pypi=report(CLEAN, BROKEN))
    monkeypatch.setattr(audit, "ACCEPTED", {"CVE-1": "not reachable"})
    assert audit.main() == 0


def test_the_second_database_is_asked_when_the_first_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, osv=report(BROKEN))
    assert audit.main() == 1


def test_without_any_database_it_is_skipped_aloud_and_fails_where_it_must_not_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch)
    monkeypatch.delenv(audit.REQUIRED, raising=False)
    assert audit.main() == 0
    assert "BỎ QUA" in capsys.readouterr().err
    monkeypatch.setenv(audit.REQUIRED, "1")
    assert audit.main() == 1


def test_packages_a_database_does_not_know_are_not_counted_as_clean(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.counted(report(CLEAN, UNKNOWN, UNKNOWN)) == (1, 2)
    answers(monkeypatch, pypi=report(CLEAN, CLEAN, UNKNOWN))
    assert audit.main() == 0
    told = capsys.readouterr()
    assert "2 gói" in told.out
    assert "1 gói" in told.err
