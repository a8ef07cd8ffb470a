"""`thads db`: bring the schema and the reference data up to date, and say where they stand."""

from __future__ import annotations

import click

from thads_app import db, schema
from thads_app.services.reference import load_reference


def register(group: click.Group) -> None:
    """Add `thads db …`."""
    group.add_command(database)


@click.group("db")
def database() -> None:
    """Cơ sở dữ liệu: nâng cấp lược đồ, xem trạng thái."""


@database.command("upgrade")
def upgrade() -> None:
    """Nâng lược đồ lên bản mới nhất và nạp dữ liệu nền (đơn vị, ngày nghỉ, số liệu đã công bố)."""
    db.check_reachable()
    changed = schema.upgrade_schema()
    click.echo("Đã nâng cấp lược đồ." if changed else "Lược đồ đã đúng phiên bản.")
    added = load_reference()
    click.echo(f"Đã nạp dữ liệu nền: thêm {added} đơn vị." if added else "Dữ liệu nền đã đầy đủ.")


@database.command("status")
def status() -> None:
    """Cho biết lược đồ đang ở phiên bản nào."""
    db.check_reachable()
    state, current, head = schema.schema_state()
    click.echo(f"Cơ sở dữ liệu: {schema.SCHEMA_LABELS[state]}")
    click.echo(f"Phiên bản hiện tại: {current or '(trống)'} · mới nhất: {head or '(trống)'}")
