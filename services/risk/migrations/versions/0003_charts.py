"""Flow charts in versions that never change."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE flow_charts (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        latest integer NOT NULL,
        unit text NOT NULL,
        kind smallint NOT NULL,
        title text NOT NULL,
        business_chart text,
        positions text[] NOT NULL,
        key_positions text[] NOT NULL,
        retired boolean NOT NULL,
        CONSTRAINT flow_charts_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT flow_charts_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id),
        CONSTRAINT flow_charts_tenant_business_chart_fkey FOREIGN KEY (tenant, business_chart)
            REFERENCES flow_charts (tenant, id)
    )
    """,
    "CREATE INDEX flow_charts_unit_idx ON flow_charts (tenant, unit, title, id)",
    "CREATE INDEX flow_charts_business_chart_idx ON flow_charts (tenant, business_chart)",
    """
    CREATE TABLE flow_chart_versions (
        tenant text NOT NULL,
        chart text NOT NULL,
        number integer NOT NULL,
        content bytea NOT NULL,
        content_hash bytea NOT NULL,
        save_time timestamptz NOT NULL,
        saver text NOT NULL,
        CONSTRAINT flow_chart_versions_pkey PRIMARY KEY (tenant, chart, number),
        CONSTRAINT flow_chart_versions_tenant_chart_fkey FOREIGN KEY (tenant, chart)
            REFERENCES flow_charts (tenant, id)
    )
    """,
    """
    CREATE TABLE flow_chart_powers (
        tenant text NOT NULL,
        power text NOT NULL,
        chart text NOT NULL,
        CONSTRAINT flow_chart_powers_pkey PRIMARY KEY (tenant, power),
        CONSTRAINT flow_chart_powers_tenant_power_fkey FOREIGN KEY (tenant, power) REFERENCES powers (tenant, id),
        CONSTRAINT flow_chart_powers_tenant_chart_fkey FOREIGN KEY (tenant, chart) REFERENCES flow_charts (tenant, id)
    )
    """,
    "CREATE INDEX flow_chart_powers_chart_idx ON flow_chart_powers (tenant, chart)",
)

WALLED = {
    "flow_charts": (
        "select",
        "insert",
        "update (version, latest, title, business_chart, positions, key_positions, retired)",
    ),
    "flow_chart_versions": ("select", "insert"),
    "flow_chart_powers": ("select", "insert", "delete"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
