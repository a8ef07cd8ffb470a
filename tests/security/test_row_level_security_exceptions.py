"""Every place that reaches beyond somebody's offices is listed here by hand, with the reason why it may.

Three ways lead beyond: `beyond_scope` for a few statements of an actor's transaction, `EVERYWHERE` for a transaction
that belongs to no actor, and the owner's own connection. Whoever adds one adds its reason here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from thads_app.settings import PROJECT_ROOT

_OPENERS = {"unit_of_work", "session", "snapshot", "reading", "raw_connection"}
_OF_OWNER = {"raw_owner_connection", "owner_engine"}

_CASES_OWN = "a case was found within the actor's reach; its history is the case's own, whichever offices it passed"
BEYOND_SCOPE = {
    "services.audit_days.day_report": "a day's anchor covers every chain; only the reader's own are named to them",
    "services.case_edits.case_log": _CASES_OWN,
    "services.case_edits.case_handovers": _CASES_OWN,
    "services.case_edits._edit": _CASES_OWN + ": who edited it last",
    "services.case_edits._check": "whether a decision number is taken, by a case that may have passed on",
    "services.case_lists.suggest_number": "the last decision number given, on a case that may have passed on",
    "services.conflicts.relative_refusals": "a declaration follows its officer and forbids the relative's every case",
    "services.conflicts.declare": "a declaration follows its officer and forbids the relative's every case",
    "services.event_counts.write_counts": _CASES_OWN + ": its deltas and assignments, and the office it passes on to",
    "services.handover_answers.confirm_items": "whoever confirms was checked; the cases become theirs by confirming",
    "services.handover_answers._check_refusable": "whoever refuses was checked; the number names the case to them",
    "services.handover_support.check_version": "who acted last may have done so for the other side",
    "services.handover_views.handover_detail": "the handover was found; its receiver sees cases before they are theirs",
    "services.handover_views.of_case": _CASES_OWN,
    "services.registration._register": "whether a number or a request was used, on a case that may have passed on",
}

_WORKER = "work on all offices at once, which nobody in particular asked for"
_SIGNING_IN = "nobody is signed in yet"
_OPERATOR = "the command line of the operator"
EVERYWHERE = {
    "services.audit_anchors.anchor_now": _WORKER,
    "services.audit_seals._seal_upto": _WORKER,
    "services.audit_seals.seal_lag": _WORKER,
    "services.audit_seals.step": _WORKER,
    "services.conflict_views.family_beside_accountants": "family of accountants is told to whoever supervises both",
    "services.demo.run.make_demo": _OPERATOR,
    "services.demo_accounts.create_demo_accounts": _OPERATOR,
    "services.folding._complete_upto": _WORKER,
    "services.folding.fold_lag": _WORKER,
    "services.folding.fold_now": _WORKER,
    "services.importing.jobs._work": "marks a job whose process died, whoever's it was",
    "services.importing.run.import_workbook": "COPY; each row's office was checked against the importer's rights",
    "services.importing.worker._finish": "a process of its own, for a job whose owner was checked when it began",
    "services.importing.worker._save": "a process of its own, for a job whose owner was checked when it began",
    "services.importing.worker.run_job": "a process of its own, for a job whose owner was checked when it began",
    "services.local_sign_in.may_use_password": _SIGNING_IN,
    "services.local_sign_in.sound_alarm": "tells the administrators of the centre, whoever signed in",
    "services.proofs.proof_of": "a session's own proof, known by its secret",
    "services.reorganisation.set_successor": "recounts the cases of both offices; the right to manage them was checked",
    "services.single_sign_on._account_named": _SIGNING_IN,
    "services.single_sign_on.end_sessions": "the identity provider speaks, nobody of ours",
    "services.single_sign_on.note_refusal": _SIGNING_IN,
    "services.verify.verify": _OPERATOR,
}

_MAINTENANCE = "maintenance of the whole database: schema, reference data, backup, restore"
OWNER = {
    "db.check_reachable": _MAINTENANCE,
    "repositories.bulk.refresh_planner": "the planner's statistics after a bulk load",
    "schema.let_searches_use_their_index": _MAINTENANCE,
    "schema.schema_state": _MAINTENANCE,
    "services.backup._fill": _MAINTENANCE,
    "services.backup.note_operation": "the trail's row of a backup or a restore, of no office",
    "services.reference.load_reference": _MAINTENANCE,
    "services.restore._require_fit": _MAINTENANCE,
    "services.restore.restore_backup": _MAINTENANCE,
    "setup.first_run.has_cases": _MAINTENANCE,
}


def _calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a file with the function it stands in."""
    waiting: list[tuple[str, ast.AST]] = [("", ast.parse(path.read_text()))]
    while waiting:
        within, node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            within = node.name
        if isinstance(node, ast.Call):
            yield within, node
        waiting += [(within, child) for child in ast.iter_child_nodes(node)]


def _uses() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"beyond": set(), "everywhere": set(), "owner": set()}
    for room in ("thads_app", "pages", "components"):
        for path in sorted((PROJECT_ROOT / room).rglob("*.py")):
            module = ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts).removeprefix("thads_app.")
            for within, call in _calls(path):
                name = ast.unparse(call.func).rsplit(".", 1)[-1]
                where = f"{module}.{within}"
                if name == "beyond_scope":
                    found["beyond"].add(where)
                elif name in _OF_OWNER:
                    found["owner"].add(where)
                elif name in _OPENERS and call.args and ast.unparse(call.args[0]).endswith("EVERYWHERE"):
                    found["everywhere"].add(where)
    return found


def test_every_way_beyond_somebodys_offices_is_listed_with_its_reason():
    uses = _uses()
    assert uses["beyond"] == set(BEYOND_SCOPE), "add to BEYOND_SCOPE why it may, or take it away"
    assert uses["everywhere"] == set(EVERYWHERE), "add to EVERYWHERE why it may, or take it away"
    assert uses["owner"] == set(OWNER), "add to OWNER why it may, or take it away"


def test_pages_and_components_never_go_beyond():
    assert not [where for places in _uses().values() for where in places if where.startswith(("pages.", "components."))]
