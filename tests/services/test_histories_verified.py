"""`thads verify` says nothing about sound books, and names whatever somebody tampered with."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import psycopg
import pytest

from models.enums import EventType
from tests.support.office_life import Life
from thads_app import db
from thads_app.embedded_postgres import EmbeddedPostgres
from thads_app.services.events import RecordEvent
from thads_app.services.folding import fold_now
from thads_app.services.verify import verify

_numbers = count(1)


def on_server(postgres: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(db.libpq_dsn(postgres.url("postgres")), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="module")
async def lived(postgres: EmbeddedPostgres) -> AsyncIterator[Life]:
    """Two busy seasons, folded, and one more on top; kept aside for the tests to copy."""
    on_server(postgres, "CREATE DATABASE thads_lived TEMPLATE thads_template STRATEGY FILE_COPY")
    db.choose_database(postgres.url("thads_lived"))
    life, chance = await Life.begin(), Random(7)
    for _ in range(2):
        await life.busy_season(chance)
    await fold_now()
    await life.busy_season(chance)
    await db.dispose()
    db.choose_database(None)
    yield life
    on_server(postgres, "DROP DATABASE thads_lived WITH (FORCE)")


@pytest.fixture
async def life(postgres: EmbeddedPostgres, lived: Life) -> AsyncIterator[Life]:
    """A copy of that life, to do with as one likes."""
    name = f"thads_lived_{next(_numbers)}"
    on_server(postgres, f"CREATE DATABASE {name} TEMPLATE thads_lived STRATEGY FILE_COPY")
    db.choose_database(postgres.url(name))
    yield replace(lived)
    await db.dispose()
    db.choose_database(None)
    on_server(postgres, f"DROP DATABASE {name} WITH (FORCE)")


async def differences(life: Life) -> list[str]:
    return [str(each) for each in (await verify(today=life.today)).differences]


def tamper(statement: str) -> None:
    """Change what nobody may change, as only the owner of the server could."""
    with db.raw_owner_connection() as connection:
        connection.execute("SET session_replication_role = replica")
        assert connection.execute(statement).rowcount > 0, "nothing was tampered with"


async def test_sound_books_leave_nothing_to_say(life: Life) -> None:
    result = await verify(today=life.today)
    assert result.differences == ()
    assert result.cases == len(life.cases)
    assert len(result.cut_offs) == 3
    assert result.figures > 10_000


async def test_an_empty_database_leaves_nothing_to_say(database: str) -> None:
    result = await verify()
    assert (result.cases, result.events, result.differences) == (0, 0, ())


NEWEST_DELTA = "(SELECT max(id) FROM stat_delta WHERE amount <> 0)"
LAST_COLLECTION = (
    "(SELECT max(id) FROM case_event e WHERE type = 'collected' AND amount > 1"
    " AND NOT EXISTS (SELECT FROM case_event c WHERE c.corrects_id = e.id))"
)
LAST_CORRECTION = "(SELECT max(id) FROM case_event WHERE type = 'corrected')"
A_REGISTRATION = "(SELECT min(id) FROM case_event e WHERE e.case_id = case_event.case_id)"
OTHER_CASES_EVENT = "(SELECT min(id) FROM case_event e WHERE e.case_id <> case_event.case_id)"
OPEN_CASE = "(SELECT max(id) FROM cases WHERE status = 'in_progress')"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (f"UPDATE stat_delta SET amount = amount + 1 WHERE id = {NEWEST_DELTA}", "05/TK-THA"),
        (f"UPDATE stat_delta SET count = count + 1 WHERE id = {NEWEST_DELTA}", "04/TK-THA"),
        (f"UPDATE stat_delta SET business_date = business_date + 31 WHERE id = {NEWEST_DELTA}", "tháng năm"),
        (f"UPDATE stat_delta SET recorded_at = '2020-01-01' WHERE id = {NEWEST_DELTA}", "không sớm hơn sự kiện"),
        (f"UPDATE stat_delta SET judgment_kind = 'labour' WHERE id = {NEWEST_DELTA}", "labour"),
        ("DELETE FROM stat_delta WHERE id = (SELECT min(id) FROM stat_delta)", "TK-THA"),
        ("UPDATE stat_monthly SET amount = amount + 5 WHERE id = (SELECT min(id) FROM stat_monthly)", "stat_monthly"),
        ("UPDATE stat_office_monthly SET count = 7 WHERE id = (SELECT min(id) FROM stat_office_monthly)", "office_mon"),
        (f"UPDATE case_event SET amount = amount - 1 WHERE id = {LAST_COLLECTION}", "cột outstanding"),
        (f"UPDATE case_event SET sequence = sequence + 50 WHERE id = {LAST_COLLECTION}", "số thứ tự"),
        (f"UPDATE case_event SET corrects_id = {A_REGISTRATION} WHERE id = {LAST_CORRECTION}", "thụ lý còn hiệu lực"),
        (f"UPDATE case_event SET corrects_id = {OTHER_CASES_EVENT} WHERE id = {LAST_CORRECTION}", "đính chính"),
        (f"UPDATE cases SET outstanding = outstanding + 1 WHERE id = {OPEN_CASE}", "cột outstanding"),
        (f"UPDATE cases SET status = 'suspended' WHERE id = {OPEN_CASE}", "cột status"),
        ("UPDATE assignment SET valid_from = valid_from - 1 WHERE id = (SELECT max(id) FROM assignment)", "phân công"),
        (f"UPDATE obligation SET amount = amount + 1 WHERE case_id = {OPEN_CASE}", "các khoản"),
    ],
)  # fmt: skip
async def test_whatever_was_tampered_with_is_named(life: Life, statement: str, named: str) -> None:
    tamper(statement)
    assert named in "\n".join(await differences(life))


async def test_an_event_that_may_not_follow_is_named(life: Life) -> None:
    tamper(f"UPDATE case_event SET type = 'returned_from_separate_book', amount = NULL WHERE id = {LAST_COLLECTION}")
    assert "event_not_after_status" in "\n".join(await differences(life))


async def test_figures_of_a_moment_before_a_late_entry_still_agree_afterwards(life: Life) -> None:
    before = life.moment
    case_id = life.cases[0]
    possible = await life.possible(case_id)
    if EventType.ASSIGNED in possible:
        last, _ = await life.last_day_of(case_id)
        life.wait(200)
        late = RecordEvent(case_id=case_id, type=EventType.ASSIGNED, business_date=last, staff_id=life.officers[0])
        await life.record(late)
    result = await verify(cut_offs=20, today=life.today)
    assert result.differences == ()
    assert any(moment <= before for moment in result.cut_offs)


def thads(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).parent / "thads", *arguments]
    environment = {**os.environ, "THADS_DATABASE_URL": url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


async def test_the_command_ends_with_0_and_one_line_or_with_1_and_a_line_for_each_difference(life: Life) -> None:
    database = db.owner_url()
    sound = thads(database, "verify", "--cut-offs", "1")
    assert (sound.returncode, sound.stdout.count("\n"), sound.stderr) == (0, 1, "")
    tamper(f"UPDATE stat_delta SET count = count + 1 WHERE id = {NEWEST_DELTA}")
    broken = thads(database, "verify", "--cut-offs", "0")
    assert broken.returncode == 1
    assert "04/TK-THA" in broken.stdout
    assert f"Có {broken.stdout.count(chr(10))} chỗ khác nhau" in broken.stderr
