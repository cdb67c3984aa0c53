"""Keeping what followed from what, and telling a matter from its beginning to its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.common.database import Database, Tx
from services.common.errors import NotFound
from services.gateway.feed import store as feed
from services.gateway.feed.domain import Entry, Viewer
from services.gateway.feed.references import Happening
from services.gateway.feed.remembering import make_anew
from services.gateway.feed.visibility import visible
from services.gateway.matters import store
from services.gateway.matters.projection import Link, links_of

COURSE = ("reports", "cases", "riskInformation", "warnings", "oversights", "dispositions")
MOST_PARTS = 300
MOST_STEPS = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """A report, case, piece of information, warning, disposition or oversight, as far as the viewer sees it."""

    name: str
    steps: list[tuple[Entry, bytes]]
    """What happened to it, oldest first, each with the payload of its event."""
    follows_from: list[str] = field(default_factory=list)
    """Names of the parts of this matter that it followed from."""


async def apply(tx: Tx, happenings: Sequence[Happening]) -> None:
    """Notes what the events say of what followed from what, in the feed of the transaction's tenant."""
    store.put(tx, {link for each in happenings for link in links_of(each.message)})


async def rebuild(database: Database, observer: str) -> int:
    """Drops what an observer knows of it and makes it anew from the events that its feed keeps; returns how many links
    there are."""
    links: set[Link] = set()

    def take(happening: Happening) -> None:
        links.update(links_of(happening.message))

    def replace(tx: Tx) -> None:
        store.clear(tx)
        store.put(tx, links)

    await make_anew(database, observer, take, replace)
    return len(links)


async def parts_of(tx: Tx, viewer: Viewer, name: str) -> list[Part]:
    """The parts of the matter that a thing belongs to, in the order in which they began. Raises NotFound where the
    viewer sees nothing of the thing itself."""
    chain = await store.chain(tx, name, MOST_PARTS)
    parts: dict[str, Part] = {}
    for step in await feed.of_matters(tx, chain, visible(viewer), MOST_STEPS):
        parts.setdefault(step[0].matter, Part(step[0].matter, [])).steps.append(step)
    if name not in parts:
        raise NotFound("事项", name)
    for source, target in await store.links_among(tx, parts):
        parts[target].follows_from.append(source)
    return sorted(parts.values(), key=_beginning)


def _beginning(part: Part) -> tuple[datetime, int]:
    """When a part began; what one act brought about in the order in which it does so."""
    return min(entry.time for entry, _ in part.steps), COURSE.index(part.name.split("/")[2])
