"""How many opinions and objections came without an account on one day, from each client and in all: counted apart from
them, so that nothing says which of them came so. And when something was last done in an inventory."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0014"
down_revision = "0013"

STATEMENTS = (
    """
    CREATE TABLE voices (
        tenant text NOT NULL,
        risk_point text NOT NULL,
        said smallint NOT NULL,
        client text NOT NULL,
        day date NOT NULL,
        many integer NOT NULL,
        CONSTRAINT voices_pkey PRIMARY KEY (tenant, risk_point, said, client, day),
        CONSTRAINT voices_tenant_risk_point_fkey FOREIGN KEY (tenant, risk_point) REFERENCES risk_points (tenant, id)
    )
    """,
    "ALTER TABLE inventories ADD COLUMN moment timestamptz DEFAULT now() NOT NULL",
    "ALTER TABLE inventories ALTER COLUMN moment DROP DEFAULT",
    "GRANT update (moment) ON inventories TO risk_app",
    "ALTER TABLE risk_opinions DROP COLUMN without_account",
    "ALTER TABLE objections DROP COLUMN without_account",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    secure(op, "risk", "voices", ("select", "insert", "update (many)", "delete"))
