"""Targets of the completion rate: which holds where, and setting them."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from models import Target
from models.enums import Measure
from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound
from thads_app.repositories import targets as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.targets import TargetInForce, target_in_force
from thads_app.services.office_tree import office_tree

_FIRST_YEAR, _LAST_YEAR = 2010, 2100
_HIGHEST = Decimal(100)


class TargetTable:
    """The targets of one year for a line of offices and everything directly below its end."""

    def __init__(self, tree: OfficeTree, rows: dict[tuple[int, Measure], tuple[Decimal, str]], months: int) -> None:
        self._tree, self._rows, self._months = tree, rows, months

    def of(self, office_id: int, measure: Measure) -> TargetInForce | None:
        """The target that holds for an office: its own, or the nearest above."""
        return target_in_force(line_upwards(self._tree, office_id), self._rows, measure, self._months)


def line_upwards(tree: OfficeTree, office_id: int) -> list[tuple[int, str]]:
    """Id and code of an office and of those above it, up to the nation."""
    line: list[tuple[int, str]] = []
    node: OfficeNode | None = tree.nodes[office_id]
    while node is not None:
        line.append((node.id, node.code))
        node = tree.nodes[node.parent_id] if node.parent_id is not None else None
    return line


async def targets_around(
    session: AsyncSession, tree: OfficeTree, office_ids: list[int], fiscal_year: int, months: int
) -> TargetTable:
    """The targets these offices need, read in one query."""
    needed = {each for office_id in office_ids for each, _ in line_upwards(tree, office_id)}
    rows = await repository.targets_of_year(session, sorted(needed), fiscal_year)
    rates = {(row.office_id, Measure(row.measure)): (row.rate, row.source_note) for row in rows}
    return TargetTable(tree, rates, months)


@dataclass(frozen=True)
class SetTarget:
    """A yearly target to set: percent of cases or of money with conditions; `rate` None takes it away."""

    office_code: str
    fiscal_year: int
    measure: Measure
    rate: Decimal | None
    source_note: str = ""


async def set_target(actor: Actor, command: SetTarget) -> None:
    """Set the yearly target of an office, or take it away so that the one above holds again.

    Raises:
        Forbidden: the actor manages no offices. NotFound: not this one. Invalid: a field is wrong.
    """
    scope = actor.scope(Permission.OFFICE_MANAGE)
    node = (await office_tree()).by_code.get(command.office_code)
    if node is None or not scope.holds(node.id):
        raise NotFound("unit_not_found", {"unit": command.office_code})
    fiscal_year, measure, rate = command.fiscal_year, command.measure, command.rate
    note = command.source_note.strip()
    wrong: dict[str, FieldError] = {}
    if not _FIRST_YEAR <= fiscal_year <= _LAST_YEAR:
        wrong["fiscal_year"] = FieldError("fiscal_year_out_of_range", {"year": fiscal_year})
    if rate is not None and not (rate.is_finite() and 0 < rate <= _HIGHEST):
        wrong["rate"] = FieldError("target_rate_out_of_range")
    if rate is not None and not note:
        wrong["source_note"] = FieldError("target_source_needed")
    if wrong:
        raise Invalid(fields=wrong)
    async with unit_of_work(actor) as session:
        known = await repository.targets_of_year(session, [node.id], fiscal_year)
        before = next((_said(row) for row in known if row.measure == measure), None)
        if rate is None:
            await repository.delete_target(session, node.id, fiscal_year, measure)
        else:
            row = Target(
                office_id=node.id,
                fiscal_year=fiscal_year,
                measure=measure,
                rate=rate.quantize(Decimal("0.01")),
                source_note=note[:300],
            )
            await repository.save_target(session, row)
        await write_audit(
            session, actor, "target.removed" if rate is None else "target.set", "office", node.code, office_id=node.id,
            detail={"year": fiscal_year, "measure": measure.value}, before=before,
            after=None if rate is None else {"rate": str(rate.quantize(Decimal("0.01"))), "source_note": note[:300]},
        )  # fmt: skip


def _said(row: Target) -> dict[str, object]:
    return {"rate": str(row.rate), "source_note": row.source_note}


@dataclass(frozen=True)
class TargetLine:
    """A target that is set, with whose it is."""

    office_code: str
    office_name: str
    measure: Measure
    rate: Decimal
    source_note: str


async def targets_set(actor: Actor, fiscal_year: int) -> list[TargetLine]:
    """The targets set for a year at the offices the actor manages, by office code.

    Raises:
        Forbidden: the actor manages no offices.
    """
    scope = actor.scope(Permission.OFFICE_MANAGE)
    tree = await office_tree()
    managed = [node.id for node in tree.nodes.values() if scope.holds(node.id)]
    async with snapshot(actor) as session:
        lines = [
            TargetLine(
                office_code=tree.nodes[row.office_id].code,
                office_name=tree.nodes[row.office_id].short_name,
                measure=Measure(row.measure),
                rate=row.rate,
                source_note=row.source_note,
            )
            for row in await repository.targets_of_year(session, managed, fiscal_year)
        ]
    return sorted(lines, key=lambda line: (line.office_code, line.measure is Measure.AMOUNT))
