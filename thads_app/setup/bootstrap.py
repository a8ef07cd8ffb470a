"""Make `.venv` and install exactly what `requirements.lock` names. Runs on a bare Python: standard library only.

Nothing is done when the lock file, the project file and the Python are those of the last time.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "thads.installed"


def main() -> int:
    """Install when needed; return the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this file alone may meet an older Python)
        return _fail(f"Cần Python 3.11 trở lên, đang có {sys.version.split()[0]}.")
    os.umask(0o022)  # another account, such as the database's, must be able to read what is installed
    wanted = _wanted()
    with LOCK.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two `make` at once: the second waits
        if _installed() == wanted:
            return 0
        print("Đang cài đặt các gói Python…", flush=True)
        try:
            _make_venv()
            _install()
            STAMP.write_text(wanted)
        except subprocess.CalledProcessError as failed:
            return _fail(f"Không cài đặt được: lệnh {Path(failed.cmd[0]).name} báo lỗi {failed.returncode}.")
        except OSError as denied:
            return _fail(f"Không ghi được vào {denied.filename or VENV}: {denied.strerror}.")
    return 0


def _fail(sentence: str) -> int:
    print(f"Lỗi: {sentence}", file=sys.stderr)
    return 1


def _wanted() -> str:
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    parts.append(f"{sys.version_info.major}.{sys.version_info.minor}".encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _installed() -> str:
    try:
        return STAMP.read_text()
    except OSError:
        return ""


def _make_venv() -> None:
    STAMP.unlink(missing_ok=True)
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    if PYTHON.exists() and (VENV / "lib" / f"python{ours}").is_dir() and _works(PYTHON, "-m", "pip", "--version"):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    if not _works(sys.executable, "-m", "venv", str(VENV)):
        # Debian splits pip's installer off: make the folder without it and let the outer pip fill it.
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(VENV)], check=True)
        subprocess.run([sys.executable, "-m", "pip", "-q", "--python", str(PYTHON), "install", "pip"], check=True)


def _works(*command: "str | Path") -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _install() -> None:
    pip = [str(PYTHON), "-m", "pip", "-q", "--disable-pip-version-check", "install"]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as first:
        first.write(_locked("uv"))
        first.flush()
        subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", first.name], check=True)
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "-q", "--python", str(PYTHON)]
    done = subprocess.run([*uv, "--require-hashes", "-r", str(LOCK)], cwd=ROOT, env=_uv_environment(), check=False)
    if done.returncode:  # a machine whose registry only pip knows
        subprocess.run([*pip, "--require-hashes", "--no-deps", "-r", str(LOCK)], cwd=ROOT, check=True)
    subprocess.run([*uv, "--no-deps", "--no-build-isolation", "-e", "."], cwd=ROOT, env=_uv_environment(), check=True)


def _locked(name: str) -> str:
    found = re.search(rf"^{name}==[^\n]*\n(?:    --hash[^\n]*\n)+", LOCK.read_text(), re.MULTILINE)
    if found is None:
        raise OSError(2, f"không có {name} trong tệp khóa", str(LOCK))
    return found[0]


def _uv_environment() -> dict[str, str]:
    """Tell uv the registry and certificate that pip was told of."""
    known = dict(os.environ)
    if "PIP_INDEX_URL" in known:
        known.setdefault("UV_DEFAULT_INDEX", known["PIP_INDEX_URL"])
    if "PIP_CERT" in known:
        known.setdefault("SSL_CERT_FILE", known["PIP_CERT"])
    return known


if __name__ == "__main__":
    sys.exit(main())
