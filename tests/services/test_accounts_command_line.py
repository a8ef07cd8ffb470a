"""`thads users` from the shell: what it does, and one sentence when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from thads_app.services import sessions
from thads_app.services.sessions import Stage

THADS = Path(sys.executable).parent / "thads"
pytestmark = pytest.mark.slow  # every command is a process of its own


def users(database: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "THADS_DATABASE_URL": database,
        "THADS_SECRET_KEY": "khoa bi mat cua phep thu 0123456789",
    }
    return subprocess.run(
        [THADS, "users", *arguments], env=environment, input=typed, capture_output=True, text=True, check=False
    )


async def test_an_account_made_in_the_shell_signs_in_with_its_role(database: str) -> None:
    made = users(
        database, "create", "ba.nguyen", "--name", "Nguyễn Thị Ba", "--office", "91-03", "--role", "head",
        "--password-stdin", typed="doan tau xanh cho 37 gio\n",
    )  # fmt: skip
    assert (made.returncode, made.stderr) == (0, "")
    opened = await sessions.sign_in("ba.nguyen", "doan tau xanh cho 37 gio", address="192.0.2.1")
    assert opened.stage is Stage.FULL
    assert {role.value for role in opened.actor.roles} == {"head"}
    listed = users(database, "list", "--office", "91-03").stdout
    assert "ba.nguyen" in listed
    assert "Thủ trưởng @ 91-03" in listed


async def test_the_whole_life_of_an_account(database: str) -> None:
    assert users(database, "create", "ba.nguyen", "--name", "Nguyễn Thị Ba", "--office", "91-03").returncode == 0
    grant = ("grant", "ba.nguyen", "officer", "--office", "91-03", "--from", "01/07/2026", "--to", "2030-06-30")
    assert users(database, *grant).returncode == 0
    assert "(01/07/2026–30/06/2030)" in users(database, "list").stdout
    given = users(database, "reset-password", "ba.nguyen").stdout.strip().rpartition(": ")[2]
    assert (await sessions.sign_in("ba.nguyen", given, address="192.0.2.1")).stage is Stage.PASSWORD
    assert users(database, "token", "ba.nguyen", "--label", "thử").stdout.startswith("thads_")
    assert users(database, "revoke", "ba.nguyen", "officer", "--office", "91-03").returncode == 0
    assert users(database, "disable", "ba.nguyen").returncode == 0
    assert "đã khóa" in users(database, "list").stdout
    assert users(database, "enable", "ba.nguyen").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("disable", "khong.ai"), 1, "Lỗi: Không có tài khoản này trong phạm vi của bạn.\n"),
        (("grant", "khong.ai", "head", "--office", "91-03"), 1, "Lỗi: Không có tài khoản này trong phạm vi của bạn.\n"),
        (("create", "Ba Nguyễn", "--name", "x", "--office", "91-03"), 1, "Lỗi: Tên đăng nhập gồm"),
        (("create", "ba.nguyen", "--name", "x", "--office", "99-99"), 1, "Lỗi: Không có đơn vị 99-99"),
        (("create", "ba.nguyen", "--name", "x", "--office", "91-03", "--staff", "ma"), 1, "Lỗi: Không có cán bộ"),
        (("grant", "ba", "vua", "--office", "00"), 2, "vua"),
        (("create", "ba.nguyen"), 2, "--name"),
    ],
)
async def test_what_cannot_be_done_is_one_sentence_and_the_right_status(
    database: str, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    refused = users(database, *arguments)
    assert refused.returncode == status
    assert sentence in refused.stderr
    assert "Traceback" not in refused.stderr
