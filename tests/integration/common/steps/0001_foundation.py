"""A service for tests: the foundation, and one table of a feature."""

from alembic import op

from services.common.migrations import create_foundation
from services.common.schema import secure

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_foundation(op, "sample")
    op.execute(
        "CREATE TABLE parcels (tenant text NOT NULL, id text NOT NULL, words text NOT NULL, CONSTRAINT parcels_pkey PRIMARY KEY (tenant, id))"
    )
    secure(op, "sample", "parcels")
