"""What the program writes down of its work: one line per request, event and failure, as JSON outside a terminal.

A line says what kind of thing happened, to which account's request, how it ended and how long it took. It never holds
what anybody typed or read: no query strings, no addresses of pages beyond their pattern, no values of an exception. A
library's own words may quote what a browser sent, so of those only the place in its source is kept.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

OURS = ("thads_app", "pages", "components", "models")
# Servers that tell of starting, stopping and losing workers, and quote nobody.
_TRUSTED = ("_granian", "granian")
_LONGEST = 300
_MOST_FRAMES = 20


@dataclass
class Trace:
    """The request, event or command being answered in this context."""

    request_id: str
    kind: str
    account_id: int | None = None
    route: str = ""
    began: float = field(default_factory=time.perf_counter)

    @property
    def milliseconds(self) -> float:
        """How long it has taken so far."""
        return round((time.perf_counter() - self.began) * 1000, 1)


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begin(kind: str) -> Trace:
    """Start to answer a request, an event or a command in this context, under a number of its own."""
    started = Trace(secrets.token_hex(8), kind)
    _trace.set(started)
    return started


def current_trace() -> Trace | None:
    """What is being answered in this context."""
    return _trace.get()


def request_id() -> str:
    """The number of what is being answered; empty outside of anything."""
    found = _trace.get()
    return found.request_id if found else ""


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at that moment: it may be another stream later."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        self.stream = sys.stderr
        super().emit(record)


def configure(stream: TextIO | None = None, *, as_json: bool | None = None, quiet: bool = False) -> None:
    """Send every logger of the process through one formatter.

    Args:
        stream: where to; standard error when None.
        as_json: JSON lines, or words for a reader; by whether the stream is a terminal when None.
        quiet: only warnings and failures (the command line), not every request and event.
    """
    as_json = not (stream or sys.stderr).isatty() if as_json is None else as_json
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    handler = logging.StreamHandler(stream) if stream else _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_only_the_place, *_SHARED],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.WARNING if quiet else logging.INFO)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger) and logger.handlers:
            logger.handlers = []
            logger.propagate = True


def _add_trace(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    if (found := _trace.get()) is not None:
        line.setdefault("request_id", found.request_id)
        if found.account_id is not None:
            line.setdefault("account", found.account_id)
    return line


def _without_values(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Keep of an exception its kind and the code's own lines; its text may quote a row or a form."""
    failed: Any = line.pop("exc_info", None)
    line.pop("stack_info", None)
    if failed is True:
        failed = sys.exc_info()
    error = failed[1] if isinstance(failed, tuple) else failed
    if isinstance(error, BaseException):
        line["error"] = type(error).__name__
        line["trace"] = frames_of(error)
    return line


def _only_the_place(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Replace a library's words by where in its source they come from."""
    record: logging.LogRecord | None = line.get("_record")
    if record is None:
        return line
    area = record.name.partition(".")[0]
    if area not in OURS and area not in _TRUSTED:
        line["event"] = "library_message"
        line["place"] = f"{record.module}:{record.lineno}"
    else:
        line["event"] = str(line.get("event", ""))[:_LONGEST]
    return line


def frames_of(error: BaseException) -> list[str]:
    """Where an exception passed through, innermost last: file, line and function, without any value."""
    return [
        f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    ]


def _short(path: str) -> str:
    """A file's path from its package on: nothing of the machine."""
    for mark in ("/site-packages/", "/lib/python", "/thads_app/", "/pages/", "/components/"):
        if mark in path:
            kept = path.rpartition(mark)[2]
            return kept if mark in ("/site-packages/", "/lib/python") else mark.strip("/") + "/" + kept
    return path.rpartition("/")[2]


_SHARED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_trace,
    _without_values,
)
# What is logged through structlog goes to the standard loggers; where these lead is said by `configure`.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
