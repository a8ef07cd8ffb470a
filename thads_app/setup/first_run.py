"""All that stands between installed packages and a served app."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from thads_app import db, frontend, schema, serving
from thads_app.failures import OperatorError
from thads_app.services.reference import load_reference
from thads_app.settings import get_settings, prepare_data_dir, secret_key


def prepare(*, demonstration: bool) -> None:
    """Bring the schema, the reference data and the front end up to date.

    The front end is built beside the work on the database: the two need different programs.

    Args:
        demonstration: also check the port, and fill an empty database with the small demonstration.

    Raises:
        OperatorError: something the operator can mend is missing.
    """
    began = time.monotonic()
    if demonstration:
        serving.check_port(get_settings().host, get_settings().port)
    prepare_data_dir()
    secret_key()
    with ThreadPoolExecutor(max_workers=1) as beside:
        if not frontend.is_current():
            print("Đang dựng giao diện (một lần sau mỗi thay đổi)…", flush=True)
        building = beside.submit(frontend.ensure_built)
        db.check_reachable()
        schema.upgrade_schema()
        load_reference()
        if demonstration and get_settings().demo and not has_cases():
            print("Đang tạo dữ liệu minh họa…", flush=True)
            run_command("demo", "--scale", "small")
        building.result()
    print(f"Đã sẵn sàng sau {time.monotonic() - began:.0f} giây.", flush=True)


def has_cases() -> bool:
    """Whether the database holds any case."""
    engine = db.owner_engine()
    with engine.connect() as connection:
        found = connection.execute(text("SELECT EXISTS (SELECT FROM cases)")).scalar_one()
    engine.dispose()
    return bool(found)


def run_command(*arguments: str) -> None:
    """Run a `thads` command in a process of its own, so that its memory and threads end with it.

    Raises:
        OperatorError: it failed; it has said why on stderr.
    """
    thads = Path(sys.executable).parent / "thads"
    if subprocess.run([str(thads), *arguments], check=False).returncode:
        raise OperatorError(f"Lệnh thads {' '.join(arguments)} không hoàn thành.")
