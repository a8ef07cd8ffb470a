"""Opening a workbook that somebody sent: is it one, is it safe to read, and its rows one after another.

The parts of an .xlsx are measured by unpacking them ourselves, bounded, before any reader sees them: sizes written in a
zip's directory may lie, and one cell far to the right makes a reader allocate the whole rectangle.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, WorksheetNotFound

from thads_app.errors import Invalid
from thads_app.services.importing.columns import SheetLayout, heading_key

UNPACKED_LIMIT = 700 * 2**20
"""Bytes of all parts together; 100,000 cases with 400,000 events take 290 MB."""
STRINGS_LIMIT = 250 * 2**20
PART_LIMIT = 2000
WIDEST_COLUMN = 30
"""Cells right of column AD are refused: readers keep the whole rectangle in memory."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 2**18
_OVERLAP = 400
_FAR_CELL = re.compile(rb"""[\s]r=["'](?:[A-Z]{3,}|[B-Z][A-Z]|A[E-Z])\d+["']""")
_ERROR_CELL = re.compile(rb"""<(?:\w+:)?c\b(?=[^>]*\st=["']e["'])[^>]*\sr=["']([A-Z]{1,2})(\d+)["']""")
_ERROR_CELLS_LIMIT = 10_000
_HEADING_ROWS = 10


def refuse_file(code: str, **params: object) -> Invalid:
    """The error for a file that cannot be read as a whole."""
    return Invalid(code=code, params=dict(params))


@dataclass(slots=True)
class SheetRows:
    """The rows of one sheet, and where its headings stand.

    Attributes:
        layout: what the sheet should hold.
        positions: column key → its place in a row.
        heading_row: the row of the headings, counted from 1.
        missing: required headings that are not there. `doubled`: headings that stand twice. `unknown`: other headings.
        error_cells: (row, column key) of cells whose formula failed.
    """

    layout: SheetLayout
    sheet: CalamineSheet
    positions: dict[str, int] = field(default_factory=dict[str, int])
    heading_row: int = 0
    missing: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])
    unknown: list[str] = field(default_factory=list[str])
    error_cells: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """(row number from 1, cells) of every row below the headings that holds anything."""
        for index, row in enumerate(self.sheet.iter_rows(), start=1):
            if index > self.heading_row and any(cell != "" for cell in row):
                yield index, row  # type: ignore[misc]

    @property
    def height(self) -> int:
        """How many rows the sheet has, for progress."""
        return self.sheet.total_height


class ImportFile:
    """A workbook that passed the safety checks. Sheets are read one at a time.

    Raises:
        Invalid: the file is no workbook, is protected by a password, or too large once unpacked.
    """

    def __init__(self, path: Path, *, unpacked_limit: int | None = None) -> None:
        self._error_cells = check_container(path, unpacked_limit)
        try:
            self._book = CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType]
            self._names = {heading_key(name): name for name in reversed(self._book.sheet_names)}
        except PasswordError:
            raise refuse_file("import_password") from None
        except (CalamineError, OSError, ValueError):
            raise refuse_file("import_not_workbook") from None

    @property
    def sheet_names(self) -> list[str]:
        """The names of the sheets as the file writes them."""
        return list(self._book.sheet_names)

    def has(self, layout: SheetLayout) -> bool:
        """Whether the file has such a sheet."""
        return heading_key(layout.name) in self._names

    def sheet(self, layout: SheetLayout) -> SheetRows | None:
        """Open one sheet, or return None when the file lacks it."""
        name = self._names.get(heading_key(layout.name))
        if name is None:
            return None
        try:
            sheet = self._book.get_sheet_by_name(name)
        except WorksheetNotFound:
            return None
        except (CalamineError, ValueError):
            raise refuse_file("import_sheet_damaged", sheet=layout.name) from None
        found = SheetRows(layout, sheet)
        _find_headings(found)
        _place_error_cells(found, self._error_cells.get(self._book.sheet_names.index(name), ()))
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()


def _find_headings(rows: SheetRows) -> None:
    """The heading row is, of the first ten, the one that holds most of the headings."""
    best: tuple[int, int, list[object]] = (0, 0, [])
    for index, row in enumerate(rows.sheet.iter_rows(), start=1):
        if index > _HEADING_ROWS:
            break
        known = sum(heading_key(str(cell)) in rows.layout.by_heading for cell in row if cell != "")
        if known > best[0]:
            best = (known, index, list(row))
    rows.heading_row = best[1]
    for place, cell in enumerate(best[2]):
        column = rows.layout.by_heading.get(heading_key(str(cell)))
        if column is None:
            if cell != "":
                rows.unknown.append(str(cell)[:60])
        elif column.key in rows.positions:
            rows.doubled.append(column.heading)
        else:
            rows.positions[column.key] = place
    rows.missing = [c.heading for c in rows.layout.columns if c.required and c.key not in rows.positions]


