"""`thads verify`: recompute every figure from the events, every hash of the audit trail, and say what differs."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from thads_app import db

if TYPE_CHECKING:
    from thads_app.services.verify import Verification


def register(group: click.Group) -> None:
    """Add `thads verify`."""
    group.add_command(verify)


@click.command()
@click.option("--cut-offs", type=click.IntRange(0, 24), default=3, show_default=True,
              help="Số mốc thời gian cũ cũng được đối chiếu.")  # fmt: skip
@click.pass_context
def verify(context: click.Context, cut_offs: int) -> None:
    """Tính lại mọi số liệu từ sự kiện và mọi niêm phong của nhật ký; liệt kê từng chỗ khác, mã kết thúc 1 nếu có."""
    db.check_reachable()
    result = asyncio.run(_run(cut_offs))
    for difference in result.differences:
        click.echo(str(difference))
    moments = len(result.cut_offs) + 1
    looked_at = f"{result.cases} việc, {result.events} sự kiện, {result.figures} số liệu, {moments} mốc thời gian"
    trail = result.trail
    looked_at += f"; {trail.entries} dòng nhật ký đã niêm phong, {trail.waiting} dòng đang chờ, {trail.anchors} tệp neo"
    if result.differences:
        click.echo(f"Có {len(result.differences)} chỗ khác nhau ({looked_at}).", err=True)
        context.exit(1)
    click.echo(f"Mọi số liệu khớp với sự kiện, nhật ký khớp với niêm phong ({looked_at}).")


async def _run(cut_offs: int) -> Verification:
    from thads_app.services import verify as service

    told = _Told() if sys.stderr.isatty() else None
    try:
        return await service.verify(told, cut_offs=cut_offs)
    finally:
        if told is not None:
            told.end()
        await db.dispose()


class _Told:
    """One line on the terminal saying what is being done."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        line = f"{stage}: {100 * done // max(total, 1)} %"
        if line != self._last:
            click.echo(f"\r{line:<60}", nl=False, err=True)
            self._last = line

    def end(self) -> None:
        """Leave a clean line."""
        click.echo(f"\r{'':<60}\r", nl=False, err=True)
