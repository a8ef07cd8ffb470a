"""Deputies: they read; whatever else a head may, they may only under a written authorisation in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import text

from models import Account, RoleGrant
from models.enums import EventType, Role
from tests.support.cast import OFFICE, PASSWORD, PROVINCE, Cast
from tests.support.some_cases import NOW, intake
from thads_app import clock, db
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.errors import DomainError, Forbidden, Invalid, NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services import accounts, notices, sessions
from thads_app.services.administration.authorisations import (
    AuthorisationState,
    GiveAuthorisation,
    authorisations_given,
    authorisations_received,
    deputies_of,
    give_authorisation,
    withdraw_authorisation,
)
from thads_app.services.administration.effective_rights import effective_rights
from thads_app.services.cases import register_case
from thads_app.services.events import RecordEvent, record_event

DAY = timedelta(days=1)
ASSIGNING = [Permission.CASE_ASSIGN, Permission.EVENT_RECORD]


@dataclass(frozen=True)
class Pair:
    """The deputy of the province, beside the cast's head of it."""

    cast: Cast
    deputy_id: int

    @property
    def head(self) -> Actor:
        return self.cast["province_head"]

    async def deputy(self) -> Actor:
        """The deputy as the next event of an open session finds them."""
        sessions.forget_everything()
        who = await sessions.resolve(await self._secret())
        assert who is not None
        return who.actor

    async def _secret(self) -> str:
        return (await sessions.sign_in("pho.tinh", PASSWORD, address="192.0.2.9")).secret

    def paper(self, **more: object) -> GiveAuthorisation:
        today = clock.today()
        given = {
            "number": "05/GUQ-THADS", "signed_on": today, "deputy_id": self.deputy_id, "office_code": PROVINCE,
            "permissions": ASSIGNING, "valid_from": today, "valid_to": today + 30 * DAY, **more,
        }  # fmt: skip
        return GiveAuthorisation.model_validate(given)


@pytest.fixture
async def pair(cast: Cast) -> Pair:
    async with unit_of_work(EVERYWHERE) as session:
        account = Account(
            username="pho.tinh", password_hash=passwords.hash_password_now(PASSWORD), full_name="Võ Thanh Phó",
            office_id=cast.office(PROVINCE), position="Phó Trưởng THADS tỉnh",
        )  # fmt: skip
        session.add(account)
        await session.flush()
        session.add(RoleGrant(account_id=account.id or 0, role=Role.DEPUTY_HEAD, office_id=cast.office(PROVINCE)))
    return Pair(cast, account.id or 0)


async def test_a_deputy_without_an_authorisation_only_reads(pair: Pair) -> None:
    deputy = await pair.deputy()
    assert deputy.may_in(Permission.CASE_READ, pair.cast.office(OFFICE))
    assert not deputy.may(Permission.CASE_ASSIGN)
    assert not deputy.may(Permission.EVENT_RECORD)
    assert deputy.on_behalf_of is None


async def test_under_an_authorisation_the_deputy_does_what_is_written_and_nothing_more(pair: Pair) -> None:
    await give_authorisation(pair.head, pair.paper())
    deputy = await pair.deputy()
    assert deputy.scope(Permission.CASE_ASSIGN) == pair.head.scope(Permission.CASE_ASSIGN)
    assert not deputy.may(Permission.HANDOVER_APPROVE)
    assert not deputy.may(Permission.AUTHORISATION_GIVE)
    assert deputy.on_behalf_of == pair.head.account_id
    assert deputy.acting_for(Permission.CASE_ASSIGN, pair.cast.office(OFFICE)) == pair.head.account_id
    assert deputy.acting_for(Permission.CASE_READ, pair.cast.office(OFFICE)) is None
    assert "05/GUQ-THADS" in (await notices.read_notices(deputy))[0].text


