"""Uploads and lists of passwords go when their time is over, whether or not anybody comes back for them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from thads_app import thads_app as assembled
from thads_app.jobs.tidying import tidy_forever
from thads_app.services.administration import bulk_accounts
from thads_app.services.importing.jobs import uploads_folder
from thads_app.settings import get_settings

HOUR = 3600


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("THADS_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def aged(path: Path, hours: float) -> Path:
    path.write_text("x")
    moment = time.time() - hours * HOUR
    os.utime(path, (moment, moment))
    return path


async def test_old_files_go_and_younger_ones_stay() -> None:
    uploads, rosters = uploads_folder(), bulk_accounts.folder()
    old = [
        aged(uploads / "1.xlsx", 25),
        aged(uploads / "1-loi.xlsx", 25),
        aged(uploads / "broken.part", 25),
        aged(rosters / "7-a.xlsx", 25),
        aged(rosters / "7-a.mat-khau", 1.1),
    ]
    young = [
        aged(uploads / "2.xlsx", 23),
        aged(rosters / "7-b.xlsx", 23),
        aged(rosters / "7-b.mat-khau", 0.9),
    ]
    working = asyncio.create_task(tidy_forever(0.01))
    for _ in range(500):
        if not any(path.exists() for path in old):
            break
        await asyncio.sleep(0.01)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    assert [path.name for path in old if path.exists()] == []
    assert [path.name for path in young if not path.exists()] == []


def test_every_server_process_tidies() -> None:
    assert tidy_forever in assembled.BACKGROUND
