"""`thads report`: compute a statistical form and print it or write it to a file."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click

from models.enums import JudgmentKind
from thads_app.clock import VIETNAM
from thads_app.failures import OperatorError
from thads_app.rules.forms import FORMS
from thads_app.rules.units import Breakdown, OrganisationMap

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def register(group: click.Group) -> None:
    """Add `thads report`."""
    group.add_command(report)


class Cutoff(click.ParamType):
    """An ISO date or moment. A date means the end of that day, a moment without a zone is Vietnam's."""

    name = "ISO"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the aware moment in UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"“{text}” không phải ngày hay thời điểm ISO, ví dụ 2025-05-05 hay 2025-05-05T08:00.", param, ctx)
        if len(text) <= len("2025-05-05"):
            moment = datetime.combine(moment.date(), time.max)
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
        except OverflowError:
            self.fail(f"“{text}” nằm ngoài lịch.", param, ctx)


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    form: str
    unit: str
    fiscal_year: int
    months: int
    as_of: datetime | None
    by: Breakdown | None
    kind: JudgmentKind | None
    organisation: OrganisationMap
    output: str


@click.command()
@click.argument("form", metavar="FORM", type=click.Choice(list(FORMS), case_sensitive=False))
@click.option("--unit", required=True, metavar="CODE", help="Mã đơn vị, hoặc mã chấp hành viên.")
@click.option("--fy", required=True, type=click.IntRange(_FIRST_YEAR, _LAST_YEAR), help="Năm thống kê.")
@click.option("--months", required=True, type=click.IntRange(1, 12), help="Số tháng lũy kế từ 01/10 năm trước.")
@click.option("--as-of", type=Cutoff(), help="Chỉ tính sự kiện đã ghi nhận đến lúc này; một ngày: đến hết ngày đó.")
@click.option("--by", type=click.Choice([each.value for each in Breakdown]), help="Thêm một dòng cho mỗi đơn vị con.")
@click.option("--kind", type=click.Choice([each.value for each in JudgmentKind]), help="Chỉ một loại án.")
@click.option("--org", type=click.Choice([each.value for each in OrganisationMap]), default="as-was",
              show_default=True, help="Tổ chức như đã có, hay theo bản đồ hiện nay.")  # fmt: skip
@click.option("--format", "output", type=click.Choice(["json", "xlsx", "csv"]), default="json", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Ghi vào tệp thay vì in ra.")
def report(**options: Any) -> None:
    """Lập biểu thống kê 01/TK-THA … 12/TK-THA của một đơn vị."""
    out: Path | None = options["out"]
    if options["output"] == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError("Bảng tính cần --out TỆP.xlsx.")
    wanted = Wanted(
        form=options["form"],
        unit=options["unit"],
        fiscal_year=options["fy"],
        months=options["months"],
        as_of=options["as_of"],
        by=Breakdown(options["by"]) if options["by"] else None,
        kind=JudgmentKind(options["kind"]) if options["kind"] else None,
        organisation=OrganisationMap(options["org"]),
        output=options["output"],
    )
    content = asyncio.run(_make(wanted, out.name if out else ""))
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError:
        raise OperatorError(f"Không ghi được tệp {out}.") from None
    click.echo(f"Đã ghi {out}.", err=True)


async def _make(wanted: Wanted, file_name: str) -> bytes:
    """The form; one written to a file is recorded as taken out, and a workbook says so."""
    from models.personal_enums import ExportKind
    from thads_app import clock, db, schema
    from thads_app.errors import DomainError
    from thads_app.messages import sentence
    from thads_app.rules.rights import system_operator
    from thads_app.services.exports import record_export
    from thads_app.services.office_tree import office_tree
    from thads_app.services.report_files import report_csv, report_json_text, report_rows, report_xlsx
    from thads_app.services.reports import make_report
    from thads_app.services.statistics import FigureQuery

    db.check_reachable()
    schema.require_schema()
    try:
        tree = await office_tree()
        is_office = wanted.unit in tree.by_code
        # Nothing is recorded later than now, so a later cut-off is the present.
        known_then = wanted.as_of is not None and wanted.as_of < clock.now()
        query = FigureQuery(
            unit=wanted.unit if is_office else tree.root.code,
            fiscal_year=wanted.fiscal_year,
            months=wanted.months,
            organisation=wanted.organisation,
            officer=None if is_office else wanted.unit,
            kind=wanted.kind,
            as_of=wanted.as_of if known_then else None,
        )
        actor = system_operator(tree.root.id)
        made = await make_report(actor, wanted.form, query, wanted.by, columns=wanted.output == "xlsx")
        asked = {
            "bieu": wanted.form.partition("/")[0],
            "don-vi": wanted.unit,
            "nam": str(wanted.fiscal_year),
            "ky": str(wanted.months),
        }
        stamp = None
        if file_name:
            stamp = await record_export(actor, ExportKind.REPORT, file_name, report_rows(made), asked)
    except DomainError as wrong:
        raise OperatorError(sentence(wrong)) from None
    finally:
        await db.dispose()
    writers = {"json": report_json_text, "csv": report_csv}
    return report_xlsx(made, stamp) if wanted.output == "xlsx" else writers[wanted.output](made).encode()
