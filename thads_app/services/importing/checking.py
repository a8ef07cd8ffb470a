"""From records to cases with their events, checked as the app would check them: everything found at once."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime

from models.enums import EVENT_TYPE_LABELS, EventType, JudgmentKind, Source
from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection, KnownCase
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import normalise
from thads_app.services.bulk_check import BulkCase, BulkEvent, BulkWorld, Fault, check_case
from thads_app.services.bulk_guards import BulkGuards, read_guards
from thads_app.services.importing.columns import CASES, EVENTS
from thads_app.services.importing.new_cases import NewCases
from thads_app.services.importing.people import People
from thads_app.services.importing.problems import Problems
from thads_app.services.importing.records import EventRecord, Records

_EVENT_COLUMNS = {"type": "type", "business_date": "day", "amount": "amount", "officer": "officer"}
_CASE_COLUMNS = {"type": "officer", "business_date": "decided_on", "amount": "amount", "officer": "officer"}


@dataclass(slots=True)
class _Slot:
    """A case of the file or of the database, with the rows of events that belong to it."""

    case: BulkCase
    decided_on: date | None
    row: int = 0
    right: bool = True
    rows: list[EventRecord] = field(default_factory=list[EventRecord])
    unknown_from: tuple[date, int] | None = None
    documents: dict[int, str] = field(default_factory=dict[int, str])


class Checker:
    """Checks one workbook in the transaction that is to write it.

    `prepare` reads what the database knows of the file's cases; then `next_cases` checks them, so many at a time.
    """

    def __init__(
        self, connection: Connection, tree: OfficeTree, actor: Actor, problems: Problems, recorded_at: datetime
    ) -> None:
        self._connection, self._tree, self._actor, self._problems = connection, tree, actor, problems
        self._recorded_at = recorded_at
        self.people = People(tree, actor, problems)
        self._slots: dict[tuple[str, str], list[_Slot]] = defaultdict(list)
        self._waiting: deque[_Slot] = deque()
        self.guards = BulkGuards()

    async def prepare(self, records: Records) -> int:
        """Match the rows with each other and with the database; return how many cases wait to be checked."""
        await self.people.gather(self._connection, records)
        self._take_cases(records)
        await self._find_known(records)
        self._take_events(records)
        records.cases.clear()
        records.events.clear()
        slots = [slot for group in self._slots.values() for slot in group]
        self._slots.clear()
        known = [slot.case.case_id for slot in slots if slot.case.case_id]
        staff_ids = sorted(self.people.ids.values())
        self.guards = await read_guards(self._connection, self._tree, staff_ids, known)
        self._waiting.extend(sorted(slots, key=lambda slot: (slot.row == 0, slot.row, slot.case.case_id)))
        return len(self._waiting)

    def next_cases(self, world: BulkWorld, limit: int) -> tuple[int, list[BulkCase]]:
        """Check the next cases: how many were looked at, and those that may be written. Reads no database."""
        seen, right = 0, list[BulkCase]()
        while self._waiting and seen < limit:
            case = self._check(self._waiting.popleft(), world)
            seen += 1
            if case is not None:
                right.append(case)
        return seen, right

    # -- cases -------------------------------------------------------------------------------------------------

    def _take_cases(self, records: Records) -> None:
        builder = NewCases(self._tree, self._actor, self.people, self._problems, self._recorded_at)
        years: dict[tuple[str, str, int], int] = {}
        for record in records.cases:
            case, right = builder.build(record, readable=record.row not in records.broken_cases)
            if not (record.office and record.number):
                continue
            year = record.decided_on.year if record.decided_on else 0
            first = years.setdefault((record.office, record.number, year), record.row)
            if first != record.row:
                self._problems.add(
                    CASES, record.row, "number", record.number, "import_case_doubled", number=record.number, row=first
                )
                continue
            self._slots[record.office, record.number].append(_Slot(case, record.decided_on, record.row, right))

    async def _find_known(self, records: Records) -> None:
        """Cases of the database that the file names: numbers already taken, and cases that get more events."""
        keys = {
            (self._tree.by_code[office].id, number): (office, number)
            for office, number in {(r.office, r.number) for r in (*records.cases, *records.events) if r.number}
            if office in self._tree.by_code
        }
        wanted = {(event.office, event.number) for event in records.events}
        found: list[tuple[KnownCase, tuple[str, str]]] = []
        for known in await repository.known_cases(self._connection, list(keys)) if keys else []:
            key = keys[known.registered_office_id, known.decision_number]
            for slot in self._slots.get(key, ()):
                if slot.row and slot.decided_on and slot.decided_on.year == known.decision_date.year:
                    self._problems.add(
                        CASES, slot.row, "number", known.decision_number, "decision_taken",
                        number=known.decision_number, year=known.decision_date.year,
                    )  # fmt: skip
                    slot.right = False
            if key in wanted and self._visible(known):
                found.append((known, key))
        await self._take_known(found)

    def _visible(self, known: KnownCase) -> bool:
        return self._actor.may_in(Permission.IMPORT, known.office_id)

    async def _take_known(self, found: list[tuple[KnownCase, tuple[str, str]]]) -> None:
        ids = [known.id for known, _ in found]
        if not ids:
            return
        await repository.lock_cases(self._connection, ids)
        events = await repository.past_events(self._connection, ids)
        handed = await repository.cases_in_handover(self._connection, ids)
        for known, key in found:
            past = events.get(known.id, [])
            case = BulkCase(
                registered_office_id=known.registered_office_id,
                source=Source(known.source),
                judgment_kind=JudgmentKind(known.judgment_kind),
                state_revenue=known.state_revenue,
                credit_institution=known.credit_institution,
                events=[],
                case_id=known.id,
                past=[event.history for event in past],
                last_recorded_at=max((event.recorded_at for event in past), default=None),
                in_handover=known.id in handed,
            )
            documents = {e.history.key: normalise(e.document_number) for e in past if e.document_number}
            self._slots[key].append(_Slot(case, known.decision_date, documents=documents))

    # -- events ------------------------------------------------------------------------------------------------

    def _take_events(self, records: Records) -> None:
        for record in records.events:
            slot = self._slot_of(record)
            if slot is None:
                continue
            if record.row in records.broken_events:
                place = (record.day or date.min, record.row)
                slot.unknown_from = min(slot.unknown_from or place, place)
            else:
                slot.rows.append(record)

    def _slot_of(self, record: EventRecord) -> _Slot | None:
        """The case an event belongs to: of several years' cases of one number the latest decided by then."""
        if not (record.office and record.number):
            return None
        if record.office not in self._tree.by_code:
            self._problems.add(EVENTS, record.row, "office", record.office, "import_office_unknown")
            return None
        slots = self._slots.get((record.office, record.number), [])
        if record.decided_on is not None:
            year = record.decided_on.year
            slots = [slot for slot in slots if slot.decided_on is None or slot.decided_on.year == year]
        if not slots:
            self._problems.add(EVENTS, record.row, "number", record.number, "import_case_unknown",
                               number=record.number, office=record.office)  # fmt: skip
            return None
        if len(slots) == 1:
            return slots[0]
        day = record.day or date.max
        before = [slot for slot in slots if slot.decided_on is not None and slot.decided_on <= day]
        chosen = max(before or slots, key=lambda slot: slot.decided_on or date.min)
        if len(before) > 1 and chosen.decided_on is not None:
            self._problems.warn(EVENTS, record.row, "number", record.number, "import_case_of_several_years",
                                number=record.number, date=chosen.decided_on)  # fmt: skip
        return chosen

    def _event(self, record: EventRecord, slot: _Slot) -> BulkEvent | None:
        """The event of a readable row; None when something it names is not there, or it says nothing new."""
        if record.type is None or record.day is None:
            return None
        if record.type is EventType.REGISTERED:
            self._repeated_registration(record, slot)
            return None
        before = self._problems.total
        staff_id = self._officer(record)
        receiving_id = self._receiving(record)
        if self._problems.total != before:
            return None
        return BulkEvent(
            record.type,
            record.day,
            self._recorded_at,
            amount=record.amount,
            staff_id=staff_id,
            receiving_office_id=receiving_id,
            document_number=record.document,
            ground=record.ground,
            note=record.note,
            row=record.row,
        )

    def _repeated_registration(self, record: EventRecord, slot: _Slot) -> None:
        """Some offices list the registration among the events too: harmless when it says what `Hồ sơ` says."""
        same_day = record.day == slot.decided_on
        amount = slot.case.events[0].amount if slot.case.new else None
        if slot.right and same_day and slot.case.new and record.amount in (None, amount):
            self._problems.warn(EVENTS, record.row, "type", _label(record), "import_registration_repeated")
        elif slot.right:
            self._problems.add(EVENTS, record.row, "type", _label(record), "event_not_recordable", event=record.type)

    def _officer(self, record: EventRecord) -> int | None:
        if record.officer is None:
            return None
        if record.type is not EventType.ASSIGNED:
            self._problems.warn(EVENTS, record.row, "officer", record.officer, "import_officer_unused")
            return None
        return self.people.find(record.officer, True, record.row)

    def _receiving(self, record: EventRecord) -> int | None:
        if record.receiving is None:
            return None
        office = self._tree.by_code.get(record.receiving)
        if record.type not in (EventType.ENTRUSTED, EventType.PARTLY_ENTRUSTED):
            self._problems.warn(EVENTS, record.row, "receiving", record.receiving, "import_receiving_unused")
            return None
        if office is None:
            self._problems.add(EVENTS, record.row, "receiving", record.receiving, "import_office_unknown")
        elif self._tree.by_code.get(record.office) is office:
            self._problems.add(EVENTS, record.row, "receiving", record.receiving, "import_receiving_same")
        elif record.day is not None and not office.valid_on(record.day):
            self._problems.add(EVENTS, record.row, "receiving", record.receiving, "office_not_valid_on",
                               office=office.name, date=record.day)  # fmt: skip
        return office.id if office else None

    # -- one case ----------------------------------------------------------------------------------------------

    def _check(self, slot: _Slot, world: BulkWorld) -> BulkCase | None:
        """Check one case with its events; return it when it brings anything that may be written."""
        slot.rows.sort(key=lambda record: (record.day or date.min, record.row))
        by_row = {record.row: record for record in slot.rows}
        case = slot.case
        for record in slot.rows:
            event = self._event(record, slot)
            if event is not None:
                place = (event.business_date, event.row)
                event.state_unknown = not slot.right or (slot.unknown_from is not None and place > slot.unknown_from)
                case.events.append(event)
            elif record.type is not EventType.REGISTERED and slot.unknown_from is None:
                slot.unknown_from = (record.day or date.min, record.row)
        _into_date_order(case)
        self._aim_corrections(slot)
        for fault in check_case(case, world):
            self._note(fault, by_row)
        return case if slot.right and case.events else None

    def _aim_corrections(self, slot: _Slot) -> None:
        """Let each correction point at the latest event in force, or at the latest under the document it names."""
        case = slot.case
        standing = [(e.business_date, e.sequence, e.key, slot.documents.get(e.key)) for e in case.past]
        gone = {event.corrects for event in case.past}
        types = {event.key: event.type for event in case.past}
        standing = [each for each in standing if each[2] not in gone and types[each[2]] is not EventType.CORRECTED]
        base = max((event.sequence for event in case.past), default=0)
        for position, event in enumerate(case.events, start=1):
            event.key = -position
            document = normalise(event.document_number) if event.document_number else None
            if event.type is not EventType.CORRECTED:
                standing.append((event.business_date, base + position, event.key, document))
                continue
            fitting = [each for each in standing if document in (None, each[3])]
            if fitting:
                target = max(fitting, key=lambda each: each[:2])
                standing.remove(target)
                event.corrects = target[2]

    def _note(self, fault: Fault, by_row: dict[int, EventRecord]) -> None:
        event, refusal = fault.event, fault.refusal
        params = dict(refusal.params)
        if event.row < 0:
            key = _CASE_COLUMNS[refusal.field]
            if event.type is EventType.ASSIGNED and refusal.field == "business_date":
                key = "assigned_on"
            value: object = event.amount if key == "amount" else event.business_date if "on" in key[-3:] else ""
            self._problems.add(CASES, -event.row, key, value, refusal.code, **params)
            return
        record, key = by_row[event.row], _EVENT_COLUMNS[refusal.field]
        if event.type is EventType.CORRECTED and refusal.code == "correction_target_missing" and record.document:
            key = "document"
        value = _label(record) if key == "type" else getattr(record, key)
        self._problems.add(EVENTS, event.row, key, value, refusal.code, **params)


def _label(record: EventRecord) -> str:
    return EVENT_TYPE_LABELS[record.type] if record.type else ""


def _into_date_order(case: BulkCase) -> None:
    """Registration first, then by date; of one day the assignment of `Hồ sơ` first, then as the sheet has them."""
    case.events.sort(key=lambda event: (event.type is not EventType.REGISTERED, event.business_date, max(event.row, 0)))
