"""The county publishes its standards; each town reads what it inherits."""

from __future__ import annotations

from datetime import datetime

from minshao.agency.v1 import StandardsPublished
from minshao.common.v1 import LEVEL_UNIT

from services.agency.standards import store
from services.agency.standards.domain import Content, Standards, check_content
from services.agency.standards.encoding import standards_name
from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.organisation.lookup import in_county, this_tenant


async def publish(tx: Tx, actor: Actor, content: Content, now: datetime) -> Standards:
    """Publishes the first or the next version of the county's standards; with the current content, changes nothing.

    Raises InvalidFields with everything that is wrong, NotFound for a county that has not been provisioned. Two at
    once: a version is taken once, and the second is told to read again.
    """
    await this_tenant(tx)
    check_content(content)
    before = await store.load(tx)
    if before is not None and before.content == content:
        return before
    published = Standards(before.version + 1 if before else 1, content, now)
    store.insert(tx, published)
    event = StandardsPublished(
        standards=standards_name(tx.tenant, published.version), version=published.version, visible_to=LEVEL_UNIT
    )
    ledger.append(tx, actor, "standards", str(published.version), 1, event, now)
    return published


async def find(tx: Tx, version: int = 0) -> Standards | None:
    """A version of the standards that hold in the tenant of the transaction; the current one when 0."""
    async with in_county(tx):
        return await store.load(tx, version)


async def read(tx: Tx, version: int = 0) -> Standards:
    """The same. Raises NotFound where there is none."""
    await this_tenant(tx)
    if (found := await find(tx, version)) is None:
        raise NotFound("建设标准", standards_name(tx.tenant, version) if version else "", reason="NO_STANDARDS")
    return found
