"""`make audit`: is any pinned package known to be vulnerable? Asks pip-audit's databases; skips aloud without them.

The lock file is asked about, not the environment, so that what is checked is what everybody installs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("pypi", "osv")
SECONDS = 45
REQUIRED = "THADS_AUDIT_REQUIRED"
"""Set where a check without the database must fail instead of being skipped (a release)."""

# Advisory → why it does not concern us. Looked at again whenever the lock changes.
ACCEPTED: dict[str, str] = {}


def findings(report: str) -> list[str]:
    """What an audit's report holds against us, one line each.

    Args:
        report: pip-audit's JSON.

    Raises:
        ValueError: it is no report.
    """
    found: list[str] = []
    for package in json.loads(report)["dependencies"]:
        for known in package.get("vulns", []):
            if known["id"] not in ACCEPTED and not ACCEPTED.keys() & set(known.get("aliases", [])):
                mended = ", ".join(known.get("fix_versions", [])) or "chưa có bản vá"
                found.append(f"{package['name']} {package['version']}: {known['id']} (bản vá: {mended})")
    return found


def counted(report: str) -> tuple[int, int]:
    """How many packages were compared, and how many the database did not know."""
    packages = json.loads(report)["dependencies"]
    unknown = sum("skip_reason" in package for package in packages)
    return len(packages) - unknown, unknown


def main() -> int:
    """Ask one database after the other; 1 when something is known, or when none answered though one must."""
    for service in SERVICES:
        report = _ask(service)
        if report is None:
            continue
        found = findings(report)
        for line in found:
            print(f"Lỗ hổng đã biết: {line}", file=sys.stderr)
        known, unknown = counted(report)
        print(f"Đã đối chiếu {known} gói đã ghim với cơ sở dữ liệu lỗ hổng ({service}): {len(found)} phát hiện.")
        if unknown:
            print(f"Cơ sở dữ liệu ấy không biết {unknown} gói khác: chưa đối chiếu được.", file=sys.stderr)
        return 1 if found else 0
    print("BỎ QUA kiểm tra lỗ hổng của các gói: không tới được cơ sở dữ liệu lỗ hổng nào.", file=sys.stderr)
    return 1 if os.environ.get(REQUIRED) else 0


def _ask(service: str) -> str | None:
    """The report of one database; None when it does not answer."""
    with tempfile.TemporaryDirectory(prefix="thads-audit-") as folder:
        answer = Path(folder) / "report.json"
        command = [
            sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / "requirements.lock"), "--no-deps",
            "--disable-pip", "--vulnerability-service", service, "--format", "json", "--output", str(answer),
            "--progress-spinner", "off", "--timeout", "10", "--cache-dir", str(Path(folder) / "cache"),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
            report = answer.read_text(encoding="utf-8")
            known, unknown = counted(report)
        except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
            return None
        # A mirror may answer without having the database: then every package is unknown to it.
        return report if known > unknown else None


if __name__ == "__main__":
    sys.exit(main())
