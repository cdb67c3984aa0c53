"""Tables whose rows are dataclasses with the same names: writing, finding by key, and pages of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.database import Tx
from services.common.errors import NotFound
from services.common.keyset import following
from services.common.schema import Row


class Kept(Protocol):
    """A dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T", bound=Kept)


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows of one table. Each field of the dataclass is a column; what other columns hold, such as the tenant, it
    does not know."""

    table: sa.Table
    kind: type[T]
    called: str
    """What people call one of them."""
    collection: str = ""
    """As it stands in resource names; empty where no error names one."""
    unknown: str = "NOT_FOUND"
    """The reason that is given where there is none."""
    only_read: Collection[str] = ()
    """Columns that nothing is written to."""

    def insert(self, tx: Tx, new: T) -> None:
        """PENDING."""
        tx.insert(self.table, **self._columns(new))

    def save(self, tx: Tx, before: T, after: T) -> None:
        """PENDING: what changed between the two."""
        old = self._columns(before)
        changed = {name: value for name, value in self._columns(after).items() if value != old[name]}
        keys = [column for column in self.table.primary_key if column.name != "tenant"]
        this = (self.table.c.tenant == tx.tenant, *(column == getattr(after, column.name) for column in keys))
        tx.write(sa.update(self.table).where(*this).values(changed))

    def save_all(self, tx: Tx, those: Collection[T], names: Sequence[str]) -> None:
        """PENDING: what these columns hold now of many, in one statement."""
        if not those:
            return
        known = (self._key.name, *names)
        rows = [{name: getattr(each, name) for name in known} for each in those]
        columns = [sa.column(name, self.table.c[name].type) for name in known]
        given = sa.func.jsonb_to_recordset(
            sa.cast(sa.literal(json.dumps(rows, default=str), sa.Text), postgresql.JSONB)
        )
        now = given.table_valued(*columns, name="now").render_derived(with_types=True)
        these = sa.update(self.table).where(self.table.c.tenant == tx.tenant, self._key == now.c[self._key.name])
        tx.write(these.values({name: now.c[name] for name in names}))

    async def load(self, tx: Tx, id: str) -> T:
        """The one with this id, whoever looks. Raises NotFound."""
        return self._found(tx, id, await self.find(tx, self._key == id))

    async def lock(self, tx: Tx, id: str) -> T:
        """The same, with its row locked until the transaction ends."""
        return self._found(tx, id, await self.of(tx, self._chosen(tx, [self._key == id]).with_for_update()))

    async def lock_all(self, tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[T]:
        """Those in the tenant for which all of the conditions hold, locked until the transaction ends; by key, so that
        nobody waits in a circle."""
        return await self.of(tx, self._chosen(tx, conditions).order_by(self._key).with_for_update())

    async def find(self, tx: Tx, *conditions: sa.ColumnElement[bool]) -> list[T]:
        """Those in the tenant for which all of the conditions hold."""
        return await self.of(tx, self._chosen(tx, conditions))

    async def page(
        self,
        tx: Tx,
        conditions: Iterable[sa.ColumnElement[bool]],
        order: Sequence[sa.ColumnElement[Any]],
        after: Sequence[object] | None,
        limit: int,
        *,
        descending: bool = False,
    ) -> list[T]:
        """At most `limit` of those, in this order, from behind a place in it on."""
        return await self.of(tx, following(self._chosen(tx, conditions), order, after, limit, descending=descending))

    async def of(self, tx: Tx, statement: sa.Select[*tuple[object, ...]]) -> list[T]:
        """Those that a query of the table finds."""
        return [self._one(row) for row in await tx.rows(statement)]

    @property
    def _key(self) -> sa.Column[Any]:
        """By which one is found, mostly its id: the last column of the primary key."""
        return list(self.table.primary_key)[-1]

    def _chosen(self, tx: Tx, conditions: Iterable[sa.ColumnElement[bool]]) -> sa.Select[*tuple[object, ...]]:
        return sa.select(self.table).where(self.table.c.tenant == tx.tenant, *conditions)

    def _found(self, tx: Tx, id: str, found: Sequence[T]) -> T:
        if not found:
            name = f"tenants/{tx.tenant}/{self.collection}/{id}" if self.collection else ""
            raise NotFound(self.called, name, reason=self.unknown)
        return found[0]

    def _one(self, row: Row) -> T:
        known = self.kind.__dataclass_fields__
        return self.kind(**{name: value for name, value in row._mapping.items() if name in known})

    def _columns(self, thing: T) -> dict[str, object]:
        apart = {"tenant", *self.only_read}
        return {field.name: getattr(thing, field.name) for field in fields(thing) if field.name not in apart}


def of_units(column: sa.Column[Any], units: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    """The condition that a row is of one of the units; none for None, which stands for every unit."""
    return [] if units is None else [column.in_(sorted(units))]
