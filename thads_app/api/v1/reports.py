"""Statistical forms, exactly as `thads report` prints them."""

import asyncio
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from models.enums import JudgmentKind
from models.personal_enums import ExportKind
from thads_app import clock
from thads_app.api.guard import api_actor
from thads_app.api.v1.fields import Answer, Body, Code, Moment
from thads_app.api.v1.routing import area
from thads_app.rules.forms import FORMS
from thads_app.rules.indicators import Figure
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.units import Breakdown, OrganisationMap
from thads_app.services.exports import record_export
from thads_app.services.office_tree import office_tree
from thads_app.services.report_files import report_csv, report_json_text, report_rows, report_xlsx
from thads_app.services.reports import Report, make_report
from thads_app.services.statistics import FigureQuery

router = area("/reports")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SUFFIX = "/TK-THA"
_BINARY = {"schema": {"type": "string", "format": "binary"}}

FormNumber = StrEnum("FormNumber", {code[:2]: code[:2] for code in FORMS})


class FileFormat(StrEnum):
    """How a form is written."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


class ReportQuery(Body):
    """What a form is made of; as the options of `thads report`. An officer's figures are those within `office`."""

    unit: Code
    office: Annotated[Code | None, Field(description="When `unit` is an officer: the office; your own if left out")] = (
        None
    )
    fy: Annotated[int, Field(ge=2000, le=2100, description="Statistical year")]
    months: Annotated[int, Field(ge=1, le=12, description="Months counted from 01/10 of the year before")]
    as_of: Moment | None = None
    by: Breakdown | None = None
    kind: JudgmentKind | None = None
    org: OrganisationMap = OrganisationMap.AS_WAS
    format: FileFormat = FileFormat.JSON


class ReportRowAnswer(Answer):
    """A unit's figures: `count` in việc, `amount` in đồng; the rate in per cent with two decimals, or null."""

    unit: str
    name: str
    count: dict[Figure, float | int | None]
    amount: dict[Figure, float | int | None]
    rows: "list[ReportRowAnswer] | None" = None


class ReportAnswer(Answer):
    """A form; the unit's own total is the first row. `from` and `to` are the first and last day."""

    form: str
    unit: str
    fy: int
    months: int
    first: Annotated[str, Field(alias="from")]
    to: str
    as_of: datetime
    regime: str
    rows: list[ReportRowAnswer]


_ANSWERS = {
    200: {"model": ReportAnswer, "content": {"text/csv": {"schema": {"type": "string"}}, XLSX: _BINARY}},
}


@router.get("/{form}", response_class=Response, responses=_ANSWERS)  # type: ignore[arg-type]
async def read_report(
    actor: Annotated[Actor, api_actor(Permission.REPORT_READ)],
    form: FormNumber,  # type: ignore[valid-type]
    query: Annotated[ReportQuery, Query()],
) -> Response:
    """Form 01 … 12 for one unit and period, as JSON, CSV or an Excel workbook."""
    return await _answer(actor, f"{form}{_SUFFIX}", query)


@router.get("/{form}/TK-THA", include_in_schema=False)
async def read_report_by_code(
    actor: Annotated[Actor, api_actor(Permission.REPORT_READ)],
    form: FormNumber,  # type: ignore[valid-type]
    query: Annotated[ReportQuery, Query()],
) -> Response:
    """The same by the form's whole code."""
    return await _answer(actor, f"{form}{_SUFFIX}", query)


async def _answer(actor: Actor, form: str, asked: ReportQuery) -> Response:
    if asked.format is not FileFormat.JSON:
        actor.scope(Permission.EXPORT)  # as on screen: looking is one right, taking a file away another
    made = await make_report(
        actor, form, await _figures(actor, asked), asked.by, columns=asked.format is FileFormat.XLSX
    )
    if asked.format is FileFormat.JSON:
        return Response(report_json_text(made), media_type="application/json")
    name = f"bieu-{form.replace('/', '-')}-{made.unit.code}-{asked.fy}-{asked.months}.{asked.format.value}"
    stamp = await record_export(actor, ExportKind.REPORT, name, report_rows(made), _told(form, made, asked))
    if asked.format is FileFormat.CSV:
        content: str | bytes = report_csv(made)
    else:
        content = await asyncio.to_thread(report_xlsx, made, stamp)
    headers = {"Content-Disposition": f'attachment; filename="{_ascii(name)}"', "X-Export-Record": stamp.code}
    media_type = XLSX if asked.format is FileFormat.XLSX else "text/csv; charset=utf-8"
    return Response(content, media_type=media_type, headers=headers)


def _told(form: str, made: Report, asked: ReportQuery) -> dict[str, str]:
    """What was asked for, in the words of the address of a form's page."""
    cut_off = f"{asked.as_of:%d/%m/%Y}" if asked.as_of else ""
    return {
        "bieu": form.partition("/")[0], "don-vi": made.unit.code, "nam": str(asked.fy), "ky": str(asked.months),
        "loai-an": asked.kind.value if asked.kind else "", "tinh-den": cut_off,
    }  # fmt: skip


async def _figures(actor: Actor, asked: ReportQuery) -> FigureQuery:
    tree = await office_tree()
    is_office = asked.unit in tree.by_code
    # Nothing is recorded later than now, so a later cut-off is the present.
    known_then = asked.as_of is not None and asked.as_of < clock.now()
    return FigureQuery(
        unit=asked.unit if is_office else asked.office or tree.nodes[actor.office_id].code,
        fiscal_year=asked.fy,
        months=asked.months,
        organisation=asked.org,
        officer=None if is_office else asked.unit,
        kind=asked.kind,
        as_of=asked.as_of if known_then else None,
    )


def _ascii(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "_" for char in name)
