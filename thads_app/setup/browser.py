"""Find Chromium for the tests, and install Debian's when there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of the system's Chromium (`THADS_CHROMIUM` first), or `None`."""
    given = os.environ.get("THADS_CHROMIUM")
    if given:
        return given
    return next((path for path in map(shutil.which, NAMES) if path), None)


def main() -> int:
    """Make sure that there is a browser; return the exit status."""
    if chromium():
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(
            "Lỗi: cần trình duyệt Chromium để chạy kiểm thử: hãy cài gói chromium, hoặc đặt THADS_CHROMIUM.",
            file=sys.stderr,
        )
        return 1
    print("Đang cài Chromium…", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "-y", "install", "--no-install-recommends", "chromium"],
    ):
        subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if chromium():
        return 0
    print("Lỗi: không cài được Chromium bằng apt-get.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
