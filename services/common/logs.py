"""Structured logs: one JSON object per line on standard error, with the ids of the work at hand.

Nothing sealed may reach a log. So values are scalars or lists of text (of anything else only the type is written),
keys that are known to hold secrets are blanked, and of an exception its types and places are written but not its
message, which may quote a parameter of a statement or a field of a request.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

from services.common.tracing import current_work

SECRET_WORDS = frozenset(
    {"accusation", "address", "authorization", "contact", "cookie", "identity", "letter", "password", "peer", "phone"}
    | {"receipt", "secret", "text", "token"}
)
"""A key that contains one of these words between underscores is blanked."""

BLANK = "***"
_ROOT = Path(__file__).parents[2]
_FRAMES = 12


def configure(service: str, level: str = "info") -> None:
    """Sets up the logs of this process, those of libraries (from warnings on) included."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _Named(service),
            add_work,
            keep_harmless,
            lambda _logger, _method, event: msgspec.json.encode(event),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=_StandardError,
        # Loggers that are asked often are bound once by who asks; caching here would outlive a test's own settings.
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(handlers=[_Bridge()], level=max(threshold, logging.WARNING), force=True)


def add_work(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Adds request and trace id of the work at hand."""
    work = current_work.get()
    if work.request_id:
        event["request_id"] = work.request_id
    if work.trace:
        event["trace"] = work.trace[3:35]
    return event


def keep_harmless(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blanks what may be secret and unfolds exceptions without their messages."""
    harmless: dict[str, object] = {}
    for key, value in event.items():
        if _is_secret(key):
            harmless[key] = BLANK
        elif isinstance(value, BaseException):
            harmless |= describe(value)
        elif isinstance(value, str | int | float | bool | None):
            harmless[key] = value
        else:
            harmless[key] = _texts(value) if isinstance(value, list | tuple) else type(value).__name__
    return harmless


def describe(error: BaseException) -> dict[str, object]:
    """What may be told of an exception: its types from the outermost to its cause, and where it was raised."""
    types = [type(each).__qualname__ for each in _chain(error)]
    innermost = list(_chain(error))[-1]
    frames = traceback.extract_tb(innermost.__traceback__)[-_FRAMES:]
    places = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": " < ".join(types), "frames": places}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, each once: one that was raised from itself is its own cause."""
    current: BaseException | None = error
    told: set[int] = set()
    while current is not None and id(current) not in told:
        yield current
        told.add(id(current))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else "/".join(path.parts[-2:])


def _texts(values: list[object] | tuple[object, ...]) -> list[object]:
    return [value if isinstance(value, str | int) else type(value).__name__ for value in values]


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return not SECRET_WORDS.isdisjoint(key.lower().split("_"))


class _StandardError:
    """Writes each line at once and whole. A line that cannot be written, on a full disk say, must not fail a call."""

    def __init__(self, *_: object) -> None:
        """Takes the name of the logger, which the lines do not tell."""

    def msg(self, line: bytes) -> None:
        with suppress(OSError):
            os.write(2, line + b"\n")

    log = debug = info = warning = warn = error = critical = fatal = exception = msg


class _Named:
    """Puts the name of the service into every line."""

    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        return event


class _Bridge(logging.Handler):
    """Carries what libraries log over into the same lines."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = describe(record.exc_info[1]) if record.exc_info and record.exc_info[1] else {}
        log = structlog.get_logger(record.name)
        # Only the first line: asyncio lets one follow that holds the whole of an exception.
        message = record.getMessage().partition("\n")[0]
        log.log(record.levelno, "library", logger=record.name, message=message, **fault)
