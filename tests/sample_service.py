"""A service that only tests know, so that the foundation can be tested without a feature: tables, steps, fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from deploy.local.databases import ServiceDatabase, create_database, drop_database
from deploy.local.engines import Postgres
from services.common.database import Database
from services.common.database.pool import Connection
from services.common.schema import instant, metadata, references, tenant_table
from tests.conftest import migrated_template

STEPS = Path(__file__).parent / "integration" / "common" / "steps"

METADATA = metadata()

PARCELS = tenant_table(
    "parcels",
    METADATA,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("labels", sa.JSON),
    sa.Column("due_time", instant()),
    key=("id",),
)
ITEMS = tenant_table(
    "parcel_items",
    METADATA,
    sa.Column("parcel", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column(
        "weight", sa.Integer, sa.CheckConstraint("weight > 0", name="weight"), nullable=False, server_default="1"
    ),
    references("parcels", "parcel=id"),
    key=("parcel", "line"),
    app=("select", "insert"),
)


@pytest.fixture
async def addresses(postgres: Postgres) -> AsyncIterator[ServiceDatabase]:
    """A migrated database of the sample service; it goes with the test."""
    template = await migrated_template(postgres, "sample", STEPS)
    made = await create_database(postgres, "sample", f"sample_{uuid4().hex}", template)
    yield made
    await drop_database(postgres, made.name)


@pytest.fixture
async def database(addresses: ServiceDatabase) -> AsyncIterator[Database]:
    """That database as the application sees it."""
    opened = Database(addresses.app, pool_size=4)
    yield opened
    await opened.close()


@pytest.fixture
def other_town(tenant: str) -> str:
    """The code of another town of the same county."""
    return f"{tenant[:6]}{(int(tenant[6:]) + 1) % 1000:03}"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that were sent, other than those that begin and end transactions."""
    statements: list[str] = []
    fetch = Connection.fetch

    async def noting(connection: Connection, text: str, arguments: list[object]) -> object:
        statements.append(text)
        return await fetch(connection, text, arguments)

    monkeypatch.setattr(Connection, "fetch", noting)
    return statements
