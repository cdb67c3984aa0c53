"""Which subjects of NATS each service may use: its own, and what JetStream needs for its streams and consumers.

A service publishes `minshao.<tenant>.<service>.…` and nothing else, reads the streams of others only through the
durable consumers that are named here, and gets replies under an inbox prefix that no other user can listen to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Messenger:
    """A service as NATS knows it."""

    service: str
    durables: tuple[tuple[str, str], ...]
    """Each (stream, name of the durable consumer) from which it takes events."""

    @property
    def stream(self) -> str:
        """The stream that it declares and fills."""
        return self.service.upper()

    @property
    def inbox_prefix(self) -> str:
        """Under which replies reach it; a client must set the same."""
        return inbox_prefix(self.service)

    def may_publish(self) -> Iterator[str]:
        """The subjects to which it may send."""
        yield f"minshao.*.{self.service}.>"
        yield "$JS.API.INFO"
        for action in ("CREATE", "UPDATE", "INFO"):
            yield f"$JS.API.STREAM.{action}.{self.stream}"
        for stream in sorted({stream for stream, _ in self.durables} - {self.stream}):
            yield f"$JS.API.STREAM.INFO.{stream}"
        for stream, durable in self.durables:
            for action in ("CREATE", "DURABLE.CREATE", "INFO", "DELETE", "RESET", "MSG.NEXT"):
                yield f"$JS.API.CONSUMER.{action}.{stream}.{durable}"
            yield f"$JS.API.CONSUMER.CREATE.{stream}.{durable}.>"
            yield f"$JS.ACK.{stream}.{durable}.>"

    def may_subscribe(self) -> Iterator[str]:
        """The subjects to which it may listen."""
        yield f"{self.inbox_prefix}.>"


def inbox_prefix(service: str) -> str:
    """The inbox prefix of a service's NATS user."""
    return f"_INBOX_{service}"


WATCH = Messenger("watch", durables=(("GATEWAY", "watch"), ("AGENCY", "watch"), ("RISK", "watch")))
AGENCY = Messenger("agency", durables=(("GATEWAY", "agency"), ("RISK", "agency")))
RISK = Messenger("risk", durables=(("GATEWAY", "risk"), ("WATCH", "risk"), ("AGENCY", "risk")))
GATEWAY = Messenger(
    "gateway", durables=(("GATEWAY", "gateway"), ("WATCH", "gateway"), ("AGENCY", "gateway"), ("RISK", "gateway"))
)
MESSENGERS = (GATEWAY, WATCH, AGENCY, RISK)
