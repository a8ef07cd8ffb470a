"""`thads import`: an office's workbook into the database, all of it or nothing; or the empty template."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from thads_app.failures import OperatorError

if TYPE_CHECKING:
    from thads_app.services.importing.run import ImportOutcome

_SHOWN = 50
_OUT = click.Path(dir_okay=False, path_type=Path)
_STAGES = {"reading": "Đọc", "checking": "Kiểm tra", "writing": "Ghi"}


def register(group: click.Group) -> None:
    """Add `thads import`."""
    group.add_command(import_command)


@click.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không ghi gì.")
@click.option("--errors", type=_OUT, help="Ghi bản sao có đánh dấu ô sai vào tệp này.")
@click.option("--recorded-at", help="Thời điểm ghi nhận (ISO 8601); không có múi giờ thì là giờ Việt Nam.")
@click.option("--template", type=_OUT, help="Ghi tệp mẫu trống vào đây.")
def import_command(
    file: Path | None, dry_run: bool, errors: Path | None, recorded_at: str | None, template: Path | None
) -> None:
    """Nhập hồ sơ và sự kiện từ tệp Excel theo mẫu; có một lỗi thì không ghi gì."""
    if template is not None and file is None:
        _write_template(template)
        return
    if file is None or template is not None:
        raise click.UsageError("Cần tệp Excel để nhập, hoặc --template để lấy tệp mẫu.")
    moment = _moment(recorded_at)
    outcome = asyncio.run(_run(file, dry_run, moment, errors))
    _report(outcome, errors)
    if outcome.problem_count:
        sys.exit(1)


def _write_template(target: Path) -> None:
    from thads_app.services.importing.template import write_template

    try:
        write_template(target)
    except OSError:
        raise OperatorError(f"Không ghi được tệp {target}.") from None
    click.echo(f"Đã ghi tệp mẫu {target}.")


def _moment(text: str | None) -> datetime | None:
    from thads_app.clock import VIETNAM

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("không phải thời điểm ISO 8601.", param_hint="--recorded-at") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)


async def _run(file: Path, dry_run: bool, moment: datetime | None, errors: Path | None) -> ImportOutcome:
    from thads_app import db
    from thads_app.errors import DomainError
    from thads_app.messages import sentence
    from thads_app.rules.rights import system_operator
    from thads_app.schema import require_schema
    from thads_app.services.importing.run import import_workbook
    from thads_app.services.office_tree import office_tree

    db.check_reachable()
    require_schema()
    try:
        actor = system_operator((await office_tree()).root.id)
        with _Progress() as progress:
            return await import_workbook(
                actor, file, dry_run=dry_run, recorded_at=moment, errors_to=errors, told=progress.told
            )
    except DomainError as refused:
        raise OperatorError(sentence(refused)) from None
    except OSError as failed:
        raise OperatorError(f"Không đọc hoặc ghi được tệp {failed.filename or file}.") from None
    finally:
        await db.dispose()


class _Progress:
    """A bar on a terminal's stderr; nothing elsewhere."""

    def __init__(self) -> None:
        self._bar = None
        self._task = None
        self._stage = ""

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def told(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        if self._bar is None:
            return
        if stage != self._stage or self._task is None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._stage, self._task = stage, self._bar.add_task(_STAGES[stage], total=total)
        self._bar.update(self._task, completed=done, total=total)


def _report(outcome: ImportOutcome, errors: Path | None) -> None:
    from thads_app.messages import sentence
    from thads_app.services.importing.marking import problem_sentence

    for warning in outcome.warnings[:_SHOWN]:
        where = _where(warning.sheet, warning.row, warning.column)
        click.echo(f"Lưu ý: {where}: {problem_sentence(warning)}", err=True)
    if outcome.problem_count:
        for problem in outcome.problems:
            value = f" “{problem.value}”" if problem.value else ""
            click.echo(
                f"{_where(problem.sheet, problem.row, problem.column)}{value}: {problem_sentence(problem)}", err=True
            )
        if outcome.problem_count > len(outcome.problems):
            click.echo(sentence("import_more_problems", count=outcome.problem_count - len(outcome.problems)), err=True)
        marked = f" Bản sao đánh dấu ô sai: {errors}" if errors else ""
        click.echo(f"Lỗi: tệp có {outcome.problem_count} chỗ sai nên chưa ghi gì.{marked}", err=True)
        return
    done = "Đã nhập" if outcome.written else "Tệp đúng, sẽ nhập"
    click.echo(
        f"{done} {outcome.cases} việc, {outcome.events} sự kiện (kể cả thụ lý), thêm {outcome.officers} chấp hành viên"
        + (f"; {outcome.late} sự kiện ghi nhận muộn." if outcome.late else ".")
    )


def _where(sheet: str, row: int, column: str) -> str:
    parts = [sheet, f"dòng {row}" if row else "", f"cột {column}" if column else ""]
    return ", ".join(part for part in parts if part) or "Tệp"
