"""The people behind accounts: what of them can be right at all, and the user name proposed for them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from thads_app.errors import FieldError
from thads_app.rules.vietnamese import normalise

YOUNGEST, OLDEST = 18, 90
"""Years of age of somebody who works. Civil servants are at least 18 (Luật 80/2025/QH15); the upper bound is ours."""

USERNAME_PATTERN = r"^[a-z0-9](?:[a-z0-9._-]{1,58})[a-z0-9]$"
_USERNAME = re.compile(USERNAME_PATTERN)
_EMAIL = re.compile(r"[^@\s<>\"',;]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}", re.IGNORECASE)
_TELEPHONE = re.compile(r"\+?[0-9][0-9 .()-]{6,24}")
_DIGITS_OF_A_TELEPHONE = range(8, 16)
_SHORTEST_USERNAME = 3
_STEM_LENGTH = 40
_NAMELESS = "nguoi.dung"


@dataclass(frozen=True)
class Person:
    """What an account says of its owner; blank where nothing is known."""

    full_name: str
    birth_date: date | None = None
    email: str = ""
    telephone: str = ""
    position: str = ""


def person_problems(person: Person, today: date) -> dict[str, FieldError]:
    """What cannot be right: field → error."""
    found: dict[str, FieldError] = {}
    if not any(char.isalpha() for char in person.full_name):
        found["full_name"] = FieldError("required" if not person.full_name else "name_form")
    elif not all(char.isalpha() or char in " .'’-" for char in person.full_name):
        found["full_name"] = FieldError("name_form")
    if person.birth_date is not None and not YOUNGEST <= age_on(person.birth_date, today) <= OLDEST:
        found["birth_date"] = FieldError("birth_date_range", {"youngest": YOUNGEST, "oldest": OLDEST})
    if person.email and not _EMAIL.fullmatch(person.email):
        found["email"] = FieldError("email_form")
    if person.telephone and not _is_telephone(person.telephone):
        found["telephone"] = FieldError("telephone_form")
    return found


def _is_telephone(text: str) -> bool:
    digits = sum(char.isdigit() for char in text)
    return bool(_TELEPHONE.fullmatch(text)) and digits in _DIGITS_OF_A_TELEPHONE


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_username(text: str) -> bool:
    """Whether a user name has its plain form."""
    return _USERNAME.fullmatch(text) is not None


def username_stem(full_name: str) -> str:
    """The user name a person's name leads to: given name, then the initials of the rest. `Trần Thị An` → `an.tt`."""
    plain = normalise(full_name).split()
    words = ["".join(char for char in word if char.isascii() and char.isalnum()) for word in plain]
    words = [word for word in words if word]
    if not words:
        return _NAMELESS
    *rest, given = words
    initials = "".join(word[0] for word in rest)
    return f"{given[:_STEM_LENGTH]}.{initials[:10]}" if initials else given[:_STEM_LENGTH]


def free_username(full_name: str, taken: Collection[str]) -> str:
    """The first user name of a person's stem that nobody has: `an.tt`, then `an.tt2`, `an.tt3` and so on."""
    stem = username_stem(full_name)
    if len(stem) >= _SHORTEST_USERNAME and stem not in taken:
        return stem
    number = 2
    while f"{stem}{number}" in taken or len(f"{stem}{number}") < _SHORTEST_USERNAME:
        number += 1 if len(stem) > 1 else 10
    return f"{stem}{number}"
