"""Entities that a workbook's XML declares are never looked up nor multiplied."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.workbooks import case_row, write_workbook
from thads_app.errors import Invalid
from thads_app.services.importing.problems import Problems
from thads_app.services.importing.reading import read_records
from thads_app.services.importing.workbook import ImportFile

NAME = "Nguyễn Văn Thử"


def with_entity(path: Path, declared: str, used: str = "&x;") -> Path:
    """A good workbook with this declaration, whose debtor's name ends with the entity `x` (or what is given)."""
    plain = write_workbook(path.with_name("plain.xlsx"), [case_row("1/QĐ")])
    with zipfile.ZipFile(plain) as before, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after:
        changed = 0
        for part in before.namelist():
            text = before.read(part).decode()
            if NAME in text:
                root = "sst" if part.endswith("sharedStrings.xml") else "worksheet"
                start = text.index(f"<{root}")
                text = f"{text[:start]}<!DOCTYPE {root} [{declared}]>{text[start:].replace(NAME, f'Người {used}')}"
                changed += 1
            after.writestr(part, text)
    assert changed == 1
    return path


def read(path: Path) -> str:
    """Everything the import takes from a workbook, as text."""
    return repr(read_records(ImportFile(path), Problems()))


def test_a_declaration_nobody_uses_does_no_harm(tmp_path: Path) -> None:
    assert "Người X" in read(with_entity(tmp_path / "unused.xlsx", '<!ENTITY x "thử">', used="X"))


def test_an_entity_that_names_a_file_of_the_machine_is_refused_unread(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("BI-MAT-CUA-MAY")
    path = with_entity(tmp_path / "file.xlsx", f'<!ENTITY x SYSTEM "{secret.as_uri()}">')
    with pytest.raises(Invalid, match="import_sheet_damaged"):
        read(path)


def test_entities_that_would_multiply_are_refused(tmp_path: Path) -> None:
    names = "abcdefghijklmnopqrstx"
    doubled = "".join(f'<!ENTITY {after} "&{before};&{before};">' for before, after in pairwise(names))
    path = with_entity(tmp_path / "many.xlsx", f'<!ENTITY a "NHIEU-LAN">{doubled}')
    with pytest.raises(Invalid, match="import_sheet_damaged"):
        read(path)
