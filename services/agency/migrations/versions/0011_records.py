"""Supervision cards, commitments, diaries and what else points put on record about themselves."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0011"
down_revision = "0010"

STATEMENTS = (
    """
    CREATE TABLE appraisals (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        date date NOT NULL,
        points text[] NOT NULL,
        state smallint NOT NULL,
        opener text NOT NULL,
        open_time timestamptz NOT NULL,
        close_time timestamptz,
        CONSTRAINT appraisals_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX appraisals_date_idx ON appraisals (tenant, date, id)",
    """
    CREATE TABLE card_series (
        tenant text NOT NULL,
        point text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        CONSTRAINT card_series_pkey PRIMARY KEY (tenant, point, year)
    )
    """,
    """
    CREATE TABLE commitments (
        tenant text NOT NULL,
        id text NOT NULL,
        place text NOT NULL,
        kind smallint NOT NULL,
        version integer NOT NULL,
        text text NOT NULL,
        first_day date NOT NULL,
        last_day date,
        publisher text NOT NULL,
        publish_time timestamptz NOT NULL,
        CONSTRAINT commitments_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX commitments_version_key ON commitments (tenant, place, kind, version)",
    """
    CREATE TABLE group_meetings (
        tenant text NOT NULL,
        id text NOT NULL,
        date date NOT NULL,
        attendees text[] NOT NULL,
        decision_count integer NOT NULL,
        recorder text NOT NULL,
        record_time timestamptz NOT NULL,
        sealed_discussed bytea,
        CONSTRAINT group_meetings_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX group_meetings_date_idx ON group_meetings (tenant, date, id)",
    """
    CREATE TABLE group_members (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        cadre text NOT NULL,
        duty smallint NOT NULL,
        charge text NOT NULL,
        first_day date NOT NULL,
        last_day date,
        CONSTRAINT group_members_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX group_members_cadre_key ON group_members (tenant, cadre) WHERE last_day IS NULL",
    """
    CREATE TABLE trainings (
        tenant text NOT NULL,
        id text NOT NULL,
        date date NOT NULL,
        topic text NOT NULL,
        minutes integer NOT NULL,
        attendees text[] NOT NULL,
        guest_count integer NOT NULL,
        recorder text NOT NULL,
        record_time timestamptz NOT NULL,
        sealed_guests bytea,
        CONSTRAINT trainings_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX trainings_date_idx ON trainings (tenant, date, id)",
    """
    CREATE TABLE work_report_calls (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        period text NOT NULL,
        last_day date NOT NULL,
        caller text NOT NULL,
        CONSTRAINT work_report_calls_pkey PRIMARY KEY (tenant, id)
    )
    """,
    """
    CREATE TABLE accountability_cases (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        point text NOT NULL,
        officer text NOT NULL,
        ground smallint NOT NULL,
        cases text[] NOT NULL,
        level smallint NOT NULL,
        state smallint NOT NULL,
        hear_until date NOT NULL,
        opener text NOT NULL,
        open_time timestamptz NOT NULL,
        hear_time timestamptz,
        measure smallint,
        decider text,
        decide_time timestamptz,
        sealed_facts bytea,
        sealed_statement bytea,
        sealed_reason bytea,
        CONSTRAINT accountability_cases_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT accountability_cases_tenant_point_fkey FOREIGN KEY (tenant, point)
            REFERENCES points (tenant, unit)
    )
    """,
    "CREATE INDEX accountability_cases_officer_idx ON accountability_cases (tenant, officer)",
    "CREATE INDEX accountability_cases_open_time_idx ON accountability_cases (tenant, open_time, id)",
    """
    CREATE TABLE appraisal_forms (
        tenant text NOT NULL,
        appraisal text NOT NULL,
        point text NOT NULL,
        participants smallint NOT NULL,
        satisfied integer NOT NULL,
        fair integer NOT NULL,
        dissatisfied integer NOT NULL,
        CONSTRAINT appraisal_forms_pkey PRIMARY KEY (tenant, appraisal, point, participants),
        CONSTRAINT appraisal_forms_tenant_appraisal_fkey FOREIGN KEY (tenant, appraisal)
            REFERENCES appraisals (tenant, id),
        CONSTRAINT appraisal_forms_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit)
    )
    """,
    """
    CREATE TABLE diary_entries (
        tenant text NOT NULL,
        id text NOT NULL,
        point text NOT NULL,
        author text NOT NULL,
        date date NOT NULL,
        visited text NOT NULL,
        corrects text,
        write_time timestamptz NOT NULL,
        sealed_text bytea,
        sealed_follow_up bytea,
        CONSTRAINT diary_entries_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT diary_entries_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit),
        CONSTRAINT diary_entries_tenant_corrects_fkey FOREIGN KEY (tenant, corrects)
            REFERENCES diary_entries (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX diary_entries_corrects_key ON diary_entries (tenant, corrects)",
    "CREATE INDEX diary_entries_date_idx ON diary_entries (tenant, date, id)",
    """
    CREATE TABLE group_decisions (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        meeting text NOT NULL,
        number integer NOT NULL,
        member text NOT NULL,
        due_date date NOT NULL,
        state smallint NOT NULL,
        settle_time timestamptz,
        late boolean NOT NULL,
        sealed_text bytea,
        sealed_note bytea,
        CONSTRAINT group_decisions_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT group_decisions_tenant_meeting_fkey FOREIGN KEY (tenant, meeting)
            REFERENCES group_meetings (tenant, id),
        CONSTRAINT group_decisions_tenant_member_fkey FOREIGN KEY (tenant, member)
            REFERENCES group_members (tenant, id)
    )
    """,
    "CREATE INDEX group_decisions_due_date_idx ON group_decisions (tenant, due_date, id)",
    "CREATE INDEX group_decisions_meeting_idx ON group_decisions (tenant, meeting, number)",
    """
    CREATE TABLE responsibility_letters (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        point text NOT NULL,
        signer text NOT NULL,
        leader text NOT NULL,
        sign_date date NOT NULL,
        first_day date NOT NULL,
        last_day date NOT NULL,
        ended_early boolean NOT NULL,
        CONSTRAINT responsibility_letters_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT responsibility_letters_tenant_point_fkey FOREIGN KEY (tenant, point)
            REFERENCES points (tenant, unit)
    )
    """,
    "CREATE INDEX responsibility_letters_first_day_idx ON responsibility_letters (tenant, first_day, id)",
    "CREATE INDEX responsibility_letters_point_idx ON responsibility_letters (tenant, point, last_day)",
    """
    CREATE TABLE work_reports (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        point text NOT NULL,
        period text NOT NULL,
        author text NOT NULL,
        submit_time timestamptz NOT NULL,
        late boolean NOT NULL,
        mark smallint,
        marker text,
        mark_time timestamptz,
        sealed_text bytea,
        sealed_remark bytea,
        CONSTRAINT work_reports_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT work_reports_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit)
    )
    """,
    "CREATE UNIQUE INDEX work_reports_period_key ON work_reports (tenant, point, period)",
    "CREATE INDEX work_reports_submit_time_idx ON work_reports (tenant, submit_time, id)",
    """
    CREATE TABLE cards (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        point text NOT NULL,
        "case" text,
        hander text NOT NULL,
        hand_out_time timestamptz NOT NULL,
        hand_out_date date NOT NULL,
        code_hash bytea NOT NULL,
        state smallint NOT NULL,
        satisfaction smallint,
        channel smallint,
        recorder text,
        return_time timestamptz,
        return_date date,
        sealed_holder bytea,
        sealed_opinion bytea,
        CONSTRAINT cards_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT cards_tenant_point_fkey FOREIGN KEY (tenant, point) REFERENCES points (tenant, unit),
        CONSTRAINT cards_tenant_case_fkey FOREIGN KEY (tenant, "case") REFERENCES cases (tenant, id)
    )
    """,
    "CREATE UNIQUE INDEX cards_code_hash_key ON cards (tenant, code_hash)",
    "CREATE INDEX cards_hand_out_date_idx ON cards (tenant, hand_out_date)",
    "CREATE INDEX cards_hand_out_time_idx ON cards (tenant, hand_out_time, id)",
    "CREATE UNIQUE INDEX cards_number_key ON cards (tenant, number)",
    "CREATE INDEX cards_return_date_idx ON cards (tenant, return_date)",
)

WALLED = {
    "appraisals": ("select", "insert", "update (version, state, close_time)"),
    "card_series": ("select", "insert", "update"),
    "commitments": ("select", "insert", "update (last_day)"),
    "group_meetings": ("select", "insert"),
    "group_members": ("select", "insert", "update (version, last_day)"),
    "trainings": ("select", "insert"),
    "work_report_calls": ("select", "insert", "update (version)"),
    "accountability_cases": ("select", "insert", "update"),
    "appraisal_forms": ("select", "insert", "update"),
    "diary_entries": ("select", "insert"),
    "group_decisions": ("select", "insert", "update (version, state, settle_time, late, sealed_note)"),
    "responsibility_letters": ("select", "insert", "update"),
    "work_reports": ("select", "insert", "update (version, mark, marker, mark_time, sealed_remark)"),
    "cards": ("select", "insert", "update"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "agency", table, rights)
