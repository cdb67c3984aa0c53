"""The catalogue of service items with its versions, and what towns make of it."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE items (
        tenant text NOT NULL,
        code text NOT NULL,
        version integer NOT NULL,
        retired boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT items_pkey PRIMARY KEY (tenant, code)
    )
    """,
    """
    CREATE TABLE item_versions (
        tenant text NOT NULL,
        code text NOT NULL,
        version integer NOT NULL,
        content bytea NOT NULL,
        publish_time timestamptz NOT NULL,
        CONSTRAINT item_versions_pkey PRIMARY KEY (tenant, code, version),
        CONSTRAINT item_versions_tenant_code_fkey FOREIGN KEY (tenant, code) REFERENCES items (tenant, code)
    )
    """,
    """
    CREATE TABLE item_terms (
        tenant text NOT NULL,
        code text NOT NULL,
        village_days smallint,
        town_days smallint,
        withdrawn boolean NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT item_terms_pkey PRIMARY KEY (tenant, code)
    )
    """,
)

WALLED = {
    "items": ("select", "insert", "update"),
    "item_versions": ("select", "insert"),
    "item_terms": ("select", "insert", "update"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
