"""Events of a case follow one another in time, whatever day they are typed in on."""

from datetime import timedelta

import pytest

from models.enums import EventType, JudgmentKind, Source
from tests.support.office_life import Life
from thads_app.errors import Invalid, Refused
from thads_app.services.events import RecordEvent, record_event


@pytest.fixture
async def life(database: str) -> Life:
    lived = await Life.begin()
    await lived.register(
        office="91-10", days_ago=40, amount=1000, kind=JudgmentKind.CIVIL, source=Source.ON_REQUEST, officer=None
    )
    return lived


def collected(life: Life, days_after: int, amount: int = 10) -> RecordEvent:
    day = life.today - timedelta(days=40 - days_after)
    return RecordEvent(case_id=life.cases[0], type=EventType.COLLECTED, business_date=day, amount=amount)


async def test_an_event_dated_before_the_previous_one_is_refused_beside_its_date(life: Life) -> None:
    assert await life.record(collected(life, 20))
    with pytest.raises(Invalid) as refused:
        await record_event(life.operator, collected(life, 19), now=life.tick())
    assert refused.value.fields["business_date"].code == "date_before_last_event"
    assert await life.record(collected(life, 20))


async def test_nothing_is_slipped_in_before_the_end_of_a_closed_case(life: Life) -> None:
    done = RecordEvent(case_id=life.cases[0], type=EventType.COMPLETED, business_date=life.today)
    assert await life.record(done)
    with pytest.raises(Refused) as refused:
        await record_event(life.operator, collected(life, 5), now=life.tick())
    assert refused.value.code == "case_closed"


async def test_once_an_event_is_corrected_the_right_one_may_stand_before_it(life: Life) -> None:
    assert await life.record(collected(life, 20))
    (wrong,) = await life.correctable(life.cases[0])
    correction = RecordEvent(
        case_id=life.cases[0], type=EventType.CORRECTED, business_date=life.today, corrects_id=wrong
    )
    assert await life.record(correction)
    assert await life.record(collected(life, 5))
