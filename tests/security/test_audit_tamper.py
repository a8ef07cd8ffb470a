"""Somebody with every right in the database bends the audit trail; `verify` names the first place that differs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.cast import OFFICE, Cast
from thads_app import clock, db
from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.repositories import audit as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.audit_chain import FIRST, EntryFacts, Head, hash_of, seal
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.audit_anchors import AnchorsDiffer, anchor_now, newest_anchor
from thads_app.services.audit_seals import seal_now
from thads_app.services.office_tree import office_tree
from thads_app.services.verification.audit_trail import check_trail

EVENING = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
async def trail(cast: Cast, tmp_path: Path) -> Path:
    """Twenty sealed rows of one office and three of another, anchored over two days; the folder of the anchors."""
    await acts(cast, 10)
    await anchor_now(tmp_path, now=EVENING)
    await anchor_now(tmp_path, now=EVENING + timedelta(hours=3))  # past midnight in Vietnam: the day is closed
    await acts(cast, 10)
    await anchor_now(tmp_path, now=EVENING + timedelta(days=1))
    assert await found(tmp_path) == []
    return tmp_path


async def acts(cast: Cast, number: int) -> None:
    async with unit_of_work(EVERYWHERE) as session:
        for each in range(number):
            detail: dict[str, object] = {"number": f"{each}/QĐ"}
            office_id = cast.office(OFFICE)
            await write_audit(session, cast["alice"], "case.edited", "case", each, office_id=office_id, detail=detail)
        await write_audit(session, cast["charlie"], "case.edited", "case", 1, office_id=cast["charlie"].office_id)
    await seal_now()


async def found(folder: Path) -> list[str]:
    newest = newest_anchor(folder)
    offices = {node.id: node.code for node in (await office_tree()).nodes.values()}
    async with snapshot(EVERYWHERE) as session:
        return [str(each) for each in (await check_trail(session, folder, newest, offices)).differences]


def as_superuser(database: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements with the triggers off, as nothing inside the database could prevent; the last one's rows."""
    with psycopg.connect(db.libpq_dsn(database)) as connection:
        connection.execute("SET session_replication_role = replica")
        cursor = connection.execute("SELECT")
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description and "SELECT" in statements[-1][:6] else []


def entry_at(database: str, office_id: int, sequence: int) -> int:
    query = f"SELECT entry_id FROM audit_seal WHERE office_id = {office_id} AND sequence = {sequence}"
    return int(str(as_superuser(database, query)[0][0]))


async def test_one_byte_of_one_row(database: str, cast: Cast, trail: Path) -> None:
    entry = entry_at(database, cast.office(OFFICE), 7)
    as_superuser(
        database, f"UPDATE audit_entry SET detail = replace(detail::text, '/QĐ', '/QD')::jsonb WHERE id = {entry}"
    )
    chain = f"Nhật ký của {OFFICE} · dòng {entry}"
    assert await found(trail) == [
        f"{chain} · nội dung, thứ tự hoặc dấu niêm phong: phải là như khi niêm phong, đang là đã bị sửa"
    ]


@pytest.mark.parametrize(
    "change",
    ["at = at + interval '1 microsecond'", "account_id = NULL", "address = '192.0.2.9'", "message = 'x'",
     "on_behalf_of = account_id", "request_id = 'x'", "office_id = NULL", "object_id = '99'", "action = 'case.read'"],
)  # fmt: skip
async def test_any_column_of_a_row(database: str, cast: Cast, trail: Path, change: str) -> None:
    entry = entry_at(database, cast.office(OFFICE), 3)
    as_superuser(database, f"UPDATE audit_entry SET {change} WHERE id = {entry}")
    assert [line for line in await found(trail) if f"dòng {entry}" in line]


async def test_a_deleted_row(database: str, cast: Cast, trail: Path) -> None:
    entry = entry_at(database, cast.office(OFFICE), 5)
    as_superuser(database, f"DELETE FROM audit_entry WHERE id = {entry}")
    assert await found(trail) == [
        f"Nhật ký của {OFFICE} · dòng {entry} · dòng nhật ký: phải là như khi niêm phong, đang là đã bị xóa"
    ]


