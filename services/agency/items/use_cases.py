"""What people do with items: the county publishes and retires them, a town sets its terms, a case asks for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from minshao.agency.v1 import ItemContent, ItemPublished, ItemRetired, ItemTermsSet, ItemWindowGone
from minshao.common.v1 import LEVEL_UNIT

from services.agency.items import store
from services.agency.items.domain import Item, Offering, Published, Step, Terms, check_item, check_terms
from services.agency.items.encoding import item_name, terms_message
from services.agency.points.domain import Tier
from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import NotFound, Refused
from services.common.organisation import store as organisation
from services.common.organisation.lookup import in_county, this_tenant


async def publish(tx: Tx, actor: Actor, item: Item, now: datetime) -> Published:
    """Publishes the first or the next version of an item of the county; with the current content, changes nothing.

    Raises InvalidFields with everything that is wrong, Refused for a retired item, NotFound for a county that has not
    been provisioned.
    """
    await this_tenant(tx)
    check_item(item, await organisation.windows(tx))
    before = await store.lock(tx, item.code)
    if before is None:
        published = Published(item, version=1, publish_time=now, retired=False, revision=1)
        store.insert(tx, published)
    else:
        before.check_open()
        if before.item == item:
            return before
        published = replace(
            before, item=item, version=before.version + 1, publish_time=now, revision=before.revision + 1
        )
        store.save(tx, published)
        store.add_version(tx, published)
    event = ItemPublished(
        item=item_name(tx.tenant, item.code),
        version=published.version,
        category=ItemContent.Category.ValueType(item.category),
        handling=ItemContent.Handling.ValueType(item.handling),
        total_days=item.days,
        visible_to=LEVEL_UNIT,
    )
    ledger.append(tx, actor, "item", item.code, published.revision, event, now)
    return published


async def retire(tx: Tx, actor: Actor, code: str, now: datetime) -> Published:
    """Takes an item of the county out of the catalogue for new cases. Raises NotFound."""
    if (before := await store.lock(tx, code)) is None:
        raise _unknown(tx, code)
    if before.retired:
        return before
    retired = replace(before, retired=True, revision=before.revision + 1)
    store.save(tx, retired)
    event = ItemRetired(item=item_name(tx.tenant, code), version=retired.version, visible_to=LEVEL_UNIT)
    ledger.append(tx, actor, "item", code, retired.revision, event, now)
    return retired


async def announce_window_gone(tx: Tx, actor: Actor, department: str, now: datetime) -> None:
    """A department of the county has no window any more: tells which of the offered items lead through it."""
    for listed in await store.catalogue(tx):
        published = await store.lock(tx, listed.item.code)
        if published is None or published.retired or department not in published.item.departments:
            continue
        told = replace(published, revision=published.revision + 1)
        store.save(tx, told)
        event = ItemWindowGone(
            item=item_name(tx.tenant, told.item.code), version=told.version, unit=department, visible_to=LEVEL_UNIT
        )
        ledger.append(tx, actor, "item", told.item.code, told.revision, event, now)


async def set_terms(tx: Tx, actor: Actor, code: str, terms: Terms, now: datetime) -> Offering:
    """Sets what the town of the transaction makes of an item. Raises NotFound, Refused and InvalidFields.

    Two at once: the ledger takes one version once, and the second is told to read again.
    """
    before = await offer(tx, code)
    before.published.check_open()
    check_terms(before.published.item, terms)
    after = replace(terms, version=before.terms.version)
    if after == before.terms:
        return before
    after = replace(after, version=before.terms.version + 1)
    store.save_terms(tx, code, after)
    event = ItemTermsSet(item=item_name(tx.tenant, code), terms=terms_message(after), visible_to=LEVEL_UNIT)
    ledger.append(tx, actor, "item", code, after.version, event, now)
    return replace(before, terms=after)


async def offer(tx: Tx, code: str, version: int = 0) -> Offering:
    """An item as the town of the transaction offers it, or as it stands in the county; also a retired or withdrawn one.

    The current version, or the one that is named. Raises NotFound.
    """
    await this_tenant(tx)
    return await _offer(tx, code, version)


async def offers(tx: Tx) -> list[Offering]:
    """Every item of the county by code, as the town of the transaction offers it, the retired and the withdrawn too."""
    await this_tenant(tx)
    terms = await store.all_terms(tx)
    async with in_county(tx):
        catalogue = await store.catalogue(tx)
    return [Offering(each, terms.get(each.item.code, Terms())) for each in catalogue]


async def offered(tx: Tx, code: str, point: Tier) -> tuple[Item, int, tuple[Step, ...]]:
    """What a new case of the town is accepted with at a point of this tier: the item as the county published it, its
    version, and the route from the point on, with the town's own promises.

    Raises NotFound for an unknown item, Refused for one that is retired (ITEM_RETIRED), that the town has withdrawn
    (ITEM_WITHDRAWN), that is decided below the point (ITEM_NOT_HERE), or that leads through a window of the county that
    is gone (ITEM_WINDOW_GONE).
    """
    found = await _offer(tx, code)
    route = found.route(point)
    if found.published.item.departments:
        await _check_windows(tx, found.published.item)
    return found.published.item, found.published.version, route


async def _check_windows(tx: Tx, item: Item) -> None:
    async with in_county(tx):
        gone = item.departments - await organisation.windows(tx)
    if gone:
        message = "该事项要经过的县直部门窗口已撤销，暂不能受理，请向县便民服务大厅咨询由哪个部门承接。"
        raise Refused("ITEM_WINDOW_GONE", message, department=min(gone))


async def _offer(tx: Tx, code: str, version: int = 0) -> Offering:
    terms = await store.terms(tx, code)
    async with in_county(tx):
        published = await store.load(tx, code, version)
    if published is None:
        raise _unknown(tx, code)
    return Offering(published, terms)


def _unknown(tx: Tx, code: str) -> NotFound:
    return NotFound("事项", item_name(tx.tenant, code), reason="NO_ITEM")
