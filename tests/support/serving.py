"""The app served from this tree on a free port, for benchmarks and screenshots."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
THADS = str(Path(sys.executable).parent / "thads")
START_SECONDS = 300


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[str]:
    """The app on a free port, stopped afterwards."""
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    server = subprocess.Popen([THADS, "serve"], env=environment | {"THADS_PORT": str(port)}, cwd=ROOT)
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=2):  # noqa: S310 (our own address)
            return
        time.sleep(0.5)
    raise RuntimeError("the app did not start")
