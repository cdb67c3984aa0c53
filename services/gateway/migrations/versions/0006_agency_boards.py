"""Boards that hold the agency too: cases that are overdue, and what happened to cases on each day."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

COUNTS = (
    "cases_received",
    "cases_accepted",
    "cases_decided",
    "cases_decided_late",
    "cases_overdue",
    "desks_overdue",
    "cases_urged",
    "cases_overseen",
    "cases_escalated",
    "notified_twice",
    "ratings",
    "bad_ratings",
    "consultations",
)


def upgrade() -> None:
    op.execute("ALTER TABLE overdue_matters ADD COLUMN as_whole boolean DEFAULT true NOT NULL")
    op.execute("ALTER TABLE overdue_matters ADD COLUMN desks text[] DEFAULT '{}' NOT NULL")
    for name in COUNTS:
        op.execute(f"ALTER TABLE daily_figures ADD COLUMN {name} integer DEFAULT 0 NOT NULL")
