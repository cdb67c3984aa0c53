"""How many sign-ins may fail before the next has to wait, and how long.

Three counters of a try, which is counted before the password is looked at, so that parallel tries are counted too:

- *pair*, of a client and a login: whoever guesses at one account is slowed down soon, up to a quarter of an hour;
- *login*: many clients that guess at one account slow each other down. A client that has not failed at the login
  lately is let through all the same: so nobody locks the holder out;
- *client*: whoever tries many logins has to come back later.

A sign-in that succeeds clears what it had added. Unknown logins are counted like known ones, so that waiting tells
nothing about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

FORGOTTEN_AFTER = timedelta(hours=24)
"""A counter that nothing was added to for so long starts again."""

MOST_DOUBLINGS = 16
"""Every limit is reached before; keeps the delay a number that a timedelta can hold."""


class Counter(Enum):
    """What a try is counted under. The value is how many failures are free, and the first and the longest delay
    after that: each is twice the one before."""

    PAIR = (5, timedelta(seconds=30), timedelta(minutes=15))
    LOGIN = (20, timedelta(seconds=5), timedelta(minutes=5))
    CLIENT = (30, timedelta(minutes=1), timedelta(minutes=15))

    def delay(self, failures: int) -> timedelta:
        """How long the next try has to wait after so many failures."""
        free, first, longest = self.value
        if failures < free:
            return timedelta()
        delay: timedelta = first * 2 ** min(failures - free, MOST_DOUBLINGS)
        return min(delay, longest)


@dataclass(frozen=True, slots=True)
class Guard:
    """The state of one counter."""

    failures: int = 0
    last_time: datetime | None = None
    closed_until: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """How long it stays closed; zero when it is open."""
        return max(self.closed_until - now, timedelta()) if self.closed_until else timedelta()

    def after_try(self, counter: Counter, now: datetime) -> Guard:
        """With one more try, which counts as failed until it has succeeded."""
        failures = self._lately(now) + 1
        delay = counter.delay(failures)
        return Guard(failures, now, now + delay if delay else None)

    def after_success(self) -> Guard:
        """Without the one try that has succeeded."""
        return replace(self, failures=max(self.failures - 1, 0), closed_until=None)

    def _lately(self, now: datetime) -> int:
        is_forgotten = self.last_time is not None and now - self.last_time >= FORGOTTEN_AFTER
        return 0 if is_forgotten else self.failures


Guards = Mapping[Counter, Guard]
"""Those of one try. A try without a client mark has only the login's."""


def keys(mark: str, client: str | None) -> dict[Counter, str]:
    """What the counters of a try are kept under. `mark` stands for the login."""
    of_login = {Counter.LOGIN: f"login {mark}"}
    if client is None:
        return of_login
    return of_login | {Counter.CLIENT: f"client {client}", Counter.PAIR: f"pair {client} {mark}"}


def wait(guards: Guards, now: datetime) -> timedelta:
    """How long this try has to wait; zero when it may be made. While it has to wait it is not counted."""
    is_newcomer = Counter.PAIR in guards and not guards[Counter.PAIR].failures
    return max(guard.wait(now) for counter, guard in guards.items() if not (is_newcomer and counter is Counter.LOGIN))


def after_try(guards: Guards, now: datetime) -> dict[Counter, Guard]:
    return {counter: guard.after_try(counter, now) for counter, guard in guards.items()}


def after_success(guards: Guards) -> dict[Counter, Guard]:
    """The client keeps its failures at other logins."""
    return {
        counter: guard.after_success() if counter is Counter.CLIENT else Guard() for counter, guard in guards.items()
    }


def has_locked(before: Guards, after: Guards) -> bool:
    """Whether this try is the one at which the account was closed to its client, or to all that had failed."""
    return any(
        counter is not Counter.CLIENT and guard.closed_until and not before[counter].closed_until
        for counter, guard in after.items()
    )
