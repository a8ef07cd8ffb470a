"""Vietnamese text, money and dates: comparing, sorting, reading and writing them, as pure functions.

PostgreSQL here has neither ICU nor unaccent, so search keys and sort keys are made in Python and stored. The browser's
counterpart of the parsers is ``assets/fields.js``; ``tests/components/values.json`` holds both to the same answers.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
"""Combining tone marks in dictionary order: huyền, hỏi, ngã, sắc, nặng. No mark (ngang) sorts first."""

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_KEYS = {letter: f"{index:02d}" for index, letter in enumerate(_LETTERS, start=10)}
_DIGIT_KEYS = {str(digit): f"0{digit}" for digit in range(10)}
_SHAPES = {"a\u0306": "ă", "a\u0302": "â", "e\u0302": "ê", "o\u0302": "ô", "o\u031b": "ơ", "u\u031b": "ư"}


def normalise(text: str) -> str:
    """Return *text* without case, accents or surplus blanks, đ as d, so that two spellings compare equal.

    ``normalise("  Thi hành  XONG ") == "thi hanh xong"``. Used for search, labels read from files and duplicates.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def _split_tones(word: str) -> tuple[str, str]:
    """Split one case-folded word into its letters (ă â ê ô ơ ư đ kept) and its tone digit."""
    tone = "0"
    letters: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        elif unicodedata.combining(char) and letters:
            letters[-1] = _SHAPES.get(letters[-1] + char, letters[-1])
        else:
            letters.append(char)
    return "".join(letters), tone


def _word_key(letters: str) -> str:
    return "".join(_LETTER_KEYS.get(char) or _DIGIT_KEYS.get(char, "") for char in letters)


def sort_key(text: str) -> str:
    """Return an ASCII key whose byte order is the Vietnamese dictionary order of *text*.

    Letters decide first (a ă â b c d đ …), word by word; tones (ngang huyền hỏi ngã sắc nặng) only between words of
    the same letters.
    Store it in a column and index it: the C collation then sorts as people expect.
    """
    keys: list[str] = []
    tones: list[str] = []
    for word in text.casefold().split():
        letters, tone = _split_tones(word)
        key = _word_key(letters)
        if key:
            keys.append(key)
            tones.append(tone)
    return "!".join(keys) + " " + "".join(tones)  # in ASCII: blank < "!" < digits, so a shorter name comes first


def name_sort_key(full_name: str) -> str:
    """Return the sort key of a person: given name (the last word) first, then the whole name, as in office lists."""
    words = full_name.split()
    if not words:
        return ""
    return sort_key(words[-1]) + "/" + sort_key(full_name)


def initials(full_name: str) -> str:
    """Return up to two capitals for an avatar: first letter of the family name and of the given name."""
    words = full_name.split()
    if not words:
        return ""
    picked = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return picked.upper()


# --- values people type -------------------------------------------------------------------------------------------


class InputError(ValueError):
    """What a person typed cannot be read. ``code`` names the reason; its wording is in ``components/messages.py``."""

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text


class MoneyError(InputError):
    """Not an amount of money.

    Codes: ``money.empty``, ``.not_a_number``, ``.negative``, ``.fraction``, ``.too_large``.
    """


class DateError(InputError):
    """Not a date. Codes: ``date.empty``, ``date.not_a_date``, ``date.impossible``, ``date.out_of_range``."""


# --- money ----------------------------------------------------------------------------------------------------------

MONEY_LIMIT = 10**15
"""Amounts must stay below this (một triệu tỷ đồng): more than any judgment, and exact in a spreadsheet's doubles."""

_UNITS = {
    **dict.fromkeys(("ty", "ti"), 10**9),
    **dict.fromkeys(("trieu", "tr"), 10**6),
    **dict.fromkeys(("nghin", "ngan", "ngin", "k"), 10**3),
}
_CURRENCY = re.compile(r"(?:dong|vnd|d|₫)\.?$")
_SPACED = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)")
_PART = re.compile(r"(\d[\d.,]*)\s*(ty|ti|trieu|tr|nghin|ngan|ngin|k)?\s*")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3}){2,}|\d+")
_DECIMAL = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+),(\d+)|(\d+)\.(\d{1,2}|\d{4,})")


def parse_money(text: str) -> int:
    """Read an amount as people type it and return whole đồng.

    ``1,25 tỷ`` · ``1 tỷ 250 triệu`` · ``300tr`` · ``1.250.000.000`` · ``1250000000 đ``. Raises :class:`MoneyError`.
    """
    bare = _SPACED.sub(lambda spaced: spaced[0].replace(" ", "."), _CURRENCY.sub("", normalise(text)).strip())
    if not bare:
        raise MoneyError("money.empty", text)
    if bare.startswith(("-", "−", "(")):
        raise MoneyError("money.negative", text)
    total = _sum_parts(bare, text)
    if total != total.to_integral_value():
        raise MoneyError("money.fraction", text)
    if total >= MONEY_LIMIT:
        raise MoneyError("money.too_large", text)
    return int(total)


def _sum_parts(bare: str, text: str) -> Decimal:
    """Add ``1 ty 250 trieu`` up; units must shrink from left to right and only a lone number may lack one."""
    total, position, last_unit = Decimal(0), 0, MONEY_LIMIT
    while position < len(bare):
        match = _PART.match(bare, position)
        if match is None:
            raise MoneyError("money.not_a_number", text)
        unit = _UNITS[match[2]] if match[2] else 1
        if unit >= last_unit or (unit == 1 and position > 0 and "." not in match[1]):
            raise MoneyError("money.not_a_number", text)
        total += _number(match[1], unit, text) * unit
        position, last_unit = match.end(), unit
    return total


