"""From a plan to bulk cases: decisions numbered through the years, officers assigned, lives lived, entries recorded."""

# ruff: noqa: PLR2004 (the shares are the data of this module)

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from models.enums import EventType, JudgmentKind, OfficeLevel
from thads_app.rules.calendar import fiscal_year
from thads_app.rules.offices import OfficeNode
from thads_app.services.bulk_check import BulkCase, BulkEvent, NewCase
from thads_app.services.demo.calendar import DemoCalendar
from thads_app.services.demo.facts import Facts, invent
from thads_app.services.demo.life import Happening, Life
from thads_app.services.demo.plan import SHOWN_OFFICE, DemoUnit

E = EventType
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
_GROUNDS = {
    E.FOUND_WITHOUT_CONDITIONS: "Điểm a khoản 1 Điều 44a Luật Thi hành án dân sự",
    E.FOUND_WITH_CONDITIONS: "Người phải thi hành án đã có tài sản để thi hành",
    E.POSTPONED_BY_AGREEMENT: "Điểm c khoản 1 Điều 48 Luật Thi hành án dân sự",
    E.POSTPONED_OTHER: "Điểm a khoản 1 Điều 48 Luật Thi hành án dân sự",
    E.SUSPENDED: "Khoản 1 Điều 49 Luật Thi hành án dân sự",
    E.HELD_OTHER: "Đang giải quyết khiếu nại của đương sự",
    E.RESUMED: "Căn cứ hoãn, tạm đình chỉ không còn",
    E.MOVED_TO_SEPARATE_BOOK: "Đã xác minh đủ số lần mà vẫn chưa có điều kiện",
    E.RETURNED_FROM_SEPARATE_BOOK: "Phát hiện tài sản, thu nhập mới",
    E.TERMINATED: "Khoản 1 Điều 50 Luật Thi hành án dân sự",
    E.PARTLY_TERMINATED: "Người được thi hành án thôi yêu cầu một phần",
    E.ENTRUSTED: "Điều 55 Luật Thi hành án dân sự: tài sản ở nơi khác",
    E.PARTLY_ENTRUSTED: "Điều 55 Luật Thi hành án dân sự: một phần tài sản ở nơi khác",
    E.REVOKED: "Điểm a khoản 1 Điều 37 Luật Thi hành án dân sự",
    E.WITHDRAWN_BY_SUPERIOR: "Vụ việc phức tạp, cấp trên rút hồ sơ để tổ chức thi hành",
    E.REDUCED: "Quyết định của Tòa án về miễn, giảm khoản thu nộp ngân sách",
    E.REQUEST_RETURNED: "Khoản 2 Điều 22 Nghị định 152/2026/NĐ-CP",
    E.CORRECTED: "Nhập thừa một chữ số 0",
}
_RECEIPTS = {E.COLLECTED, E.COMPLETED}


