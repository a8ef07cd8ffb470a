"""Several offices at work on a real database through the real services, with a clock that only runs when told."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from random import Random

from sqlalchemy import text

from models import Posting, StaffMember
from models.enums import EventType, Grade, HandoverKind, JudgmentKind, PartyRole, Source
from tests.support.naive_oracle import NaiveCase, NaiveEvent
from thads_app import clock, db
from thads_app.errors import DomainError
from thads_app.rules.handovers import Confirmer
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, system_operator
from thads_app.services.case_edits import edit_case, editable_case
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.events import RecordEvent, allowed_events, assign_cases, record_event
from thads_app.services.handovers import (
    ItemInput,
    SaveHandover,
    confirm_items,
    recall_handover,
    refuse_items,
    save_draft,
    send_handover,
)
from thads_app.services.office_tree import forget_offices, office_tree

# Two former provinces that became one, with a Cục of its own cases, and a third that went elsewhere.
OLD_OFFICES = ("89-C", "89-C01", "91-C01", "92-C01")
NEW_OFFICES = ("91", "91-10", "91-01", "92-01")
POSTS = ("89-C", "89-C01", "89-C01", "91-C01", "91-01", "92-C01")
LAST_OLD_DAY = date(2025, 6, 30)
START = datetime(2025, 8, 20, 1, 0, tzinfo=UTC)
EARLIEST = date(2023, 6, 1)
CORRECTIONS = 0.12
HANDOVERS = 0.12
EDITS = 0.08
# What makes histories long and intricate happens more often than what ends them.
WEIGHT = {
    EventType.ASSIGNED: 4,
    EventType.COLLECTED: 3,
    EventType.FOUND_WITHOUT_CONDITIONS: 8,
    EventType.MOVED_TO_SEPARATE_BOOK: 10,
    EventType.RETURNED_FROM_SEPARATE_BOOK: 6,
    EventType.RESUMED: 5,
}


@dataclass
class Life:
    """The offices, their officers, and every case registered so far."""

    tree: OfficeTree
    operator: Actor
    officers: list[int]
    moment: datetime = START
    cases: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls) -> "Life":
        """Post the officers."""
        forget_offices()
        tree = await office_tree()
        officers: list[int] = []
        async with db.unit_of_work(EVERYWHERE) as session:
            for number, office in enumerate(POSTS, start=1):
                code = f"CHV{number:02}"
                staff = StaffMember(code=code, full_name=code, name_key=code.lower(), grade=Grade.JUNIOR)
                session.add(staff)
                await session.flush()
                assert staff.id is not None
                session.add(Posting(staff_id=staff.id, office_id=tree.by_code[office].id))
                officers.append(staff.id)
        return cls(tree, system_operator(tree.root.id), officers)

    @property
    def today(self) -> date:
        """The day of recording."""
        return clock.vietnam_day(self.moment)

    def tick(self) -> datetime:
        """A minute passes; the moment of the next recording."""
        self.moment += timedelta(minutes=1)
        return self.moment

    def wait(self, days: int) -> None:
        """Days pass."""
        self.moment += timedelta(days=days)

    async def register(
        self, *, office: str, days_ago: int, amount: int, kind: JudgmentKind, source: Source, officer: int | None
    ) -> None:
        """Register a case of so many days ago, as far back as the office goes."""
        node = self.tree.by_code[office]
        day = max(self.today - timedelta(days=days_ago), EARLIEST, node.valid_from or EARLIEST)
        day = min(day, node.valid_to or day)
        number = f"{len(self.cases) + 1}/QĐ"
        command = RegisterCase(
            office_id=node.id,
            decision_number=number,
            decision_date=day,
            source=source,
            judgment=JudgmentInput(number=number, judgment_date=day, issuing_body="Tòa án", kind=kind),
            parties=[PartyInput(role=PartyRole.DEBTOR, name="Người phải thi hành án")],
            obligations=[ObligationInput(content="Khoản phải thi hành", amount=amount)],
            staff_id=officer,
        )
        try:
            made = await register_case(self.operator, command, now=self.tick())
        except DomainError as error:
            self.refused.append(error.code)
            if officer is not None:
                await self.register(
                    office=office, days_ago=days_ago, amount=amount, kind=kind, source=source, officer=None
                )
            return
        self.cases.append(made.case_id)

    async def possible(self, case_id: int) -> list[EventType]:
        """What may be recorded on a case now, corrections apart."""
        choices = await allowed_events(self.operator, case_id, today=self.today)
        return [choice.type for choice in choices if choice.allowed and choice.type is not EventType.CORRECTED]

    async def record(self, command: RecordEvent) -> bool:
        """Record an event; whether it was accepted."""
        try:
            await record_event(self.operator, command, now=self.tick())
        except DomainError as error:
            self.refused.append(error.code)
            return False
        return True

    async def assign(self, case_ids: list[int], officer: int, day: date) -> int:
        """Assign several cases at once; how many were."""
        results = await assign_cases(self.operator, case_ids, officer, day, now=self.tick())
        return sum(result.ok for result in results)

    async def happen(self, case_id: int, kind: EventType, *, gap: int, part: Fraction | float, officer: int) -> bool:
        """Record an event some days after the case's latest, of some part of what is owed; whether it was accepted."""
        last, owed = await self.last_day_of(case_id)
        takes_part = LIFECYCLE[kind].amount is AmountRule.PART
        command = RecordEvent(
            case_id=case_id,
            type=kind,
            business_date=min(last + timedelta(days=gap), self.today),
            amount=max(1, int(part * owed)) if takes_part else None,
            staff_id=officer if kind is EventType.ASSIGNED else None,
        )
        return await self.record(command)

    async def hand_over(self, case_id: int, receiver: int, answer: str) -> str:
        """Hand a case from its officer, or from intake, to an officer; `answer` is how it ends. What became of it."""
        async with db.session(EVERYWHERE) as session:
            query = text("SELECT officer_id FROM cases WHERE id = :id")
            giver = (await session.execute(query, {"id": case_id})).scalar_one()
        kind = HandoverKind.INTAKE_TO_OFFICER if giver is None else HandoverKind.OFFICER_TO_OFFICER
        command = SaveHandover(
            kind=kind,
            giver_staff_id=giver,
            receiver_staff_id=receiver,
            reason="Điều chuyển công việc",
            items=[ItemInput(case_id=case_id, sheet_count=12)],
        )
        taker = replace(self.operator, staff_id=receiver)
        try:
            handover = (await save_draft(self.operator, command, now=self.tick())).id
            await send_handover(self.operator, handover, now=self.tick())
            if answer == "recalled":
                await recall_handover(self.operator, handover, now=self.tick())
            elif answer == "refused":
                items = await self._items(handover)
                await refuse_items(
                    taker, handover, items, "Thiếu bút lục", confirmer=Confirmer.RECEIVER, now=self.tick()
                )
            elif answer == "confirmed":
                await confirm_items(taker, handover, confirmer=Confirmer.RECEIVER, now=self.tick())
                if kind is HandoverKind.OFFICER_TO_OFFICER:
                    await confirm_items(self.operator, handover, confirmer=Confirmer.HEAD, now=self.tick())
        except DomainError as error:
            self.refused.append(error.code)
            return error.code
        return answer

    async def _items(self, handover: int) -> list[int]:
        async with db.session(EVERYWHERE) as session:
            query = text("SELECT id FROM handover_item WHERE handover_id = :id")
            return list((await session.execute(query, {"id": handover})).scalars())

    async def edit(
        self, case_id: int, *, kind: JudgmentKind, source: Source, more: int = 0, days_later: int = 0
    ) -> bool:
        """Mend what a case is counted under, its amount, its decision's day; whether that was accepted."""
        seen = await editable_case(self.operator, case_id)
        said = seen.particulars
        assert said.decision_date is not None
        wanted = said.model_copy(
            update={
                "judgment": said.judgment.model_copy(update={"kind": kind}),
                "source": source,
                "decision_date": said.decision_date + timedelta(days=days_later),
                "obligations": [owed.model_copy(update={"amount": owed.amount + more}) for owed in said.obligations],
            }
        )
        try:
            await edit_case(self.operator, seen, wanted, now=self.tick())
        except DomainError as error:
            self.refused.append(error.code)
            return False
        return True

    async def officer_for(self, case_id: int, chance: Random) -> int:
        """Mostly an officer who may have the case, sometimes anybody."""
        async with db.session(EVERYWHERE) as session:
            query = text("SELECT office_id FROM cases WHERE id = :id")
            office = (await session.execute(query, {"id": case_id})).scalar_one()
        posts = {officer: self.tree.by_code[code].id for officer, code in zip(self.officers, POSTS, strict=True)}
        near = [each for each, post in posts.items() if self.tree.same_office_today(post, office)]
        province = self.tree.province_today(office)
        around = [each for each, post in posts.items() if self.tree.province_today(post) == province]
        return chance.choice(chance.choice([near, near, around, around, self.officers]) or self.officers)

    async def busy_season(self, chance: Random) -> None:
        """Three new cases, and a good deal happening to all."""
        for _ in range(3):
            await self.register(
                office=chance.choice(OLD_OFFICES + NEW_OFFICES),
                days_ago=chance.randint(0, 700),
                amount=chance.choice((0, 1, 99_999, 250_000_000, 3 * 10**12)),
                kind=chance.choice((JudgmentKind.CIVIL, JudgmentKind.CRIMINAL)),
                source=chance.choice(list(Source)),
                officer=chance.choice((None, *self.officers)),
            )
        for _ in range(30):
            case_id = chance.choice(self.cases)
            if chance.random() < CORRECTIONS and (events := await self.correctable(case_id)):
                target = chance.choice(events[:3])
                await self.record(
                    RecordEvent(case_id=case_id, type=EventType.CORRECTED, business_date=self.today, corrects_id=target)
                )
            elif chance.random() < HANDOVERS:
                answer = chance.choice(("confirmed", "confirmed", "confirmed", "refused", "recalled", "left open"))
                await self.hand_over(case_id, await self.officer_for(case_id, chance), answer)
            elif chance.random() < EDITS:
                kind = chance.choice((JudgmentKind.CIVIL, JudgmentKind.CRIMINAL))
                await self.edit(
                    case_id,
                    kind=kind,
                    source=chance.choice(list(Source)),
                    more=chance.choice((0, 0, 1, 50_000)),
                    days_later=chance.choice((0, 0, 0, 3)),
                )
            elif possible := await self.possible(case_id):
                kind = chance.choices(possible, [WEIGHT.get(event, 1) for event in possible])[0]
                gap = chance.choice((0, 0, 1, 10, 40, 100, 250))
                officer = await self.officer_for(case_id, chance)
                await self.happen(case_id, kind, gap=gap, part=chance.random(), officer=officer)
        self.wait(chance.choice((0, 3, 30, 120)))

    async def last_day_of(self, case_id: int) -> tuple[date, int]:
        """The day of a case's latest event in force, and what it still owes."""
        async with db.session(EVERYWHERE) as session:
            query = text("SELECT last_event_date, outstanding FROM cases WHERE id = :id")
            row = (await session.execute(query, {"id": case_id})).one()
        return row[0], row[1]

    async def correctable(self, case_id: int) -> list[int]:
        """Events of a case that stand and are no registration, latest first."""
        query = text(
            "SELECT e.id FROM case_event e WHERE e.case_id = :id AND e.type NOT IN ('registered', 'corrected')"
            " AND NOT EXISTS (SELECT FROM case_event c WHERE c.corrects_id = e.id) ORDER BY e.sequence DESC"
        )
        async with db.session(EVERYWHERE) as session:
            return [row[0] for row in await session.execute(query, {"id": case_id})]


async def naive_cases() -> list[NaiveCase]:
    """Everything recorded, for the naive oracle."""
    query = text(
        "SELECT e.case_id, c.registered_office_id, e.id, e.sequence, e.type, e.business_date, e.amount, e.staff_id,"
        " CASE WHEN e.type = 'assigned' THEN e.receiving_office_id END, e.corrects_id, e.recorded_at"
        " FROM case_event e JOIN cases c ON c.id = e.case_id ORDER BY e.case_id, e.sequence"
    )
    events: dict[tuple[int, int], list[NaiveEvent]] = {}
    async with db.session(EVERYWHERE) as session:
        for row in await session.execute(query):
            events.setdefault((row[0], row[1]), []).append(NaiveEvent(*row[2:]))
    return [NaiveCase(office, tuple(told)) for (_, office), told in events.items()]


def ended(tree: OfficeTree) -> dict[int, tuple[date, int]]:
    """Office that ended → (its last day, its successor)."""
    return dict(tree.line.ended)
