"""`thads serve`, and `thads run`: all that `make run` does once the packages are installed."""

from __future__ import annotations

import contextlib

import click

from thads_app import serving


def register(group: click.Group) -> None:
    """Add `thads serve`, `thads build`, `thads run`, `thads setup` and `thads worker`."""
    group.add_command(serve)
    group.add_command(build)
    group.add_command(run)
    group.add_command(set_up)
    group.add_command(worker)


@click.command()
@click.option("--workers", type=click.IntRange(1, serving.MOST_WORKERS), default=1, show_default=True,
              help="Số tiến trình phục vụ; từ 2 trở lên cần Redis.")  # fmt: skip
def serve(workers: int) -> None:
    """Phục vụ ứng dụng trên một cổng (bản dựng sản xuất)."""
    serving.serve(workers)


@click.command()
def build() -> None:
    """Dựng giao diện nếu mã nguồn đã thay đổi."""
    from thads_app import frontend

    built = frontend.ensure_built()
    click.echo("Đã dựng giao diện." if built else "Giao diện đã là bản mới nhất.")


@click.command()
def run() -> None:
    """Chuẩn bị tất cả (lược đồ, dữ liệu nền, dữ liệu minh họa khi còn trống, giao diện) rồi phục vụ."""
    from thads_app.setup.first_run import prepare

    prepare(demonstration=True)
    serving.serve(1)


@click.command("setup")
def set_up() -> None:
    """Chuẩn bị lược đồ, dữ liệu nền và giao diện; không tạo dữ liệu minh họa, không phục vụ."""
    from thads_app.setup.first_run import prepare

    prepare(demonstration=False)


@click.command()
def worker() -> None:
    """Chạy việc nền: cộng dồn số liệu thống kê, niêm phong nhật ký, cho đến khi bị dừng."""
    import asyncio

    from thads_app import db, schema
    from thads_app.jobs.folding import fold_forever
    from thads_app.jobs.sealing import seal_forever

    async def work() -> None:
        await asyncio.gather(fold_forever(), seal_forever())

    db.check_reachable()
    schema.require_schema()
    click.echo("Tiến trình nền đang chạy (Ctrl-C để dừng).")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(work())
