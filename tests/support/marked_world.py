"""Cases whose every word says which office they belong to, and who may see which: computed from the tables alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from models.enums import EventType, HandoverKind, JudgmentKind, PartyRole, Role
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, OTHER_OFFICE_OF_PROVINCE, PARTS, Cast, make_cast
from tests.support.some_cases import intake
from thads_app import db
from thads_app.rules.rights import system_operator
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, register_case
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.folding import fold_now
from thads_app.services.handovers import ItemInput, SaveHandover, save_draft, send_handover
from thads_app.services.office_tree import office_tree

NOW = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
OFFICES = (OFFICE, OTHER_OFFICE_OF_PROVINCE, OFFICE_ELSEWHERE)
CASES_EACH = 2
MARK = re.compile(r"moc\d{4}x\d", re.IGNORECASE)

# Who reads cases, and who reads figures, written down here once more on purpose (domain/thads.md §1.5).
READ_CASES = frozenset(Role) - {Role.ADMIN}
READ_FIGURES = READ_CASES - {Role.STOREKEEPER, Role.RECORDS_CLERK, Role.ARCHIVIST}


def mark(office: str, number: int) -> str:
    """The word that is on everything of one case."""
    return f"Moc{office.replace('-', '')}x{number}"


def marks_in(answer: Any) -> set[str]:
    """Every mark somebody was told, in small letters."""
    return {found.lower() for found in MARK.findall(answer if isinstance(answer, str) else repr(answer))}


@dataclass(frozen=True)
class Marked:
    """The cast, the ids by office, and what each member may be told."""

    cast: Cast
    cases: Mapping[str, list[int]]
    handovers: Mapping[str, int]
    items: Mapping[str, int]
    events: Mapping[str, int]
    jobs: Mapping[str, int]
    asked: Mapping[str, int]
    accounts: Mapping[str, int]
    parties: Mapping[str, int]

    def seen_offices(self, part: str) -> set[str]:
        """The codes of the offices whose cases a member may see."""
        return _offices_below(PARTS[part].office_code) if PARTS[part].role in READ_CASES else set()

    def figure_offices(self, part: str) -> set[str]:
        """The codes of the offices whose figures a member may see; administrators see their figures."""
        readers = READ_FIGURES | {Role.ADMIN}
        return _offices_below(PARTS[part].office_code) if PARTS[part].role in readers else set()

    def seen_marks(self, part: str) -> set[str]:
        """The marks a member may be told."""
        seen = self.seen_offices(part)
        return {mark(code, n).lower() for code in OFFICES if code in seen for n in range(1, CASES_EACH + 1)}


def _offices_below(code: str) -> set[str]:
    """An office and every present office below it, walked down the table."""
    rows = owner(
        "WITH RECURSIVE below AS (SELECT id, code FROM office WHERE code = %s"
        " UNION ALL SELECT o.id, o.code FROM office o JOIN below ON o.parent_id = below.id)"
        " SELECT code FROM below",
        code,
    )
    return {row[0] for row in rows}


def owner(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask the database as its owner, past every policy."""
    with db.raw_owner_connection() as connection:
        cursor = connection.execute(statement.encode(), values or None)
        return cursor.fetchall() if cursor.description else []


def rows_of(offices: set[str]) -> list[tuple[Any, ...]]:
    """A fingerprint of everything that belongs to the offices that are not among these."""
    codes = sorted(offices)
    return owner(
        """
        WITH others AS (SELECT id FROM office WHERE NOT code = ANY(%s)),
             theirs AS (SELECT * FROM cases WHERE office_id IN (TABLE others))
        SELECT (SELECT md5(string_agg(theirs::text, '|' ORDER BY id)) FROM theirs),
            (SELECT md5(string_agg(p::text, '|' ORDER BY id)) FROM party p WHERE case_id IN (SELECT id FROM theirs)),
            (SELECT md5(string_agg(o::text, '|' ORDER BY id)) FROM obligation o
                WHERE case_id IN (SELECT id FROM theirs)),
            (SELECT count(*) FROM case_event WHERE case_id IN (SELECT id FROM theirs)),
            (SELECT md5(string_agg(h::text, '|' ORDER BY id)) FROM handover h WHERE giver_office_id IN (TABLE others)),
            (SELECT md5(string_agg(i::text, '|' ORDER BY id)) FROM handover_item i
                WHERE case_id IN (SELECT id FROM theirs)),
            (SELECT count(*) FROM stat_delta WHERE office_id IN (TABLE others))
        """.replace("\n", " "),
        codes,
    )