def _number(digits: str, unit: int, text: str) -> Decimal:
    if _GROUPED.fullmatch(digits):
        return Decimal(digits.replace(".", "").replace(",", ""))
    match = _DECIMAL.fullmatch(digits)
    if match is None:
        raise MoneyError("money.not_a_number", text)
    if unit == 1:
        raise MoneyError("money.fraction", text)
    whole, part = (match[1], match[2]) if match[1] else (match[3], match[4])
    return Decimal(f"{whole.replace('.', '')}.{part}")


def format_number(value: int) -> str:
    """Group an integer by dots: ``1250000 → 1.250.000``; a minus sign is the real one (−)."""
    return f"{abs(value):,}".replace(",", ".") if value >= 0 else "−" + format_number(-value)


def format_money(amount: int) -> str:
    """Format whole đồng without the unit, for tables whose head says it: ``1.250.000.000``."""
    return format_number(amount)


def format_compact_money(amount: int) -> str:
    """Format an amount for charts and cards, three significant digits: ``1,25 tỷ``, ``300 triệu``, ``950 nghìn``."""
    for name, unit in (("nghìn tỷ", 10**12), ("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3)):
        if abs(amount) >= unit:
            scaled = Decimal(amount) / unit
            places = max(0, 3 - len(str(int(abs(scaled)))))
            return f"{format_decimal(scaled, places, trim=True)} {name}"
    return f"{format_number(amount)} đồng"


def format_decimal(value: Decimal | float, places: int = 2, *, trim: bool = False) -> str:
    """Format a number with a decimal comma: ``55.4 → 55,40``; ``trim`` drops zeros at the end. Halves round up."""
    quantum = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    whole, _, part = f"{abs(rounded):f}".partition(".")
    if trim:
        part = part.rstrip("0")
    sign = "−" if rounded < 0 else ""
    return sign + format_number(int(whole)) + (f",{part}" if part else "")


def format_rate(rate: Decimal | float | None, places: int = 2) -> str:
    """Format a percentage with its sign, ``55,40 %``; an undefined rate (nothing to divide by) is a dash."""
    return "–" if rate is None else f"{format_decimal(rate, places)}\u00a0%"


_FIVE = 5
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _words_below_thousand(value: int, *, full: bool) -> list[str]:
    """Read 1–999; *full* says "không trăm" and "linh" because larger groups came before."""
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    words: list[str] = []
    if hundreds or full:
        words += [_DIGITS[hundreds], "trăm"]
    if tens == 0 and ones and words:
        words.append("linh")
    elif tens == 1:
        words.append("mười")
    elif tens > 1:
        words += [_DIGITS[tens], "mươi"]
    if ones:
        one = "mốt" if ones == 1 and tens > 1 else "lăm" if ones == _FIVE and tens else _DIGITS[ones]
        words.append(one)
    return words


def _number_words(value: int, *, full: bool) -> list[str]:
    billions, rest = divmod(value, 10**9)
    words = [*_number_words(billions, full=full), "tỷ"] if billions else []
    for unit, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group, rest = divmod(rest, unit)
        if group:
            words += _words_below_thousand(group, full=full or bool(words))
            words += [name] if name else []
    return words


def amount_in_words(amount: int) -> str:
    """Read whole đồng aloud: ``950000000 → chín trăm năm mươi triệu đồng``. Money is never negative here."""
    if amount < 0:
        raise MoneyError("money.negative", str(amount))
    words = _number_words(amount, full=False) if amount else ["không"]
    return " ".join([*words, "đồng"])


# --- dates ----------------------------------------------------------------------------------------------------------

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)

_SEPARATED = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})(?:[/.\-\s](\d{4}|\d{2}))?")
_SOLID = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def parse_date(text: str, today: date) -> date:
    """Read a date as people type it: ``5/3/26`` · ``15/8`` (this year) · ``05032026`` · ``5-3-2026`` · ``2026-03-05``.

    Two-digit years up to ten years ahead of *today* are of this century, later ones of the last. Raises
    :class:`DateError`.
    """
    bare = " ".join(text.split())
    if not bare:
        raise DateError("date.empty", text)
    if match := _ISO.fullmatch(bare):
        year, month, day = match.groups()
    elif match := _SEPARATED.fullmatch(bare) or _SOLID.fullmatch(bare):
        day, month, year = match.groups()
    else:
        raise DateError("date.not_a_date", text)
    try:
        parsed = date(_full_year(year, today), int(month), int(day))
    except ValueError as error:
        raise DateError("date.impossible", text) from error
    if not EARLIEST <= parsed <= LATEST:
        raise DateError("date.out_of_range", text)
    return parsed


def _full_year(year: str | None, today: date) -> int:
    if year is None:
        return today.year
    if len(year) == len("2026"):
        return int(year)
    century = today.year - today.year % 100
    return century + int(year) - (100 if int(year) > today.year % 100 + 10 else 0)


def format_date(value: date | None) -> str:
    """Format a date as every screen and paper shows it, ``05/03/2026``; nothing for None."""
    return "" if value is None else f"{value:%d/%m/%Y}"


def format_moment(value: datetime | None) -> str:
    """Format an aware moment in Vietnamese time, ``14:02 05/03/2026``; nothing for None."""
    return "" if value is None else f"{value.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
