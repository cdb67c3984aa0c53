"""Steps of the watch service that change rows which a version before has written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from minshao.watch import v1 as pb
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.databases import ServiceDatabase
from services.common.database import Database
from services.watch.reports.rpc import ReportService
from tests.luonan_town import Town, a_town
from tests.unit.watch.reports.builders import local

QUOTED = "内容涉及截留"
WRITE = sa.text("UPDATE reports SET proposal_reasons = ARRAY[:quoted] WHERE tenant = :tenant")
READ = sa.text("SELECT proposal_reasons::text FROM reports WHERE tenant = :tenant")


async def filed_as_before(town: Town) -> None:
    """A report with reasons in the clear."""
    request = pb.CreateReportRequest(
        parent=town.name,
        unit=town.unit_name("village"),
        kind=pb.Report.KIND_OPINION,
        reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
        subject=pb.Subject(about="村委会"),
        text="补助被截留。",
    )
    await ReportService(town.watch).create_report(town.call(), request)
    async with town.database.transaction(town.code) as tx:
        await tx.execute(WRITE, {"quoted": QUOTED, "tenant": town.code})


async def reasons(town: Town) -> str:
    async with town.database.transaction(town.code) as tx:
        return str(await tx.scalar(READ, {"tenant": town.code}))


async def step_again(owner: str, step: str) -> None:
    """Runs one step of the migrations on a database that has all of them."""

    def upgrade(connection: sa.Connection) -> None:
        with Operations.context(MigrationContext.configure(connection)):
            import_module(f"services.watch.migrations.versions.{step}").upgrade()

    engine = create_async_engine(make_url(owner).set(drivername="postgresql+asyncpg"), poolclass=sa.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


async def test_reasons_that_the_version_before_wrote_in_the_clear_are_emptied_in_every_town(
    database_for: Callable[[str], Awaitable[ServiceDatabase]], tenant: str
) -> None:
    made = await database_for("watch")
    database = Database(made.app)
    neighbour = f"{tenant[:6]}{int(tenant[6:]) % 999 + 1:03}"
    towns = [await a_town(database, code, local(2026, 9, 1)) for code in (tenant, neighbour)]
    for town in towns:
        await filed_as_before(town)
    before = [await reasons(town) for town in towns]

    await step_again(made.owner, "0003_reasons_of_proposals")

    assert before == [f"{{{QUOTED}}}"] * 2
    assert [await reasons(town) for town in towns] == ["{}"] * 2
    await database.close()
