"""Meetings of leaderships, risk points with what people say of them, and gradings."""

from __future__ import annotations

from alembic import op

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
)

WALLED = {
    "leadership_meetings": ("select", "insert"),
    "leadership_agenda_items": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
