"""The state of the posts: what their supervisors, boxes, meetings and reports add up to.

However many posts a page holds, each source is asked once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.common.access import Actor
from services.common.database import Tx
from services.common.organisation import store as organisation
from services.common.organisation.lookup import this_tenant
from services.common.periods import local_date
from services.common.sight import check_in_sight, units_in_sight
from services.watch.boxes import store as boxes
from services.watch.boxes.domain import Box
from services.watch.meetings import store as meetings
from services.watch.oversights.store import units_under_oversight
from services.watch.posts import store
from services.watch.posts.domain import Post, title
from services.watch.posts.store import Wanted
from services.watch.reports.counts import OpenCounts, open_counts
from services.watch.reports.domain.recusal import Viewer
from services.watch.supervisors import store as supervisors
from services.watch.supervisors.domain.seats import LEAST_IN_OFFICE


@dataclass(frozen=True, slots=True)
class PostState:
    """A post with what it shows to one caller."""

    post: Post
    title: str
    supervisors: int
    """In office today."""
    complaint_box: datetime | None
    """When it was opened last."""
    opinion_box: datetime | None
    last_meeting: date | None
    reports: OpenCounts
    under_oversight: bool

    @property
    def understaffed(self) -> bool:
        return not self.post.retired and self.supervisors < LEAST_IN_OFFICE


@dataclass(frozen=True, slots=True)
class Filter:
    """Which posts a list shows."""

    understaffed: bool = False
    overdue: bool = False
    """Only those with overdue reports that count for the caller."""
    descending: bool = False
    """By unit code, from the last to the first."""


async def get_post(tx: Tx, actor: Actor, unit: str, now: datetime) -> PostState:
    """The post of a unit, with its state. Raises NotFound, also where it is out of the actor's sight."""
    post = await store.ROWS.load(tx, unit)
    check_in_sight(actor, unit, "监督哨")
    return (await _states(tx, actor, [post], now))[0]


async def list_posts(
    tx: Tx, actor: Actor, filter: Filter, after: tuple[str] | None, limit: int, now: datetime
) -> tuple[list[PostState], int]:
    """At most `limit` posts in the actor's sight, from behind the unit `after` on, and how many there are in all."""
    wanted = await _wanted(tx, actor, filter, now)
    posts = await store.page(tx, wanted, filter.descending, after, limit)
    return await _states(tx, actor, posts, now), await store.count(tx, wanted)


async def _wanted(tx: Tx, actor: Actor, filter: Filter, now: datetime) -> Wanted:
    units: Collection[str] | None = units_in_sight(actor)
    if filter.overdue:
        counts = await open_counts(tx, Viewer.of(actor, tx.tenant), now, units)
        units = [unit for unit, count in counts.items() if count.overdue]
    if not filter.understaffed:
        return Wanted(units)
    in_office = await supervisors.counts(tx, local_date(now))
    staffed = [unit for unit, number in in_office.items() if number >= LEAST_IN_OFFICE]
    return Wanted(units, but_not=staffed, retired=False)


async def _states(tx: Tx, actor: Actor, posts: Sequence[Post], now: datetime) -> list[PostState]:
    if not posts:
        return []
    tenant = await this_tenant(tx)
    codes = [post.unit for post in posts]
    units = await organisation.units(tx, codes)
    in_office = await supervisors.counts(tx, local_date(now))
    opened = await boxes.last_openings(tx, codes)
    met = await meetings.last_days(tx, codes)
    counts = await open_counts(tx, Viewer.of(actor, tx.tenant), now, codes)
    overseen = await units_under_oversight(tx, actor, codes)
    return [
        PostState(
            post=post,
            title=title(tenant, units[post.unit]),
            supervisors=in_office.get(post.unit, 0),
            complaint_box=opened.get((post.unit, Box.COMPLAINT)),
            opinion_box=opened.get((post.unit, Box.OPINION)),
            last_meeting=met.get(post.unit),
            reports=counts.get(post.unit, OpenCounts()),
            under_oversight=post.unit in overseen,
        )
        for post in posts
    ]