async def test_an_authorisation_for_one_office_reaches_no_other(pair: Pair) -> None:
    await give_authorisation(pair.head, pair.paper(office_code=OFFICE))
    deputy = await pair.deputy()
    assert deputy.may_in(Permission.CASE_ASSIGN, pair.cast.office(OFFICE))
    assert not deputy.may_in(Permission.CASE_ASSIGN, pair.cast.office("91-04"))


async def test_what_the_deputy_records_is_recorded_and_stops_with_the_withdrawal(pair: Pair) -> None:
    cast = pair.cast
    case_id = (await register_case(cast["intake_clerk"], intake(cast, 1, OFFICE), now=NOW)).case_id
    halted = RecordEvent.model_validate(
        {"case_id": case_id, "type": EventType.SUSPENDED, "business_date": NOW.date(), "ground": "Đ.49"}
    )
    with pytest.raises(Forbidden):
        await record_event(await pair.deputy(), halted, now=NOW)
    given = await give_authorisation(pair.head, pair.paper())
    assert (await record_event(await pair.deputy(), halted, now=NOW)).case_id == case_id
    await withdraw_authorisation(pair.head, given, "Thủ trưởng đã trở lại")
    deputy = await pair.deputy()
    assert deputy.on_behalf_of is None
    resumed = halted.model_copy(update={"type": EventType.RESUMED, "request_id": None})
    with pytest.raises(Forbidden):
        await record_event(deputy, resumed, now=NOW)


