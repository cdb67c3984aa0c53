"""The reading of the catalogue finds what it is there to find: each fault, planted, is named."""

from __future__ import annotations

from deploy.local.databases import ServiceDatabase, superuser
from deploy.local.engines import Postgres
from services.common.foundation import FOUNDATION
from tests.catalogue import Declared, faults
from tests.sample_service import METADATA

DECLARED = Declared.by("sample", [FOUNDATION, METADATA])

OTHER_CONDITION = "parcels: the policy of tenants has another condition"

FAULTS = (
    ("ALTER TABLE parcels DISABLE ROW LEVEL SECURITY", "parcels: has no row security"),
    ("ALTER TABLE parcels NO FORCE ROW LEVEL SECURITY", "parcels: does not force row security on its owner"),
    ("DROP POLICY tenant_isolation ON parcels", "parcels: has no policy"),
    ("ALTER POLICY tenant_isolation ON parcels USING (true)", OTHER_CONDITION),
    ("ALTER POLICY tenant_isolation ON parcels WITH CHECK (true)", OTHER_CONDITION),
    (
        "ALTER POLICY tenant_isolation ON parcels TO sample_app",
        "parcels: the policy of tenants does not hold for all and everything",
    ),
    (
        "CREATE POLICY more ON parcels TO sample_app USING (true)",
        "parcels: more lets app see more than one tenant",
    ),
    (
        "CREATE POLICY more ON ledger FOR DELETE TO sample_relay USING (true)",
        "ledger: more lets relay see more than one tenant",
    ),
    ("CREATE TABLE loose (id text PRIMARY KEY)", "loose: has no tenant column that is text and not null"),
    ("CREATE TABLE forgotten (tenant text NOT NULL PRIMARY KEY)", "forgotten: is declared nowhere"),
    ("ALTER TABLE parcel_items DROP CONSTRAINT parcel_items_pkey", "parcel_items: has no primary key"),
    ("ALTER TABLE parcels ADD UNIQUE (words)", "parcels: the key parcels_words_key begins with words"),
    ("ALTER TABLE parcels ADD UNIQUE (words, tenant)", "parcels: the key parcels_words_tenant_key begins with words"),
    ("CREATE UNIQUE INDEX lone ON parcels (lower(words))", "parcels: the key lone begins with lower(words)"),
    ("CREATE UNIQUE INDEX part ON parcels (id) WHERE words = ''", "parcels: the key part begins with id"),
    (
        "ALTER TABLE parcel_items ADD CONSTRAINT crossed FOREIGN KEY (parcel, tenant) REFERENCES parcels (id, tenant)",
        "parcel_items: the reference crossed does not begin with the tenant",
    ),
    (
        "ALTER TABLE tenants ADD parcel text, ADD FOREIGN KEY (tenant, parcel) REFERENCES parcels",
        "tenants: refers to rows of tenants, and is not one of their tables",
    ),
    ("CREATE VIEW seen AS SELECT * FROM parcels", "seen: a view without security_invoker"),
    ("CREATE MATERIALIZED VIEW kept AS SELECT * FROM parcels", "kept: a materialized view has no row security"),
    (
        "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM parcels'",
        "peek: a function with its owner's rights",
    ),
    ("GRANT TRUNCATE ON parcels TO sample_app", "parcels: sample_app truncate is one right too many"),
    ("GRANT SELECT ON parcels TO PUBLIC", "parcels: public select is one right too many"),
    ("GRANT UPDATE ON ledger TO sample_app", "ledger: sample_app update is one right too many"),
    ("GRANT UPDATE (actor) ON ledger TO sample_relay", "ledger: sample_relay update (actor) is one right too many"),
    ("GRANT SELECT ON deadlines TO sample_sweeper", "deadlines: sample_sweeper select is one right too many"),
    ("GRANT SELECT ON alembic_version TO sample_app", "alembic_version: sample_app select is one right too many"),
    ("GRANT SELECT ON parcels TO sample_app WITH GRANT OPTION", "parcels: sample_app may hand its rights on"),
    ("REVOKE DELETE ON inbox FROM sample_app", "inbox: sample_app delete is declared and not granted"),
    ("ALTER TABLE parcels OWNER TO postgres", "parcels: belongs to postgres"),
    ("GRANT CREATE ON SCHEMA public TO sample_app", "sample_app: a role with more than its duty"),
    ("ALTER ROLE sample_relay BYPASSRLS", "sample_relay: a role with more than its duty"),
)


async def test_the_sample_service_is_without_fault(postgres: Postgres, addresses: ServiceDatabase) -> None:
    async with superuser(postgres, addresses.name) as connection:
        assert await faults(connection, DECLARED) == []


async def test_each_planted_fault_is_named(postgres: Postgres, addresses: ServiceDatabase) -> None:
    missed = {}
    async with superuser(postgres, addresses.name) as connection:
        for planted, fault in FAULTS:
            undone = connection.transaction()
            await undone.start()
            await connection.execute(planted)
            found = await faults(connection, DECLARED)
            await undone.rollback()
            if fault not in found:
                missed[planted] = found

    assert missed == {}
