"""Random lawful cases on the real offices, written by the bulk loader, and told again for the naive oracle."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert

from models import Posting as PostingRow
from models import StaffMember
from models.enums import EventType, Grade, JudgmentKind, PartyRole, Source
from tests.support.naive_oracle import NaiveCase, NaiveEvent
from thads_app.clock import VIETNAM
from thads_app.db import raw_connection, unit_of_work
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.bulk import BulkLoader
from thads_app.services.bulk_check import (
    BulkCase,
    BulkEvent,
    BulkObligation,
    BulkParty,
    BulkWorld,
    NewCase,
    Posting,
    check_case,
)
from thads_app.services.office_tree import office_tree

TODAY = date(2026, 11, 2)
LAST_OLD_DAY = date(2025, 6, 30)
FIRST_DAY = date(2019, 4, 1)

_E = EventType
NEXT = {
    "in_progress": (
        [_E.ASSIGNED] * 4 + [_E.COLLECTED] * 6 + [_E.COMPLETED] * 8 + [_E.FOUND_WITHOUT_CONDITIONS] * 6
        + [_E.REDUCED, _E.PARTLY_TERMINATED, _E.PARTLY_ENTRUSTED, _E.POSTPONED_BY_AGREEMENT, _E.POSTPONED_OTHER]
        + [_E.SUSPENDED, _E.HELD_OTHER, _E.ENTRUSTED, _E.WITHDRAWN_BY_SUPERIOR, _E.REVOKED, _E.TERMINATED]
    ),
    "without_conditions": (
        [_E.FOUND_WITH_CONDITIONS] * 3 + [_E.MOVED_TO_SEPARATE_BOOK] * 4 + [_E.COLLECTED, _E.ASSIGNED, _E.TERMINATED]
        + [_E.REQUEST_RETURNED, _E.ENTRUSTED]
    ),
    "paused": [_E.RESUMED] * 4 + [_E.COLLECTED, _E.TERMINATED, _E.COMPLETED, _E.ASSIGNED],
    "separate_book": [_E.RETURNED_FROM_SEPARATE_BOOK] * 3 + [_E.ASSIGNED],
}  # fmt: skip
AFTER = {
    _E.FOUND_WITHOUT_CONDITIONS: "without_conditions",
    _E.FOUND_WITH_CONDITIONS: "in_progress",
    _E.POSTPONED_BY_AGREEMENT: "paused",
    _E.POSTPONED_OTHER: "paused",
    _E.SUSPENDED: "paused",
    _E.HELD_OTHER: "paused",
    _E.RESUMED: "in_progress",
    _E.MOVED_TO_SEPARATE_BOOK: "separate_book",
    _E.RETURNED_FROM_SEPARATE_BOOK: "in_progress",
}
CLOSING = {_E.COMPLETED, _E.TERMINATED, _E.ENTRUSTED, _E.WITHDRAWN_BY_SUPERIOR, _E.REVOKED, _E.REQUEST_RETURNED}
PARTIAL = {_E.COLLECTED, _E.REDUCED, _E.PARTLY_TERMINATED, _E.PARTLY_ENTRUSTED}


@dataclass
class RandomWorld:
    """Offices that register cases, and their officers (office on today's map → staff ids)."""

    bulk: BulkWorld
    offices: list[int]
    officers: dict[int, list[int]] = field(default_factory=dict)


async def people_offices(codes: Sequence[str], officers_each: int = 2) -> RandomWorld:
    """Put officers into the offices of these provinces (codes of today's map), old and new, and return the world."""
    tree = await office_tree()
    offices = sorted(each for code in codes for each in tree.today_ids(tree.by_code[code].id))
    world = RandomWorld(BulkWorld(tree, TODAY, 1), offices)
    async with unit_of_work(EVERYWHERE) as session:
        for office_id in offices:
            node = tree.nodes[office_id]
            if node.valid_to is not None:
                continue
            for number in range(officers_each):
                values = {
                    "code": f"{node.code}.{number + 1}",
                    "full_name": f"Chấp Hành Viên {node.code} {number + 1}",
                    "name_key": f"vien {node.code} {number + 1}",
                    "grade": Grade.JUNIOR,
                }
                staff_id = (
                    await session.execute(insert(StaffMember).values(values).returning(StaffMember.id))
                ).scalar_one()
                # The officer worked before in an office that this one follows, if there is any.
                former = [each for each in offices if each != office_id and tree.line.today(each) == office_id]
                where = former[number % len(former)] if former else office_id
                await session.execute(insert(PostingRow).values(staff_id=staff_id, office_id=where))
                world.bulk.postings[staff_id] = [Posting(where, None, None)]
                world.officers.setdefault(office_id, []).append(staff_id)
    return world


def random_case(rng: random.Random, world: RandomWorld, number: int, most_events: int = 9) -> BulkCase:
    """A lawful case with its history; some events are recorded late, some corrected."""
    tree = world.bulk.tree
    office = tree.nodes[rng.choice(world.offices)]
    earliest = FIRST_DAY if office.valid_from is None else max(FIRST_DAY, office.valid_from)
    latest = min(TODAY - timedelta(days=5), office.valid_to or TODAY)
    day = earliest + timedelta(days=rng.randrange((latest - earliest).days + 1))
    source = rng.choice((Source.EX_OFFICIO, Source.EX_OFFICIO, Source.ON_REQUEST))
    amount = rng.choice((0, 200_000, 5_000_000, rng.randrange(10**6, 10**11)))
    moment = _moment(rng, day, datetime.min.replace(tzinfo=VIETNAM))
    case = BulkCase(
        registered_office_id=office.id,
        source=source,
        judgment_kind=rng.choice(list(JudgmentKind)),
        state_revenue=rng.random() < 0.5,
        credit_institution=rng.random() < 0.05,
        events=[BulkEvent(_E.REGISTERED, day, moment, amount=amount)],
        new=NewCase(
            decision_number=f"{number}/QĐ-THADS",
            decision_date=day,
            received_entrustment=False,
            judgment_number=f"{number}/BA",
            judgment_date=day - timedelta(days=30),
            issuing_body="TAND tỉnh",
            parties=[BulkParty(PartyRole.DEBTOR, f"Người Phải Thi Hành {number}")],
            obligations=[BulkObligation("Khoản phải thi hành", amount)],
        ),
    )
    _tell(rng, world, case, rng.randrange(most_events + 1))
    for _ in range(20):
        faults = check_case(case, world.bulk)
        if not faults:
            return case
        wrong = {id(fault.event) for fault in faults}
        case.events = [event for event in case.events if id(event) not in wrong]
    raise AssertionError("no lawful history found")


def _tell(rng: random.Random, world: RandomWorld, case: BulkCase, events: int) -> None:
    day, moment = case.events[0].business_date, case.events[0].recorded_at
    left, status = case.events[0].amount or 0, "in_progress"
    place = case.registered_office_id
    for number in range(events):
        day += timedelta(days=rng.choice((0, 1, 3, 10, 30, 45, 90, 200)))
        if day > TODAY - timedelta(days=3):
            return
        place = world.bulk.tree.line.on(place, day)
        moment = _moment(rng, day, moment)
        kind = _E.ASSIGNED if number == 0 and rng.random() < 0.85 else rng.choice(NEXT[status])
        event = BulkEvent(kind, day, moment)
        event.key = -(number + 2)
        if kind in PARTIAL:
            if left == 0:
                continue
            event.amount = rng.randint(1, left)
            left -= event.amount
        if kind is _E.ASSIGNED:
            event.staff_id = _someone(rng, world, place)
        case.events.append(event)
        if rng.random() < 0.08:
            case.events.append(BulkEvent(_E.CORRECTED, day, moment, corrects=event.key, key=-(100 + number)))
            left += event.amount or 0
            continue
        status = AFTER.get(kind, status)
        if kind in CLOSING:
            return


def _someone(rng: random.Random, world: RandomWorld, office_id: int) -> int:
    today = world.bulk.tree.line.today(office_id)
    near = world.officers[today] if rng.random() < 0.7 else rng.choice(list(world.officers.values()))
    return rng.choice(near)


def _moment(rng: random.Random, day: date, not_before: datetime) -> datetime:
    lag = rng.choice((0, 0, 0, 1, 1, 2, 40, 100))
    recorded = min(day + timedelta(days=lag), TODAY)
    told = datetime.combine(recorded, time(rng.randrange(7, 18), rng.randrange(60)), VIETNAM)
    return max(told, not_before)


async def write(world: RandomWorld, cases: Sequence[BulkCase]) -> None:
    """Write the cases in one transaction, without folding."""
    async with raw_connection(EVERYWHERE) as connection:
        loader = BulkLoader(connection, world.bulk)
        await loader.load(cases)
        await loader.finish()


def naive(case: BulkCase) -> NaiveCase:
    """A written case as the naive oracle wants it."""
    events = tuple(
        NaiveEvent(
            key=event.key,
            sequence=place,
            type=event.type.value,
            day=event.business_date,
            amount=event.amount,
            staff_id=event.staff_id,
            receiving_office_id=event.receiving_office_id,
            corrects=event.corrects,
            recorded_at=event.recorded_at,
        )
        for place, event in enumerate(case.events, start=1)
    )
    return NaiveCase(case.registered_office_id, events)
