"""From whom what comes of each report is kept by now, so that what becomes known later reaches what came of it. A
warning that moves up may come to stand beside another one about its subject."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0015"
down_revision = "0014"

STATEMENTS = (
    """
    CREATE TABLE origins (
        tenant text NOT NULL,
        name text NOT NULL,
        level smallint NOT NULL,
        cadres text[] NOT NULL,
        accounts text[] NOT NULL,
        CONSTRAINT origins_pkey PRIMARY KEY (tenant, name)
    )
    """,
    "CREATE INDEX risk_information_origin_idx ON risk_information (tenant, origin) WHERE origin <> ''",
    "CREATE INDEX warnings_open_idx ON warnings (tenant, subject, subject_id, level) WHERE state = 1",
    "DROP INDEX warnings_open_key",
    "GRANT update (level, cadres, accounts) ON risk_information TO risk_app",
    "GRANT update (level) ON risk_information_entries TO risk_app",
    "GRANT update (level, cadres, accounts) ON dispositions TO risk_app",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    secure(op, "risk", "origins", ("select", "insert", "update (level, cadres, accounts)"))
