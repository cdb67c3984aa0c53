"""Posts come and go with their units, by the events of the organisation and never by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from minshao.common.v1 import LEVEL_UNIT
from minshao.watch.v1 import PostOpened, PostRetired

from services.common import ledger
from services.common.access import SYSTEM
from services.common.database import Tx
from services.common.organisation.domain import Unit
from services.watch.boxes.lapses import end_lapses, start_lapses
from services.watch.meetings.months import end_months, start_months
from services.watch.posts import store
from services.watch.posts.domain import KINDS_WITH_POST, Post
from services.watch.posts.use_cases import post_name, record


async def follow_units(tx: Tx, units: Iterable[Unit], now: datetime) -> None:
    """Opens the posts of units that have none, each once; retires those of units that were retired, each once."""
    with_post = {unit.code: unit for unit in units if unit.kind in KINDS_WITH_POST}
    posts = await store.lock_those(tx, with_post) if with_post else {}
    for code, unit in with_post.items():
        post = posts.get(code)
        if post is None and not unit.retired:
            _open(tx, code, now)
        if post is not None and unit.retired and not post.retired:
            _retire(tx, post, now)


def _open(tx: Tx, unit: str, now: datetime) -> None:
    post = Post(unit, None, now, retired=False, version=1)
    store.ROWS.insert(tx, post)
    start_lapses(tx, unit, now)
    start_months(tx, unit, now)
    event = PostOpened(post=post_name(tx, unit), unit=unit, visible_to=LEVEL_UNIT)
    ledger.append(tx, SYSTEM("watch"), "post", unit, post.version, event, now)


def _retire(tx: Tx, post: Post, now: datetime) -> None:
    end_lapses(tx, post.unit)
    end_months(tx, post.unit)
    event = PostRetired(post=post_name(tx, post.unit), unit=post.unit)
    record(tx, SYSTEM("watch"), post, replace(post, retired=True), event, now)
