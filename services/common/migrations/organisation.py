"""The copies of the organisation that a service keeps, with their walls and grants: a part of its first step.

Written out like the foundation, and for the same reason; watch is older, and has steps of its own.
"""

from __future__ import annotations

from services.common.schema import EVERYTHING, Operations, secure

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
)

TABLES = ("tenant_profiles", "units", "cadres", "accounts", "account_roles")


def create_organisation(operations: Operations, service: str) -> None:
    """Creates the tables of the organisation's copies, after the foundation's. To be called with alembic's `op`."""
    for statement in STATEMENTS:
        operations.execute(statement)
    for table in TABLES:
        secure(operations, service, table, EVERYTHING)