async def make_marked() -> Marked:
    """Two cases in each of three offices; a handover that waits, an import, and a completion that waits, in each."""
    cast = await make_cast()
    operator = system_operator((await office_tree()).root.id)
    cases: dict[str, list[int]] = {}
    for code in OFFICES:
        cases[code] = []
        for number in range(1, CASES_EACH + 1):
            word = mark(code, number)
            command = intake(
                cast,
                number,
                code,
                parties=[
                    PartyInput(role=PartyRole.DEBTOR, name=f"{word} Phải Trả", address=f"Thôn {word}"),
                    PartyInput(role=PartyRole.CREDITOR, name=f"{word} Được Trả"),
                ],
                obligations=[ObligationInput(content=f"Trả nợ {word}", amount=1_000_000)],
                judgment=JudgmentInput(
                    number="1/2026/DS-ST", judgment_date=date(2026, 9, 1), issuing_body="TAND", kind=JudgmentKind.CIVIL
                ),
            )
            made = await register_case(operator, command, now=NOW)
            cases[code].append(made.case_id)
            event = {"type": EventType.COLLECTED, "business_date": date(2026, 11, 2), "amount": 1000, "note": word}
            await record_event(operator, RecordEvent.model_validate({"case_id": made.case_id} | event), now=NOW)
    draft = await save_draft(
        cast["intake_clerk"],
        SaveHandover(
            kind=HandoverKind.INTAKE_TO_OFFICER,
            receiver_staff_id=cast["alice"].staff_id,
            reason=mark(OFFICE, 2),
            items=[ItemInput(case_id=cases[OFFICE][1], sheet_count=9, note=mark(OFFICE, 2))],
        ),
        now=NOW,
    )
    await send_handover(cast["intake_clerk"], draft.id, now=NOW)
    _write_the_rest(cast, cases)
    await fold_now()
    return Marked(
        cast,
        cases,
        handovers=_ids("SELECT o.code, max(h.id) FROM handover h JOIN office o ON o.id = h.giver_office_id GROUP BY 1"),
        items=_ids(
            "SELECT o.code, max(i.id) FROM handover_item i JOIN cases c ON c.id = i.case_id"
            " JOIN office o ON o.id = c.office_id GROUP BY 1"
        ),
        events=_ids(
            "SELECT o.code, max(e.id) FROM case_event e JOIN office o ON o.id = e.office_id GROUP BY 1",
        ),
        jobs=_ids(
            "SELECT o.code, max(j.id) FROM import_job j JOIN account a ON a.id = j.account_id"
            " JOIN office o ON o.id = a.office_id GROUP BY 1"
        ),
        asked=_ids(
            "SELECT o.code, max(r.id) FROM completion_request r JOIN cases c ON c.id = r.case_id"
            " JOIN office o ON o.id = c.office_id GROUP BY 1"
        ),
        parties=_ids(
            "SELECT o.code, min(p.id) FROM party p JOIN cases c ON c.id = p.case_id"
            " JOIN office o ON o.id = c.office_id GROUP BY 1"
        ),
        accounts=_ids("SELECT o.code, max(a.id) FROM account a JOIN office o ON o.id = a.office_id GROUP BY 1"),
    )


def _ids(statement: str) -> dict[str, int]:
    return {row[0]: row[1] for row in owner(statement)}


def _write_the_rest(cast: Cast, cases: Mapping[str, list[int]]) -> None:
    heads = {OFFICE: "office_head", OTHER_OFFICE_OF_PROVINCE: "neighbour", OFFICE_ELSEWHERE: "charlie"}
    for code in OFFICES:
        office, account, case_id, word = cast.office(code), cast[heads[code]].account_id, cases[code][1], mark(code, 2)
        if code != OFFICE:
            owner(
                "WITH made AS (INSERT INTO handover (number, year, kind, status, giver_office_id, receiver_office_id,"
                " sent_at, created_by, reason) VALUES (1, 2026, 'intake_to_officer', 'sent', %s, %s, now(), %s, %s)"
                " RETURNING id) INSERT INTO handover_item (handover_id, case_id, position, sheet_count, status, note)"
                " SELECT id, %s, 1, 9, 'pending', %s FROM made",
                office, office, account, word, case_id, word,
            )  # fmt: skip
        owner("INSERT INTO notice (account_id, text, href) VALUES (%s, %s, '/ban-giao')", account, f"Về {word}")
        owner(
            "INSERT INTO import_job (account_id, file_name, status) VALUES (%s, %s, 'rejected')",
            account,
            f"{word}.xlsx",
        )
        owner(
            "INSERT INTO completion_request (case_id, business_date, collected, recorded_by, status, note)"
            " VALUES (%s, '2026-11-02', 0, %s, 'waiting', %s)",
            cases[code][0], account, mark(code, 1),
        )  # fmt: skip
