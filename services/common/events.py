"""Events: what a message of the contract is called, and how a ledger entry travels through NATS.

An event is a protobuf message whose option `minshao.common.v1.event` names its type. In NATS its body is that
message alone, as the ledger holds it; everything about it is in headers: the attributes of CloudEvents (`ce-…`),
the W3C `traceparent`, and what the ledger knows (`minshao-…`), so that whoever receives it can order, trace and
check it without opening it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Protocol, cast
from uuid import UUID

import minshao
from google.protobuf import message_factory
from google.protobuf.descriptor import Descriptor, FileDescriptor
from google.protobuf.message import DecodeError, Message
from minshao.common import v1 as common

from services.common.access import is_tenant

MESSAGE_ID = "Nats-Msg-Id"
"""The header by which JetStream knows that it has a message already; always equal to `ce-id`."""


class Undecodable(Exception):
    """What arrived is no event of the contract. The text says what is wrong with it."""


def event_type(message: Message | type[Message]) -> str:
    """The type of an event, such as `watch.report.overdue`. Raises TypeError for a message that is no event."""
    if not (name := _option(cast(Descriptor, message.DESCRIPTOR)).type):
        raise TypeError(f"{message.DESCRIPTOR.full_name} has no option minshao.common.v1.event")
    return name


def event_title(type: str) -> str:
    """What an event is called in what people read, by its type."""
    return _option(cast(Descriptor, event_messages()[type].DESCRIPTOR)).title


def visible_to(message: Message) -> int:
    """The level (`minshao.common.v1.Level`) at and above which the event may be seen."""
    level: int = getattr(message, "visible_to", common.LEVEL_UNSPECIFIED)
    return level


def subject(tenant: str, type: str) -> str:
    """The subject of NATS under which the tenant's events of the type are published."""
    return f"minshao.{tenant}.{type}"


@cache
def event_messages() -> Mapping[str, type[Message]]:
    """Every event of the contract, by its type."""
    return {
        _option(descriptor).type: message_factory.GetMessageClass(descriptor)
        for file in contract_files()
        for descriptor in file.message_types_by_name.values()
        if _option(descriptor).type
    }


def contract_files() -> Iterator[FileDescriptor]:
    """The files of all packages of the contract."""
    for module in pkgutil.walk_packages(minshao.__path__, "minshao."):
        if module.name.endswith("_pb2"):
            yield import_module(module.name).DESCRIPTOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as it is sent and received."""

    id: UUID
    """That of the ledger entry; the same however often the event is sent."""
    type: str
    tenant: str
    """The town or county in whose ledger it stands."""
    aggregate: str
    """Kind of the thing that changed, such as `report`."""
    aggregate_id: str
    version: int
    """Counts the changes of that one thing, from 1 without holes; a consumer that filters sees holes."""
    time: datetime
    """When it happened (domain time, UTC)."""
    actor: str
    trace: str
    """W3C traceparent; empty when there is none."""
    number: int
    """Place in the tenant's ledger, from 1 without holes."""
    hash: bytes
    """The ledger's chain up to and with this entry."""
    payload: bytes
    """The message as the ledger holds it."""
    message: Message
    """The payload, decoded. Fields that this program does not know yet are kept in it."""

    @property
    def subject(self) -> str:
        return subject(self.tenant, self.type)

    @property
    def thing(self) -> tuple[str, str, str]:
        """What changed: events of one thing are taken in the order of their versions."""
        return self.tenant, self.aggregate, self.aggregate_id


class Recorded(Protocol):
    """What headers are made of: an event, or the entry of the ledger that becomes one."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def tenant(self) -> str: ...
    @property
    def aggregate(self) -> str: ...
    @property
    def aggregate_id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def time(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def trace(self) -> str | None: ...
    @property
    def number(self) -> int | None: ...
    @property
    def hash(self) -> bytes | None: ...


def headers(recorded: Recorded) -> dict[str, str]:
    """The headers under which it is sent. Raises ValueError for an entry that has no number yet."""
    if recorded.number is None or recorded.hash is None:
        raise ValueError(f"the ledger has not numbered {recorded.id} yet")
    service, _, _ = recorded.type.partition(".")
    known = {
        MESSAGE_ID: str(recorded.id),
        "ce-specversion": "1.0",
        "ce-id": str(recorded.id),
        "ce-type": recorded.type,
        "ce-source": f"tenants/{recorded.tenant}/services/{service}",
        "ce-time": recorded.time.astimezone(UTC).isoformat(),
        "minshao-aggregate": recorded.aggregate,
        "minshao-aggregate-id": recorded.aggregate_id,
        "minshao-version": str(recorded.version),
        "minshao-actor": recorded.actor,
        "minshao-number": str(recorded.number),
        "minshao-hash": recorded.hash.hex(),
    }
    return {**known, "traceparent": recorded.trace} if recorded.trace else known


def decode(
    place: str,
    headers: Mapping[str, str],
    payload: bytes,
    messages: Mapping[str, type[Message]] | None = None,
) -> Event:
    """The event that arrived under the subject `place`. `messages` are those of the contract unless given.

    Raises Undecodable for a missing or malformed header, a type or tenant that contradicts the subject, a type
    that the contract does not know, and a body that is no such message.
    """
    try:
        type = headers["ce-type"]
        tenant = place.split(".")[1]
        if place != subject(tenant, type) or not is_tenant(tenant):
            raise Undecodable(f"an event of type {type} under the subject {place}")
        message = (messages or event_messages())[type].FromString(payload)
        return Event(
            id=UUID(headers["ce-id"]),
            type=type,
            tenant=tenant,
            aggregate=headers["minshao-aggregate"],
            aggregate_id=headers["minshao-aggregate-id"],
            version=int(headers["minshao-version"]),
            time=datetime.fromisoformat(headers["ce-time"]).astimezone(UTC),
            actor=headers["minshao-actor"],
            trace=headers.get("traceparent", ""),
            number=int(headers["minshao-number"]),
            hash=bytes.fromhex(headers["minshao-hash"]),
            payload=payload,
            message=message,
        )
    except (LookupError, ValueError, DecodeError) as error:
        raise Undecodable(f"{error.__class__.__name__}: {error}") from error


def _option(descriptor: Descriptor) -> common.EventType:
    return descriptor.GetOptions().Extensions[common.event]
