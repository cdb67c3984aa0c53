"""Tenants, units, cadres, accounts, and the sessions that they sign in to."""

from __future__ import annotations

from alembic import op

from services.common.migrations import create_foundation
from services.common.schema import grant, secure

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE tenant_directory (
        tenant text NOT NULL,
        display_name text NOT NULL,
        short_name text NOT NULL,
        kind smallint NOT NULL,
        revision bigint NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT tenant_directory_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE units (
        tenant text NOT NULL,
        code text NOT NULL,
        display_name text NOT NULL,
        kind smallint NOT NULL,
        "window" boolean NOT NULL,
        retire_time timestamptz,
        revision bigint NOT NULL,
        CONSTRAINT units_pkey PRIMARY KEY (tenant, code)
    )
    """,
    """
    CREATE TABLE cadres (
        tenant text NOT NULL,
        id text NOT NULL,
        display_name text NOT NULL,
        unit text NOT NULL,
        position text NOT NULL,
        leads_unit text,
        leads_town boolean NOT NULL,
        party_committee boolean NOT NULL,
        discipline_committee boolean NOT NULL,
        account text,
        retire_time timestamptz,
        revision bigint NOT NULL,
        CONSTRAINT cadres_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT cadres_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES units (tenant, code),
        CONSTRAINT cadres_tenant_leads_unit_fkey FOREIGN KEY (tenant, leads_unit) REFERENCES units (tenant, code)
    )
    """,
    "CREATE INDEX cadres_unit_idx ON cadres (tenant, unit)",
    """
    CREATE TABLE accounts (
        tenant text NOT NULL,
        login text NOT NULL,
        cadre text,
        first_hash bytea,
        password_hash text,
        disable_time timestamptz,
        create_time timestamptz NOT NULL,
        epoch integer NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT accounts_pkey PRIMARY KEY (tenant, login),
        CONSTRAINT accounts_tenant_cadre_fkey FOREIGN KEY (tenant, cadre) REFERENCES cadres (tenant, id),
        CONSTRAINT accounts_tenant_cadre_key UNIQUE (tenant, cadre),
        CONSTRAINT accounts_one_password_check CHECK ((first_hash IS NULL) <> (password_hash IS NULL))
    )
    """,
    """
    CREATE TABLE account_roles (
        tenant text NOT NULL,
        login text NOT NULL,
        role smallint NOT NULL,
        scope text NOT NULL,
        CONSTRAINT account_roles_pkey PRIMARY KEY (tenant, login, role, scope),
        CONSTRAINT account_roles_tenant_login_fkey FOREIGN KEY (tenant, login) REFERENCES accounts (tenant, login)
    )
    """,
    "CREATE INDEX account_roles_role_idx ON account_roles (tenant, role)",
    """
    CREATE TABLE role_proposals (
        tenant text NOT NULL,
        id text NOT NULL,
        login text NOT NULL,
        role smallint NOT NULL,
        scope text NOT NULL,
        proposer text NOT NULL,
        proposer_cadre text,
        consenter text,
        create_time timestamptz NOT NULL,
        CONSTRAINT role_proposals_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT role_proposals_tenant_login_fkey FOREIGN KEY (tenant, login) REFERENCES accounts (tenant, login)
    )
    """,
    "CREATE INDEX role_proposals_create_time_idx ON role_proposals (tenant, create_time)",
    """
    CREATE TABLE sessions (
        tenant text NOT NULL,
        id uuid NOT NULL,
        login text NOT NULL,
        epoch integer NOT NULL,
        start_time timestamptz NOT NULL,
        refresh_time timestamptz NOT NULL,
        generation integer NOT NULL,
        end_time timestamptz,
        CONSTRAINT sessions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT sessions_tenant_login_fkey FOREIGN KEY (tenant, login) REFERENCES accounts (tenant, login)
    )
    """,
    "CREATE INDEX sessions_login_idx ON sessions (tenant, login)",
    """
    CREATE TABLE sign_in_guards (
        tenant text NOT NULL,
        counter text NOT NULL,
        failures integer NOT NULL,
        last_time timestamptz NOT NULL,
        closed_until timestamptz,
        CONSTRAINT sign_in_guards_pkey PRIMARY KEY (tenant, counter)
    )
    """,
    "CREATE INDEX sign_in_guards_last_time_idx ON sign_in_guards (tenant, last_time)",
)

WALLED = {
    "units": ("select", "insert", "update"),
    "cadres": ("select", "insert", "update"),
    "accounts": ("select", "insert", "update"),
    "account_roles": ("select", "insert", "delete"),
    "role_proposals": ("select", "insert", "update"),
    "sessions": ("select", "insert", "update", "delete"),
    "sign_in_guards": ("select", "insert", "update", "delete"),
}


def upgrade() -> None:
    create_foundation(op, "gateway")
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "gateway", table, rights)
    grant(op, "tenant_directory", "gateway_app", ("select", "insert", "update"))
