"""The watch service with stopwatches in it: `python -m tests.bench.dissected serve`.

It is the same service. When it ends it writes to the file that `STAGES` names, as JSON, how many reports were filed
and how many seconds each stage of that took in all.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from time import perf_counter
from typing import ParamSpec, TypeVar

from services.common.database.session import Session
from services.common.rpc.chain import Admission
from services.common.rpc.journey import Journey
from services.common.service import Service, run
from services.watch.parts import parts
from services.watch.reports.rpc import ReportService

P = ParamSpec("P")
T = TypeVar("T")

STAGES = "MINSHAO_BENCH_STAGES"

spent: defaultdict[str, float] = defaultdict(float)
filings = 0
filing: ContextVar[bool] = ContextVar("filing", default=False)
"""Whether the work at hand is the filing of a report, and not what the service does beside."""


def timed(function: Callable[P, Awaitable[T]], stage: Callable[P, str]) -> Callable[P, Awaitable[T]]:
    """The function, with the time that it takes added to the stage that its arguments tell."""

    async def stopwatch(*args: P.args, **kwargs: P.kwargs) -> T:
        began = perf_counter()
        try:
            return await function(*args, **kwargs)
        finally:
            if filing.get():
                spent[stage(*args, **kwargs)] += perf_counter() - began

    return stopwatch


def stage_of(_session: Session, _connection: object, text: str, *_: object) -> str:
    """What a statement is for."""
    if text == "COMMIT":
        return "commit"
    if "INTO reports" in text:
        return "writes"
    return "number" if "register_series" in text else "reads"


def install() -> None:
    """Puts the stopwatches in."""
    # setattr, since these are methods: to assign to one is an error in the eyes of a type checker.
    setattr(Admission, "__call__", timed(Admission.__call__, lambda *_: "admission"))  # noqa: B010
    setattr(ReportService, "create_report", timed(ReportService.create_report, lambda *_: "handler"))  # noqa: B010
    setattr(Session, "_begin", timed(Session._begin, lambda *_: "begin"))  # noqa: B010
    for sending in ("_send", "_command"):
        setattr(Session, sending, timed(getattr(Session, sending), stage_of))
    begin, end = Journey.__init__, Journey.end

    def begun(journey: Journey, *args: object) -> None:
        filing.set(True)
        begin(journey, *args)  # type: ignore[arg-type]

    def ended(journey: Journey) -> None:
        global filings  # noqa: PLW0603
        end(journey)
        filings += 1
        spent["call"] += perf_counter() - journey._started

    setattr(Journey, "__init__", begun)  # noqa: B010
    setattr(Journey, "end", ended)  # noqa: B010


if __name__ == "__main__":
    install()
    try:
        run(Service("watch", parts))
    finally:
        Path(os.environ[STAGES]).write_text(json.dumps({"filings": filings, **spent}))
