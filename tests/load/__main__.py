"""Every benchmark on one generated database of 100,000 cases: `make bench`.

The database is made once in a data folder of its own (`THADS_BENCH_DIR`, `.data-bench` when unset) and used again. The
exit status is 1 when any budget is missed; each benchmark prints its own figures.
"""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.serving import ROOT, THADS, served

PYTHON = sys.executable


def main() -> int:
    """Fill the database when it is empty, run each benchmark, and count those that missed their budget."""
    environment = os.environ | {
        "THADS_DATA_DIR": os.environ.get("THADS_BENCH_DIR") or str(ROOT / ".data-bench"),
        "THADS_DEMO": "true",
        "PYTHONPATH": str(ROOT),
    }
    _run(environment, THADS, "db", "upgrade")
    if subprocess.run([THADS, "demo", "--scale", "province"], env=environment, cwd=ROOT, check=False).returncode:
        print("The database is not empty: measuring on what is there.")
    missed = [
        name
        for name in ("bench_case_list", "bench_statistics", "bench_audit", "bench_row_level_security")
        if not _passes(environment, PYTHON, "-m", f"tests.load.{name}")
    ]
    with served(environment) as url:
        if not _passes(environment, PYTHON, "-m", "tests.load.bench_dashboard", "--url", url):
            missed.append("bench_dashboard")
    if not _passes(environment, PYTHON, "-m", "pytest", "-q", "-s", "-m", "load", "tests/load/bench_sign_in.py"):
        missed.append("bench_sign_in")
    if not _passes(environment, PYTHON, "-m", "pytest", "-q", "-s", "-m", "load", "tests/load/bench_accounts.py"):
        missed.append("bench_accounts")
    if not _passes(environment, PYTHON, "-m", "pytest", "-q", "-s", "-m", "load", "tests/load/bench_security.py"):
        missed.append("bench_security")
    # Last, because what it imports stays in the database.
    if not _passes(environment, PYTHON, "-m", "tests.load.bench_import"):
        missed.append("bench_import")
    print("All budgets kept." if not missed else f"Budgets missed in: {', '.join(missed)}")
    return 1 if missed else 0


def _run(environment: dict[str, str], *command: str) -> None:
    subprocess.run(command, env=environment, cwd=ROOT, check=True)


def _passes(environment: dict[str, str], *command: str) -> bool:
    print(f"\n== {' '.join(command[1:])}", flush=True)
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
