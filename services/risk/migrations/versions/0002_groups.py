"""Leading groups, who is in them, their plans with measures and progress, and the publicity that they hold."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE risk_groups (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        unit text NOT NULL,
        units text[] NOT NULL,
        create_time timestamptz NOT NULL,
        retire_time timestamptz,
        CONSTRAINT risk_groups_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX risk_groups_unit_key ON risk_groups (tenant, unit) WHERE retire_time IS NULL",
    """
    CREATE TABLE risk_group_members (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        risk_group text NOT NULL,
        cadre text NOT NULL,
        duty smallint NOT NULL,
        charge text NOT NULL,
        first_day date NOT NULL,
        last_day date,
        CONSTRAINT risk_group_members_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT risk_group_members_tenant_risk_group_fkey FOREIGN KEY (tenant, risk_group)
            REFERENCES risk_groups (tenant, id)
    )
    """,
    """
    CREATE UNIQUE INDEX risk_group_members_cadre_key ON risk_group_members (tenant, risk_group, cadre)
    WHERE last_day IS NULL
    """,
    """
    CREATE TABLE plans (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        risk_group text NOT NULL,
        number integer NOT NULL,
        objectives text NOT NULL,
        adopter text NOT NULL,
        adopt_time timestamptz NOT NULL,
        end_time timestamptz,
        CONSTRAINT plans_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT plans_tenant_risk_group_fkey FOREIGN KEY (tenant, risk_group) REFERENCES risk_groups (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX plans_number_key ON plans (tenant, risk_group, number)",
    "CREATE INDEX plans_adopt_time_idx ON plans (tenant, adopt_time, id)",
    """
    CREATE TABLE plan_stages (
        tenant text NOT NULL,
        id text NOT NULL,
        plan text NOT NULL,
        number integer NOT NULL,
        title text NOT NULL,
        task text NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        CONSTRAINT plan_stages_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT plan_stages_tenant_plan_fkey FOREIGN KEY (tenant, plan) REFERENCES plans (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX plan_stages_number_key ON plan_stages (tenant, plan, number)",
    """
    CREATE TABLE plan_measures (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        plan text NOT NULL,
        stage integer NOT NULL,
        number integer NOT NULL,
        text text NOT NULL,
        owner text NOT NULL,
        due_date date NOT NULL,
        state smallint NOT NULL,
        percent smallint NOT NULL,
        late boolean NOT NULL,
        CONSTRAINT plan_measures_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT plan_measures_tenant_plan_fkey FOREIGN KEY (tenant, plan) REFERENCES plans (tenant, id),
        CONSTRAINT plan_measures_tenant_owner_fkey FOREIGN KEY (tenant, owner)
            REFERENCES risk_group_members (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX plan_measures_number_key ON plan_measures (tenant, plan, stage, number)",
    "CREATE INDEX plan_measures_due_date_idx ON plan_measures (tenant, due_date, id)",
    """
    CREATE TABLE plan_progress (
        tenant text NOT NULL,
        id text NOT NULL,
        measure text NOT NULL,
        version bigint NOT NULL,
        state smallint NOT NULL,
        percent smallint NOT NULL,
        sealed_note bytea NOT NULL,
        recorder text NOT NULL,
        record_time timestamptz NOT NULL,
        CONSTRAINT plan_progress_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT plan_progress_tenant_measure_fkey FOREIGN KEY (tenant, measure)
            REFERENCES plan_measures (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX plan_progress_version_key ON plan_progress (tenant, measure, version)",
    """
    CREATE TABLE publicity_sessions (
        tenant text NOT NULL,
        id text NOT NULL,
        risk_group text NOT NULL,
        kind smallint NOT NULL,
        date date NOT NULL,
        reach_count integer NOT NULL,
        sealed_note bytea,
        recorder text NOT NULL,
        record_time timestamptz NOT NULL,
        CONSTRAINT publicity_sessions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT publicity_sessions_tenant_risk_group_fkey FOREIGN KEY (tenant, risk_group)
            REFERENCES risk_groups (tenant, id)
    )
    """,
    "CREATE INDEX publicity_sessions_date_idx ON publicity_sessions (tenant, date, id)",
)

WALLED = {
    "risk_groups": ("select", "insert", "update (version, units, retire_time)"),
    "risk_group_members": ("select", "insert", "update (version, last_day)"),
    "plans": ("select", "insert", "update (version, end_time)"),
    "plan_stages": ("select", "insert"),
    "plan_measures": ("select", "insert", "update (version, owner, state, percent, late)"),
    "plan_progress": ("select", "insert"),
    "publicity_sessions": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
