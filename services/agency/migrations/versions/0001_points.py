"""The organisation's copies, and the agency points in its units."""

from __future__ import annotations

from alembic import op

from services.common.migrations import create_foundation
from services.common.schema import secure

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE tenant_profiles (
        tenant text NOT NULL,
        name text NOT NULL,
        short_name text NOT NULL,
        kind smallint NOT NULL,
        county text NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT tenant_profiles_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE units (
        tenant text NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        kind smallint NOT NULL,
        retired boolean NOT NULL,
        has_window boolean DEFAULT false NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT units_pkey PRIMARY KEY (tenant, code)
    )
    """,
    """
    CREATE TABLE cadres (
        tenant text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        unit text NOT NULL,
        position text NOT NULL,
        leads_unit text,
        leads_town boolean NOT NULL,
        in_discipline boolean NOT NULL,
        in_party_committee boolean NOT NULL,
        account text,
        retired boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT cadres_pkey PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE TABLE accounts (
        tenant text NOT NULL,
        name text NOT NULL,
        cadre text,
        disabled boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT accounts_pkey PRIMARY KEY (tenant, name)
    )
    """,
    """
    CREATE TABLE account_roles (
        tenant text NOT NULL,
        account text NOT NULL,
        role smallint NOT NULL,
        scope text NOT NULL,
        CONSTRAINT account_roles_pkey PRIMARY KEY (tenant, account, role, scope)
    )
    """,
    "CREATE INDEX cadres_account_idx ON cadres (tenant, account)",
    "CREATE INDEX cadres_unit_idx ON cadres (tenant, unit)",
    "CREATE INDEX account_roles_role_idx ON account_roles (tenant, role, scope)",
    """
    CREATE TABLE points (
        tenant text NOT NULL,
        unit text NOT NULL,
        tier smallint NOT NULL,
        open_time timestamptz NOT NULL,
        retired boolean NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT points_pkey PRIMARY KEY (tenant, unit),
        CONSTRAINT points_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES units (tenant, code)
    )
    """,
)

WALLED = {
    "tenant_profiles": ("select", "insert", "update", "delete"),
    "units": ("select", "insert", "update", "delete"),
    "cadres": ("select", "insert", "update", "delete"),
    "accounts": ("select", "insert", "update", "delete"),
    "account_roles": ("select", "insert", "update", "delete"),
    "points": ("select", "insert", "update"),
}


def upgrade() -> None:
    create_foundation(op, "agency")
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
