"""Masking personal numbers, and telling them in free text. Nothing here knows who asks.

What is masked: identity numbers, telephones, bank accounts (Luật 91/2025/QH15 Đ.3: no more is processed than the
purpose needs). The last three characters stay, so that people can tell two numbers apart and read one back.
"""

import re
from typing import Final

from models.personal_enums import PersonalField

MASK: Final = "•"
_KEPT = 3
_SHORTEST = 6
"""A shorter number is masked whole: three of its characters would say too much."""

ID_NUMBER_LENGTHS: Final = frozenset({9, 12})
"""Old identity cards have 9 digits, personal identification numbers 12 (Luật Căn cước 26/2023/QH15 Đ.12)."""

_RUN = re.compile(r"(?<![\w./-])(?:\+84)?\d{8,19}(?![\w/]|[.,-]\d)")
_ACCOUNT = re.compile(
    r"(?<!\w)(?:stk|số tk|tk|số tài khoản|tài khoản)(?:\s+(?:ngân hàng|số))*\s*[:.]?\s*(\d[\d ]{4,22}\d)", re.IGNORECASE
)
_MONEY_AFTER = re.compile(r"\s*(?:đ\b|đồng|vnđ|vnd)", re.IGNORECASE)


def mask(field: PersonalField, value: str | None) -> str:
    """A value of that field as it is shown to everybody: `•••••••••123`; blank for none."""
    if not value:
        return ""
    return _mask_digits(value) if field is PersonalField.BANK_ACCOUNT else _mask_all(value)


def _mask_all(value: str) -> str:
    """Identity numbers and telephones: letters of a passport count too."""
    return _masked(value, [place for place, char in enumerate(value) if char.isalnum()])


def _mask_digits(value: str) -> str:
    """An account with the name of its bank: only the figures are secret."""
    return _masked(value, [place for place, char in enumerate(value) if char.isdigit()])


def _masked(value: str, secret: list[int]) -> str:
    hidden = set(secret if len(secret) < _SHORTEST else secret[:-_KEPT])
    return "".join(MASK if place in hidden else char for place, char in enumerate(value))


def mask_email(value: str | None) -> str:
    """An e-mail address with the name before the @ masked but for its first letter: `n••••@…`."""
    if not value:
        return ""
    name, at, host = value.partition("@")
    return f"{name[:1]}{MASK * max(1, len(name) - 1)}{at}{host}"


def is_masked(value: str | None) -> bool:
    """Whether a text holds the mask: it was shown to somebody, and is no value to keep."""
    return bool(value) and MASK in str(value)


def mask_text(text: str) -> str:
    """Free text with what looks like a personal number masked.

    A run of 9 or 12 digits is an identity number, one of 10 or 11 that starts with 0 a telephone, figures after
    "tài khoản" an account. Sums of money are told by their points, their unit or their three noughts, and stay.
    """
    if not any(char.isdigit() for char in text):
        return text
    text = _ACCOUNT.sub(lambda found: found[0].replace(found[1], _mask_digits(found[1])), text)
    return _RUN.sub(lambda found: _mask_digits(found[0]) if _is_personal(found, text) else found[0], text)


def _is_personal(found: re.Match[str], text: str) -> bool:
    digits = found[0].removeprefix("+84")
    if len(digits) < len(found[0]):
        return True
    if digits.endswith("000") or _MONEY_AFTER.match(text, found.end()):
        return False
    return len(digits) in ID_NUMBER_LENGTHS or (digits.startswith("0") and len(digits) in {10, 11})


def plain_number(text: str) -> str:
    """An identity number as it is compared: without blanks, points and dashes, in capitals."""
    return re.sub(r"[\s.\-]", "", text).upper()


def tidy_id_number(text: str | None) -> str | None:
    """An identity number as it is kept: figures alone, so that a search finds it; anything else as it was typed."""
    return as_id_number(text) or text.strip() or None if text else None


def as_id_number(text: str) -> str | None:
    """The identity number a search asks for by its full digits; None when the text is something else."""
    digits = plain_number(text)
    return digits if digits.isascii() and digits.isdigit() and len(digits) in ID_NUMBER_LENGTHS else None
