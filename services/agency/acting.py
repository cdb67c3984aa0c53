"""One person, or the system, acting on what points put on record about themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.agency.v1 import TextEvidence

from services.agency.agency import Agency
from services.agency.cases.sight import works_at
from services.agency.points import store as points
from services.agency.points.domain import Point
from services.agency.points.sight import reads_sealed
from services.agency.volunteers.use_cases import in_term
from services.common import ledger
from services.common.access import Actor, Role, is_county
from services.common.database import Tx
from services.common.errors import Denied, Refused
from services.common.periods import local_date
from services.common.rpc.call import Call
from services.common.sealing import DataKey


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts, when and in which transaction."""

    agency: Agency
    tx: Tx
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    def tell(self, aggregate: str, id: str, version: int, event: Message) -> None:
        """PENDING: appends the event to the ledger."""
        ledger.append(self.tx, self.actor, aggregate, id, version, event, self.now)

    async def open_point(self, unit: str) -> Point:
        """The point in a unit, where it is not retired. Raises NotFound, Refused."""
        return await open_point(self.tx, unit)

    async def own_point(self, unit: str) -> Point:
        """The same, where the actor works there. Raises Denied too."""
        return await own_point(self.tx, self.actor, unit)

    @property
    def reads_sealed(self) -> bool:
        """`sight.reads_sealed` for who acts."""
        return reads_sealed(self.actor, self.tx.tenant)

    def check_keeps_records(self) -> None:
        """Raises Denied for the county in a town: a town's records are the town's."""
        if self.actor.has(Role.COUNTY_DISCIPLINE) and not is_county(self.tx.tenant):
            raise Denied("镇（街道）的记录由本镇（街道）登记。", "NOT_OWN_TENANT")

    async def opened(self, owner: str, *sealed: tuple[sa.Column[Any], bytes | None]) -> list[str]:
        """The texts that were sealed in columns of the row with this id; empty for none, and once it was shredded."""
        keys = await self.agency.sealer.keys(self.tx, [owner])
        key = keys.get(owner)
        return [key.open(column, owner, value) if key and value is not None else "" for column, value in sealed]


async def open_point(tx: Tx, unit: str) -> Point:
    """The point in a unit, where it is not retired. Raises NotFound, Refused."""
    point = await points.ROWS.load(tx, unit)
    if point.retired:
        raise Refused("POINT_RETIRED", "该代理点已撤销。")
    return point


async def own_point(tx: Tx, actor: Actor, unit: str) -> Point:
    """The same, where the actor works there. Raises Denied too."""
    point = await open_point(tx, unit)
    if not works_at(actor, tx.tenant, unit):
        raise Denied("只能记录本人所在代理点的事项。", "NOT_OWN_POINT")
    return point


def sealed(key: DataKey, column: sa.Column[Any], text: str) -> bytes | None:
    """The text sealed for the column, in the row of the key's owner; None for none."""
    return key.seal(column, key.owner, text) if text else None


def evidence(key: DataKey, text: str) -> TextEvidence | None:
    """What the ledger may hold of the text: absent for none."""
    return TextEvidence(id=key.owner, mac=key.mac(text)) if text else None


@asynccontextmanager
async def acting_in(agency: Agency, call: Call) -> AsyncIterator[Acting]:
    """The one transaction of a call, and the caller in it. A volunteer out of term has no rights, whatever the token
    says."""
    async with call.transaction() as tx:
        yield Acting(agency, tx, await in_term(tx, call.actor, call.now), call.now)


def acting_on(agency: Agency, tx: Tx, call: Call) -> Acting:
    return Acting(agency, tx, call.actor, call.now)
