"""The tables of items and their queries: the catalogue stands in the county's tenant, a town's terms in its own."""

from __future__ import annotations

import sqlalchemy as sa

from services.agency.items.domain import Published, Terms
from services.agency.items.encoding import content_bytes, item_of
from services.agency.points.domain import Tier
from services.agency.tables import metadata
from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table

ITEMS = tenant_table(
    "items",
    metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.Column("revision", sa.BigInteger, nullable=False),
    key=("code",),
    app=("select", "insert", "update"),
)
"""Which version is the current one."""

ITEM_VERSIONS = tenant_table(
    "item_versions",
    metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("publish_time", instant(), nullable=False),
    references("items", "code"),
    key=("code", "version"),
    app=("select", "insert"),
)
"""What each version says, as the message of the contract. Nobody may change a row: people were told what it says."""

ITEM_TERMS = tenant_table(
    "item_terms",
    metadata,
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("village_days", sa.SmallInteger),
    sa.Column("town_days", sa.SmallInteger),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    key=("code",),
    app=("select", "insert", "update"),
)
"""What a town has set; null where the county's promise holds. The items themselves are rows of the county."""

OWN_DAYS = {Tier.VILLAGE: "village_days", Tier.TOWN: "town_days"}

_item, _version, _terms = ITEMS.c, ITEM_VERSIONS.c, ITEM_TERMS.c
_SHOWN = (_item.code, _version.version, _version.content, _version.publish_time, _item.retired, _item.revision)
_JOINED = sa.select(*_SHOWN).select_from(
    ITEMS.join(ITEM_VERSIONS, sa.and_(_version.tenant == _item.tenant, _version.code == _item.code))
)
CATALOGUE = _JOINED.where(_item.tenant == sa.bindparam("county"), _version.version == _item.version).order_by(
    _item.code
)
CURRENT = CATALOGUE.where(_item.code == sa.bindparam("this_code"))
AT_VERSION = _JOINED.where(
    _item.tenant == sa.bindparam("county"),
    _item.code == sa.bindparam("this_code"),
    _version.version == sa.bindparam("this_version"),
)
TERMS = sa.select(ITEM_TERMS).where(_terms.tenant == sa.bindparam("town"), _terms.code == sa.bindparam("this_code"))
"""Made once: the acceptance of every case asks for an item."""


async def catalogue(tx: Tx) -> list[Published]:
    """The current version of each of the county's items by code, retired or not. There are some dozens of them."""
    return [_published(row) for row in await tx.rows(CATALOGUE, {"county": tx.tenant})]


async def load(tx: Tx, code: str, version: int = 0) -> Published | None:
    """The current version of an item of the county, or another one of it."""
    these = {"county": tx.tenant, "this_code": code}
    row = await (tx.row(AT_VERSION, {**these, "this_version": version}) if version else tx.row(CURRENT, these))
    return None if row is None else _published(row)


async def lock(tx: Tx, code: str) -> Published | None:
    """The current version of an item of the county, which stays so until the transaction ends."""
    # In two queries: one that has waited for a lock would not see the row of a version that was added meanwhile.
    await tx.row(sa.select(_item.code).where(_item.tenant == tx.tenant, _item.code == code).with_for_update())
    return await load(tx, code)


def insert(tx: Tx, published: Published) -> None:
    """PENDING: a new item with its first version."""
    tx.insert(
        ITEMS,
        code=published.item.code,
        version=published.version,
        retired=published.retired,
        revision=published.revision,
    )
    add_version(tx, published)


def save(tx: Tx, published: Published) -> None:
    """PENDING: which version is the current one, and whether the item is retired. It is locked since `lock`."""
    this = sa.update(ITEMS).where(_item.tenant == tx.tenant, _item.code == published.item.code)
    tx.write(this.values(version=published.version, retired=published.retired, revision=published.revision))


def add_version(tx: Tx, published: Published) -> None:
    """PENDING: what a new version says."""
    tx.insert(
        ITEM_VERSIONS,
        code=published.item.code,
        version=published.version,
        content=content_bytes(tx.tenant, published.item),
        publish_time=published.publish_time,
    )


async def terms(tx: Tx, code: str) -> Terms:
    """What the town of the transaction has set for an item."""
    row = await tx.row(TERMS, {"town": tx.tenant, "this_code": code})
    return Terms() if row is None else _terms_of(row)


async def all_terms(tx: Tx) -> dict[str, Terms]:
    """What the town of the transaction has set, by the code of the item."""
    rows = await tx.rows(sa.select(ITEM_TERMS).where(_terms.tenant == tx.tenant))
    return {row.code: _terms_of(row) for row in rows}


def save_terms(tx: Tx, code: str, terms: Terms) -> None:
    """PENDING: in the place of what the town had set before."""
    days = {column: terms.days.get(tier) for tier, column in OWN_DAYS.items()}
    tx.upsert(ITEM_TERMS, ("code",), code=code, withdrawn=terms.withdrawn, version=terms.version, **days)


def _published(row: Row) -> Published:
    return Published(item_of(row.code, row.content), row.version, row.publish_time, row.retired, row.revision)


def _terms_of(row: Row) -> Terms:
    set_days = {tier: getattr(row, column) for tier, column in OWN_DAYS.items()}
    return Terms({tier: days for tier, days in set_days.items() if days is not None}, row.withdrawn, row.version)
