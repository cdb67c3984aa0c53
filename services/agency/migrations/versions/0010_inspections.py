"""Standards, volunteer supervisors and inspections."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0010"
down_revision = "0009"

STATEMENTS = (
    """
    CREATE TABLE standards (
        tenant text NOT NULL,
        version integer NOT NULL,
        content bytea NOT NULL,
        publish_time timestamptz NOT NULL,
        CONSTRAINT standards_pkey PRIMARY KEY (tenant, version)
    )
    """,
    """
    CREATE TABLE volunteers (
        tenant text NOT NULL,
        id text NOT NULL,
        letter_number text NOT NULL,
        letter_year smallint NOT NULL,
        letter_serial integer NOT NULL,
        person text NOT NULL,
        standing smallint NOT NULL,
        account text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        appoint_time timestamptz NOT NULL,
        end_time timestamptz,
        version bigint NOT NULL,
        CONSTRAINT volunteers_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX volunteers_letter_key ON volunteers (tenant, letter_year, letter_serial)",
    "CREATE INDEX volunteers_account_idx ON volunteers (tenant, account, last_day)",
    "CREATE INDEX volunteers_first_day_idx ON volunteers (tenant, first_day, id)",
    "CREATE INDEX volunteers_last_day_idx ON volunteers (tenant, last_day, id)",
    """
    CREATE TABLE volunteer_points (
        tenant text NOT NULL,
        volunteer text NOT NULL,
        point text NOT NULL,
        CONSTRAINT volunteer_points_pkey PRIMARY KEY (tenant, volunteer, point),
        CONSTRAINT volunteer_points_tenant_volunteer_fkey FOREIGN KEY (tenant, volunteer)
            REFERENCES volunteers (tenant, id),
        CONSTRAINT volunteer_points_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit)
    )
    """,
    "CREATE INDEX volunteer_points_point_idx ON volunteer_points (tenant, point)",
    """
    CREATE TABLE volunteer_letters (
        tenant text NOT NULL,
        year smallint NOT NULL,
        last integer NOT NULL,
        CONSTRAINT volunteer_letters_pkey PRIMARY KEY (tenant, year)
    )
    """,
    """
    CREATE TABLE volunteer_texts (
        tenant text NOT NULL,
        volunteer text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT volunteer_texts_pkey PRIMARY KEY (tenant, volunteer, id),
        CONSTRAINT volunteer_texts_tenant_volunteer_fkey FOREIGN KEY (tenant, volunteer)
            REFERENCES volunteers (tenant, id)
    )
    """,
    """
    CREATE TABLE inspections (
        tenant text NOT NULL,
        id text NOT NULL,
        point text NOT NULL,
        inspector text NOT NULL,
        kind smallint NOT NULL,
        volunteer text,
        date date NOT NULL,
        standards integer NOT NULL,
        grade smallint NOT NULL,
        follows text,
        create_time timestamptz NOT NULL,
        CONSTRAINT inspections_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT inspections_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit),
        CONSTRAINT inspections_tenant_volunteer_fkey FOREIGN KEY (tenant, volunteer)
            REFERENCES volunteers (tenant, id),
        CONSTRAINT inspections_tenant_follows_fkey FOREIGN KEY (tenant, follows) REFERENCES inspections (tenant, id)
    )
    """,
    "CREATE INDEX inspections_date_idx ON inspections (tenant, date, id)",
    "CREATE INDEX inspections_grade_idx ON inspections (tenant, grade, date, id)",
    "CREATE INDEX inspections_point_idx ON inspections (tenant, point, date, id)",
    """
    CREATE TABLE inspection_results (
        tenant text NOT NULL,
        inspection text NOT NULL,
        "check" text NOT NULL,
        verdict smallint NOT NULL,
        CONSTRAINT inspection_results_pkey PRIMARY KEY (tenant, inspection, "check"),
        CONSTRAINT inspection_results_tenant_inspection_fkey FOREIGN KEY (tenant, inspection)
            REFERENCES inspections (tenant, id)
    )
    """,
    """
    CREATE TABLE findings (
        tenant text NOT NULL,
        id text NOT NULL,
        inspection text NOT NULL,
        point text NOT NULL,
        version bigint NOT NULL,
        state smallint NOT NULL,
        mend_by date NOT NULL,
        reminded boolean NOT NULL,
        late boolean NOT NULL,
        mender text,
        mend_time timestamptz,
        confirmer text,
        confirm_time timestamptz,
        CONSTRAINT findings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT findings_tenant_inspection_fkey FOREIGN KEY (tenant, inspection)
            REFERENCES inspections (tenant, id),
        CONSTRAINT findings_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit)
    )
    """,
    "CREATE INDEX findings_inspection_idx ON findings (tenant, inspection)",
    "CREATE INDEX findings_mend_by_idx ON findings (tenant, mend_by, id)",
    "CREATE INDEX findings_point_idx ON findings (tenant, point, mend_by, id)",
    "CREATE INDEX findings_unreminded_idx ON findings (tenant, id) WHERE state = 1 AND reminded IS false",
    """
    CREATE TABLE inspection_texts (
        tenant text NOT NULL,
        inspection text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT inspection_texts_pkey PRIMARY KEY (tenant, inspection, id),
        CONSTRAINT inspection_texts_tenant_inspection_fkey FOREIGN KEY (tenant, inspection)
            REFERENCES inspections (tenant, id)
    )
    """,
)

FINDING_CHANGES = "version, state, mend_by, reminded, late, mender, mend_time, confirmer, confirm_time"

WALLED = {
    "standards": ("select", "insert"),
    "volunteers": ("select", "insert", "update (end_time, version)"),
    "volunteer_points": ("select", "insert"),
    "volunteer_letters": ("select", "insert", "update"),
    "volunteer_texts": ("select", "insert"),
    "inspections": ("select", "insert"),
    "inspection_results": ("select", "insert"),
    "findings": ("select", "insert", f"update ({FINDING_CHANGES})"),
    "inspection_texts": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
