"""How often one client may call without an account."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

REMEMBERED = 50_000
"""How many clients are remembered; past that, those unseen for longest are forgotten, and begin with a full bucket."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    time: float


class TokenBuckets:
    """A bucket per client: `burst` calls at once, and `rate` a second in the long run. In memory of this process."""

    def __init__(self, rate: float, burst: int, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, client: str) -> float:
        """Takes one token. Returns 0, or where there is none the seconds until there is one."""
        now = self._monotonic()
        bucket = self._buckets.get(client)
        if bucket is None:
            bucket = self._buckets[client] = _Bucket(self._burst, now)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(client)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.time) * self._rate)
        bucket.time = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate if self._rate else math.inf
        bucket.tokens -= 1
        return 0
