"""What is said of a person can be wrong in known ways, and a name leads to a user name nobody has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thads_app.rules.people import Person, age_on, free_username, is_username, person_problems, username_stem

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Trần Thị An", "an.tt"),
        ("Đặng Ưu Đàm", "dam.du"),
        ("Nguyễn Hoàng Bảo Ngọc Ánh", "anh.nhbn"),
        ("  lê   văn  BÌNH ", "binh.lv"),
        ("Y", "y"),
        ("H’Hen Niê", "nie.h"),
        ("!!!", "nguoi.dung"),
    ],
)
def test_a_name_leads_to_a_user_name(name: str, stem: str) -> None:
    assert username_stem(name) == stem


def test_a_taken_name_gets_the_next_number() -> None:
    taken: set[str] = set()
    for expected in ("an.tt", "an.tt2", "an.tt3"):
        found = free_username("Trần Thị An", taken)
        assert found == expected
        taken.add(found)


@given(st.text(max_size=60), st.sets(st.sampled_from(["an.tt", "an.tt2", "y", "y12"])))
def test_any_name_leads_to_a_user_name_of_the_right_form(name: str, taken: set[str]) -> None:
    found = free_username(name, taken)
    assert is_username(found)
    assert found not in taken


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"full_name": ""}, "full_name"),
        ({"full_name": "12345"}, "full_name"),
        ({"full_name": "An <b>"}, "full_name"),
        ({"birth_date": date(2008, 11, 23)}, "birth_date"),
        ({"birth_date": date(1930, 1, 1)}, "birth_date"),
        ({"email": "an"}, "email"),
        ({"email": "an@thads"}, "email"),
        ({"email": "an tt@thads.example"}, "email"),
        ({"email": "an@thads.example, b@thads.example"}, "email"),
        ({"telephone": "0912"}, "telephone"),
        ({"telephone": "0912-abc-678"}, "telephone"),
    ],
)
def test_what_cannot_be_right_is_named(changes: dict[str, object], field: str) -> None:
    right: dict[str, object] = {
        "full_name": "Trần Thị An",
        "birth_date": date(1990, 3, 5),
        "email": "an.tt@thads.example",
        "telephone": "+84 912 345 678",
    }
    assert person_problems(Person(**right), TODAY) == {}  # type: ignore[arg-type]
    assert set(person_problems(Person(**(right | changes)), TODAY)) == {field}  # type: ignore[arg-type]


def test_somebody_is_of_age_on_their_birthday() -> None:
    assert age_on(date(2008, 11, 22), TODAY) == 18
    assert age_on(date(2008, 11, 23), TODAY) == 17
