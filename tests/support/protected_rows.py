"""Rows in every table under row-level security: some of Phòng khu vực 3 of An Giang, some of another province."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from models.enums import HandoverKind
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, Cast
from tests.support.some_cases import World, make_world
from thads_app import db
from thads_app.rules.handovers import Confirmer
from thads_app.services.folding import fold_now
from thads_app.services.handovers import ItemInput, SaveHandover, confirm_items, save_draft, send_handover

NOW = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)

# One row in each table that holds no row of the other province yet, written past the app.
_ELSEWHERE = """
WITH made AS (
    INSERT INTO handover (number, year, kind, status, giver_office_id, receiver_office_id, sent_at, created_by)
    VALUES (1, 2026, 'intake_to_officer', 'sent', {office}, {office}, now(), {account}) RETURNING id
)
INSERT INTO handover_item (handover_id, case_id, position, sheet_count, status)
    SELECT id, {case_id}, 1, 9, 'pending' FROM made;
INSERT INTO assignment (case_id, staff_id, office_id, valid_from, event_id)
    SELECT {case_id}, (SELECT min(id) FROM staff_member), {office}, '2026-10-20', min(id)
    FROM case_event WHERE case_id = {case_id};
INSERT INTO notice (account_id, text, href) VALUES ({account}, 'Có bàn giao', '/ban-giao');
INSERT INTO import_job (account_id, file_name) VALUES ({account}, 'ho-so.xlsx');
INSERT INTO audit_seal (office_id, sequence, entry_id, hash)
    SELECT office_id, row_number() OVER (PARTITION BY office_id ORDER BY id), id, '\\x00' FROM audit_entry
    WHERE office_id IS NOT NULL;
"""


@dataclass(frozen=True)
class Protected:
    """The world and the handover of the office."""

    world: World
    handover_id: int
    handover_elsewhere: int

    @property
    def cast(self) -> Cast:
        """The people."""
        return self.world.cast


async def make_protected() -> Protected:
    """Fill every protected table on both sides."""
    world = await make_world()
    clerk, alice = world.cast["intake_clerk"], world.cast["alice"]
    draft = await save_draft(
        clerk,
        SaveHandover(
            kind=HandoverKind.INTAKE_TO_OFFICER,
            receiver_staff_id=alice.staff_id,
            items=[ItemInput(case_id=case_id, sheet_count=9) for case_id in world.here[9:12]],
        ),
        now=NOW,
    )
    await send_handover(clerk, draft.id, now=NOW)
    await confirm_items(alice, draft.id, await item_ids(draft.id, 1), confirmer=Confirmer.RECEIVER, now=NOW)
    head, charlie = world.cast["office_head"], world.cast["charlie"]
    with db.raw_owner_connection() as connection:
        connection.execute(
            f"INSERT INTO import_job (account_id, file_name) VALUES ({head.account_id}, 'cua-toi.xlsx')".encode()
        )
        connection.execute(
            f"INSERT INTO notice (account_id, text, href) VALUES ({head.account_id}, 'Của tôi', '/ho-so')".encode()
        )
        connection.execute(
            _ELSEWHERE.format(
                office=world.cast.office(OFFICE_ELSEWHERE), account=charlie.account_id, case_id=world.elsewhere[0]
            ).encode()
        )
        row = connection.execute("SELECT max(id) FROM handover").fetchone()
    await fold_now()
    assert row is not None
    return Protected(world, draft.id, row[0])


async def item_ids(handover_id: int, how_many: int) -> list[int]:
    """The first items of a handover."""
    with db.raw_owner_connection() as connection:
        rows = connection.execute(
            "SELECT id FROM handover_item WHERE handover_id = %s ORDER BY position LIMIT %s", [handover_id, how_many]
        ).fetchall()
    return [row[0] for row in rows]


def office_of(cast: Cast) -> int:
    """The office most of the rows belong to."""
    return cast.office(OFFICE)
