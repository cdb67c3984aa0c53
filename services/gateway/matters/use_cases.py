"""Keeping what followed from what, and telling a matter from its beginning to its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.common.database import Database, Tx
from services.common.errors import NotFound
from services.gateway.feed import store as feed
from services.gateway.feed.domain import Entry, Viewer
from services.gateway.feed.references import Happening
from services.gateway.feed.remembering import make_anew
from services.gateway.feed.visibility import visible
from services.gateway.matters import store
from services.gateway.matters.projection import Link, links_of

STEPS_AT_EITHER_END = 50


@dataclass(slots=True)
class Part:
    """A report, case, piece of information, warning, disposition or oversight, as far as the viewer sees it."""

    name: str
    steps: list[tuple[Entry, bytes]] = field(default_factory=list)
    """What happened to it first and last, oldest first, each with the payload of its event."""
    step_count: int = 0
    """How many steps there are of it."""
    follows_from: list[str] = field(default_factory=list)
    """Names of the parts of its matter that it followed from."""


async def apply(tx: Tx, happenings: Sequence[Happening]) -> None:
    """Notes what the events say of what followed from what, in the feed of the transaction's tenant."""
    store.put(tx, {link for each in happenings for link in links_of(each)})


async def rebuild(database: Database, observer: str) -> int:
    """Drops what an observer knows of it and makes it anew from the events that its feed keeps; returns how many links
    there are."""
    links: set[Link] = set()

    def take(happening: Happening) -> None:
        links.update(links_of(happening))

    def replace(tx: Tx) -> None:
        store.clear(tx)
        store.put(tx, links)

    await make_anew(database, observer, take, replace)
    return len(links)


async def parts_of(
    tx: Tx, viewer: Viewer, name: str, after: store.Place | None, limit: int
) -> list[tuple[store.Place, Part]]:
    """At most `limit` parts of the matter that a thing belongs to, in the order in which they began, each with its
    place there. Raises NotFound where the viewer sees nothing of the thing itself."""
    seen = visible(viewer)
    matter = await feed.matter_of(tx, name, seen)
    if matter is None:
        raise NotFound("事项", name)
    places = await store.page(tx, matter, seen, after, limit)
    parts = {part: Part(part) for _, _, part in places}
    for entry, payload, count in await feed.ends_of_matters(tx, parts, seen, STEPS_AT_EITHER_END):
        part = parts[entry.matter]
        part.steps.append((entry, payload))
        part.step_count = count
    for source, target in await store.links_to(tx, matter, seen, parts):
        parts[target].follows_from.append(source)
    return [(place, parts[place[2]]) for place in places]
