"""`thads demo`: fill an empty database with consistent demonstration data."""

from __future__ import annotations

import asyncio
import sys

import click

from thads_app.failures import OperatorError


def register(group: click.Group) -> None:
    """Add `thads demo`."""
    group.add_command(demo)


@click.command("demo")
@click.option("--scale", type=click.Choice(["small", "province", "national"]), required=True, help="Cỡ dữ liệu.")
@click.option("--seed", type=int, default=None, help="Cùng một số thì cùng một bộ dữ liệu.")
def demo(scale: str, seed: int | None) -> None:
    """Tạo dữ liệu minh họa trên cơ sở dữ liệu trống."""
    from thads_app import db
    from thads_app.schema import require_schema

    db.check_reachable()
    require_schema()
    asyncio.run(_make(scale, seed))


async def _make(scale: str, seed: int | None) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from thads_app import db
    from thads_app.errors import DomainError
    from thads_app.messages import sentence
    from thads_app.services.demo.plan import Scale
    from thads_app.services.demo.run import DEFAULT_SEED, make_demo
    from thads_app.services.demo_accounts import demo_account_lines

    shown = sys.stderr.isatty()
    try:
        with Progress(console=Console(stderr=True), transient=True, disable=not shown) as bar:
            task = bar.add_task("Đang tạo", total=None)

            def told(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            result = await make_demo(Scale(scale), DEFAULT_SEED if seed is None else seed, told)
    except DomainError as refused:
        raise OperatorError(sentence(refused)) from None
    finally:
        await db.dispose()
    click.echo(
        f"Đã tạo {result.cases} việc, {result.events} sự kiện ({result.late} ghi nhận muộn), "
        f"{result.officers} chấp hành viên ở {result.offices} đơn vị, {result.handovers} bàn giao."
    )
    for line in demo_account_lines():
        click.echo(line)
