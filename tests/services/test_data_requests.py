"""What data subjects ask for is numbered, timed, answered, and seen by whoever looks after personal data alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from models.personal_enums import DataRequestKind, DataRequestStatus, RequestChannel
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, Cast
from thads_app import db
from thads_app.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from thads_app.rules.data_requests import RequestStep
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.data_requests import (
    NewRequest,
    RequestAct,
    RequestQuery,
    RequestView,
    find_people,
    give_to,
    list_requests,
    record_request,
    take_step,
)
from thads_app.services.processing import TEXTS, Activity, list_activities, save_activity
from thads_app.services.reference import load_reference

CAME, LATER = date(2026, 10, 7), date(2026, 10, 8)
S, Step = DataRequestStatus, RequestStep


def new(office: str = OFFICE, **changes: Any) -> NewRequest:
    values = {
        "office_code": office,
        "received_on": CAME,
        "channel": RequestChannel.POST,
        "kind": DataRequestKind.RECTIFY,
        "subject_name": "Nguyễn Thị Mẫu",
        "content": "Sửa địa chỉ",
    }
    return NewRequest.model_validate(values | changes)


async def made(cast: Cast, part: str = "office_head", **changes: Any) -> RequestView:
    return await record_request(cast[part], new(**changes), today=LATER)


async def step(cast: Cast, view: RequestView, what: Step, words: str = "", day: date = LATER) -> RequestView:
    act = RequestAct(request_id=view.id, version=view.version, step=what, words=words)
    return await take_step(cast["office_head"], act, today=day)


async def test_a_request_is_numbered_in_its_office_and_year_with_its_terms(cast: Cast) -> None:
    first, second = await made(cast), await made(cast, kind=DataRequestKind.WITHDRAW, others_involved=True)
    assert (first.label, second.label) == ("YC-1/2026", "YC-2/2026")
    assert (first.respond_by, first.due_on) == (date(2026, 10, 9), date(2026, 10, 19))
    assert second.due_on == date(2026, 10, 27)
    elsewhere = await record_request(cast["charlie"], new(OFFICE_ELSEWHERE), today=LATER)
    assert elsewhere.label == "YC-1/2026"


async def test_a_request_goes_from_its_response_over_an_extension_to_its_answer(cast: Cast) -> None:
    view = await made(cast)
    view = await step(cast, view, Step.RESPOND)
    assert (view.status, view.responded_on) == (S.IN_HAND, LATER)
    with pytest.raises(Invalid):
        await step(cast, view, Step.EXTEND)
    view = await step(cast, view, Step.EXTEND, "Phải đối chiếu hồ sơ giấy")
    assert (view.due_on, view.extension_reason) == (date(2026, 10, 27), "Phải đối chiếu hồ sơ giấy")
    with pytest.raises(Refused):
        await step(cast, view, Step.EXTEND, "Lần nữa")
    view = await step(cast, view, Step.FULFIL, "Đã sửa địa chỉ", date(2026, 10, 20))
    assert (view.status, view.answer, view.closed_on) == (S.FULFILLED, "Đã sửa địa chỉ", date(2026, 10, 20))
    with pytest.raises(Refused):
        await step(cast, view, Step.REFUSE, "Quá muộn")
    async with db.session(EVERYWHERE) as session:
        found = await session.execute(
            text("SELECT action, message FROM audit_entry WHERE object_type = 'data_request' ORDER BY id")
        )
        assert [tuple(row) for row in found] == [
            ("subject.request_recorded", None),
            ("subject.request_respond", None),
            ("subject.request_extend", "Phải đối chiếu hồ sơ giấy"),
            ("subject.request_fulfil", "Đã sửa địa chỉ"),
        ]


async def test_a_refusal_needs_its_ground(cast: Cast) -> None:
    view = await made(cast, kind=DataRequestKind.ERASE)
    with pytest.raises(Invalid) as wrong:
        await step(cast, view, Step.REFUSE)
    assert wrong.value.fields["words"].code == "request_ground_needed"
    view = await step(cast, view, Step.REFUSE, "Hồ sơ thi hành án phải lưu")
    assert (view.status, view.steps) == (S.REFUSED, frozenset())


async def test_two_people_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    view = await made(cast)
    await step(cast, view, Step.RESPOND)
    with pytest.raises(StaleVersion):
        await step(cast, view, Step.FULFIL, "Đã xong")


async def test_the_list_shows_what_is_late_first_to_whoever_looks_after_it(cast: Cast) -> None:
    view = await made(cast)
    done = await step(cast, await made(cast, subject_name="Người khác"), Step.FULFIL, "Đã cung cấp")
    head = cast["office_head"]
    on_time = await list_requests(head, RequestQuery(), today=date(2026, 10, 9))
    assert ([row.id for row in on_time.rows], on_time.open_count, on_time.overdue_count) == ([done.id, view.id], 1, 0)
    late = await list_requests(head, RequestQuery(overdue_only=True), today=date(2026, 10, 12))
    assert ([row.id for row in late.rows], late.overdue_count, late.rows[0].overdue) == ([view.id], 1, True)
    assert [row.id for row in (await list_requests(head, RequestQuery(open_only=True))).rows] == [view.id]
    assert [row.id for row in (await list_requests(head, RequestQuery(closed_only=True))).rows] == [done.id]
    first = await list_requests(head, RequestQuery(), size=1)
    assert first.next_id == done.id
    assert [row.id for row in (await list_requests(head, RequestQuery(before_id=first.next_id))).rows] == [view.id]


async def test_other_offices_and_other_roles_see_no_requests(cast: Cast) -> None:
    view = await made(cast)
    for part in ("province_head", "province_admin", "central_admin"):
        assert [row.id for row in (await list_requests(cast[part], RequestQuery())).rows] == [view.id], part
    for part in ("charlie", "neighbour"):
        assert (await list_requests(cast[part], RequestQuery())).rows == []
        act = RequestAct(request_id=view.id, version=view.version, step=Step.RESPOND)
        with pytest.raises(NotFound):
            await take_step(cast[part], act)
        with pytest.raises(NotFound):
            await give_to(cast[part], view.id, cast[part].account_id or 0)
        with pytest.raises(NotFound):
            await record_request(cast[part], new(), today=LATER)
    for part in ("alice", "intake_clerk", "leader", "accountant"):
        with pytest.raises(Forbidden):
            await list_requests(cast[part], RequestQuery())
        with pytest.raises(Forbidden):
            await record_request(cast[part], new(), today=LATER)


async def test_somebody_of_the_office_is_made_responsible(cast: Cast) -> None:
    head = cast["office_head"]
    people = await find_people(head, "binh")
    assert [person.name for person in people] == ["Lê Văn Bình"]
    view = await made(cast)
    assert await give_to(head, view.id, people[0].id) == "Lê Văn Bình"
    assert (await list_requests(head, RequestQuery())).rows[0].responsible == "Lê Văn Bình"
    with pytest.raises(Invalid):
        await give_to(head, view.id, cast["charlie"].account_id or 0)
    assert "Cao Xuân Ngoài" not in [person.name for person in await find_people(head, "")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject_name": " "}, "subject_name"),
        ({"content": ""}, "content"),
        ({"received_on": date(2026, 10, 9)}, "received_on"),
    ],
)
async def test_what_is_missing_is_named(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        await made(cast, **changes)
    assert set(wrong.value.fields) == {field}


# -- the register of processing ---------------------------------------------------------------------------------------


async def test_the_register_begins_with_what_the_program_does_and_keeps_what_was_edited(cast: Cast) -> None:
    admin = cast["central_admin"]
    entries = await list_activities(admin)
    assert [entry.code for entry in entries] == [f"XL-0{n}" for n in range(1, 7)]
    assert all(len(text) <= TEXTS[name] and text for entry in entries for name, text in entry.texts.items())
    changed = Activity(code="XL-02", version=1, **entries[1].texts | {"retention": "20 năm"})
    await save_activity(admin, changed)
    load_reference()
    after = {entry.code: entry for entry in await list_activities(admin)}
    assert (after["XL-02"].texts["retention"], after["XL-02"].version) == ("20 năm", 2)
    with pytest.raises(StaleVersion):
        await save_activity(admin, changed)


async def test_only_the_centre_keeps_the_register_and_an_entry_says_everything(cast: Cast) -> None:
    texts = dict.fromkeys(TEXTS, "x")
    for part in ("office_head", "province_admin"):
        assert await list_activities(cast[part])
        with pytest.raises(Forbidden):
            await save_activity(cast[part], Activity(**texts))
    with pytest.raises(Forbidden):
        await list_activities(cast["alice"])
    with pytest.raises(Invalid) as wrong:
        await save_activity(cast["central_admin"], Activity(**texts | {"purpose": ""}))
    assert set(wrong.value.fields) == {"purpose"}
    assert await save_activity(cast["central_admin"], Activity(**texts)) == "XL-07"
    ended = Activity(code="XL-07", version=1, ended=True, **texts)
    await save_activity(cast["central_admin"], ended)
    assert (await list_activities(cast["central_admin"]))[-1].ended_on is not None
