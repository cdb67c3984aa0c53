"""Matters through all services: what followed from what, the traces of events, and boards that hold the risk service
too."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0008"
down_revision = "0007"

COUNTS = (
    "information_collected",
    "warnings_yellow",
    "warnings_orange",
    "warnings_red",
    "warnings_overdue",
    "warnings_answered",
    "dispositions",
    "corrections_overdue",
)

MATTER_LINKS = """
    CREATE TABLE matter_links (
        tenant text NOT NULL,
        source text NOT NULL,
        target text NOT NULL,
        CONSTRAINT matter_links_pkey PRIMARY KEY (tenant, source, target)
    )
"""


def upgrade() -> None:
    op.execute(MATTER_LINKS)
    op.execute("CREATE INDEX matter_links_target_idx ON matter_links (tenant, target)")
    secure(op, "gateway", "matter_links", ("select", "insert", "delete"))
    op.execute("ALTER TABLE feed ADD COLUMN trace text DEFAULT '' NOT NULL")
    for name in COUNTS:
        op.execute(f"ALTER TABLE daily_figures ADD COLUMN {name} integer DEFAULT 0 NOT NULL")
