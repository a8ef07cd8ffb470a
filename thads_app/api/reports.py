"""Downloads of figures for people signed in: statistical forms, and the figures behind a dashboard."""

from __future__ import annotations

import json
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.personal_enums import ExportKind
from thads_app import clock
from thads_app.api.guard import signed_in_actor
from thads_app.rules.rights import Actor, Permission
from thads_app.services.dashboard_files import dashboard_rows, dashboard_xlsx
from thads_app.services.dashboards import dashboard
from thads_app.services.export_files import stamped_csv
from thads_app.services.exports import record_export
from thads_app.services.figure_address import read_asking, read_looking
from thads_app.services.office_tree import office_tree
from thads_app.services.report_files import report_csv, report_json, report_rows, report_xlsx
from thads_app.services.reports import make_report

router = APIRouter(prefix="/api/reports", include_in_schema=False)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOM = "\ufeff"  # without it Excel reads Vietnamese letters of a CSV wrongly

Exporter = Annotated[Actor, signed_in_actor(Permission.EXPORT)]


@router.get("/form.{kind}")
async def form(kind: Literal["xlsx", "csv", "json"], request: Request, actor: Exporter) -> Response:
    """A form as the page of the same address shows it, with everything the signed one holds.

    Raises:
        DomainError: see `services.reports.make_report`.
    """
    asking = read_asking(request.query_params, await _home(actor), clock.today())
    report = await make_report(actor, asking.form, asking.query, columns=kind == "xlsx")
    period = f"{asking.query.months} thang {asking.query.fiscal_year}"
    name = f"Bieu {asking.form.replace('/', '-')} {report.unit.code or 'chua phan cong'} {period}.{kind}"
    stamp = await record_export(actor, ExportKind.REPORT, name, report_rows(report), asking.parameters())
    if kind == "xlsx":
        return _file(report_xlsx(report, stamp), XLSX, name)
    if kind == "csv":
        return _file((_BOM + stamped_csv(report_csv(report), stamp)).encode(), "text/csv; charset=utf-8", name)
    told = json.dumps({**report_json(report), "export": stamp.line}, ensure_ascii=False, indent=1) + "\n"
    return _file(told.encode(), "application/json", name)


@router.get("/dashboard.xlsx")
async def dashboard_file(request: Request, actor: Exporter) -> Response:
    """The figures behind every chart of the dashboard of the same address.

    Raises:
        DomainError: see `services.statistics.find_unit`.
    """
    looking = read_looking(request.query_params, await _home(actor), clock.today())
    data = await dashboard(actor, looking.query)
    period = f"{looking.query.months} thang {looking.query.fiscal_year}"
    name = f"Bang dieu hanh {data.unit.code or 'chua phan cong'} {period}.xlsx"
    stamp = await record_export(actor, ExportKind.DASHBOARD, name, dashboard_rows(data), looking.parameters())
    return _file(dashboard_xlsx(data, stamp), XLSX, name)


async def _home(actor: Actor) -> str:
    return (await office_tree()).nodes[actor.office_id].code


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
