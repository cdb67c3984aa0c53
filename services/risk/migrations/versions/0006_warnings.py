"""Risk information with its corrections, the rules by which it is analysed, and warnings."""

from __future__ import annotations

from alembic import op

from services.common.schema import secure

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
    CREATE TABLE number_series (
        tenant text NOT NULL,
        kind text NOT NULL,
        year integer NOT NULL,
        last integer NOT NULL,
        CONSTRAINT number_series_pkey PRIMARY KEY (tenant, kind, year)
    )
    """,
    """
    CREATE TABLE risk_information (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        source text NOT NULL,
        origin text NOT NULL,
        level smallint NOT NULL,
        cadres text[] NOT NULL,
        accounts text[] NOT NULL,
        collector_level smallint,
        collect_time timestamptz NOT NULL,
        CONSTRAINT risk_information_pkey PRIMARY KEY (tenant, id)
    )
    """,
    "CREATE INDEX risk_information_collect_time_idx ON risk_information (tenant, collect_time, id)",
    "CREATE UNIQUE INDEX risk_information_number_key ON risk_information (tenant, number)",
    "CREATE UNIQUE INDEX risk_information_source_key ON risk_information (tenant, source)",
    """
    CREATE TABLE risk_information_entries (
        tenant text NOT NULL,
        id text NOT NULL,
        information text NOT NULL,
        level smallint NOT NULL,
        ordinal integer NOT NULL,
        current boolean NOT NULL,
        unit text NOT NULL,
        position text,
        power text,
        kind smallint NOT NULL,
        aspect smallint,
        day date NOT NULL,
        grade smallint,
        key_area boolean NOT NULL,
        key_link boolean NOT NULL,
        withdrawn boolean NOT NULL,
        known_time timestamptz NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT risk_information_entries_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT risk_information_entries_tenant_information_fkey FOREIGN KEY (tenant, information)
            REFERENCES risk_information (tenant, id),
        CONSTRAINT risk_information_entries_tenant_unit_fkey FOREIGN KEY (tenant, unit)
            REFERENCES inventories (tenant, id),
        CONSTRAINT risk_information_entries_tenant_position_fkey FOREIGN KEY (tenant, position)
            REFERENCES positions (tenant, id),
        CONSTRAINT risk_information_entries_tenant_power_fkey FOREIGN KEY (tenant, power)
            REFERENCES powers (tenant, id)
    )
    """,
    """
    CREATE UNIQUE INDEX risk_information_entries_ordinal_key
        ON risk_information_entries (tenant, information, ordinal)
    """,
    "CREATE INDEX risk_information_entries_unit_idx ON risk_information_entries (tenant, unit, day) WHERE current",
    """
    CREATE TABLE risk_information_texts (
        tenant text NOT NULL,
        information text NOT NULL,
        id text NOT NULL,
        role text NOT NULL,
        sealed bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT risk_information_texts_pkey PRIMARY KEY (tenant, information, id),
        CONSTRAINT risk_information_texts_tenant_information_fkey FOREIGN KEY (tenant, information)
            REFERENCES risk_information (tenant, id)
    )
    """,
    """
    CREATE TABLE analysis_rules (
        tenant text NOT NULL,
        number integer NOT NULL,
        rules text NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT analysis_rules_pkey PRIMARY KEY (tenant, number)
    )
    """,
    """
    CREATE TABLE warnings (
        tenant text NOT NULL,
        id text NOT NULL,
        version bigint NOT NULL,
        number text NOT NULL,
        subject smallint NOT NULL,
        subject_id text NOT NULL,
        unit text NOT NULL,
        position text,
        power text,
        level smallint NOT NULL,
        cadres text[] NOT NULL,
        accounts text[] NOT NULL,
        colour smallint NOT NULL,
        highest_colour smallint NOT NULL,
        points bigint NOT NULL,
        rules integer NOT NULL,
        rule text NOT NULL,
        aspect smallint,
        state smallint NOT NULL,
        owner_level smallint NOT NULL,
        owner text,
        last_day date NOT NULL,
        late boolean NOT NULL,
        raise_time timestamptz NOT NULL,
        colour_time timestamptz NOT NULL,
        settle_time timestamptz,
        disposition text,
        answer_time timestamptz,
        information_count integer NOT NULL,
        CONSTRAINT warnings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT warnings_tenant_unit_fkey FOREIGN KEY (tenant, unit)
            REFERENCES inventories (tenant, id),
        CONSTRAINT warnings_tenant_position_fkey FOREIGN KEY (tenant, position)
            REFERENCES positions (tenant, id),
        CONSTRAINT warnings_tenant_power_fkey FOREIGN KEY (tenant, power)
            REFERENCES powers (tenant, id)
    )
    """,
    "CREATE INDEX warnings_last_day_idx ON warnings (tenant, last_day, id)",
    "CREATE UNIQUE INDEX warnings_number_key ON warnings (tenant, number)",
    "CREATE UNIQUE INDEX warnings_open_key ON warnings (tenant, subject, subject_id, level) WHERE state = 1",
    "CREATE INDEX warnings_raise_time_idx ON warnings (tenant, raise_time, id)",
    "CREATE INDEX warnings_unit_idx ON warnings (tenant, unit, raise_time, id)",
    """
    CREATE TABLE warning_information (
        tenant text NOT NULL,
        warning text NOT NULL,
        information text NOT NULL,
        entry text NOT NULL,
        rules integer NOT NULL,
        rule text NOT NULL,
        points bigint NOT NULL,
        words text NOT NULL,
        day date NOT NULL,
        CONSTRAINT warning_information_pkey PRIMARY KEY (tenant, warning, information),
        CONSTRAINT warning_information_tenant_warning_fkey FOREIGN KEY (tenant, warning)
            REFERENCES warnings (tenant, id),
        CONSTRAINT warning_information_tenant_information_fkey FOREIGN KEY (tenant, information)
            REFERENCES risk_information (tenant, id),
        CONSTRAINT warning_information_tenant_entry_fkey FOREIGN KEY (tenant, entry)
            REFERENCES risk_information_entries (tenant, id)
    )
    """,
    "CREATE INDEX warning_information_information_idx ON warning_information (tenant, information)",
    """
    CREATE TABLE warning_lowerings (
        tenant text NOT NULL,
        id text NOT NULL,
        warning text NOT NULL,
        from_colour smallint NOT NULL,
        to_colour smallint NOT NULL,
        sealed_reason bytea NOT NULL,
        author text NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT warning_lowerings_pkey PRIMARY KEY (tenant, id),
        CONSTRAINT warning_lowerings_tenant_warning_fkey FOREIGN KEY (tenant, warning)
            REFERENCES warnings (tenant, id)
    )
    """,
)

WALLED = {
    "number_series": ("select", "insert", "update"),
    "risk_information": ("select", "insert", "update (version)"),
    "risk_information_entries": ("select", "insert", "update (current)"),
    "risk_information_texts": ("select", "insert"),
    "analysis_rules": ("select", "insert"),
    "warnings": (
        "select",
        "insert",
        (
            "update (version, level, cadres, accounts, colour, highest_colour, points, rules, rule, aspect, state,"
            " owner_level, owner, last_day, late, colour_time, settle_time, disposition, answer_time,"
            " information_count)"
        ),
    ),
    "warning_information": ("select", "insert", "update (entry, rules, rule, points, words, day)"),
    "warning_lowerings": ("select", "insert"),
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for table, rights in WALLED.items():
        secure(op, "risk", table, rights)
