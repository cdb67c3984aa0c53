"""The first step of the service that only tests know: the foundation, and the tables of one feature."""

from alembic import op

from services.common.migrations import create_foundation
from services.common.schema import secure

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_foundation(op, "sample")
    op.execute(
        """
        CREATE TABLE parcels (
            tenant text NOT NULL,
            id text NOT NULL,
            words text NOT NULL,
            labels json,
            due_time timestamptz,
            CONSTRAINT parcels_pkey PRIMARY KEY (tenant, id)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE parcel_items (
            tenant text NOT NULL,
            parcel text NOT NULL,
            line integer NOT NULL,
            weight integer DEFAULT 1 NOT NULL,
            CONSTRAINT parcel_items_pkey PRIMARY KEY (tenant, parcel, line),
            CONSTRAINT parcel_items_tenant_parcel_fkey FOREIGN KEY (tenant, parcel) REFERENCES parcels (tenant, id),
            CONSTRAINT parcel_items_weight_check CHECK (weight > 0)
        )
        """
    )
    secure(op, "sample", "parcels")
    secure(op, "sample", "parcel_items", ("select", "insert"))
