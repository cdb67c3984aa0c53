"""What was compiled for catalogues, drafts, and the editions that were published."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0005"
down_revision = "0004"

COMPILED = """
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        unit text NOT NULL,
        content_hash bytea NOT NULL,
        compile_time timestamptz NOT NULL,
        position_count integer NOT NULL,
        power_count integer NOT NULL,
        risk_point_count integer NOT NULL,
"""

STATEMENTS = (
    """
    CREATE TABLE catalogue_contents (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        content bytea NOT NULL,
        CONSTRAINT catalogue_contents_pkey PRIMARY KEY (tenant, id, version)
    )
    """,
    f"""
    CREATE TABLE catalogue_drafts (
        {COMPILED}
        state smallint NOT NULL,
        CONSTRAINT catalogue_drafts_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT catalogue_drafts_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id),
        CONSTRAINT catalogue_drafts_tenant_id_version_fkey FOREIGN KEY (tenant, id, version)
            REFERENCES catalogue_contents (tenant, id, version)
    )
    """,
    "CREATE UNIQUE INDEX catalogue_drafts_unit_key ON catalogue_drafts (tenant, unit) WHERE state = 1",
    "CREATE INDEX catalogue_drafts_time_idx ON catalogue_drafts (tenant, compile_time, id)",
    f"""
    CREATE TABLE catalogue_editions (
        {COMPILED}
        number integer NOT NULL,
        scope smallint NOT NULL,
        meeting text NOT NULL,
        publisher text NOT NULL,
        publish_time timestamptz NOT NULL,
        CONSTRAINT catalogue_editions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT catalogue_editions_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES inventories (tenant, id),
        CONSTRAINT catalogue_editions_tenant_id_version_fkey FOREIGN KEY (tenant, id, version)
            REFERENCES catalogue_contents (tenant, id, version),
        CONSTRAINT catalogue_editions_tenant_meeting_fkey FOREIGN KEY (tenant, meeting)
            REFERENCES leadership_meetings (tenant, id),
        CONSTRAINT catalogue_editions_tenant_id_fkey FOREIGN KEY (tenant, id) REFERENCES catalogue_drafts (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX catalogue_editions_number_key ON catalogue_editions (tenant, unit, number)",
    "CREATE INDEX catalogue_editions_time_idx ON catalogue_editions (tenant, publish_time, id)",
)

WALLED = {
    "catalogue_contents": ("select", "insert"),
    "catalogue_drafts": (
        "select",
        "insert",
        "update (version, content_hash, compile_time, position_count, power_count, risk_point_count, state)",
    ),
    "catalogue_editions": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
