"""`make bench`: measures the county on this machine, each figure beside its limit, and writes build/bench.json.

    python -m tests.bench [--quick] [--out build/bench.json]

Ends with 0 when all was measured and what must hold holds. Measure on a machine that has nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from deploy.local.alone import alone
from deploy.local.processes import StartFailed
from deploy.local.settling import NotSettled
from deploy.local.troubles import Trouble
from tests.bench.analysing import analysis
from tests.bench.assessing import assessment
from tests.bench.county import County
from tests.bench.desk import desk_pages
from tests.bench.exporting import exports
from tests.bench.feed import commit_to_feed
from tests.bench.figures import Figure, broken_demands, table, write
from tests.bench.filing import CASE_PLANS, DISSECTED, PLANS, Filing
from tests.bench.intake import intake
from tests.bench.listing import pages
from tests.bench.looping import loop
from tests.bench.pgbench import Failed
from tests.bench.promises import explanations
from tests.bench.recounting import recount
from tests.bench.stages import dissect
from tests.bench.starts import memory, memory_figures, starts
from tests.bench.sweeping import sweep
from tests.bench.things import CASE, REPORT

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".minshao" / "bench"
"""Where the county that is measured keeps its data while it is."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    seconds: float
    """Of each measurement of filing."""
    rounds: int
    paced_seconds: float
    small: int
    large: int
    calls: int
    """How often each list is looked at."""
    deadlines: int
    due: int
    matters: int
    """Reports of which each brings a warning."""
    events: int
    powers: int
    """Of the unit whose catalogue is exported."""


FULL = Sizes(
    seconds=4,
    rounds=3,
    paced_seconds=15,
    small=1_000,
    large=1_000_000,
    calls=40,
    deadlines=1_000_000,
    due=10_000,
    matters=100,
    events=4_000,
    powers=200,
)
QUICK = Sizes(
    seconds=1,
    rounds=1,
    paced_seconds=1,
    small=100,
    large=2_000,
    calls=3,
    deadlines=2_000,
    due=80,
    matters=3,
    events=64,
    powers=20,
)


NEEDS = {"sweep": "filing", "lists": "filing", "recounts": "accepting", "assessments": "accepting"}
"""Parts that make what they measure in the likeness of what another has written."""


class Bench:
    """All measurements of one run, in an order in which none stands in the way of the next."""

    def __init__(self, county: County, sizes: Sizes) -> None:
        self._county = county
        self._sizes = sizes
        self._idle: dict[str, float] = {}
        self.breakdowns: list[str] = []
        """Tables beside that of the figures."""

    def parts(self) -> dict[str, Callable[[], Iterator[Figure]]]:
        """By name."""
        return {
            "starts": self._starts,
            "filing": self._filing,
            "accepting": self._accepting,
            "feed": lambda: commit_to_feed(self._county, self._sizes.paced_seconds),
            "loop": lambda: loop(self._county, self._sizes.matters),
            "intake": lambda: intake(self._county, self._sizes.events),
            "promises": lambda: explanations(self._sizes.rounds),
            "lists": lambda: pages(self._county, self._sizes.small, self._sizes.large, self._sizes.calls),
            "desk": lambda: desk_pages(self._county, self._sizes.small, self._sizes.large, self._sizes.calls),
            "sweep": self._sweep,
            "memory": lambda: memory_figures(memory(self._county), self._idle),
            "recounts": self._recount,
            "assessments": lambda: assessment(self._county, self._sizes.large, self._sizes.rounds),
            "exports": lambda: exports(self._county, self._sizes.powers, self._sizes.rounds),
            "analysis": lambda: analysis(self._county, self._sizes.large, self._sizes.calls),
            "stages": self._stages,
        }

    def _starts(self) -> Iterator[Figure]:
        yield from starts(self._county, HOME.with_name("bench-engines"))
        self._idle = memory(self._county)
        self._county.provision()

    def _filing(self) -> Iterator[Figure]:
        filing = Filing(self._county, REPORT, PLANS, self._sizes.seconds, self._sizes.rounds)
        yield from filing.measure()
        self.breakdowns.append(f"What one filing costs, of sixteen at once ({DISSECTED}):\n{filing.costs()}")

    def _accepting(self) -> Iterator[Figure]:
        yield from Filing(self._county, CASE, CASE_PLANS, self._sizes.seconds, self._sizes.rounds).measure()

    def _recount(self) -> Iterator[Figure]:
        yield recount(self._county, self._sizes.deadlines)

    def _sweep(self) -> Iterator[Figure]:
        yield sweep(self._county, self._sizes.deadlines, self._sizes.due)

    def _stages(self) -> Iterator[Figure]:
        """No figure, but a table: last, since it puts another process in the place of watch."""
        stages = dissect(self._county, self._sizes.seconds)
        self.breakdowns.append(f"Where the time of one filing goes, of one at a time:\n{stages}")
        yield from ()


def main() -> None:
    options = _options()
    # Who ends the bench by a signal wants it gone, with all that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with alone(HOME.with_suffix(".lock"), "`make bench`"):
            broken = _measure(QUICK if options.quick else FULL, options.only, options.out)
    except (Trouble, StartFailed, NotSettled, Failed) as trouble:
        sys.exit(f"Trouble: {trouble}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    for sentence in broken:
        print(sentence, file=sys.stderr)
    sys.exit(1 if broken and not options.quick else 0)


def _measure(sizes: Sizes, only: Collection[str], out: Path) -> list[str]:
    """What is not as it must be. Tells of each part when it is done, and of all in the end. A part that fails keeps no
    other from being measured."""
    county = County(HOME)
    county.stack.remove()
    bench, figures, failed, began = Bench(county, sizes), list[Figure](), list[str](), perf_counter()
    wanted = {"starts", *only, *(NEEDS[name] for name in only if name in NEEDS)}
    chosen = {name: part for name, part in bench.parts().items() if not only or name in wanted}
    try:
        for name, part in chosen.items():
            try:
                figures += part()
            except (Trouble, NotSettled, Failed) as trouble:
                failed.append(f"{name} was not measured: {trouble}")
            load = os.getloadavg()[0]
            print(f"{perf_counter() - began:4.0f} s  {name}  (load of the machine {load:.1f})", flush=True)
    finally:
        county.stack.remove()
    write(figures, out)
    print("", table(figures), *bench.breakdowns, sep="\n\n")
    return failed + broken_demands(figures)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: whether it runs, not how fast anything is")
    parser.add_argument("--only", nargs="*", default=(), metavar="PART", help="these parts, such as `filing recounts`")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json", help="where the figures go")
    return parser.parse_args()


if __name__ == "__main__":
    main()
