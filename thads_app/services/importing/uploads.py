"""Taking in an upload piece by piece: nothing is kept in memory, nothing beyond the limit is kept at all."""

import re
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import TracebackType
from typing import BinaryIO, Self

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from thads_app.services.importing.workbook import refuse_file

FILE_FIELD = b"file"
_NAME_LIMIT = 200
_HEADERS_LIMIT = 8_192
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f<>]")


class Upload:
    """Reads a multipart form and writes its file to `target`. Use as a context: without `keep` the file is deleted.

    Attributes:
        name: what the sender calls the file, for display only.
        size: bytes of the file seen so far; beyond the limit they are counted, not kept.
    """

    def __init__(self, content_type: str, target: Path, limit: int) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise refuse_file("import_no_file")
        self.name, self.size = "", 0
        self._target, self._limit = target, limit
        self._file: BinaryIO | None = None
        self._kept = False
        self._in_file = self._found = False
        self._header, self._value, self._headers_size = b"", b"", 0
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begins,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_part_data": self._part_data,
                "on_part_end": self._part_ends,
            },
        )

    def __enter__(self) -> Self:
        self._file = self._target.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        if not self._kept:
            self._target.unlink(missing_ok=True)

    @property
    def too_large(self) -> bool:
        """Whether the file went over the limit."""
        return self.size > self._limit

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the request.

        Raises:
            Invalid: it is no form with a file.
        """
        try:
            self._parser.write(piece)
        except FormParserError:
            raise refuse_file("import_no_file") from None

    def keep(self) -> None:
        """Keep the file.

        Raises:
            Invalid: there was none, or it is too large.
        """
        if self.too_large:
            raise refuse_file("import_too_large", limit=self._limit // 2**20)
        if not self._found or not self.name or self.size == 0:
            raise refuse_file("import_no_file")
        self._kept = True

    # -- what the parser tells -----------------------------------------------------------------------------------

    def _part_begins(self) -> None:
        self._in_file, self._headers_size = False, 0

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._count_header(end - start)

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._count_header(end - start)

    def _count_header(self, length: int) -> None:
        self._headers_size += length
        if self._headers_size > _HEADERS_LIMIT:
            raise FormParserError("part headers are too long")

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            _, options = parse_options_header(self._value)
            if options.get(b"name") == FILE_FIELD and not self._found:
                self._in_file = self._found = True
                self.name = display_name(options.get(b"filename", b"").decode("utf-8", "replace"))
        self._header, self._value = b"", b""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if not self._in_file:
            return
        self.size += end - start
        if self._file is not None and not self.too_large:
            self._file.write(data[start:end])

    def _part_ends(self) -> None:
        self._in_file = False


def display_name(sent: str) -> str:
    """The last part of the path a browser sends, without what could not be shown."""
    name = PureWindowsPath(PurePosixPath(sent).name).name
    return _UNPRINTABLE.sub("", name).strip()[:_NAME_LIMIT]
