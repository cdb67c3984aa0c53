"""Meetings of leaderships, risk points with what people say of them, and gradings."""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant
from services.common.schema import secure

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE leadership_meetings (
        tenant text NOT NULL,
        id text NOT NULL,
        unit text NOT NULL,
        date date NOT NULL,
        attendees text[] NOT NULL,
        recorder text NOT NULL,
        record_time timestamptz NOT NULL,
        sealed_minutes bytea NOT NULL,
        CONSTRAINT leadership_meetings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT leadership_meetings_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id)
    )
    """,
    "CREATE INDEX leadership_meetings_date_idx ON leadership_meetings (tenant, date, id)",
    """
    CREATE TABLE leadership_agenda_items (
        tenant text NOT NULL,
        id text NOT NULL,
        meeting text NOT NULL,
        number integer NOT NULL,
        subject text NOT NULL,
        votes_for text[] NOT NULL,
        votes_against text[] NOT NULL,
        abstentions text[] NOT NULL,
        CONSTRAINT leadership_agenda_items_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT leadership_agenda_items_tenant_meeting_fkey FOREIGN KEY (tenant, meeting)
            REFERENCES leadership_meetings (tenant, id)
    )
    """,
    """
    CREATE UNIQUE INDEX leadership_agenda_items_subject_key
    ON leadership_agenda_items (tenant, meeting, subject)
    """,
    """
    CREATE TABLE gradings (
        tenant text NOT NULL,
        id text NOT NULL,
        power text NOT NULL,
        meeting text NOT NULL,
        grade smallint NOT NULL,
        proposed_grade smallint NOT NULL,
        grade_before smallint NOT NULL,
        reason text NOT NULL,
        record_time timestamptz NOT NULL,
        CONSTRAINT gradings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT gradings_tenant_power_fkey FOREIGN KEY (tenant, power) REFERENCES powers (tenant, id),
        CONSTRAINT gradings_tenant_meeting_fkey FOREIGN KEY (tenant, meeting)
            REFERENCES leadership_meetings (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX gradings_power_key ON gradings (tenant, power, meeting)",
    """
    CREATE TABLE risk_points (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        unit text NOT NULL,
        level smallint NOT NULL,
        position text,
        section text NOT NULL,
        power text,
        aspect smallint NOT NULL,
        method smallint NOT NULL,
        manifestation text NOT NULL,
        replaces text,
        state smallint NOT NULL,
        state_time timestamptz NOT NULL,
        consultation_scope smallint,
        publicity_scope smallint,
        first_day date,
        last_day date,
        meeting text,
        create_time timestamptz NOT NULL,
        CONSTRAINT risk_points_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT risk_points_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id),
        CONSTRAINT risk_points_tenant_position_fkey FOREIGN KEY (tenant, position) REFERENCES positions (tenant, id),
        CONSTRAINT risk_points_tenant_power_fkey FOREIGN KEY (tenant, power) REFERENCES powers (tenant, id),
        CONSTRAINT risk_points_tenant_replaces_fkey FOREIGN KEY (tenant, replaces) REFERENCES risk_points (tenant, id),
        CONSTRAINT risk_points_tenant_meeting_fkey FOREIGN KEY (tenant, meeting)
            REFERENCES leadership_meetings (tenant, id)
    )
    """,
    """
    CREATE UNIQUE INDEX risk_points_replaces_key ON risk_points (tenant, replaces)
    WHERE replaces IS NOT NULL AND state < 5
    """,
    "CREATE INDEX risk_points_unit_idx ON risk_points (tenant, unit, id)",
    "CREATE INDEX risk_points_state_time_idx ON risk_points (tenant, state_time, id)",
    "CREATE INDEX risk_points_position_idx ON risk_points (tenant, position)",
    "CREATE INDEX risk_points_power_idx ON risk_points (tenant, power)",
    """
    CREATE TABLE risk_controls (
        tenant text NOT NULL,
        risk_point text NOT NULL,
        number integer NOT NULL,
        measure text NOT NULL,
        owner_position text,
        owner_cadre text,
        due_date date NOT NULL,
        CONSTRAINT risk_controls_pkey PRIMARY KEY (tenant, risk_point, number),
        CONSTRAINT risk_controls_tenant_risk_point_fkey FOREIGN KEY (tenant, risk_point)
            REFERENCES risk_points (tenant, id),
        CONSTRAINT risk_controls_tenant_owner_position_fkey FOREIGN KEY (tenant, owner_position)
            REFERENCES positions (tenant, id)
    )
    """,
    """
    CREATE TABLE risk_point_texts (
        tenant text NOT NULL,
        risk_point text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT risk_point_texts_pkey PRIMARY KEY (tenant, risk_point, id),
        CONSTRAINT risk_point_texts_tenant_risk_point_fkey FOREIGN KEY (tenant, risk_point)
            REFERENCES risk_points (tenant, id)
    )
    """,
    """
    CREATE TABLE risk_opinions (
        tenant text NOT NULL,
        id text NOT NULL,
        risk_point text NOT NULL,
        source smallint NOT NULL,
        give_time timestamptz NOT NULL,
        CONSTRAINT risk_opinions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT risk_opinions_tenant_risk_point_fkey FOREIGN KEY (tenant, risk_point)
            REFERENCES risk_points (tenant, id)
    )
    """,
    "CREATE INDEX risk_opinions_risk_point_idx ON risk_opinions (tenant, risk_point, give_time, id)",
    """
    CREATE TABLE objections (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        risk_point text NOT NULL,
        source smallint NOT NULL,
        raise_time timestamptz NOT NULL,
        answerer text,
        answer_time timestamptz,
        CONSTRAINT objections_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT objections_tenant_risk_point_fkey FOREIGN KEY (tenant, risk_point)
            REFERENCES risk_points (tenant, id)
    )
    """,
    "CREATE INDEX objections_risk_point_idx ON objections (tenant, risk_point, raise_time, id)",
    """
    CREATE TABLE objection_receipts (
        tenant text NOT NULL,
        hash bytea NOT NULL,
        objection text NOT NULL,
        expire_time timestamptz,
        CONSTRAINT objection_receipts_pkey PRIMARY KEY (tenant, hash),
        CONSTRAINT objection_receipts_tenant_objection_fkey FOREIGN KEY (tenant, objection)
            REFERENCES objections (tenant, id)
    )
    """,
    """
    CREATE TABLE receipt_tries (
        tenant text NOT NULL,
        key text NOT NULL,
        window_start timestamptz NOT NULL,
        tries integer NOT NULL,
        CONSTRAINT receipt_tries_pkey PRIMARY KEY (tenant, key, window_start)
    )
    """,
    "ALTER TABLE positions ADD COLUMN risk_points integer DEFAULT 0 NOT NULL, ADD COLUMN unprotected_time timestamptz",
    """
    CREATE INDEX positions_unprotected_time_idx ON positions (tenant, unprotected_time, id)
    WHERE unprotected_time IS NOT NULL
    """,
    "GRANT update (risk_points, unprotected_time) ON positions TO risk_app",
)

UNPROTECTED = (
    "UPDATE positions SET unprotected_time = grade_time WHERE grade = 1",
    """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT tenant, id, 'position.unprotected',
        ((grade_time AT TIME ZONE 'Asia/Shanghai')::date + 91)::timestamp AT TIME ZONE 'Asia/Shanghai'
    FROM positions WHERE unprotected_time IS NOT NULL
    """,
)
"""Positions that are of grade 1 already have been without a risk point since then."""

WALLED = {
    "leadership_meetings": ("select", "insert"),
    "leadership_agenda_items": ("select", "insert"),
    "gradings": ("select", "insert"),
    "risk_points": (
        "select",
        "insert",
        (
            "update (version, level, position, section, power, aspect, method, manifestation, state, state_time,"
            " consultation_scope, publicity_scope, first_day, last_day, meeting)"
        ),
    ),
    "risk_controls": ("select", "insert", "delete"),
    "risk_point_texts": ("select", "insert"),
    "risk_opinions": ("select", "insert"),
    "objections": ("select", "insert", "update (version, answerer, answer_time)"),
    "objection_receipts": ("select", "insert", "update", "delete"),
    "receipt_tries": ("select", "insert", "update", "delete"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
    for_each_tenant(op.get_bind(), look_at_positions)


def look_at_positions() -> None:
    for statement in UNPROTECTED:
        op.execute(statement)
