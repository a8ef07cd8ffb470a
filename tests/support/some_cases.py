"""A small, known set of cases of one office and its surroundings, made through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from models.enums import EventType, JudgmentKind, PartyRole, Source
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, OTHER_OFFICE_OF_PROVINCE, Cast, make_cast
from thads_app.rules.rights import Actor, system_operator
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.office_tree import office_tree

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
DEBTORS = ("Nguyễn Văn Hùng", "Trần Thị Đào", "Lê Hồng Phúc", "Công ty TNHH Hưng Thịnh", "Ẩn Danh", "Phạm Đức Ân")
KINDS = (JudgmentKind.CIVIL, JudgmentKind.CRIMINAL, JudgmentKind.FAMILY)
AMOUNTS = (5_000_000, 1_000_000, 1_000_000, 70_000_000, 0)
HERE, NEXT_DOOR, ELSEWHERE = 14, 3, 3


@dataclass(frozen=True)
class World:
    """The cast and the ids of the cases, by office."""

    cast: Cast
    operator: Actor
    here: list[int]
    next_door: list[int]
    elsewhere: list[int]


def intake(
    cast: Cast, number: int, office: str = OFFICE, *, judged: date | None = None, **changes: object
) -> RegisterCase:
    """An intake form filled in."""
    decided = date(2026, 10, 1) + timedelta(days=number % 20)
    values: dict[str, object] = {
        "office_id": cast.office(office),
        "decision_number": f"{number}/QĐ-THADS",
        "decision_date": decided,
        "source": Source.ON_REQUEST if number % 2 else Source.EX_OFFICIO,
        "judgment": JudgmentInput(
            number=f"{100 + number}/2026/DS-ST",
            judgment_date=judged or date(2026, 9, 1),
            issuing_body="TAND khu vực 3 – An Giang",
            kind=KINDS[number % len(KINDS)],
        ),
        "parties": [
            PartyInput(role=PartyRole.DEBTOR, name=DEBTORS[number % len(DEBTORS)]),
            PartyInput(role=PartyRole.CREDITOR, name=f"Ngân hàng số {number}"),
        ],
        "obligations": [ObligationInput(content="Trả nợ gốc", amount=AMOUNTS[number % len(AMOUNTS)])],
    }
    return RegisterCase.model_validate(values | changes)


async def make_world() -> World:
    """Fourteen cases here, some with officers and events; three next door; three in another province."""
    cast = await make_cast()
    operator = system_operator((await office_tree()).root.id)
    here = [(await register_case(operator, intake(cast, n), now=NOW)).case_id for n in range(1, HERE + 1)]
    next_door = [
        (await register_case(operator, intake(cast, n, OTHER_OFFICE_OF_PROVINCE), now=NOW)).case_id
        for n in range(1, NEXT_DOOR + 1)
    ]
    elsewhere = [
        (await register_case(operator, intake(cast, n, OFFICE_ELSEWHERE), now=NOW)).case_id
        for n in range(1, ELSEWHERE + 1)
    ]
    day = date(2026, 10, 25)
    for position, case_id in enumerate(here[:8]):
        staff_id = cast["alice" if position % 2 else "bob"].staff_id
        await _happen(operator, case_id, EventType.ASSIGNED, day, staff_id=staff_id)
    await _happen(operator, here[0], EventType.COMPLETED, day + timedelta(days=1))
    await _happen(operator, here[1], EventType.FOUND_WITHOUT_CONDITIONS, day + timedelta(days=1))
    await _happen(operator, here[2], EventType.COLLECTED, day + timedelta(days=2), amount=20_000_000)
    return World(cast, operator, here, next_door, elsewhere)


async def _happen(actor: Actor, case_id: int, event: EventType, day: date, **more: object) -> None:
    command = {"case_id": case_id, "type": event, "business_date": day} | more
    await record_event(actor, RecordEvent.model_validate(command), now=NOW)
