"""The organisation's copies, inventories, positions with their holders, and powers."""

from __future__ import annotations

from alembic import op

from services.common.migrations import create_foundation, create_organisation
from services.common.schema import secure

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE inventories (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        key_areas text[] NOT NULL,
        open_time timestamptz NOT NULL,
        retired boolean NOT NULL,
        CONSTRAINT inventories_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT inventories_tenant_id_fkey FOREIGN KEY (tenant, id) REFERENCES units (tenant, code)
    )
    """,
    """
    CREATE TABLE positions (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        unit text NOT NULL,
        section text NOT NULL,
        title text NOT NULL,
        standing smallint NOT NULL,
        grade smallint,
        grade_time timestamptz,
        retired boolean NOT NULL,
        CONSTRAINT positions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT positions_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX positions_title_key ON positions (tenant, unit, section, title) WHERE retired IS false",
    "CREATE INDEX positions_grade_idx ON positions (tenant, grade, unit, id)",
    """
    CREATE TABLE position_holders (
        tenant text NOT NULL,
        id text NOT NULL,
        position text NOT NULL,
        cadre text NOT NULL,
        first_day date NOT NULL,
        last_day date,
        CONSTRAINT position_holders_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT position_holders_tenant_position_fkey FOREIGN KEY (tenant, position)
            REFERENCES positions (tenant, id)
    )
    """,
    """
    CREATE UNIQUE INDEX position_holders_cadre_key ON position_holders (tenant, position, cadre)
    WHERE last_day IS NULL
    """,
    "CREATE INDEX position_holders_cadre_idx ON position_holders (tenant, cadre)",
    """
    CREATE TABLE powers (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        unit text NOT NULL,
        position text NOT NULL,
        title text NOT NULL,
        kind smallint NOT NULL,
        extent smallint NOT NULL,
        basis text NOT NULL,
        boundary text NOT NULL,
        responsibility text NOT NULL,
        importance smallint NOT NULL,
        frequency smallint NOT NULL,
        discretion text NOT NULL,
        key_area text NOT NULL,
        grade smallint NOT NULL,
        proposed_grade smallint NOT NULL,
        flagged boolean NOT NULL,
        decision text,
        grade_time timestamptz NOT NULL,
        retired boolean NOT NULL,
        CONSTRAINT powers_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT powers_tenant_position_fkey FOREIGN KEY (tenant, position) REFERENCES positions (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX powers_title_key ON powers (tenant, position, title) WHERE retired IS false",
    "CREATE INDEX powers_unit_idx ON powers (tenant, unit, title, id)",
    "CREATE INDEX powers_grade_idx ON powers (tenant, grade, unit, id)",
)

WALLED = {
    "inventories": ("select", "insert", "update (version, key_areas, retired)"),
    "positions": ("select", "insert", "update (version, section, title, standing, grade, grade_time, retired)"),
    "position_holders": ("select", "insert", "update (last_day)"),
    "powers": (
        "select",
        "insert",
        (
            "update (version, title, kind, extent, basis, boundary, responsibility, importance, frequency, discretion,"
            " key_area, grade, proposed_grade, flagged, decision, grade_time, retired)"
        ),
    ),
}


def upgrade() -> None:
    create_foundation(op, "risk")
    create_organisation(op, "risk")
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
