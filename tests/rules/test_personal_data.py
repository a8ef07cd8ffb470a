"""Numbers of people are shown by their last three characters only, wherever they stand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.personal_enums import PersonalField
from thads_app.rules.personal_data import as_id_number, is_masked, mask, mask_email, mask_text

F = PersonalField


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (F.ID_NUMBER, "001099000123", "•••••••••123"),
        (F.ID_NUMBER, "B1234567", "•••••567"),
        (F.ID_NUMBER, "12345", "•••••"),
        (F.ID_NUMBER, None, ""),
        (F.ID_NUMBER, "", ""),
        (F.TELEPHONE, "0912 345 678", "•••• ••• 678"),
        (F.BANK_ACCOUNT, "0123456789 – Ngân hàng Lá Tràm", "•••••••789 – Ngân hàng Lá Tràm"),
    ],
)
def test_a_number_keeps_its_last_three_characters(field: PersonalField, value: str | None, shown: str) -> None:
    assert mask(field, value) == shown


@given(st.text(alphabet="0123456789ABCXYZ -.", min_size=1, max_size=40), st.sampled_from(list(F)))
def test_a_mask_never_shows_more_than_three_figures_and_keeps_the_length(value: str, field: PersonalField) -> None:
    shown = mask(field, value)
    assert len(shown) == len(value)
    assert sum(char.isdigit() for char in shown) <= 3
    assert is_masked(shown) == any(char.isalnum() if field is not F.BANK_ACCOUNT else char.isdigit() for char in value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CCCD 001099000123, gọi 0912345678.", "CCCD •••••••••123, gọi •••••••678."),
        ("cmnd 365012987", "cmnd ••••••987"),
        ("số máy +84912345678", "số máy +••••••••678"),
        ("STK 1234 5678 901 NH Lá Tràm", "STK •••• •••• 901 NH Lá Tràm"),
        ("nộp 250000000 đồng và 123456789đ", "nộp 250000000 đồng và 123456789đ"),
        ("còn 1.250.000.000 đ", "còn 1.250.000.000 đ"),
        ("đã thu 365000000", "đã thu 365000000"),
        ("QĐ 123456789/QĐ-THADS ngày 05/03/2026", "QĐ 123456789/QĐ-THADS ngày 05/03/2026"),
        ("Biên lai 0001234 quyển 12", "Biên lai 0001234 quyển 12"),
        ("", ""),
    ],
)
def test_free_text_loses_peoples_numbers_and_keeps_money_dates_and_papers(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@given(st.text(max_size=200))
def test_masking_text_twice_changes_nothing_more_and_invents_nothing(text: str) -> None:
    once = mask_text(text)
    assert mask_text(once) == once
    assert len(once) == len(text)


@given(st.from_regex(re.compile(r"0\d{11}", re.ASCII), fullmatch=True).filter(lambda number: number[-3:] != "000"))
def test_an_identity_number_in_a_sentence_never_stays_whole(number: str) -> None:
    assert number not in mask_text(f"Số định danh {number} của ông A")


def test_an_address_of_mail_keeps_its_first_letter_and_host() -> None:
    assert mask_email("an.tran@thads.example") == "a••••••@thads.example"
    assert mask_email(None) == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("001099000123", "001099000123"),
        ("001 099 000 123", "001099000123"),
        ("365012987", "365012987"),
        ("12", None),
        ("0912345678", None),
        ("12/2026", None),
        ("Nguyễn Văn A", None),
    ],
)
def test_a_search_by_identity_number_needs_all_its_figures(text: str, number: str | None) -> None:
    assert as_id_number(text) == number
