"""The printed record holds every dossier and every side, shows typed text as text, and exists once sent."""

import pytest

from tests.support.handover_cast import NOW, Cast, make_cast
from thads_app.documents.handover_record import handover_record_pdf, handover_record_pictures, record_data
from thads_app.errors import Refused
from thads_app.rules.handovers import Confirmer
from thads_app.services.handover_views import handover_detail
from thads_app.services.handovers import ItemInput, confirm_items, refuse_items, save_draft, send_handover


@pytest.fixture
async def cast(database: str) -> Cast:
    return await make_cast()


async def test_the_record_names_both_sides_the_dossiers_and_how_each_ended(cast: Cast):
    cases = [await cast.case(f"{n}/QĐ", officer=cast.giver) for n in (1, 2)]
    sent = await cast.sent(cases, giver=cast.giver, receiver=cast.receiver)
    items = {item.case_id: item.id for item in (await handover_detail(cast.receiver, sent.id)).items}
    await refuse_items(
        cast.receiver, sent.id, [items[cases[0]]], "Thiếu bút lục 5", confirmer=Confirmer.RECEIVER, now=NOW
    )
    await confirm_items(cast.receiver, sent.id, confirmer=Confirmer.RECEIVER, now=NOW)
    await confirm_items(cast.head, sent.id, confirmer=Confirmer.HEAD, now=NOW)
    data = record_data(await handover_detail(cast.giver, sent.id))
    assert (data["number"], data["place"], data["day"]) == ("BG-1/2026", "An Giang", "ngày 02 tháng 11 năm 2026")
    assert data["superior"] == "THADS tỉnh An Giang"
    assert [(row["number"], row["sheets"], row["result"]) for row in data["items"]] == [
        ("1/QĐ", "10", "Từ chối: Thiếu bút lục 5"),
        ("2/QĐ", "10", "Đã xác nhận 10:00 02/11/2026"),
    ]
    assert (data["sheets"], data["outcome"]) == (
        "20",
        "Đến thời điểm in biên bản: 1 hồ sơ đã xác nhận, 1 hồ sơ từ chối.",
    )
    assert [each["name"] for each in data["signatures"]] == [
        "Chấp hành viên chv1",
        "Chấp hành viên chv2",
        "Người dùng truongphong",
    ]


async def test_markup_typed_into_a_field_is_printed_and_not_obeyed(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    nasty = '#panic("x") *đậm* <b> $x$ \\ // `mã` @ref ]'
    item = ItemInput(case_id=case_id, note=nasty)
    draft = cast.draft([], giver=cast.giver, receiver=cast.receiver, items=[item], reason=nasty)
    saved = await save_draft(cast.giver, draft, now=NOW)
    await send_handover(cast.giver, saved.id, now=NOW)
    assert handover_record_pdf(await handover_detail(cast.giver, saved.id)).startswith(b"%PDF")


async def test_a_long_list_goes_over_several_pages_and_the_same_handover_gives_the_same_file(cast: Cast):
    cases = [await cast.case(f"{n}/QĐ", officer=cast.giver) for n in range(1, 41)]
    sent = await cast.sent(cases, giver=cast.giver, receiver=cast.receiver)
    detail = await handover_detail(cast.giver, sent.id)
    assert len(handover_record_pictures(detail)) > 1
    assert handover_record_pdf(detail) == handover_record_pdf(detail)


async def test_a_draft_has_no_record(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    saved = await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=cast.receiver), now=NOW)
    with pytest.raises(Refused):
        handover_record_pdf(await handover_detail(cast.giver, saved.id))
