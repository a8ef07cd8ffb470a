"""Serve the built app: one port, production build, granian workers."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from contextlib import closing

from thads_app import db, frontend, schema
from thads_app.failures import OperatorError
from thads_app.settings import PROJECT_ROOT, get_settings, prepare_data_dir, secret_key

MOST_WORKERS = 64
SET_PARENT_DEATH_SIGNAL = 1  # prctl(2), PR_SET_PDEATHSIG


def serve(workers: int = 1) -> None:
    """Serve until stopped. Everything that could go wrong is checked first.

    Args:
        workers: server processes; more than one shares its tabs through Redis.

    Raises:
        OperatorError: the port is taken, a folder is read-only, the database is unreachable or its schema
            is not the code's, Redis is missing, or the front end cannot be built.
    """
    check_ready(workers)
    if not frontend.is_current():
        print("Đang dựng giao diện (một lần sau mỗi thay đổi)…", flush=True)
        frontend.ensure_built()
    announce()
    _run_granian(workers)


def check_ready(workers: int = 1) -> None:
    """Prove that serving can begin.

    Raises:
        OperatorError: the first thing found missing, in one sentence.
    """
    settings = get_settings()
    if workers > 1 and not settings.redis_url:
        raise OperatorError("Chạy nhiều tiến trình cần Redis: hãy đặt THADS_REDIS_URL, hoặc dùng --workers 1.")
    check_port(settings.host, settings.port)
    prepare_data_dir()
    secret_key()
    if settings.redis_url:
        _check_redis(settings.redis_url)
    db.check_reachable()
    schema.require_schema()
    db.check_app_login()


def check_port(host: str, port: int) -> None:
    """Prove that the port can be listened on.

    Raises:
        OperatorError: another program has it, or the account may not use it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except PermissionError:
            raise OperatorError(f"Không đủ quyền mở cổng {port}: hãy chọn cổng khác bằng THADS_PORT.") from None
        except OSError:
            raise OperatorError(
                f"Cổng {port} đang được chương trình khác dùng: hãy dừng nó hoặc đặt THADS_PORT."
            ) from None


def _check_redis(url: str) -> None:
    import redis

    try:
        with closing(redis.Redis.from_url(url, socket_connect_timeout=3)) as client:
            client.ping()
    except (redis.RedisError, ValueError):
        raise OperatorError("Không kết nối được Redis ở THADS_REDIS_URL.") from None


def announce() -> None:
    """Print the address the app is about to be served at, and who can sign in to the demonstration."""
    settings = get_settings()
    lines = [f"Ứng dụng THADS: {settings.origin}  (Ctrl-C để dừng)"]
    if settings.demo:
        from thads_app.services.demo_accounts import demo_account_lines

        lines += demo_account_lines()
    print("\n".join(lines), flush=True)


def _run_granian(workers: int) -> None:
    os.environ.update(frontend.toolchain_environment())
    os.chdir(PROJECT_ROOT)
    os.environ["GRANIAN_WORKERS"] = str(workers)
    if str(PROJECT_ROOT) not in sys.path:
        sys.path.insert(0, str(PROJECT_ROOT))

    from reflex.utils import exec as reflex_exec
    from reflex_base import constants
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(constants.Env.PROD)
    environment.REFLEX_COMPILE_CONTEXT.set(constants.CompileContext.RUN)
    environment.REFLEX_SKIP_COMPILE.set(True)
    settings = get_settings()
    reflex_exec.run_backend_prod(
        settings.host, settings.port, constants.LogLevel.WARNING, mount_frontend_compiled_app=True
    )


def die_with_parent() -> None:
    """Ask the kernel to end this worker when the server process is killed, so that the port comes free."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
