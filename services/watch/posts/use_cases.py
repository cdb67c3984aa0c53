"""What is done at a post itself, and the door through which other features enter one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from minshao.common.v1 import LEVEL_UNIT
from minshao.watch.v1 import BoxForgotten, MeetingMissed, PostOpened, PostRetired, RegistrarNamed

from services.common import ledger
from services.common.access import Actor, Role
from services.common.database import Tx
from services.common.errors import Refused
from services.common.organisation.lookup import check_holds
from services.watch.posts import store
from services.watch.posts.domain import Post

PostEvent: TypeAlias = PostOpened | PostRetired | RegistrarNamed | BoxForgotten | MeetingMissed


async def lock_open_post(tx: Tx, unit: str) -> Post:
    """The post of a unit, locked until the transaction ends. Raises NotFound; Refused where the unit was retired."""
    post = await store.ROWS.lock(tx, unit)
    if post.retired:
        raise Refused("POST_RETIRED", "该单位已撤销，监督哨不再受理新的事项。", unit=unit)
    return post


def record(tx: Tx, actor: Actor, before: Post, after: Post, event: PostEvent, now: datetime) -> Post:
    """Writes a locked post with what happened to it, as pending writes."""
    after = replace(after, version=before.version + 1)
    store.ROWS.save(tx, before, after)
    event.visible_to = LEVEL_UNIT
    ledger.append(tx, actor, "post", after.unit, after.version, event, now)
    return after


async def name_registrar(tx: Tx, actor: Actor, unit: str, account: str, now: datetime) -> Post:
    """Names the registrar 专人 of a post: an account that is registrar at this unit. Twice the same changes nothing."""
    post = await lock_open_post(tx, unit)
    if post.registrar == account:
        return post
    await check_holds(tx, account, Role.REGISTRAR, unit)
    event = RegistrarNamed(post=post_name(tx, unit), unit=unit, registrar=account)
    return record(tx, actor, post, replace(post, registrar=account), event, now)


def post_name(tx: Tx, unit: str) -> str:
    return f"tenants/{tx.tenant}/posts/{unit}"
