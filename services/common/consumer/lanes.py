"""Events that failed, and those that wait behind them: nothing overtakes a failed event of its own aggregate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic

from nats.aio.msg import Msg

from services.common.events import Event

RETRY_SECONDS = (1.0, 5.0, 15.0, 30.0)
"""The waits between tries. After the last try the event becomes a dead letter."""


@dataclass
class Delivery:
    """An event, and the message to be acknowledged for it."""

    message: Msg
    event: Event


@dataclass
class Lane:
    """The events of one aggregate from the one that failed on, in order."""

    waiting: list[Delivery]
    attempts: int = 1
    """How often the first of them has failed."""
    next_try: float = field(default_factory=lambda: monotonic() + RETRY_SECONDS[0])

    @property
    def exhausted(self) -> bool:
        """Whether the first has had all its tries."""
        return self.attempts > len(RETRY_SECONDS)

    def failed(self) -> None:
        """The first failed once more."""
        self.attempts += 1
        if not self.exhausted:
            self.next_try = monotonic() + RETRY_SECONDS[self.attempts - 1]

    def settled(self) -> None:
        """The first is done with; the next one has had no try yet."""
        self.waiting.pop(0)
        self.attempts = 0


class Lanes:
    """One lane per aggregate that has trouble; most of the time there is none."""

    def __init__(self) -> None:
        self._lanes: dict[tuple[str, str, str], Lane] = {}

    def open(self, delivery: Delivery) -> None:
        """The event failed for the first time."""
        self._lanes[delivery.event.thing] = Lane([delivery])

    def queue(self, delivery: Delivery) -> bool:
        """Puts the event behind a failed one of its aggregate, if there is one; one that waits already stays once."""
        if (lane := self._lanes.get(delivery.event.thing)) is None:
            return False
        for place, waiting in enumerate(lane.waiting):
            if waiting.event.id == delivery.event.id:
                lane.waiting[place] = delivery
                return True
        lane.waiting.append(delivery)
        return True

    def due(self) -> Iterator[Lane]:
        """The lanes whose first event is to be tried again now. Lanes that have become empty are closed."""
        now = monotonic()
        for aggregate, lane in list(self._lanes.items()):
            if lane.next_try <= now:
                yield lane
            if not lane.waiting:
                del self._lanes[aggregate]

    def seconds_to_next_try(self) -> float | None:
        """None when nothing waits."""
        if not self._lanes:
            return None
        return max(0.0, min(lane.next_try for lane in self._lanes.values()) - monotonic())

    def __len__(self) -> int:
        return sum(len(lane.waiting) for lane in self._lanes.values())
