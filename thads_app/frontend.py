"""Build the front end, once per state of the sources.

The build runs in a process of its own (`python -m thads_app.frontend`): it imports the whole app, and the
server forks its workers from a process that has not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from thads_app.failures import OperatorError
from thads_app.settings import PROJECT_ROOT

SOURCES = ("rxconfig.py", ".npmrc", "requirements.lock", "thads_app", "pages", "components", "models", "assets")
LOCKS = ("reflex.lock",)
IGNORED = ("__pycache__", "external")


def web_dir() -> Path:
    """Return the folder of the generated front end (`REFLEX_WEB_WORKDIR`, else `.web`)."""
    return PROJECT_ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")


def toolchain_environment() -> dict[str, str]:
    """Return the environment in which Reflex finds Node of the virtual environment and keeps to itself."""
    tools = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "REFLEX_USE_NPM": "true",
        "REFLEX_DIR": str(tools.parent / "reflex"),
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "NPM_CONFIG_UPDATE_NOTIFIER": "false",
    }


def is_current() -> bool:
    """Whether the built front end is that of the present sources."""
    try:
        return (web_dir() / "thads.built").read_text() == fingerprint(*SOURCES, *LOCKS)
    except OSError:
        return False


def ensure_built() -> bool:
    """Build the front end unless it is current; return whether it was built now.

    Raises:
        OperatorError: the build failed; its output is in the log named in the sentence.
    """
    if is_current():
        return False
    folder = web_dir()
    log = folder.parent / f"{folder.name}.log"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (folder.parent / f"{folder.name}.lock").open("w") as lock, log.open("w") as out:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if is_current():  # somebody else built it while we waited
                return False
            done = subprocess.run(
                [sys.executable, "-m", "thads_app.frontend"],
                cwd=PROJECT_ROOT, env=toolchain_environment(), stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
    except OSError as denied:
        raise OperatorError(f"Không ghi được vào {denied.filename or folder}: hãy kiểm tra quyền ghi.") from None
    if done.returncode:
        raise OperatorError(f"Không dựng được giao diện (mã {done.returncode}): chi tiết ở {log}.")
    return True


def fingerprint(*names: str) -> str:
    """Return a digest of the named files and folders under the project's root."""
    total = hashlib.sha256()
    for name in names:
        for path in _files(PROJECT_ROOT / name):
            total.update(str(path.relative_to(PROJECT_ROOT)).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _files(start: Path) -> Iterator[Path]:
    if start.is_file():
        yield start
    elif start.is_dir():
        for child in sorted(start.iterdir()):
            if child.name not in IGNORED and not child.name.startswith("."):
                yield from _files(child)


def _build() -> None:
    from reflex.utils import build, path_ops, prerequisites
    from reflex_base import constants
    from reflex_base.environment import environment

    folder = web_dir()
    (folder / "thads.built").unlink(missing_ok=True)
    before = fingerprint(*SOURCES)
    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_COMPILE_CONTEXT.set(constants.CompileContext.RUN)
    environment.REFLEX_SKIP_COMPILE.set(None)  # a server that starts a build has told itself not to compile
    if prerequisites.needs_reinit():
        prerequisites.initialize_reflex_user_directory()
        prerequisites.initialize_frontend_dependencies()
    with path_ops.file_lock(prerequisites.get_web_dir()):
        prerequisites.get_compiled_app(prerender_routes=True, trigger="initial")
        build.setup_frontend_prod(PROJECT_ROOT)
        _settle_package_json(folder)
    if before == fingerprint(*SOURCES):  # else someone edited during the build: build again next time
        (folder / "thads.built").write_text(fingerprint(*SOURCES, *LOCKS))


def _settle_package_json(folder: Path) -> None:
    """Give the committed package.json one order of keys: npm writes another at every build."""
    kept = PROJECT_ROOT / LOCKS[0] / "package.json"
    settled = json.dumps(json.loads(kept.read_text()), indent=2, sort_keys=True) + "\n"
    for copy in (kept, folder / "package.json"):
        if copy.read_text() != settled:
            copy.write_text(settled)


if __name__ == "__main__":
    _build()
