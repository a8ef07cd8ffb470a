"""Signing in with a password of ours where an identity provider does it for everybody: only who breaks the glass."""

import logging

from models import Account
from models.enums import Role
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.repositories import two_factor as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

log = logging.getLogger(__name__)
_NOTICE = "Có người đăng nhập bằng tài khoản khẩn cấp {name} khi đăng nhập bằng mật khẩu đang tắt. Hãy kiểm tra ngay."
_NOTICES = "/thong-bao"


async def may_use_password(account: Account) -> bool:
    """Whether the account may sign in with its password: anyone's may; when switched off, a named administrator's."""
    settings = get_settings()
    if settings.local_sign_in:
        return True
    if account.username not in settings.break_glass_names or account.id is None:
        return False
    root = (await office_tree()).root.id
    async with unit_of_work(EVERYWHERE) as session:  # nobody is signed in yet
        return account.id in await repository.holders(session, Role.ADMIN, root, clock.today())


async def sound_alarm(actor: Actor) -> None:
    """Tell the log, the audit trail and the other administrators of the centre that the glass was broken."""
    log.warning("break-glass sign-in of account %s", actor.account_id)
    root = (await office_tree()).root.id
    async with unit_of_work(EVERYWHERE) as session:  # a notice to others
        others = set(await repository.holders(session, Role.ADMIN, root, clock.today())) - {actor.account_id}
        await repository.tell(session, sorted(others), _NOTICE.format(name=actor.name), _NOTICES)
        await write_audit(
            session, actor, "account.break_glass", "account", actor.account_id, office_id=actor.office_id,
            detail={"told": len(others)},
        )  # fmt: skip