async def test_an_authorisation_counts_from_its_first_to_its_last_day(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    await give_authorisation(pair.head, pair.paper(valid_from=today + DAY, valid_to=today + 2 * DAY))
    for days, may in ((0, False), (1, True), (2, True), (3, False)):
        monkeypatch.setattr(clock, "today", lambda days=days: today + days * DAY)
        assert (await pair.deputy()).may(Permission.CASE_ASSIGN) is may, days


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account SET disabled_at = now() WHERE id = %(head)s",
        "UPDATE role_grant SET ended_at = now(), end_reason = 'x' WHERE account_id = %(head)s",
        "UPDATE role_grant SET valid_to = current_date - 2 WHERE account_id = %(head)s",
        "UPDATE role_grant SET ended_at = now(), end_reason = 'x' WHERE account_id = %(deputy)s",
    ],
)
async def test_an_authorisation_ends_with_the_office_of_either(pair: Pair, statement: str) -> None:
    await give_authorisation(pair.head, pair.paper())
    assert (await pair.deputy()).may(Permission.CASE_ASSIGN)
    with db.raw_owner_connection() as owner:
        owner.execute(statement, {"head": pair.head.account_id, "deputy": pair.deputy_id})
    assert not (await pair.deputy()).may(Permission.CASE_ASSIGN)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("number", "  ", "required"),
        ("permissions", [], "authorisation_nothing"),
        ("permissions", [Permission.AUTHORISATION_GIVE], "authorisation_not_possible"),
        ("permissions", [Permission.ACCOUNT_MANAGE], "authorisation_not_possible"),
        ("signed_on", clock.today() + DAY, "authorisation_signed_later"),
        ("valid_to", clock.today() - DAY, "ends_before_it_begins"),
        ("valid_to", clock.today() + 500 * DAY, "authorisation_too_long"),
        ("office_code", "68", "authorisation_not_head"),
        ("office_code", "00", "authorisation_not_head"),
        ("deputy_id", 1, "authorisation_not_deputy"),
    ],
)
async def test_a_document_says_who_what_where_and_when(pair: Pair, field: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as problem:
        await give_authorisation(pair.head, pair.paper(**{field: value}))
    assert problem.value.fields[field].code == code
    assert not await authorisations_given(pair.head)


async def test_a_head_authorises_no_longer_than_they_are_head(pair: Pair) -> None:
    with db.raw_owner_connection() as owner:
        owner.execute(
            "UPDATE role_grant SET valid_to = current_date + 10 WHERE account_id = %s", (pair.head.account_id,)
        )
    with pytest.raises(Invalid) as problem:
        await give_authorisation(pair.head, pair.paper())
    assert problem.value.fields["office_code"].code == "authorisation_not_head"
    assert await give_authorisation(pair.head, pair.paper(valid_to=clock.today() + 5 * DAY))


@pytest.mark.parametrize("part", ["leader", "province_admin", "alice", "intake_clerk"])
async def test_only_heads_authorise(pair: Pair, part: str) -> None:
    with pytest.raises(Forbidden):
        await give_authorisation(pair.cast[part], pair.paper())
    with pytest.raises(Forbidden):
        await deputies_of(pair.cast[part])


async def test_another_head_neither_authorises_this_deputy_nor_withdraws(pair: Pair) -> None:
    given = await give_authorisation(pair.head, pair.paper())
    for other in ("charlie", "office_head"):
        with pytest.raises(DomainError):
            await give_authorisation(pair.cast[other], pair.paper(number="khác"))
        with pytest.raises(NotFound):
            await withdraw_authorisation(pair.cast[other], given, "x")
        assert not await deputies_of(pair.cast[other])
    assert (await pair.deputy()).may(Permission.CASE_ASSIGN)


async def test_the_same_document_is_recorded_once(pair: Pair) -> None:
    await give_authorisation(pair.head, pair.paper())
    with pytest.raises(Refused, match="authorisation_exists"):
        await give_authorisation(pair.head, pair.paper())


async def test_both_sides_read_the_whole_story(pair: Pair) -> None:
    given = await give_authorisation(pair.head, pair.paper(note="Khi đi công tác"))
    (line,) = await authorisations_given(pair.head)
    assert (line.state, line.deputy, line.withdrawable) == (AuthorisationState.IN_FORCE, "Võ Thanh Phó", True)
    (theirs,) = await authorisations_received(await pair.deputy())
    assert (theirs.head, theirs.withdrawable) == (pair.head.name, False)
    assert [each.name for each in await deputies_of(pair.head)] == ["Võ Thanh Phó"]
    await withdraw_authorisation(pair.head, given, "Đã về")
    (line,) = await authorisations_given(pair.head)
    assert (line.state, line.withdraw_reason, line.withdrawable) == (AuthorisationState.WITHDRAWN, "Đã về", False)
    with pytest.raises(Refused, match="authorisation_over"):
        await withdraw_authorisation(pair.head, given, "Lần nữa")
    async with unit_of_work(EVERYWHERE) as session:
        found = await session.execute(
            text("SELECT action FROM audit_entry WHERE action LIKE 'authorisation.%' ORDER BY id")
        )
        assert [row[0] for row in found] == ["authorisation.given", "authorisation.withdrawn"]


async def test_a_withdrawal_says_why(pair: Pair) -> None:
    given = await give_authorisation(pair.head, pair.paper())
    with pytest.raises(Invalid):
        await withdraw_authorisation(pair.head, given, "  ")


async def test_the_rights_of_a_deputy_name_the_document(pair: Pair) -> None:
    await give_authorisation(pair.head, pair.paper())
    told = await effective_rights(pair.cast["province_admin"], pair.deputy_id)
    line = next(each for each in told.lines if each.permission is Permission.CASE_ASSIGN)
    (reason,) = line.reasons
    assert reason.authorisation
    assert "05/GUQ-THADS" in reason.text
    assert {each.permission for each in told.lines} == set((await pair.deputy()).scopes)


async def test_a_token_of_a_deputy_acts_under_the_authorisation_too(pair: Pair) -> None:
    from thads_app.services import own_account

    await give_authorisation(pair.head, pair.paper())
    secret = await accounts.create_token(pair.cast["province_admin"], "pho.tinh", "thử")
    actor = await own_account.actor_of_token(secret)
    assert actor is not None
    assert actor.may(Permission.CASE_ASSIGN)
    assert actor.on_behalf_of == pair.head.account_id
