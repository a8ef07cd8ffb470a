"""The rows of `Hồ sơ`: everything the intake form would check, and the cases they make."""

from datetime import date, datetime

from models.enums import EventType, OfficeLevel, PartyRole, Source
from thads_app import clock
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.personal_data import is_masked
from thads_app.rules.rights import Actor, Permission
from thads_app.services.bulk_check import BulkCase, BulkEvent, BulkObligation, BulkParty, NewCase
from thads_app.services.importing.columns import CASES
from thads_app.services.importing.people import People
from thads_app.services.importing.problems import Problems
from thads_app.services.importing.records import CaseRecord
from thads_app.services.registration import EARLIEST

_NUMBERS = ("id_number", "telephone", "bank_account", "creditor_account")
DEFAULT_OBLIGATION = "Nghĩa vụ theo quyết định thi hành án"


class NewCases:
    """Checks case rows one by one and makes bulk cases of them."""

    def __init__(
        self, tree: OfficeTree, actor: Actor, people: People, problems: Problems, recorded_at: datetime
    ) -> None:
        self._tree, self._actor, self._people, self._problems = tree, actor, people, problems
        self._recorded_at = recorded_at
        self._today = clock.vietnam_day(recorded_at)

    def build(self, record: CaseRecord, *, readable: bool) -> tuple[BulkCase, bool]:
        """The case of a row, and whether the row is right. A wrong row's case only serves to check its events."""
        before = self._problems.total
        office = self._office(record)
        self._check_dates(record, office)
        for key in _NUMBERS:
            if is_masked(value := getattr(record, key)):
                self._add(record, key, value, "masked_value")
        if record.assigned_on is not None and record.officer is None:
            self._add(record, "officer", "", "import_officer_of_date")
        case = BulkCase(
            registered_office_id=office.id if office else 0,
            source=record.source or Source.ON_REQUEST,
            judgment_kind=record.judgment_kind,  # type: ignore[arg-type]
            state_revenue=bool(record.state_revenue),
            credit_institution=bool(record.credit_institution),
            events=[],
        )
        staff_id = self._people.find(record.officer, False, record.row) if record.officer else None
        right = readable and self._problems.total == before
        if right:
            case.new = _facts(record)
            case.events = self._first_events(record, staff_id)
        return case, right

    def _first_events(self, record: CaseRecord, staff_id: int | None) -> list[BulkEvent]:
        decided = record.decided_on or self._today
        events = [
            BulkEvent(
                EventType.REGISTERED,
                decided,
                self._recorded_at,
                amount=record.amount,
                document_number=record.number,
                row=-record.row,
            )
        ]
        if staff_id is not None:
            day = record.assigned_on or decided
            events.append(BulkEvent(EventType.ASSIGNED, day, self._recorded_at, staff_id=staff_id, row=-record.row))
        return events

    def _office(self, record: CaseRecord) -> OfficeNode | None:
        if not record.office:
            return None
        office = self._tree.by_code.get(record.office)
        if office is None:
            self._add(record, "office", record.office, "import_office_unknown")
        elif office.level is OfficeLevel.CENTRAL:
            self._add(record, "office", record.office, "import_office_central")
        elif not self._actor.may_in(Permission.IMPORT, office.id):
            self._add(record, "office", record.office, "import_office_forbidden")
        return office

    def _check_dates(self, record: CaseRecord, office: OfficeNode | None) -> None:
        decided, judged, assigned = record.decided_on, record.judgment_date, record.assigned_on
        wrong: set[str] = set()
        for key, day in (("decided_on", decided), ("judgment_date", judged), ("assigned_on", assigned)):
            if day is not None and (day > self._today or day < EARLIEST):
                code = "date_in_future" if day > self._today else "date_too_early"
                self._add(record, key, day, code, date=day)
                wrong.add(key)
        if decided is None or "decided_on" in wrong:
            return
        if judged and judged > decided and "judgment_date" not in wrong:
            self._add(record, "judgment_date", judged, "judgment_after_decision", date=decided)
        if assigned and assigned < decided and "assigned_on" not in wrong:
            self._add(record, "assigned_on", assigned, "assigned_before_decision", date=decided)
        if office is not None and not office.valid_on(decided):
            self._add(record, "decided_on", decided, "office_not_valid_on", office=office.name, date=decided)

    def _add(self, record: CaseRecord, key: str, value: object, code: str, **params: object) -> None:
        self._problems.add(CASES, record.row, key, value, code, **params)


def _facts(record: CaseRecord) -> NewCase:
    parties = [
        BulkParty(
            PartyRole.DEBTOR,
            record.debtor,
            record.id_number or None,
            record.address or None,
            record.telephone or None,
            record.bank_account or None,
        )
    ]
    if record.creditor:
        account = record.creditor_account or None
        parties.append(BulkParty(PartyRole.CREDITOR, record.creditor, bank_account=account))
    return NewCase(
        decision_number=record.number,
        decision_date=record.decided_on or date.min,
        received_entrustment=bool(record.received_entrustment),
        judgment_number=record.judgment_number,
        judgment_date=record.judgment_date or date.min,
        issuing_body=record.issuing_body,
        parties=parties,
        obligations=[
            BulkObligation(record.content or DEFAULT_OBLIGATION, record.amount or 0, bool(record.state_revenue))
        ],
    )