def _place_error_cells(rows: SheetRows, cells: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> None:
    offset = rows.sheet.start[1] if rows.sheet.start else 0
    key_at = {place + offset: key for key, place in rows.positions.items()}
    rows.error_cells = {(row, key_at[column]) for row, column in cells if column in key_at}


# -- the container -------------------------------------------------------------------------------------------------


def check_container(path: Path, unpacked_limit: int | None = None) -> dict[int, list[tuple[int, int]]]:
    """Check that the file is an .xlsx that can be read within bounds: bytes of all its parts unpacked.

    Returns:
        By the sheet's place in the workbook, the (row from 1, column from 0) of cells whose formula failed.

    Raises:
        Invalid: it is not, with the code that says why.
    """
    try:
        with path.open("rb") as file:
            _check_start(file)
            with zipfile.ZipFile(file) as archive:
                return _measure(archive, path, UNPACKED_LIMIT if unpacked_limit is None else unpacked_limit)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, KeyError, UnicodeDecodeError):
        raise refuse_file("import_not_workbook") from None


def _check_start(file: BinaryIO) -> None:
    start = file.read(8)
    if start == _OLE:
        rest = file.read(4 * 2**20)
        raise refuse_file("import_password" if _ENCRYPTED in rest else "import_old_format")
    if not start.startswith(b"PK"):
        raise refuse_file("import_not_workbook")
    file.seek(0)


def _measure(archive: zipfile.ZipFile, path: Path, most: int) -> dict[int, list[tuple[int, int]]]:
    parts = archive.infolist()
    if len(parts) > PART_LIMIT or sum(part.file_size for part in parts) > most:
        raise refuse_file("import_unpacks_too_large", limit=most // 2**20)
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise refuse_file("import_not_workbook")
    order = _sheet_order(archive)
    errors: dict[int, list[tuple[int, int]]] = {}
    left = most
    for part in parts:
        if part.flag_bits & 1:
            raise refuse_file("import_password")
        if not part.filename.endswith((".xml", ".rels")):
            continue
        scan = _SheetScan() if part.filename.startswith("xl/worksheets/") else None
        limit = min(left, STRINGS_LIMIT if part.filename.endswith("sharedStrings.xml") else left)
        left -= _unpack(path, part, limit, scan)
        if scan and scan.errors and part.filename in order:
            errors[order[part.filename]] = scan.errors
    return errors


def _unpack(path: Path, part: zipfile.ZipInfo, limit: int, scan: "_SheetScan | None") -> int:
    """Unpack a part as any reader would, ignoring the size its directory claims; return its true size in bytes."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise refuse_file("import_not_workbook")
    engine = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    size, remaining = 0, part.compress_size
    with path.open("rb") as raw:
        raw.seek(part.header_offset)
        header = raw.read(30)
        raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        while remaining > 0 and (packed := raw.read(min(_CHUNK, remaining))):
            remaining -= len(packed)
            while packed:
                data = engine.decompress(packed, _CHUNK * 4) if engine else packed
                packed = engine.unconsumed_tail if engine else b""
                size += len(data)
                if size > limit:
                    raise refuse_file("import_unpacks_too_large", limit=UNPACKED_LIMIT // 2**20)
                if scan:
                    scan.feed(data)
    return size


class _SheetScan:
    """Looks through a sheet's XML as it is unpacked: cells too far to the right, and formulas that failed."""

    def __init__(self) -> None:
        self.errors: list[tuple[int, int]] = []
        self._tail = b""
        self._seen: set[tuple[int, int]] = set()

    def feed(self, data: bytes) -> None:
        """Look through the next piece."""
        text = self._tail + data
        if _FAR_CELL.search(text):
            raise refuse_file("import_too_wide")
        if b't="e"' in text or b"t='e'" in text:
            for match in _ERROR_CELL.finditer(text):
                cell = (int(match[2]), _column_number(match[1]))
                if cell not in self._seen and len(self.errors) < _ERROR_CELLS_LIMIT:
                    self._seen.add(cell)
                    self.errors.append(cell)
        self._tail = text[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION_TAG = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)=["']([^"']*)["']""")


def _sheet_order(archive: zipfile.ZipFile) -> dict[str, int]:
    """Part name → the sheet's place in the workbook."""
    relations: dict[bytes, str] = {}
    for tag in _RELATION_TAG.findall(_small_part(archive, "xl/_rels/workbook.xml.rels")):
        attributes = dict(_ATTRIBUTE.findall(tag))
        target = attributes.get(b"Target", b"").decode()
        relations[attributes.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    order: dict[str, int] = {}
    for place, tag in enumerate(_SHEET_TAG.findall(_small_part(archive, "xl/workbook.xml"))):
        for name, value in _ATTRIBUTE.findall(tag):
            if name.endswith(b":id"):
                order[relations.get(value, "")] = place
    return order


def _small_part(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(4 * 2**20)
    except (KeyError, RuntimeError):
        return b""
