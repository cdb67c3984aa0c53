"""What became of decided cases as assessments count it, editions of assessments, and the consequences recorded on them.

Cases that the version before has decided are counted by the service itself, in batches, when the deadline comes that is
set here; once more an hour later, for what the version before still decides meanwhile. How often something was brought
stands in the ledger.
"""

from __future__ import annotations

from alembic import op

from services.common.migrations import for_each_tenant
from services.common.schema import secure

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    "ALTER TABLE cases ADD COLUMN visits integer DEFAULT 1 NOT NULL",
    "CREATE INDEX case_parts_department_idx ON case_parts (tenant, start_date, desk) WHERE tier = 3",
    """
    CREATE TABLE case_outcomes (
        tenant text NOT NULL,
        "case" text NOT NULL,
        point text NOT NULL,
        owner text NOT NULL,
        handling smallint NOT NULL,
        decide_date date NOT NULL,
        outcome smallint NOT NULL,
        promised_days integer,
        used_days integer,
        late boolean,
        over_law boolean,
        first_visit boolean NOT NULL,
        repeated_notice boolean NOT NULL,
        CONSTRAINT case_outcomes_pkey PRIMARY KEY (tenant, "case"),
        CONSTRAINT case_outcomes_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    "CREATE INDEX case_outcomes_decide_date_idx ON case_outcomes (tenant, decide_date)",
    """
    CREATE TABLE department_outcomes (
        tenant text NOT NULL,
        "case" text NOT NULL,
        step smallint NOT NULL,
        place smallint NOT NULL,
        department text NOT NULL,
        handling smallint NOT NULL,
        decide_date date NOT NULL,
        outcome smallint NOT NULL,
        promised_days integer NOT NULL,
        used_days integer NOT NULL,
        late boolean NOT NULL,
        over_law boolean NOT NULL,
        first_visit boolean NOT NULL,
        repeated_notice boolean NOT NULL,
        CONSTRAINT department_outcomes_pkey PRIMARY KEY (tenant, "case", step, place),
        CONSTRAINT department_outcomes_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    "CREATE INDEX department_outcomes_decide_date_idx ON department_outcomes (tenant, decide_date)",
    """
    CREATE TABLE assessment_series (
        tenant text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        CONSTRAINT assessment_series_pkey PRIMARY KEY (tenant, year)
    )
    """,
    """
    CREATE TABLE assessments (
        tenant text NOT NULL,
        id text NOT NULL,
        number text NOT NULL,
        period text NOT NULL,
        publisher text NOT NULL,
        publish_time timestamptz NOT NULL,
        content bytea NOT NULL,
        CONSTRAINT assessments_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX assessments_number_key ON assessments (tenant, number)",
    "CREATE INDEX assessments_publish_time_idx ON assessments (tenant, publish_time, id)",
    """
    CREATE TABLE consequences (
        tenant text NOT NULL,
        id text NOT NULL,
        assessment text NOT NULL,
        subject_kind smallint NOT NULL,
        subject text NOT NULL,
        kind smallint NOT NULL,
        decide_date date NOT NULL,
        recorder text NOT NULL,
        record_time timestamptz NOT NULL,
        CONSTRAINT consequences_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT consequences_tenant_assessment_fkey FOREIGN KEY (tenant, assessment)
            REFERENCES assessments (tenant, id)
    )
    """,
    "CREATE INDEX consequences_record_time_idx ON consequences (tenant, record_time, id)",
    """
    CREATE TABLE consequence_texts (
        tenant text NOT NULL,
        consequence text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT consequence_texts_pkey PRIMARY KEY (tenant, consequence, id),
        CONSTRAINT consequence_texts_tenant_consequence_fkey FOREIGN KEY (tenant, consequence)
            REFERENCES consequences (tenant, id)
    )
    """,
)

WALLED = {
    "case_outcomes": ("select", "insert"),
    "department_outcomes": ("select", "insert"),
    "assessment_series": ("select", "insert", "update"),
    "assessments": ("select", "insert"),
    "consequences": ("select", "insert"),
    "consequence_texts": ("select", "insert"),
}

COUNT_VISITS = """
    UPDATE cases SET visits = 1 + supplied.times
    FROM (
        SELECT tenant, aggregate_id, count(*) AS times FROM ledger
        WHERE aggregate = 'case' AND type = 'agency.case.supplied'
        GROUP BY tenant, aggregate_id
    ) AS supplied
    WHERE supplied.tenant = cases.tenant AND supplied.aggregate_id = cases.id
"""

COUNT_DECIDED = """
    INSERT INTO deadlines (tenant, owner, kind, due_time)
    SELECT current_setting('app.tenant'), owner, 'assessment.earlier_outcomes', now() + wait
    FROM (VALUES ('now', interval '0'), ('later', interval '1 hour')) AS due (owner, wait)
"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
    for_each_tenant(op.get_bind(), count_what_was_decided)


def count_what_was_decided() -> None:
    op.execute(COUNT_VISITS)
    op.execute(COUNT_DECIDED)