async def test_a_row_deleted_with_its_seal(database: str, cast: Cast, trail: Path) -> None:
    office = cast.office(OFFICE)
    entry = entry_at(database, office, 5)
    as_superuser(
        database, f"DELETE FROM audit_entry WHERE id = {entry}", f"DELETE FROM audit_seal WHERE entry_id = {entry}"
    )
    following = entry_at(database, office, 6)
    assert (await found(trail))[0].startswith(f"Nhật ký của {OFFICE} · dòng {following} · thứ tự niêm phong")


async def test_an_inserted_row(database: str, cast: Cast, trail: Path) -> None:
    office = cast.office(OFFICE)
    gap = as_superuser(database, "SELECT nextval('audit_entry_id_seq')")[0][0]
    await acts(cast, 1)
    as_superuser(
        database,
        f"INSERT INTO audit_entry (id, action, object_type, office_id) VALUES ({gap}, 'case.read', 'case', {office})",
    )
    assert await found(trail) == [
        f"Nhật ký của {OFFICE} · dòng {gap} · dòng nhật ký: phải là đã niêm phong, đang là chèn thêm về sau"
    ]


async def test_two_rows_that_changed_places(database: str, cast: Cast, trail: Path) -> None:
    one, other = (entry_at(database, cast.office(OFFICE), place) for place in (4, 5))
    as_superuser(
        database,
        f"UPDATE audit_entry SET id = -1 WHERE id = {one}",
        f"UPDATE audit_entry SET id = {one} WHERE id = {other}",
        f"UPDATE audit_entry SET id = {other} WHERE id = -1",
    )
    assert [line for line in await found(trail) if f"dòng {one} " in line]


async def test_two_seals_that_changed_places(database: str, cast: Cast, trail: Path) -> None:
    office = cast.office(OFFICE)
    as_superuser(
        database,
        f"UPDATE audit_seal SET sequence = -1 WHERE office_id = {office} AND sequence = 4",
        f"UPDATE audit_seal SET sequence = 4 WHERE office_id = {office} AND sequence = 5",
        f"UPDATE audit_seal SET sequence = 5 WHERE office_id = {office} AND sequence = -1",
    )
    wrong = entry_at(database, office, 4)
    assert [line for line in await found(trail) if f"dòng {wrong} " in line]


async def test_a_changed_seal(database: str, cast: Cast, trail: Path) -> None:
    office = cast.office(OFFICE)
    as_superuser(
        database,
        f"UPDATE audit_seal SET hash = set_byte(hash, 0, (get_byte(hash, 0) + 1) % 256)"
        f" WHERE office_id = {office} AND sequence = 8",
    )
    entry = entry_at(database, office, 8)
    assert (await found(trail))[0].startswith(f"Nhật ký của {OFFICE} · dòng {entry} ·")


async def test_a_tail_cut_off_with_its_seals(database: str, cast: Cast, trail: Path) -> None:
    office = cast.office(OFFICE)
    last = int(str(as_superuser(database, f"SELECT max(sequence) FROM audit_seal WHERE office_id = {office}")[0][0]))
    as_superuser(
        database,
        f"DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE office_id = {office}"
        f" AND sequence > {last - 2})",
        f"DELETE FROM audit_seal WHERE office_id = {office} AND sequence > {last - 2}",
    )
    chain = f"Neo ngày 21/11/2026 · nhật ký của {OFFICE}"
    assert await found(trail) == [
        f"{chain} · dấu niêm phong: phải là như neo đã ghi tại {last}, đang là chỉ còn đến {last - 2}: đã bị cắt đuôi"
    ]


async def test_everything_thrown_away(database: str, cast: Cast, trail: Path) -> None:
    as_superuser(database, "DELETE FROM audit_entry", "DELETE FROM audit_seal", "DELETE FROM audit_anchor")
    assert len(await found(trail)) == 2


