"""Where the time of one filing goes: the same service, with stopwatches in it, and one client."""

from __future__ import annotations

import json
import sys
from statistics import fmean

from deploy.local.processes import Child
from tests.bench.county import County
from tests.bench.dissected import STAGES
from tests.bench.figures import aligned
from tests.bench.filing import Filing, Plan
from tests.bench.things import REPORT

DATABASE = ("begin", "reads", "number", "writes", "commit")


def dissect(county: County, seconds: float) -> str:
    """A table of the stages, in milliseconds of one call."""
    plain, file = county.watch, county.stack.home / "stages.json"
    plain.stop()
    dissected = Child(
        plain.name,
        (sys.executable, "-m", "tests.bench.dissected", "serve"),
        county.stack.home,
        {**county.stack.process_environment(), STAGES: str(file)},
    )
    dissected.start()
    dissected.wait_until(lambda: county.stack.is_healthy("watch"))
    outcome = Filing(county, REPORT, (), seconds, 1).work(Plan("dissected", 1), county.towns(), seconds)
    dissected.stop()
    return _table(json.loads(file.read_text()), fmean(outcome.latencies))


def _table(spent: dict[str, float], call_of_client: float) -> str:
    filings = spent["filings"]
    per_call = {stage: seconds / filings for stage, seconds in spent.items()}
    inside = sum(per_call[stage] for stage in DATABASE)
    stages = {
        "gRPC on both sides": call_of_client - per_call["call"],
        "decode, token, access, rules of fields": per_call["admission"],
        **{stage: per_call[stage] for stage in DATABASE},
        "use case: rules, sealing, events, statements": per_call["handler"] - inside,
        "figures, log, reply": per_call["call"] - per_call["admission"] - per_call["handler"],
    }
    rows = [(name, f"{1000 * seconds:.2f}", f"{seconds / call_of_client:.0%}") for name, seconds in stages.items()]
    return aligned([("stage", "ms", ""), *rows, ("all", f"{1000 * call_of_client:.2f}", "")])
