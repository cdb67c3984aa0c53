"""Cases that were decided before assessments counted it are counted after the upgrade."""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from minshao.agency import v1 as pb
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.databases import ServiceDatabase
from tests.integration.agency.assessments.steps import DEPARTMENT, POINT, figures, granted, refused_case
from tests.integration.agency.cases.steps import application, at_county, done, required
from tests.integration.agency.house import House
from tests.integration.agency.records import sweep_at

AS_BEFORE = ("DELETE FROM department_outcomes", "DELETE FROM case_outcomes", "UPDATE cases SET visits = 1")


async def upgraded_from_before(made: ServiceDatabase, tenant: str) -> None:
    """The town's rows as the version before has them, and what the step makes of them."""

    def upgrade(connection: sa.Connection) -> None:
        connection.execute(sa.text("SELECT set_config('app.tenant', :tenant, true)"), {"tenant": tenant})
        for statement in AS_BEFORE:
            connection.execute(sa.text(statement))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("services.agency.migrations.versions.0012_assessments").count_what_was_decided()

    engine = create_async_engine(make_url(made.owner).set(drivername="postgresql+asyncpg"), poolclass=sa.NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


async def test_what_the_version_before_decided_is_counted_as_if_it_had_been_counted_then(
    office: House, agency_database: ServiceDatabase
) -> None:
    await refused_case(office)
    joint = await at_county(office)
    await done(office, "finance", joint, "finance", office.county)
    await done(office, "window", joint, "civil-affairs", office.county)
    await granted(office, joint)
    brought, later = (await required(office))[:1], (await required(office))[1:]
    twice = (await office("agent", application(office, brought=brought))).case
    await office("agent", pb.SupplyMaterialsRequest(name=twice.name, brought=later))
    refusal = pb.DecideCaseRequest(
        name=twice.name, outcome=pb.Case.OUTCOME_REFUSED, reason="不符合条件。", remedies="可以申请行政复议。"
    )
    await office("agent", refusal)
    before = [await figures(office, "discipline", kind) for kind in (POINT, DEPARTMENT)]

    await upgraded_from_before(agency_database, office.town)
    forgotten = [await figures(office, "discipline", kind) for kind in (POINT, DEPARTMENT)]
    # The step asks for it by the clock of the database, which is not that of the tests.
    await sweep_at(office, office.clock.now().replace(year=2100))

    assert before[0]["景村镇八一村便民服务代理室"].settled == 3
    assert before[0]["景村镇八一村便民服务代理室"].first_visit == 2
    assert forgotten != before
    assert [await figures(office, "discipline", kind) for kind in (POINT, DEPARTMENT)] == before
