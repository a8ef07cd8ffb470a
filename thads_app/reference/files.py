"""Where the reference files lie and how one is read."""

import csv
import unicodedata
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read_rows(name: str, folder: Path = DATA) -> list[dict[str, str]]:
    """Read a reference CSV file.

    Args:
        name: File name inside the data folder, for example ``provinces.csv``.
        folder: Another folder to read from; used by the builders' tests.

    Returns:
        One dictionary per line, every value a stripped string.

    Raises:
        FileNotFoundError: The file is not part of the installation.
    """
    with (folder / name).open(encoding="utf-8", newline="") as handle:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(handle)]


def name_key(name: str) -> str:
    """Return what is left of a Vietnamese name without case, accents, blanks and signs.

    ``name_key("Đakrông") == name_key("Đa Krông") == "dakrong"``: sources spell the same place differently.
    """
    plain = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(character for character in plain if character.isascii() and character.isalnum())