@dataclass(slots=True)
class Maker:
    """Makes the cases of units, one unit after another.

    Attributes:
        officer_ids: officer code → id. `entrust_to`: offices of today that cases are entrusted to.
    """

    rng: Random
    calendar: DemoCalendar
    officer_ids: dict[str, int]
    entrust_to: list[OfficeNode]
    now: datetime

    def cases_of(self, unit: DemoUnit) -> Iterator[BulkCase]:
        """The cases of one office of today and those it took over, in the order of their decisions."""
        numbers: dict[tuple[str, int], int] = defaultdict(int)
        for decided in sorted(self._decision_days(unit)):
            office = self._office_on(unit, decided)
            numbers[office.code, decided.year] += self.rng.choices((1, 2, 3), (90, 8, 2))[0]
            number = f"{numbers[office.code, decided.year]:02d}/QĐ-{_sign(office)}"
            facts = invent(
                self.rng,
                decided,
                court=_court(office, unit.province),
                province=unit.province.short_name,
                wealth=unit.wealth,
            )
            yield self._case(unit, office, decided, number, facts)

    # -- when and where ----------------------------------------------------------------------------------------

    def _decision_days(self, unit: DemoUnit) -> Iterator[date]:
        """Days of decisions: evenly over the statistical years shown, fewer and fewer before them.

        The office of the demonstration's accounts has more of the newest, so that there is work on its desks.
        """
        days = self.calendar.days
        shown_from = date(fiscal_year(self.calendar.last) - 3, 10, 1)
        before = [day for day in days if day < shown_from]
        since = [day for day in days if day >= shown_from]
        newest = since[-30:] if unit.office.code == SHOWN_OFFICE else since
        for _ in range(unit.cases):
            chance = self.rng.random()
            if chance < 0.26:
                yield before[int(len(before) * self.rng.random() ** 0.35)]
            else:
                yield self.rng.choice(newest if chance > 0.84 else since)

    def _office_on(self, unit: DemoUnit, day: date) -> OfficeNode:
        if unit.office.valid_on(day):
            return unit.office
        there = [office for office in unit.predecessors if office.valid_on(day)]
        return self.rng.choice(there)

    # -- one case ----------------------------------------------------------------------------------------------

    def _case(self, unit: DemoUnit, office: OfficeNode, decided: date, number: str, facts: Facts) -> BulkCase:
        case = BulkCase(
            registered_office_id=office.id,
            source=facts.source,
            judgment_kind=facts.kind,
            state_revenue=facts.state_revenue,
            credit_institution=facts.credit_institution,
            events=[],
            new=NewCase(
                decision_number=number,
                decision_date=decided,
                received_entrustment=facts.received_entrustment,
                judgment_number=facts.judgment_number,
                judgment_date=facts.judgment_date,
                issuing_body=facts.issuing_body,
                parties=facts.parties,
                obligations=facts.obligations,
            ),
        )
        self._record(case, E.REGISTERED, decided, amount=facts.amount, document=number)
        assigned = self._assign(case, unit, decided)
        if assigned is not None:
            self._live(case, unit, assigned, facts)
        return case

    def _assign(self, case: BulkCase, unit: DemoUnit, decided: date) -> date | None:
        """The first assignment; some of the newest cases still wait for theirs."""
        age = (self.calendar.last - decided).days
        waits = 0.7 if unit.office.code == SHOWN_OFFICE else 0.35
        if age < 45 and self.rng.random() < waits:
            return None
        day = self.calendar.working(decided + timedelta(days=self.rng.choices((0, 1, 2, 4), (45, 30, 15, 10))[0]))
        if day is None:
            return None
        self._record(case, E.ASSIGNED, day, staff=self.rng.choice(unit.officers).code)
        return day

    def _live(self, case: BulkCase, unit: DemoUnit, since: date, facts: Facts) -> None:
        life = Life(self.rng, self.calendar, since=since, amount=facts.amount, source=facts.source).run()
        moved_before = self._reassigned(unit, life)
        for position, happening in enumerate(life):
            if position == moved_before:
                self._record(case, E.ASSIGNED, happening.day, staff=self.rng.choice(unit.officers).code)
            if happening.type is E.COMPLETED and case.judgment_kind is JudgmentKind.FAMILY:
                self._record(case, happening.type, happening.day, note="Đương sự tự nguyện nộp đủ")
            else:
                self._record_happening(case, happening)

    def _reassigned(self, unit: DemoUnit, life: list[Happening]) -> int:
        """Before which happening the case goes to another officer of the office; -1 for never."""
        if len(unit.officers) < 2 or len(life) < 2 or self.rng.random() > 0.04:
            return -1
        open_positions = [
            position
            for position, happening in enumerate(life)
            if position and not life[position - 1].wrong and happening.type is not E.CORRECTED
        ]
        return self.rng.choice(open_positions) if open_positions else -1

    def _record_happening(self, case: BulkCase, happening: Happening) -> None:
        kind = happening.type
        number = self.rng.randint(1, 4000)
        document = f"{number:04d}/BL" if kind in _RECEIPTS else f"{number}/QĐ-THADS"
        event = self._record(
            case, kind, happening.day, amount=happening.amount, document=document, ground=_GROUNDS.get(kind)
        )
        if kind is E.CORRECTED:
            event.corrects = case.events[-2].key
            event.document_number = case.events[-2].document_number
        elif kind in (E.ENTRUSTED, E.PARTLY_ENTRUSTED):
            self._entrust(case, event)

    def _entrust(self, case: BulkCase, event: BulkEvent) -> None:
        there = [office for office in self.entrust_to if office.valid_on(event.business_date)]
        there = [office for office in there if office.id != case.registered_office_id]
        if there:
            event.receiving_office_id = self.rng.choice(there).id

    def _record(
        self,
        case: BulkCase,
        kind: EventType,
        day: date,
        *,
        amount: int | None = None,
        staff: str | None = None,
        document: str | None = None,
        ground: str | None = None,
        note: str | None = None,
    ) -> BulkEvent:
        last = case.events[-1].recorded_at if case.events else _BEGINNING
        event = BulkEvent(
            kind,
            day,
            min(self.calendar.recorded(self.rng, day, last), max(self.now, last)),
            amount=amount,
            staff_id=self.officer_ids[staff] if staff else None,
            document_number=document,
            ground=ground,
            note=note,
            key=-(len(case.events) + 1),
        )
        case.events.append(event)
        return event


def _sign(office: OfficeNode) -> str:
    if office.level is OfficeLevel.DISTRICT:
        return "CCTHADS"
    return "CTHADS" if office.valid_to is not None else "THADS"


def _court(office: OfficeNode, province: OfficeNode) -> str:
    """The court whose judgments such an office enforces."""
    if office.level is OfficeLevel.PROVINCE:
        place = office.name.replace("Cục THADS ", "").replace("THADS ", "")
        return f"Tòa án nhân dân {place}"
    if office.level is OfficeLevel.DISTRICT:
        return f"Tòa án nhân dân {office.name.replace('Chi cục THADS ', '')}"
    return f"Tòa án nhân dân khu vực {int(office.code.split('-')[1])} – {province.short_name}"
