"""From the commit of a report to the county's feed, at an even pace."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import msgspec

from deploy.local.accounts import COUNTY
from deploy.local.ports import address
from deploy.local.troubles import Trouble
from services.common.access import Role
from tests.bench.county import County
from tests.bench.figures import Figure, percentile
from tests.bench.load import Place
from tests.bench.pace import Job, Outcome

RATE = 200.0
"""Events a second."""
LIMIT_IS = "one message through the same stream server, synced"


def commit_to_feed(county: County, seconds: float) -> Iterator[Figure]:
    """The median, and the 99th percentile beside it, in milliseconds."""
    stack = county.stack
    user, password = stack.nats.user("admin")
    job = Job(
        watch=address(stack.ports.watch),
        gateway=address(stack.ports.gateway),
        places=[Place(f"tenants/{town.code}", town.unit, town.token) for town in county.towns()],
        county=COUNTY,
        county_token=county.token(f"{COUNTY}/accounts/viewer", Role.COUNTY_VIEWER, COUNTY.removeprefix("tenants/")),
        nats=stack.nats.url,
        nats_user=user,
        nats_password=password,
        rate=RATE,
        seconds=seconds,
    )
    done = subprocess.run(
        (sys.executable, "-m", "tests.bench.pace"), input=msgspec.json.encode(job), capture_output=True, check=False
    )
    if done.returncode:
        raise Trouble(f"commit_to_feed: {done.stderr.decode().strip().splitlines()[-1]}")
    outcome = msgspec.json.decode(done.stdout, type=Outcome)
    for name, share in (("commit_to_feed", 0.5), ("commit_to_feed_p99", 0.99)):
        value, limit = (1000 * percentile(found, share) for found in (outcome.feed, outcome.stream))
        yield Figure(name, value, "ms", limit, LIMIT_IS, outcome.feed)
