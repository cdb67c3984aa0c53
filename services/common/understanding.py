"""Taking others' events at their word only as far as it is understood.

What says something of a later version than this one knows, names what belongs to a tenant with which its own has
nothing to do, or says nothing, is refused: nothing of it is done, and it is put aside until a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import cast

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from services.common.access import county_of, tenant_of_unit
from services.common.errors import Refused
from services.common.events import Event


class NotUnderstood(Refused):
    """An event says what this version does not know, speaks of a tenant that is not its own, or says nothing.

    `what` is the Chinese word for the part of it.
    """

    def __init__(self, what: str) -> None:
        super().__init__("NOT_UNDERSTOOD", f"事件内容无法识别：{what}。")


def check(event: Event) -> None:
    """Raises NotUnderstood for an event without a level that is known, and for one that names a thing or a unit of a
    tenant with which its own has nothing to do."""
    known(event.message, "visible_to", "可见层级")
    for text in _texts(event.message):
        if (tenant := tenant_of(text)) is not None and not concerns(event.tenant, tenant):
            raise NotUnderstood("其他单位的事项")


def concerns(home: str, tenant: str) -> bool:
    """Whether an event of one tenant may name what belongs to another: the county and its towns act for each other, two
    towns never do."""
    return home in (tenant, county_of(tenant)) or tenant == county_of(home)


def tenant_of(text: str) -> str | None:
    """The tenant of a resource name or of a unit's code; None for any other text."""
    return text.split("/")[1] if text.startswith("tenants/") else tenant_of_unit(text)


def known(said: Message, field: str, what: str) -> int:
    """The number of a word. Raises NotUnderstood where it is none of the contract's, or not said."""
    words = cast(Descriptor, said.DESCRIPTOR).fields_by_name[field].enum_type
    number: int = getattr(said, field)
    if not number or words is None or number not in words.values_by_number:
        raise NotUnderstood(what)
    return number


def own(home: str, name: str, what: str) -> str:
    """A resource name in the event's own tenant. Raises NotUnderstood for any other, and for none."""
    if not name.startswith(f"tenants/{home}/"):
        raise NotUnderstood(what)
    return name


def day(text: str, what: str) -> date:
    """A day, written as `2026-09-01`. Raises NotUnderstood for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotUnderstood(what) from None


def _texts(message: Message) -> Iterator[str]:
    """All texts in a message, and in the messages in it."""
    for field, value in message.ListFields():
        for each in cast(Iterable[object], value) if field.is_repeated else (value,):
            if isinstance(each, str):
                yield each
            elif isinstance(each, Message):
                yield from _texts(each)
