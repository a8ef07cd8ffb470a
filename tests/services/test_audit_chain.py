"""Audit rows say who, for whom, from what to what; they are sealed in order whatever the writers do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.cast import OFFICE, Cast
from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.jobs.sealing import seal_forever
from thads_app.repositories import audit as repository
from thads_app.repositories.base import changed_fields, write_audit
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services.audit_anchors import anchor_now, kept_days, newest_anchor
from thads_app.services.audit_seals import Sealer, seal_lag, seal_now


async def write(actor: Actor | None, office_id: int | None, number: int = 1) -> None:
    async with unit_of_work(EVERYWHERE) as session:
        for each in range(number):
            await write_audit(session, actor, "case.edited", "case", each, office_id=office_id)


async def chain_order(office_id: int) -> list[tuple[int, int]]:
    async with snapshot(EVERYWHERE) as session:
        return [(p.sequence, p.entry_id) async for p in repository.places(session) if p.office_id == office_id]


async def test_a_row_says_for_whom_in_which_request_and_only_what_changed(cast: Cast) -> None:
    actor = replace(cast["office_head"], on_behalf_of=cast["province_head"].account_id, request_id="r-17")
    async with unit_of_work(EVERYWHERE) as session:
        await write_audit(
            session, actor, "case.edited", "case", 7, office_id=actor.office_id,
            before={"number": "1", "kind": "a"}, after={"number": "2", "kind": "a"}, message="  gõ nhầm số  ",
        )  # fmt: skip
        query = text("SELECT on_behalf_of, request_id, changes, message FROM audit_entry ORDER BY id DESC LIMIT 1")
        row = (await session.execute(query)).one()
    assert tuple(row) == (actor.on_behalf_of, "r-17", {"number": ["1", "2"]}, "gõ nhầm số")


def test_what_is_new_or_gone_counts_as_changed_from_or_to_nothing() -> None:
    assert changed_fields(None, {"a": 1}) == {"a": [None, 1]}
    assert changed_fields({"a": 1}, None) == {"a": [1, None]}
    assert changed_fields({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"b": [2, 3]}


async def test_each_office_has_a_chain_of_its_own_and_rows_of_no_office_have_one_too(cast: Cast) -> None:
    await seal_now()
    here, elsewhere = cast.office(OFFICE), cast["charlie"].office_id
    before = {chain: len(await chain_order(chain)) for chain in (0, here, elsewhere)}
    await write(cast["alice"], here, 3)
    await write(cast["charlie"], elsewhere, 2)
    await write(None, None)
    assert await seal_now() == 6
    for chain, added in ((0, 1), (here, 3), (elsewhere, 2)):
        order = await chain_order(chain)
        assert [sequence for sequence, _ in order] == list(range(1, before[chain] + added + 1))
        assert [entry for _, entry in order] == sorted(entry for _, entry in order)


async def test_a_row_is_not_sealed_while_an_earlier_one_may_still_appear(cast: Cast) -> None:
    await seal_now()
    sealer, office = Sealer(), cast.office(OFFICE)
    async with unit_of_work(EVERYWHERE) as slow:
        await write_audit(slow, cast["alice"], "case.edited", "case", 1, office_id=office)
        await write(cast["bob"], office, 2)  # later numbers, committed first
        assert await sealer.step() == 0
        assert await sealer.step() == 0
        assert (await seal_lag()).entries == 2
    assert await sealer.step() == 3
    entries = [entry for _, entry in await chain_order(office)][-3:]
    assert entries == sorted(entries)


async def test_writers_never_wait_for_whoever_seals(cast: Cast) -> None:
    await write(cast["alice"], cast.office(OFFICE), 5)
    async with unit_of_work(EVERYWHERE) as sealing:
        assert await repository.try_sealer_lock(sealing)
        entries = await repository.unsealed(sealing, 10**9, 100)
        assert entries
        await asyncio.wait_for(write(cast["bob"], cast.office(OFFICE), 5), timeout=2)


async def test_many_sealers_at_once_make_one_chain(cast: Cast) -> None:
    office = cast.office(OFFICE)
    await seal_now()
    before = len(await chain_order(office))

    async def writer() -> None:
        for _ in range(10):
            await write(cast["alice"], office)

    async def sealer() -> None:
        one = Sealer()
        for _ in range(30):
            await one.step()
            await asyncio.sleep(0.005)

    await asyncio.gather(*(writer() for _ in range(4)), *(sealer() for _ in range(3)))
    await seal_now()
    order = await chain_order(office)
    assert len(order) == before + 40
    assert [sequence for sequence, _ in order] == list(range(1, before + 41))
    assert [entry for _, entry in order] == sorted(entry for _, entry in order)


async def test_the_background_job_seals_and_anchors_by_itself(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thads_app.services.audit_anchors.anchors_folder", lambda: tmp_path)
    monkeypatch.setattr("thads_app.jobs.sealing.SECONDS_BETWEEN_ANCHORS", 0.0)
    await write(cast["alice"], cast.office(OFFICE), 3)
    working = asyncio.create_task(seal_forever(0.01))
    async with asyncio.timeout(10):
        while (await seal_lag()).entries or not kept_days(tmp_path):  # noqa: ASYNC110 (the job tells nobody)
            await asyncio.sleep(0.02)
    working.cancel()
    anchored = newest_anchor(tmp_path)
    assert anchored is not None
    assert anchored.content is not None
    assert anchored.content.entries >= 3


async def test_neither_rows_nor_seals_can_be_changed_by_the_program(cast: Cast) -> None:
    await write(cast["alice"], cast.office(OFFICE))
    await seal_now()
    for statement in (
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_seal",
        "UPDATE audit_seal SET hash = ''",
    ):
        with pytest.raises(Exception, match=r"permission denied|append-only"):
            async with unit_of_work(EVERYWHERE) as session:
                await session.execute(text(statement))


async def test_the_anchor_is_written_when_chains_grow_and_not_otherwise(cast: Cast, tmp_path: Path) -> None:
    await write(cast["alice"], cast.office(OFFICE), 2)
    await seal_now()
    first = await anchor_now(tmp_path)
    assert first is not None
    assert await anchor_now(tmp_path) is None
    await write(cast["alice"], cast.office(OFFICE))
    assert await anchor_now(tmp_path) is None  # not sealed yet
    await seal_now()
    second = await anchor_now(tmp_path)
    assert second is not None
    assert second.day == first.day
    assert second.entries == first.entries + 1
    assert kept_days(tmp_path) == [first.day]
