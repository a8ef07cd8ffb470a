"""The app alone in a process of its own, without built pages: `python -m tests.security.bare_server`.

Prints its port once it serves. On SIGUSR1 it collects garbage and gives free memory back, so that what is left of its
size is what somebody made it keep.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import signal
import socket
import sys
from contextlib import closing


async def main() -> None:
    """Serve until told to stop."""
    from granian.constants import Interfaces
    from granian.server.embed import Server
    from reflex_base.environment import environment

    import tests.security.states  # noqa: F401
    from thads_app import thads_app as assembled
    from thads_app.auth import socket_guard

    environment.REFLEX_SKIP_COMPILE.set(True)
    assembled.BACKGROUND = ()
    socket_guard.KEPT_FOR_PEOPLE_SECONDS = socket_guard.KEPT_FOR_STRANGERS_SECONDS = 0.5
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(
        assembled.app(), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=True
    )
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, _tidy)
    loop.add_signal_handler(signal.SIGTERM, server.stop)
    print(port, flush=True)
    await server.serve()


def _tidy() -> None:
    for _ in range(3):
        gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    print("tidy", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
