"""`thads verify`: is everything the application shows what the recorded events say?"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from thads_app import clock
from thads_app.db import session as snapshot
from thads_app.repositories import verification as repository
from thads_app.repositories.verification import RawCase, RawOffice
from thads_app.rules.rights import EVERYWHERE
from thads_app.rules.units import OrganisationMap
from thads_app.services.audit_anchors import KeptAnchor, anchors_folder, newest_anchor
from thads_app.services.cubes import forget_bases
from thads_app.services.folding import fold_lag, fold_now
from thads_app.services.office_tree import forget_offices
from thads_app.services.verification.audit_trail import TrailCheck, check_trail
from thads_app.services.verification.comparison import Comparer, World
from thads_app.services.verification.differences import Difference, Progress
from thads_app.services.verification.ledgers import case_differences
from thads_app.services.verification.tally import Tally, statistical_year
from thads_app.services.verification.walk import events_in_force, steps_of

CUT_OFFS = 3
"""Earlier moments at which figures are compared too."""

_MANY_UNFOLDED = 20_000
_CELLS_AT_A_TIME = 3_000


@dataclass(frozen=True)
class Verification:
    """What was looked at, and everything that differs."""

    cases: int
    events: int
    figures: int
    cut_offs: tuple[datetime, ...]
    trail: TrailCheck
    differences: tuple[Difference, ...]


async def verify(
    progress: Progress | None = None, *, cut_offs: int = CUT_OFFS, today: date | None = None
) -> Verification:
    """Count everything again from the raw events and compare: figures, identities, ledgers, summaries, audit trail.

    All is read in one snapshot, so that work going on meanwhile makes no difference. Nothing is written, but deltas
    waiting to be folded are folded first when there are many.

    Args:
        progress: told how far it is.
        cut_offs: how many earlier moments to compare figures at.
        today: the day the cases' rows are to be right for; the present day when left out.
    """
    if (await fold_lag()).deltas > _MANY_UNFOLDED:
        await fold_now()
    forget_bases()
    forget_offices()
    newest = newest_anchor(anchors_folder())
    try:
        async with snapshot(EVERYWHERE) as session:
            await repository.without_time_limit(session)
            return await _verify(session, progress or _silent, cut_offs, today or clock.today(), newest)
    finally:
        forget_bases()


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


async def _verify(
    session: AsyncSession, progress: Progress, cut_offs: int, today: date, newest: KeptAnchor | None
) -> Verification:
    cases, events, first, last = await repository.totals(session)
    found: list[Difference] = []
    for place, check in enumerate(repository.TABLE_CHECKS):
        progress("Kiểm tra các bảng", place, len(repository.TABLE_CHECKS))
        broken = await repository.broken_rows(session, check)
        found += [Difference(where, check.name, wanted, is_) for where, wanted, is_ in broken]
    figures, moments = 0, []
    if first is not None and last is not None:
        years = range(statistical_year(first), statistical_year(last) + 1)
        offices = {office.id: office for office in await repository.offices(session)}
        world = World(offices, await repository.officer_codes(session), years)
        moments = await repository.cut_offs(session, cut_offs)
        for as_of in (None, *moments):
            tally = Tally()
            done = 0
            async for batch in repository.cases(session):
                for case in batch:
                    _count(tally, world, case, as_of)
                    if as_of is None:
                        found += _ledgers(world, case, today)
                done += len(batch)
                progress("Tính lại từ sự kiện", done, cases)
            comparer = Comparer(session, world, tally, as_of)
            await _compare(comparer, progress)
            found += comparer.differences
            figures += comparer.compared
    codes = {office.id: office.code for office in await repository.offices(session)}
    trail = await check_trail(session, anchors_folder(), newest, codes, progress)
    return Verification(cases, events, figures, tuple(moments), trail, (*found, *trail.differences))


def _count(tally: Tally, world: World, case: RawCase, as_of: datetime | None) -> None:
    last_day = date(world.years[-1], 9, 30)
    tally.add(case, steps_of(case, events_in_force(case.events, as_of), world.ended, last_day))


def _ledgers(world: World, case: RawCase, today: date) -> list[Difference]:
    return case_differences(case, steps_of(case, events_in_force(case.events), world.ended, today), today)


async def _compare(comparer: Comparer, progress: Progress) -> None:
    """Every officer's cells province by province; every unit on both maps; at a cut-off the nation's provinces."""
    chunks = _chunks(comparer)
    for place, offices in enumerate(chunks):
        progress("Đối chiếu từng chấp hành viên", place, len(chunks))
        await comparer.cells_of(offices)
    units = _units(comparer)
    for place, (office, organisation) in enumerate(units):
        progress("Đối chiếu từng đơn vị", place, len(units))
        await comparer.unit(office, organisation)


def _chunks(comparer: Comparer) -> list[frozenset[int]]:
    """All offices, in portions that do not take too much memory at once."""
    cells = Counter(cell.office_id for cell in comparer.tally.cells)
    chunks: list[set[int]] = [set()]
    held = 0
    for office in comparer.world.offices:
        if chunks[-1] and held + cells[office] > _CELLS_AT_A_TIME:
            chunks.append(set())
            held = 0
        chunks[-1].add(office)
        held += cells[office]
    return [frozenset(chunk) for chunk in chunks]


def _units(comparer: Comparer) -> list[tuple[RawOffice, OrganisationMap]]:
    """The units to compare. Offices without any case are left to the rows of their province."""
    world = comparer.world
    busy = {cell.office_id for cell in comparer.tally.cells}
    units: list[tuple[RawOffice, OrganisationMap]] = []
    for organisation in OrganisationMap:
        today = organisation is OrganisationMap.TODAY
        with_cases = {world.today(office) if today else office for office in busy}
        above = {each for office in with_cases for each in world.lines_up(office)}
        for office in world.offices.values():
            on_map = not (today and office.valid_to is not None)
            wanted = office.parent_id is None if comparer.as_of is not None else office.id in above
            if on_map and (wanted or office.parent_id is None):
                units.append((office, organisation))
    return units
