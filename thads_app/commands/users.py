"""`thads users`: accounts from the shell, as the system operator."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from typing import Any, TypeVar

import click
from pydantic import ValidationError

from models.enums import ROLE_LABELS, Role
from thads_app import db
from thads_app.errors import DomainError, Invalid
from thads_app.failures import OperatorError
from thads_app.messages import sentence
from thads_app.rules.vietnamese import format_date

_Result = TypeVar("_Result")


def register(group: click.Group) -> None:
    """Add `thads users …`."""
    group.add_command(users)


def _run(work: Coroutine[Any, Any, _Result]) -> _Result:
    """Run one use case and let go of the database; a refusal becomes one sentence."""

    async def finished() -> _Result:
        try:
            return await work
        finally:
            await db.dispose()

    try:
        return asyncio.run(finished())
    except Invalid as wrong:
        raise OperatorError(" ".join(sentence(field) for field in wrong.fields.values())) from None
    except DomainError as refusal:
        raise OperatorError(sentence(refusal)) from None


def _day(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> date | None:
    if typed is None:
        return None
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(typed, shape).date()  # noqa: DTZ007 (a calendar day has no zone)
        except ValueError:
            continue
    raise click.BadParameter("ngày dạng 2026-07-01 hoặc 01/07/2026")


@click.group("users")
def users() -> None:
    """Tài khoản: tạo, khóa, đặt lại mật khẩu, cấp quyền."""


@users.command("create")
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Họ và tên.")
@click.option("--office", "office_code", required=True, help="Mã đơn vị, ví dụ 91-03.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Cấp luôn vai trò này tại đơn vị.")
@click.option("--staff", "staff_code", help="Mã chấp hành viên của người này.")
@click.option("--position", help="Chức vụ.")
@click.option("--email", help="Thư điện tử.")
@click.option("--telephone", help="Điện thoại.")
@click.option("--birth-date", callback=_day, help="Ngày sinh.")
@click.option("--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào; nếu không, tạo mật khẩu ngẫu nhiên.")
def create(username: str, role: str | None, *, password_stdin: bool, **details: Any) -> None:
    """Tạo tài khoản USERNAME."""
    from thads_app.services import accounts

    typed = sys.stdin.readline().rstrip("\n") if password_stdin else None
    try:
        command = accounts.CreateAccount(username=username, password=typed, **details)
    except ValidationError as wrong:
        field = str(wrong.errors()[0]["loc"][0])
        raise OperatorError(
            sentence("username_form") if field == "username" else f"Giá trị của {field} không hợp lệ."
        ) from None

    async def work() -> accounts.CreatedAccount:
        actor = await accounts.operator()
        created = await accounts.create_account(actor, command)
        if role:
            grant = accounts.GrantRole(username=username, role=Role(role), office_code=command.office_code)
            await accounts.grant_role(actor, grant)
        return created

    created = _run(work())
    click.echo(f"Đã tạo tài khoản {created.username}.")
    if created.password:
        click.echo(f"Mật khẩu tạm (phải đổi khi đăng nhập lần đầu): {created.password}")


@users.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Khóa tài khoản và kết thúc mọi phiên của nó."""
    from thads_app.services import accounts

    async def work() -> None:
        await accounts.disable_account(await accounts.operator(), username)

    _run(work())
    click.echo(f"Đã khóa tài khoản {username}.")


@users.command("enable")
@click.argument("username")
def enable(username: str) -> None:
    """Mở lại tài khoản đã khóa."""
    from thads_app.services import accounts

    async def work() -> None:
        await accounts.enable_account(await accounts.operator(), username)

    _run(work())
    click.echo(f"Đã mở lại tài khoản {username}.")


@users.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Cấp mật khẩu tạm mới và kết thúc mọi phiên."""
    from thads_app.services import accounts

    async def work() -> str:
        return await accounts.reset_password(await accounts.operator(), username)

    click.echo(f"Mật khẩu tạm (phải đổi khi đăng nhập lần đầu): {_run(work())}")


@users.command("reset-two-factor")
@click.argument("username")
@click.option("--reason", required=True, help="Lý do, ghi vào nhật ký và báo cho người đó.")
def reset_two_factor(username: str, reason: str) -> None:
    """Đặt lại xác thực hai lớp của người mất điện thoại; mọi phiên của họ kết thúc."""
    from thads_app.services import accounts, two_factor

    async def work() -> None:
        await two_factor.reset_of_user(await accounts.operator(), username, reason)

    _run(work())
    click.echo(f"Đã đặt lại xác thực hai lớp của {username}.")


@users.command("grant")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--office", "office_code", required=True, help="Mã đơn vị; quyền gồm cả các đơn vị trực thuộc.")
@click.option("--from", "valid_from", callback=_day, help="Từ ngày.")
@click.option("--to", "valid_to", callback=_day, help="Đến hết ngày.")
@click.option("--reason", help="Căn cứ.")
def grant(username: str, role: str, **details: Any) -> None:
    """Cấp vai trò ROLE cho USERNAME."""
    from thads_app.services import accounts

    async def work() -> None:
        command = accounts.GrantRole(username=username, role=Role(role), **details)
        await accounts.grant_role(await accounts.operator(), command)

    _run(work())
    click.echo(f"Đã cấp vai trò {ROLE_LABELS[Role(role)]} tại {details['office_code']} cho {username}.")


@users.command("revoke")
@click.argument("username")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--office", "office_code", required=True, help="Mã đơn vị của quyền đã cấp.")
def revoke(username: str, role: str, office_code: str) -> None:
    """Thu hồi vai trò ROLE của USERNAME."""
    from thads_app.services import accounts

    async def work() -> None:
        await accounts.revoke_role(await accounts.operator(), username, Role(role), office_code)

    _run(work())
    click.echo(f"Đã thu hồi vai trò {ROLE_LABELS[Role(role)]} tại {office_code} của {username}.")


@users.command("list")
@click.option("--office", "office_code", help="Chỉ tài khoản của đơn vị này.")
def list_accounts(office_code: str | None) -> None:
    """Liệt kê tài khoản và vai trò."""
    from thads_app.services import accounts

    async def work() -> list[accounts.AccountRow]:
        return await accounts.list_accounts(await accounts.operator())

    for row in _run(work()):
        if office_code and row.office_code != office_code:
            continue
        held = ", ".join(f"{ROLE_LABELS[each.role]} @ {each.office_code}{_period(each)}" for each in row.grants)
        state = " · đã khóa" if row.disabled else ""
        click.echo(f"{row.username:<28} {row.full_name} · {row.office_code}{state} · {held or 'chưa có vai trò'}")


@users.command("token")
@click.argument("username")
@click.option("--label", required=True, help="Dùng để làm gì.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="Số ngày có hiệu lực.")
def token(username: str, label: str, days: int) -> None:
    """Tạo mã truy cập /api/v1 mang quyền của USERNAME; chỉ hiện một lần."""
    from thads_app.services import accounts

    async def work() -> str:
        return await accounts.create_token(await accounts.operator(), username, label, days)

    click.echo(_run(work()))


def _period(grant_row: Any) -> str:
    begins, ends = grant_row.valid_from, grant_row.valid_to
    if not begins and not ends:
        return ""
    return f" ({format_date(begins) if begins else '…'}–{format_date(ends) if ends else '…'})"
