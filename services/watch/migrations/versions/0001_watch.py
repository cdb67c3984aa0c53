"""The organisation's copies; posts with boxes, meetings and supervisors; reports, receipts, oversights; settings."""

from __future__ import annotations

from alembic import op

from services.common.migrations import create_foundation
from services.common.schema import secure

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE tenant_profiles (
        tenant text NOT NULL,
        name text NOT NULL,
        short_name text NOT NULL,
        kind smallint NOT NULL,
        county text NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT tenant_profiles_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE units (
        tenant text NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        kind smallint NOT NULL,
        retired boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT units_pkey PRIMARY KEY (tenant, code)
    )
    """,
    """
    CREATE TABLE cadres (
        tenant text NOT NULL,
        id text NOT NULL,
        name text NOT NULL,
        unit text NOT NULL,
        position text NOT NULL,
        leads_unit text,
        leads_town boolean NOT NULL,
        in_discipline boolean NOT NULL,
        in_party_committee boolean NOT NULL,
        account text,
        retired boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT cadres_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX cadres_account_idx ON cadres (tenant, account)",
    "CREATE INDEX cadres_unit_idx ON cadres (tenant, unit)",
    """
    CREATE TABLE accounts (
        tenant text NOT NULL,
        name text NOT NULL,
        cadre text,
        disabled boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT accounts_pkey PRIMARY KEY (tenant, name)
    )
    """,
    """
    CREATE TABLE account_roles (
        tenant text NOT NULL,
        account text NOT NULL,
        role smallint NOT NULL,
        scope text NOT NULL,
        CONSTRAINT account_roles_pkey PRIMARY KEY (tenant, account, role, scope)
    )
    """,
    "CREATE INDEX account_roles_role_idx ON account_roles (tenant, role, scope)",
    """
    CREATE TABLE posts (
        tenant text NOT NULL,
        unit text NOT NULL,
        registrar text,
        open_time timestamptz NOT NULL,
        retired boolean NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT posts_pkey PRIMARY KEY (tenant, unit),
        CONSTRAINT posts_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES units (tenant, code)
    )
    """,
    """
    CREATE TABLE boxes (
        tenant text NOT NULL,
        unit text NOT NULL,
        box smallint NOT NULL,
        open_time timestamptz,
        CONSTRAINT boxes_pkey PRIMARY KEY (tenant, unit, box),
        CONSTRAINT boxes_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES posts (tenant, unit)
    )
    """,
    """
    CREATE TABLE box_openings (
        tenant text NOT NULL,
        id text NOT NULL,
        unit text NOT NULL,
        box smallint NOT NULL,
        open_time timestamptz NOT NULL,
        openers text[] NOT NULL,
        letter_count integer NOT NULL,
        registered_count integer NOT NULL,
        recorder text NOT NULL,
        CONSTRAINT box_openings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT box_openings_letters_check CHECK (registered_count BETWEEN 0 AND letter_count),
        CONSTRAINT box_openings_tenant_unit_box_fkey
            FOREIGN KEY (tenant, unit, box) REFERENCES boxes (tenant, unit, box)
    )
    """,
    "CREATE INDEX box_openings_newest_idx ON box_openings (tenant, open_time DESC, id DESC)",
    "CREATE INDEX box_openings_unit_idx ON box_openings (tenant, unit, open_time DESC, id DESC)",
    """
    CREATE TABLE meetings (
        tenant text NOT NULL,
        id text NOT NULL,
        unit text NOT NULL,
        date date NOT NULL,
        attendees text[] NOT NULL,
        recorder text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT meetings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT meetings_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES posts (tenant, unit)
    )
    """,
    "CREATE INDEX meetings_newest_idx ON meetings (tenant, date DESC, id DESC)",
    "CREATE INDEX meetings_unit_idx ON meetings (tenant, unit, date DESC, id DESC)",
    """
    CREATE TABLE meeting_items (
        tenant text NOT NULL,
        meeting text NOT NULL,
        position smallint NOT NULL,
        text text NOT NULL,
        report text,
        CONSTRAINT meeting_items_pkey PRIMARY KEY (tenant, meeting, position),
        CONSTRAINT meeting_items_tenant_meeting_fkey FOREIGN KEY (tenant, meeting) REFERENCES meetings (tenant, id)
    )
    """,
    """
    CREATE TABLE nominations (
        tenant text NOT NULL,
        id text NOT NULL,
        unit text NOT NULL,
        person text NOT NULL,
        person_key text NOT NULL,
        account text,
        meeting_date date NOT NULL,
        meeting_record text NOT NULL,
        state smallint NOT NULL,
        examination text NOT NULL,
        create_time timestamptz NOT NULL,
        decide_time timestamptz,
        renews text,
        version bigint NOT NULL,
        CONSTRAINT nominations_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT nominations_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES posts (tenant, unit)
    )
    """,
    "CREATE INDEX nominations_newest_idx ON nominations (tenant, create_time DESC, id DESC)",
    "CREATE UNIQUE INDEX nominations_open_account_key ON nominations (tenant, account) WHERE state IN (1, 2)",
    "CREATE UNIQUE INDEX nominations_open_person_key ON nominations (tenant, person_key) WHERE state IN (1, 2)",
    "CREATE INDEX nominations_unit_idx ON nominations (tenant, unit, create_time DESC, id DESC)",
    """
    CREATE TABLE supervisors (
        tenant text NOT NULL,
        id text NOT NULL,
        unit text NOT NULL,
        person text NOT NULL,
        account text,
        card_number text NOT NULL,
        card_year smallint NOT NULL,
        card_serial integer NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        nomination text NOT NULL,
        appoint_time timestamptz NOT NULL,
        end_reason text NOT NULL,
        end_time timestamptz,
        version bigint NOT NULL,
        CONSTRAINT supervisors_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT supervisors_tenant_nomination_fkey
            FOREIGN KEY (tenant, nomination) REFERENCES nominations (tenant, id),
        CONSTRAINT supervisors_tenant_unit_fkey FOREIGN KEY (tenant, unit) REFERENCES posts (tenant, unit)
    )
    """,
    "CREATE INDEX supervisors_account_idx ON supervisors (tenant, account, last_day)",
    "CREATE UNIQUE INDEX supervisors_card_key ON supervisors (tenant, card_year, card_serial)",
    "CREATE INDEX supervisors_unit_idx ON supervisors (tenant, unit, card_year, card_serial)",
    """
    CREATE TABLE card_series (
        tenant text NOT NULL,
        year smallint NOT NULL,
        last integer NOT NULL,
        CONSTRAINT card_series_pkey PRIMARY KEY (tenant, year)
    )
    """,
    """
    CREATE TABLE town_settings (
        tenant text NOT NULL,
        receipt_days integer NOT NULL,
        retention_years integer NOT NULL,
        version bigint NOT NULL,
        CONSTRAINT town_settings_pkey PRIMARY KEY (tenant)
    )
    """,
    """
    CREATE TABLE reports (
        tenant text NOT NULL,
        id text NOT NULL,
        version integer NOT NULL,
        number text NOT NULL,
        register text NOT NULL,
        year smallint NOT NULL,
        serial integer NOT NULL,
        kind smallint NOT NULL,
        matter smallint NOT NULL,
        channel smallint NOT NULL,
        mode smallint NOT NULL,
        unit text NOT NULL,
        brought_by text,
        box_opening text,
        meeting text,
        oral_to text,
        origin text,
        subject_cadre text,
        subject_unit text,
        leads_unit boolean NOT NULL,
        leads_town boolean NOT NULL,
        leadership_meant boolean NOT NULL,
        level smallint NOT NULL,
        floor smallint NOT NULL,
        organ text NOT NULL,
        officer text,
        conflicted text[] NOT NULL,
        state smallint NOT NULL,
        classification smallint NOT NULL,
        proposed_classification smallint NOT NULL,
        proposal_reasons text[] NOT NULL,
        receive_time timestamptz NOT NULL,
        register_time timestamptz NOT NULL,
        period smallint NOT NULL,
        period_start timestamptz NOT NULL,
        first_due_time timestamptz NOT NULL,
        due_time timestamptz NOT NULL,
        overdue_time timestamptz,
        announced_period smallint NOT NULL,
        late boolean NOT NULL,
        escalated_level smallint,
        under_oversight boolean NOT NULL,
        more_days smallint,
        more_requester text,
        more_request_time timestamptz,
        more_granted boolean,
        more_decider text,
        more_decide_time timestamptz,
        finding smallint,
        answerer text,
        answer_time timestamptz,
        first_answer_time timestamptz,
        satisfaction smallint NOT NULL,
        reopened boolean NOT NULL,
        teller text,
        tell_manner text,
        tell_time timestamptz,
        close_time timestamptz,
        publish_time timestamptz,
        published_title text,
        published_answer text,
        CONSTRAINT reports_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX reports_due_idx ON reports (tenant, due_time, id) WHERE state IN (1, 2, 3)",
    "CREATE INDEX reports_newest_idx ON reports (tenant, register_time DESC, id DESC)",
    "CREATE UNIQUE INDEX reports_number_key ON reports (tenant, register, year, serial)",
    "CREATE INDEX reports_officer_idx ON reports (tenant, officer) WHERE state IN (1, 2, 3)",
    "CREATE INDEX reports_organ_idx ON reports (tenant, organ, register_time DESC, id DESC)",
    "CREATE INDEX reports_published_idx ON reports (tenant, publish_time DESC, id DESC) WHERE publish_time IS NOT NULL",
    "CREATE INDEX reports_subject_idx ON reports (tenant, subject_cadre, register_time)",
    "CREATE INDEX reports_unit_idx ON reports (tenant, unit, register_time DESC, id DESC)",
    """
    CREATE TABLE register_series (
        tenant text NOT NULL,
        year smallint NOT NULL,
        last integer NOT NULL,
        CONSTRAINT register_series_pkey PRIMARY KEY (tenant, year)
    )
    """,
    """
    CREATE TABLE report_texts (
        tenant text NOT NULL,
        report text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT report_texts_pkey PRIMARY KEY (tenant, report, id),
        CONSTRAINT report_texts_tenant_report_fkey FOREIGN KEY (tenant, report) REFERENCES reports (tenant, id)
    )
    """,
    """
    CREATE TABLE receipts (
        tenant text NOT NULL,
        hash bytea NOT NULL,
        report text NOT NULL,
        expire_time timestamptz,
        CONSTRAINT receipts_pkey PRIMARY KEY (tenant, hash),
        CONSTRAINT receipts_tenant_report_fkey FOREIGN KEY (tenant, report) REFERENCES reports (tenant, id)
    )
    """,
    "CREATE INDEX receipts_report_idx ON receipts (tenant, report)",
    """
    CREATE TABLE receipt_tries (
        tenant text NOT NULL,
        key text NOT NULL,
        window_start timestamptz NOT NULL,
        tries integer NOT NULL,
        CONSTRAINT receipt_tries_pkey PRIMARY KEY (tenant, key, window_start)
    )
    """,
    """
    CREATE TABLE oversights (
        tenant text NOT NULL,
        id text NOT NULL,
        version integer NOT NULL,
        origin smallint NOT NULL,
        target smallint NOT NULL,
        report text,
        unit text NOT NULL,
        note text NOT NULL,
        due_time timestamptz NOT NULL,
        state smallint NOT NULL,
        level smallint NOT NULL,
        orderer text NOT NULL,
        create_time timestamptz NOT NULL,
        answer text NOT NULL,
        answerer text,
        answer_time timestamptz,
        late boolean NOT NULL,
        origin_event text,
        CONSTRAINT oversights_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX oversights_due_idx ON oversights (tenant, due_time, id)",
    "CREATE INDEX oversights_report_idx ON oversights (tenant, report) WHERE report IS NOT NULL",
    "CREATE INDEX oversights_unit_idx ON oversights (tenant, unit, state)",
)

WALLED = {
    "tenant_profiles": ("select", "insert", "update", "delete"),
    "units": ("select", "insert", "update", "delete"),
    "cadres": ("select", "insert", "update", "delete"),
    "accounts": ("select", "insert", "update", "delete"),
    "account_roles": ("select", "insert", "update", "delete"),
    "posts": ("select", "insert", "update"),
    "boxes": ("select", "insert", "update"),
    "box_openings": ("select", "insert", "update (registered_count)"),
    "meetings": ("select", "insert"),
    "meeting_items": ("select", "insert", "update (report)"),
    "nominations": ("select", "insert", "update (state, examination, decide_time, version)"),
    "supervisors": ("select", "insert", "update (account, end_reason, end_time, version)"),
    "card_series": ("select", "insert", "update"),
    "town_settings": ("select", "insert", "update"),
    "reports": ("select", "insert", "update"),
    "register_series": ("select", "insert", "update"),
    "report_texts": ("select", "insert"),
    "receipts": ("select", "insert", "update"),
    "receipt_tries": ("select", "insert", "update", "delete"),
    "oversights": ("select", "insert", "update"),
}


def upgrade() -> None:
    create_foundation(op, "watch")
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "watch", table, rights)