async def rewritten(
    database: str, office: int, from_sequence: int, change: Callable[[dict[str, object]], None]
) -> None:
    """Change one row and compute every later hash again, as somebody who knows the program could."""
    async with snapshot(EVERYWHERE) as session:
        places = [place async for place in repository.places(session) if place.office_id == office]
    before = FIRST
    for place in places:
        assert place.entry is not None
        entry = place.entry
        if place.sequence == from_sequence:
            fields: dict[str, object] = {}
            change(fields)
            entry = entry._replace(**fields)
            as_superuser(database, f"UPDATE audit_entry SET object_id = '{entry.object_id}' WHERE id = {entry.id}")
        before = hash_of(entry, place.sequence, before)
        as_superuser(
            database,
            f"UPDATE audit_seal SET hash = '\\x{before.hex()}' WHERE office_id = {office}"
            f" AND sequence = {place.sequence}",
        )


async def test_a_chain_computed_again_after_a_change(database: str, cast: Cast, trail: Path) -> None:
    await rewritten(database, cast.office(OFFICE), 2, lambda fields: fields.update(object_id="77"))
    lines = await found(trail)
    assert len(lines) == 2  # the rows fit their seals again, but neither day's anchor
    assert all("như neo đã ghi" in line for line in lines)


async def test_a_closed_anchor_changed_or_taken_away(database: str, cast: Cast, trail: Path) -> None:
    first = trail / "2026-11-20.json"
    kept = first.read_bytes()
    first.write_bytes(kept.replace(b'"entries": 1', b'"entries": 2', 1))
    assert [line for line in await found(trail) if line.startswith("Neo ngày 20/11/2026 · mã kiểm tra")]
    first.unlink()
    lines = await found(trail)
    assert lines[0].startswith("Neo ngày 20/11/2026 · tệp neo: phải là còn trong thư mục neo, đang là đã mất")
    first.write_bytes(kept)
    assert await found(trail) == []


async def test_anchors_do_not_follow_a_chain_that_was_cut(database: str, cast: Cast, trail: Path) -> None:
    office = cast.office(OFFICE)
    newest = trail / "2026-11-21.json"
    before = newest.read_bytes()
    as_superuser(
        database,
        f"DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_seal WHERE office_id = {office}"
        " AND sequence > 15)",
        f"DELETE FROM audit_seal WHERE office_id = {office} AND sequence > 15",
    )
    await acts(cast, 10)  # the chain grows beyond where it was
    with pytest.raises(AnchorsDiffer):
        await anchor_now(trail, now=EVENING + timedelta(days=1, hours=1))
    assert newest.read_bytes() == before
    assert [line for line in await found(trail) if "một mã khác: đã bị sửa" in line]


async def test_each_days_file_names_the_one_before_and_is_never_written_again(cast: Cast, trail: Path) -> None:
    first = (trail / "2026-11-20.json").read_bytes()
    said, following = json.loads(first), json.loads((trail / "2026-11-21.json").read_bytes())
    assert said["closed"]
    assert not following["closed"]
    assert following["previous"]["day"] == "2026-11-20"
    assert following["after_entry"] == said["upto_entry"]
    await acts(cast, 1)
    await anchor_now(trail, now=EVENING + timedelta(days=3))
    assert (trail / "2026-11-20.json").read_bytes() == first
    assert json.loads((trail / "2026-11-21.json").read_bytes())["closed"]
    assert await found(trail) == []


def test_the_hash_covers_every_field_and_the_place() -> None:
    entry = EntryFacts(5, clock.now(), 1, None, "a.b", "case", "1", 7, None, None, None, "{}", "{}")
    plain = hash_of(entry, 1, FIRST)
    others: dict[str, object] = {
        "id": 6, "at": entry.at + timedelta(microseconds=1), "account_id": 2, "on_behalf_of": 1, "action": "a.c",
        "object_type": "cases", "object_id": "2", "office_id": 8, "address": "x", "request_id": "y", "message": "z",
        "changes": '{"a": 1}', "detail": '{"b": 1}',
    }  # fmt: skip
    assert set(others) == set(EntryFacts._fields)
    hashes = {hash_of(entry._replace(**{name: value}), 1, FIRST) for name, value in others.items()}
    hashes |= {hash_of(entry, 2, FIRST), hash_of(entry, 1, bytes([1] * 32)), plain}
    assert len(hashes) == len(others) + 3
    heads = {7: Head(1, plain)}
    assert seal([entry], heads)[0].sequence == 2
    assert heads[7].sequence == 2
