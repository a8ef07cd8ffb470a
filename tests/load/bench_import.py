"""How long an import takes, and how much memory: `python tests/load/bench_import.py [CASES]`.

Works on the database of the settings, as `thads import` does, and leaves what it imported there: use one made for this.
Prints seconds from the start of the process to its end, and the largest resident memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import xlsxwriter

from thads_app.services.importing.columns import CASES, EVENTS, OFFICERS, SheetLayout

FIRST_DAY = date(2025, 7, 7)
OFFICE = "91-03"
BUDGET_CASES, BUDGET_SECONDS = 10_000, 20.0
EVENTS_OF_A_CASE = (("Thu được tiền", 30_000), ("Chưa có điều kiện", None), ("Có điều kiện trở lại", None),
                    ("Thi hành xong", None))  # fmt: skip


def write_big_workbook(path: Path, cases: int) -> None:
    """A right workbook of so many cases with four events each, in a number series of its own."""
    series = f"{time.time():.0f}"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day_format = book.add_format({"num_format": "dd/mm/yyyy"})

    def sheet(layout: SheetLayout, rows: object) -> None:
        page = book.add_worksheet(layout.name)
        headings = [column for column in layout.columns if column.offered]
        page.write_row(0, 0, [column.title for column in headings])
        for number, row in enumerate(rows, start=1):  # type: ignore[arg-type]
            for place, column in enumerate(headings):
                value = row.get(column.key)
                if isinstance(value, date):
                    page.write_datetime(number, place, datetime.combine(value, clock_time()), day_format)
                elif value is not None:
                    page.write(number, place, value)

    sheet(CASES, (_case(number, series) for number in range(cases)))
    sheet(EVENTS, (row for number in range(cases) for row in _events(number, series)))
    sheet(OFFICERS, ({"code": f"{series}-{n}", "name": f"Chấp hành viên {n}", "office": OFFICE} for n in range(20)))
    book.close()


def _case(number: int, series: str) -> dict[str, object]:
    return {
        "office": OFFICE,
        "number": f"{number}/{series}",
        "decided_on": FIRST_DAY + timedelta(days=number % 200),
        "source": "Chủ động" if number % 6 else "Theo yêu cầu",
        "judgment_number": f"{number}/2025/DS-ST",
        "judgment_date": "02/06/2025",
        "issuing_body": "Tòa án nhân dân khu vực 3 – An Giang",
        "judgment_kind": "Dân sự",
        "debtor": f"Nguyễn Văn Thử {number}",
        "address": "ấp Hòa Thuận, An Giang",
        "creditor": f"Trần Thị Được {number}",
        "content": "Trả nợ gốc và lãi",
        "amount": (number % 900 + 1) * 100_000,
        "credit_institution": "Không",
        "officer": f"{series}-{number % 20}",
    }


def _events(number: int, series: str) -> list[dict[str, object]]:
    decided = FIRST_DAY + timedelta(days=number % 200)
    return [
        {
            "office": OFFICE,
            "number": f"{number}/{series}",
            "day": f"{decided + timedelta(days=12 * place):%d/%m/%Y}",
            "type": kind,
            "amount": amount,
            "document": f"{number}/{place}",
            "ground": "Điều 44a",
        }
        for place, (kind, amount) in enumerate(EVENTS_OF_A_CASE, start=1)
    ]


def measure(path: Path, *options: str) -> float:
    """Run `thads import` once, print what it took, and return the seconds."""
    thads = Path(sys.executable).parent / "thads"
    began = time.monotonic()
    process = subprocess.Popen([str(thads), "import", str(path), *options])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    kind = " ".join(options) or "import"
    print(f"{kind}: {seconds:.1f} s, {usage.ru_maxrss / 1024:.0f} MB, exit {os.waitstatus_to_exitcode(status)}")
    return seconds


def main() -> int:
    """Measure a dry run and an import; 1 when an import of `BUDGET_CASES` took longer than its budget."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else BUDGET_CASES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.xlsx"
        write_big_workbook(path, cases)
        print(f"{cases} cases, {len(EVENTS_OF_A_CASE) * cases} events, {path.stat().st_size / 2**20:.1f} MB")
        measure(path, "--dry-run")
        seconds = measure(path)
    return int(cases <= BUDGET_CASES and seconds > BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
