"""Why a class was proposed stands in the clear no longer: the reasons quote the text, and outlived its shredding.

They are made anew when they are shown. The column stays, empty, for the version before, which writes it; what that
writes meanwhile goes with the column, a release later.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant

revision = "0003"
down_revision = "0002"

EMPTY = "UPDATE reports SET proposal_reasons = '{}' WHERE proposal_reasons <> '{}'"


def upgrade() -> None:
    for_each_tenant(op.get_bind(), lambda: op.execute(EMPTY))
