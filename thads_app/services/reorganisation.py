"""Changing who succeeds an ended office: every case concerned passes to the new successor, figures included."""

from models.enums import OfficeLevel
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, NotFound, Refused
from thads_app.repositories import cases as case_repository
from thads_app.repositories import offices as repository
from thads_app.repositories.base import hold_delta_lock, write_audit
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services.events import recount_case
from thads_app.services.office_tree import build_tree, forget_offices, office_tree

SUCCEEDED_BY = {OfficeLevel.PROVINCE: OfficeLevel.PROVINCE, OfficeLevel.DISTRICT: OfficeLevel.REGION}


async def set_successor(actor: Actor, office_code: str, successor_code: str) -> int:
    """Name another successor of an ended office and recount its cases; returns how many were recounted.

    The rule for former Chi cục without a sourced successor is documented in `docs/offices.md`; this changes its result.

    Raises:
        NotFound: no such office. Forbidden: outside the actor's offices.
        Refused: the office has not ended, or the successor is of another level or did not start the day after.
    """
    tree = await office_tree()
    office, successor = tree.by_code.get(office_code), tree.by_code.get(successor_code)
    if office is None or successor is None:
        raise NotFound
    if not all(actor.may_in(Permission.OFFICE_MANAGE, each.id) for each in (office, successor)):
        raise Forbidden
    if office.valid_to is None:
        raise Refused("office_not_ended", {"office": office.name})
    follows = successor.valid_from is not None and (successor.valid_from - office.valid_to).days == 1
    if not follows or successor.level is not SUCCEEDED_BY.get(office.level):
        raise Refused("successor_not_next", {"office": successor.name})
    async with unit_of_work(EVERYWHERE) as session:
        await hold_delta_lock(session)
        await repository.change_successor(session, office.id, successor.id)
        changed = build_tree(await repository.all_offices(session))
        old_successors = [office.id, *([office.successor_id] if office.successor_id else [])]
        case_ids = await repository.cases_touching(session, old_successors)
        moment = clock.now()
        for case_id in case_ids:
            case = await case_repository.find_case(session, EVERYWHERE, case_id, lock=True)
            events = await case_repository.events_of(session, case_id)
            if case is not None and events and events[-1].id is not None:
                await recount_case(session, case, event_id=events[-1].id, moment=moment, tree=changed)
        await write_audit(
            session,
            actor,
            "office.successor_changed",
            "office",
            office.code,
            office_id=office.id,
            detail={"cases": len(case_ids)},
            before={"successor": tree.nodes[office.successor_id].code if office.successor_id else None},
            after={"successor": successor.code},
        )
    forget_offices()
    return len(case_ids)
