"""`thads backup` and `thads restore`: the whole system into a folder, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from thads_app.services.backup import Manifest, Told


def register(group: click.Group) -> None:
    """Add `thads backup` and `thads restore`."""
    group.add_command(backup)
    group.add_command(restore)


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Sao lưu toàn bộ hệ thống vào thư mục DIR (mới hoặc trống); chương trình vẫn chạy được trong lúc đó.

    Bản sao lưu chứa dữ liệu và khóa bí mật: hãy giữ ở nơi an toàn.
    """
    from thads_app import db
    from thads_app.services.backup import take_backup

    db.check_reachable()
    with _progress() as told:
        manifest = take_backup(folder, told)
    click.echo(f"Đã sao lưu {_contents(manifest)} vào {folder}.")


@click.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def restore(folder: Path) -> None:
    """Khôi phục toàn bộ hệ thống từ bản sao lưu DIR vào cơ sở dữ liệu chưa có việc nào.

    Hãy dừng chương trình trước. Tài khoản đang có trong cơ sở dữ liệu được thay bằng tài khoản của bản sao lưu;
    mọi người phải đăng nhập lại.
    """
    from thads_app.services.restore import restore_backup

    with _progress() as told:
        manifest = restore_backup(folder, told)
    made_at = manifest.made_at.strftime("%Y-%m-%d %H:%M UTC")
    click.echo(f"Đã khôi phục {_contents(manifest)} từ bản sao lưu lúc {made_at}.")


def _contents(manifest: Manifest) -> str:
    rows = manifest.rows
    return f"{rows['cases']} việc, {rows.get('case_event', 0)} sự kiện, {rows.get('account', 0)} tài khoản"


@contextmanager
def _progress() -> Iterator[Told]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Đang chuẩn bị", total=None)

        def told(stage: str) -> None:
            bar.update(task, description=stage)

        yield told
