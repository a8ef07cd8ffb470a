"""Importing a workbook writes exactly what recording the same things one by one would write."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models import Posting, StaffMember
from models.enums import EventType, Grade, JudgmentKind, PartyRole, Source
from tests.support.workbooks import case_row, event_row, officer_row, write_workbook
from thads_app.db import unit_of_work
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, system_operator
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.importing.run import ImportOutcome, import_workbook
from thads_app.services.office_tree import office_tree


@pytest.fixture
async def tree(database: str) -> OfficeTree:
    return await office_tree()


@pytest.fixture
async def operator(tree: OfficeTree) -> Actor:
    return system_operator(tree.root.id)


async def rows(statement: str, **params: object) -> list[Any]:
    async with unit_of_work(EVERYWHERE) as session:
        return [tuple(row) for row in await session.execute(text(statement), params)]


async def imported(operator: Actor, path: Path, **options: Any) -> ImportOutcome:
    outcome = await import_workbook(operator, path, **options)
    assert [(p.sheet, p.row, p.column, p.code) for p in outcome.problems] == []
    return outcome


async def deltas(number: str) -> list[Any]:
    return await rows(
        """
        SELECT d.indicator, d.business_date, o.code, s.code, sum(d.count), sum(d.amount)
        FROM stat_delta d JOIN cases c ON c.id = d.case_id JOIN office o ON o.id = d.office_id
        LEFT JOIN staff_member s ON s.id = d.officer_id
        WHERE c.decision_number = :number GROUP BY 1, 2, 3, 4 HAVING sum(d.count) <> 0 OR sum(d.amount) <> 0
        ORDER BY 1, 2, 3, 4
        """,
        number=number,
    )


async def state(number: str) -> list[Any]:
    return await rows(
        """
        SELECT o.code, s.code, c.status, c.amount, c.outstanding, c.collected, c.status_since, c.last_event_date,
               c.closed_on, c.version, c.debtor_key, c.search::text, c.judgment_kind, c.source, c.state_revenue,
               c.credit_institution
        FROM cases c JOIN office o ON o.id = c.office_id LEFT JOIN staff_member s ON s.id = c.officer_id
        WHERE c.decision_number = :number
        """,
        number=number,
    )


async def test_a_case_with_its_events_and_a_new_officer_comes_in(operator: Actor, tmp_path: Path):
    path = write_workbook(
        tmp_path / "a.xlsx",
        [case_row("1/QĐ", **{"Mã chấp hành viên": "CHV-9", "Thu NSNN": "Có", "Người được THA": "Trần Văn Được"})],
        [
            event_row("1/QĐ", "05/11/2025", "Thu được tiền", **{"Số tiền": "300.000", "Số văn bản": "01/BL"}),
            event_row("1/QĐ", date(2025, 12, 1), "THI HANH  XONG"),
        ],
        [officer_row("CHV-9")],
    )
    outcome = await imported(operator, path)
    assert (outcome.written, outcome.cases, outcome.events, outcome.officers) == (True, 1, 4, 1)
    assert (await state("1/QĐ"))[0][:6] == ("91-03", "CHV-9", "completed", 1_000_000, 0, 1_000_000)
    assert await rows("SELECT role, name FROM party ORDER BY position") == [
        ("debtor", "Nguyễn Văn Thử"),
        ("creditor", "Trần Văn Được"),
    ]
    assert await rows("SELECT grade FROM staff_member WHERE code = 'CHV-9'") == [("intermediate",)]
    assert await rows("SELECT amount, state_revenue FROM obligation") == [(1_000_000, True)]
    assert await rows("SELECT valid_from, valid_to FROM assignment") == [(date(2025, 10, 6), date(2025, 12, 1))]


async def test_numbers_of_people_come_in_by_columns_that_may_be_added(operator: Actor, tmp_path: Path):
    numbers = {"Số định danh": "999 099 000 123", "Điện thoại": "0000 123 456", "Tài khoản ngân hàng": "9990 – NH Mẫu"}
    creditor = {"Người được THA": "Trần Văn Được", "Tài khoản người được THA": "99912345"}
    outcome = await imported(operator, write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ", **numbers, **creditor)]))
    assert outcome.written
    assert await rows("SELECT id_number, telephone, bank_account FROM party ORDER BY position") == [
        ("999099000123", "0000 123 456", "9990 – NH Mẫu"),
        (None, None, "99912345"),
    ]
    masked = write_workbook(tmp_path / "b.xlsx", [case_row("2/QĐ", **{"Số định danh": "•••••••••123"})])
    refused = await import_workbook(operator, masked)
    assert not refused.written
    assert [(problem.column, problem.code) for problem in refused.problems] == [("Số định danh", "masked_value")]


async def test_events_of_one_day_keep_the_order_of_the_sheet_and_days_come_first(operator: Actor, tmp_path: Path):
    path = write_workbook(
        tmp_path / "a.xlsx",
        [case_row("1/QĐ")],
        [
            event_row("1/QĐ", "10/12/2025", "Tiếp tục thi hành án"),
            event_row("1/QĐ", "05/11/2025", "Tạm đình chỉ"),
            event_row("1/QĐ", "10/12/2025", "Chưa có điều kiện"),
        ],
    )
    await imported(operator, path)
    assert [r[0] for r in await rows("SELECT type FROM case_event ORDER BY sequence")] == [
        "registered", "suspended", "resumed", "found_without_conditions",
    ]  # fmt: skip


async def by_hand(operator: Actor, tree: OfficeTree, number: str, staff: dict[str, int], moment: datetime) -> None:
    """The same history as `by_workbook`, recorded one event after another."""
    made = await register_case(
        operator,
        RegisterCase(
            office_id=tree.by_code["91-C05"].id,
            decision_number=number,
            decision_date=date(2024, 11, 4),
            source=Source.ON_REQUEST,
            judgment=JudgmentInput(
                number="12/2025/DS-ST",
                judgment_date=date(2024, 8, 1),
                issuing_body="Tòa án nhân dân khu vực 3 – An Giang",
                kind=JudgmentKind.CIVIL,
            ),
            parties=[PartyInput(role=PartyRole.DEBTOR, name="Nguyễn Văn Thử")],
            obligations=[ObligationInput(content="Trả nợ", amount=1_000_000)],
        ),
        now=moment,
    )

    async def record(kind: EventType, day: date, **more: Any) -> int:
        command = RecordEvent(case_id=made.case_id, type=kind, business_date=day, **more)
        return (await record_event(operator, command, now=moment)).event_id

    await record(EventType.ASSIGNED, date(2024, 11, 10), staff_id=staff["A"])
    await record(EventType.COLLECTED, date(2024, 12, 2), amount=100_000, document_number="7/BL")
    wrong = await record(EventType.FOUND_WITHOUT_CONDITIONS, date(2025, 1, 15))
    await record(EventType.CORRECTED, date(2025, 1, 20), corrects_id=wrong)
    await record(EventType.COLLECTED, date(2025, 2, 3), amount=50_000, document_number="8/BL")
    await record(EventType.ASSIGNED, date(2025, 8, 1), staff_id=staff["B"])
    await record(EventType.FOUND_WITHOUT_CONDITIONS, date(2025, 9, 5))
    await record(EventType.MOVED_TO_SEPARATE_BOOK, date(2025, 11, 5))
    await record(EventType.RETURNED_FROM_SEPARATE_BOOK, date(2026, 1, 5))
    await record(EventType.COMPLETED, date(2026, 3, 5), amount=850_000)


def by_workbook(number: str) -> list[Any]:
    old: Any = {"office": "91-C05"}
    return [
        event_row(number, "02/12/2024", "Thu được tiền", **old, **{"Số tiền": 100_000, "Số văn bản": "7/BL"}),
        event_row(number, "15/01/2025", "QĐ chưa có điều kiện", **old),
        event_row(number, "20/01/2025", "Đính chính", **old),
        event_row(number, "03/02/2025", "collected", **old, **{"Số tiền": 50_000, "Số văn bản": "8/BL"}),
        event_row(number, "01/08/2025", "Phân công", **old, **{"Mã chấp hành viên": "B"}),
        event_row(number, "05/09/2025", "found_without_conditions", **old),
        event_row(number, "05/11/2025", "Chuyển sổ theo dõi riêng", **old),
        event_row(number, "05/01/2026", "Đưa trở lại thụ lý từ sổ theo dõi riêng", **old),
        event_row(number, "05/03/2026", "Thi hành xong", **old, **{"Số tiền": 850_000}),
    ]


def long_case(number: str) -> Any:
    return case_row(
        number, "91-C05", date(2024, 11, 4),
        **{"Mã chấp hành viên": "A", "Ngày phân công": "10/11/2024", "Nội dung nghĩa vụ": "Trả nợ"},
    )  # fmt: skip


async def two_officers(tree: OfficeTree) -> dict[str, int]:
    staff: dict[str, int] = {}
    async with unit_of_work(EVERYWHERE) as session:
        for code, office in (("A", "91-03"), ("B", "91-04")):
            member = StaffMember(code=code, full_name=f"Chấp {code}", name_key=code, grade=Grade.JUNIOR)
            session.add(member)
            await session.flush()
            session.add(Posting(staff_id=member.id, office_id=tree.by_code[office].id))
            assert member.id is not None
            staff[code] = member.id
    return staff


async def test_the_import_counts_as_recording_one_by_one_does(operator: Actor, tree: OfficeTree, tmp_path: Path):
    staff = await two_officers(tree)
    moment = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
    await by_hand(operator, tree, "H/1", staff, moment)
    path = write_workbook(tmp_path / "a.xlsx", [long_case("W/1")], by_workbook("W/1"))
    await imported(operator, path, recorded_at=moment)
    assert await deltas("W/1") == await deltas("H/1")
    hand, book = (await state("H/1"))[0], (await state("W/1"))[0]
    assert [*book[:11], *book[12:]] == [*hand[:11], *hand[12:]]
    columns = (
        "e.sequence, e.type, e.business_date, e.amount, e.staff_id, e.receiving_office_id, e.document_number, e.late"
    )
    query = f"SELECT {columns} FROM case_event e JOIN cases c ON c.id = e.case_id WHERE decision_number = :n"
    hand_events, book_events = await rows(query + " ORDER BY 1", n="H/1"), await rows(query + " ORDER BY 1", n="W/1")
    assert [e[1:] for e in book_events][1:] == [e[1:] for e in hand_events][1:]
    tenures = "SELECT staff_id, a.office_id, valid_from, valid_to FROM assignment a JOIN cases c ON c.id = case_id"
    assert await rows(tenures + " WHERE decision_number = 'W/1' ORDER BY 3") == await rows(
        tenures + " WHERE decision_number = 'H/1' ORDER BY 3"
    )


async def test_events_for_a_case_already_there_count_as_if_recorded_in_the_app(
    operator: Actor, tree: OfficeTree, tmp_path: Path
):
    staff = await two_officers(tree)
    early, late = datetime(2025, 1, 10, 2, 0, tzinfo=UTC), datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
    await by_hand(operator, tree, "H/1", staff, late)
    events = by_workbook("W/1")
    await imported(operator, write_workbook(tmp_path / "1.xlsx", [long_case("W/1")], events[:1]), recorded_at=early)
    before = await rows("SELECT count(*), sum(amount) FROM stat_delta WHERE recorded_at <= :m", m=early)
    await imported(operator, write_workbook(tmp_path / "2.xlsx", [], events[1:]), recorded_at=late)
    assert await deltas("W/1") == await deltas("H/1")
    assert (await state("W/1"))[0] == (*(await state("H/1"))[0][:11], *(await state("W/1"))[0][11:])
    assert await rows("SELECT count(*), sum(amount) FROM stat_delta WHERE recorded_at <= :m", m=early) == before


async def test_a_correction_may_name_the_document_of_what_it_reverses(operator: Actor, tmp_path: Path):
    path = write_workbook(
        tmp_path / "a.xlsx",
        [case_row("1/QĐ")],
        [
            event_row("1/QĐ", "05/11/2025", "Thu được tiền", **{"Số tiền": 100, "Số văn bản": "1/BL"}),
            event_row("1/QĐ", "06/11/2025", "Thu được tiền", **{"Số tiền": 200, "Số văn bản": "2/BL"}),
            event_row("1/QĐ", "07/11/2025", "Đính chính", **{"Số văn bản": "1/bl"}),
        ],
    )
    await imported(operator, path)
    assert (await state("1/QĐ"))[0][5] == 200


async def test_a_late_event_is_marked_and_the_outcome_counts_it(operator: Actor, tmp_path: Path):
    path = write_workbook(
        tmp_path / "a.xlsx", [case_row("1/QĐ", decided="30/10/2025")], [event_row("1/QĐ", "03/11/2025", "Tạm đình chỉ")]
    )
    outcome = await imported(operator, path, recorded_at=datetime(2025, 11, 20, tzinfo=UTC))
    assert outcome.late == 1
    assert await rows("SELECT type, late FROM case_event ORDER BY sequence") == [
        ("registered", True),
        ("suspended", False),
    ]


async def test_a_case_of_an_ended_office_now_lies_with_its_successor(operator: Actor, tmp_path: Path):
    await imported(operator, write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ", "91-C05", "04/11/2024")]))
    assert (await state("1/QĐ"))[0][0] == "91-03"
    assert await rows("SELECT o.code FROM case_event e JOIN office o ON o.id = e.office_id") == [("91-C05",)]


async def test_a_dry_run_writes_nothing_and_tells_what_would_come(operator: Actor, tmp_path: Path):
    path = write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ")], [], [officer_row("CHV-9")])
    outcome = await imported(operator, path, dry_run=True)
    assert (outcome.written, outcome.cases, outcome.officers) == (False, 1, 1)
    assert await rows("SELECT (SELECT count(*) FROM cases) + (SELECT count(*) FROM staff_member)") == [(0,)]


async def test_hostile_text_is_only_text(operator: Actor, tmp_path: Path):
    name = "<script>alert(1)</script>'; DROP TABLE cases; -- \\N \t =1+1"
    path = write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ", **{"Người phải THA": name})])
    await imported(operator, path)
    assert await rows("SELECT debtor_name FROM cases") == [(" ".join(name.split()),)]


async def test_the_summaries_hold_what_was_imported(operator: Actor, tmp_path: Path):
    await imported(operator, write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ")]))
    held = await rows("SELECT indicator, sum(count), sum(amount) FROM stat_monthly GROUP BY 1 ORDER BY 1")
    assert held == [("in_progress", 1, 1_000_000), ("newly_registered", 1, 1_000_000)]


async def test_an_import_leaves_one_audit_row(operator: Actor, tmp_path: Path):
    await imported(operator, write_workbook(tmp_path / "a.xlsx", [case_row("1/QĐ")]))
    found = await rows("SELECT action, detail->>'cases' FROM audit_entry")
    assert found == [("import.done", "1")]
