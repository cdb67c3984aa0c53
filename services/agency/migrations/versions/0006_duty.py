"""Duty rosters with their shifts, and absences with why; cases by who answers for them."""

from __future__ import annotations

from alembic import op

from services.common.schema import EVERYTHING, secure

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
    CREATE TABLE rosters (
        tenant text NOT NULL,
        point text NOT NULL,
        day date NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT rosters_pkey PRIMARY KEY (tenant, point, day),
        CONSTRAINT rosters_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit)
    )
    """,
    "CREATE INDEX rosters_day_idx ON rosters (tenant, day, point)",
    """
    CREATE TABLE shifts (
        tenant text NOT NULL,
        point text NOT NULL,
        day date NOT NULL,
        officer text NOT NULL,
        planned boolean NOT NULL,
        state smallint NOT NULL,
        check_in_time timestamptz,
        check_out_time timestamptz,
        closed_by_midnight boolean NOT NULL,
        CONSTRAINT shifts_pkey PRIMARY KEY (tenant, point, day, officer),
        CONSTRAINT shifts_tenant_point_day_fkey FOREIGN KEY (tenant, point, day)
            REFERENCES rosters (tenant, point, day)
    )
    """,
    """
    CREATE TABLE absences (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        officer text NOT NULL,
        deputy text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        return_day date,
        points text[] NOT NULL,
        declarer text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT absences_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX absences_first_day_idx ON absences (tenant, first_day, id)",
    "CREATE INDEX absences_officer_idx ON absences (tenant, officer, last_day)",
    """
    CREATE TABLE absence_texts (
        tenant text NOT NULL,
        absence text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT absence_texts_pkey PRIMARY KEY (tenant, absence, id),
        CONSTRAINT absence_texts_tenant_absence_fkey FOREIGN KEY (tenant, absence) REFERENCES absences (tenant, id)
    )
    """,
    "CREATE INDEX cases_owner_idx ON cases (tenant, owner, id) WHERE state IN (1, 2, 3)",
)

WALLED = {
    "rosters": ("select", "insert", "update"),
    "shifts": EVERYTHING,
    "absences": ("select", "insert", "update"),
    "absence_texts": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
