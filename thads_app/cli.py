"""The `thads` command: one group, whose commands live in `thads_app/commands/<area>.py`."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click
import psycopg
from sqlalchemy.exc import OperationalError as SqlOperationalError

from thads_app import logs
from thads_app.failures import OperatorError

# Each of these modules exposes `register(group: click.Group) -> None`.
AREAS = (
    "thads_app.commands.db",
    "thads_app.commands.serve",
    "thads_app.commands.users",
    "thads_app.commands.importing",
    "thads_app.commands.demo",
    "thads_app.commands.report",
    "thads_app.commands.verify",
    "thads_app.commands.backup",
)


def build_group() -> click.Group:
    """Return the `thads` group with the commands of every area in `AREAS`."""

    @click.group(context_settings={"help_option_names": ["-h", "--help"]})
    def thads() -> None:
        """Phần mềm thi hành án dân sự: lệnh quản trị."""

    for area in AREAS:
        importlib.import_module(area).register(thads)
    return thads


def main() -> None:
    """Run the command line: exit 0 on success, 2 on wrong use, 1 with one sentence on failure."""
    signal.signal(signal.SIGTERM, _end)
    logs.configure(quiet=True)
    logs.begin("command")
    try:
        status = build_group().main(standalone_mode=False)
    except click.Abort:
        click.echo("Đã dừng.", err=True)
        sys.exit(130)
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)
    except OperatorError as failure:
        fail(str(failure))
    except (psycopg.OperationalError, SqlOperationalError):
        fail("Mất kết nối với cơ sở dữ liệu hoặc truy vấn quá lâu.")
    except Exception as unforeseen:
        if os.environ.get("THADS_DEBUG"):
            raise
        fail(f"Lỗi ngoài dự kiến ({type(unforeseen).__name__}): chạy lại với THADS_DEBUG=1 để xem chi tiết.")
    sys.exit(status if isinstance(status, int) else 0)


def fail(sentence: str) -> NoReturn:
    """Print one sentence on stderr and exit 1."""
    click.echo(f"Lỗi: {sentence}", err=True)
    sys.exit(1)


def _end(_signal: int, _frame: FrameType | None) -> None:
    # Leave through the ordinary exit, which lets go of the embedded database.
    sys.exit(128 + signal.SIGTERM)
