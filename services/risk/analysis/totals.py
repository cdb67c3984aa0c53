"""What subjects have by the rules, added up by the database: as `domain.analysed`, for any number of pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.common.access import Actor
from services.common.database import Tx
from services.risk.analysis.domain import (
    SCALE,
    Assessment,
    Matter,
    Piece,
    Rule,
    Rules,
    Subject,
    SubjectId,
    first_day,
    strictest,
    subjects_of,
    worth_telling,
)
from services.risk.levels import Level
from services.risk.sight import level_of

_COUNTED = """
    rule AS (
        SELECT * FROM unnest(
            CAST(:places AS int[]), CAST(:subjects AS int[]), CAST(:windows AS int[]), CAST(:decays AS bigint[]),
            CAST(:areas AS bigint[]), CAST(:links AS bigint[]), CAST(:firsts AS bigint[]), CAST(:seconds AS bigint[]),
            CAST(:thirds AS bigint[]), CAST(:thresholds AS numeric[]), CAST(:kinds AS int[]), CAST(:points AS bigint[])
        ) AS rule (
            place, subject, window_days, decay, area, link, first, second, third, threshold, kind, points
        )
    ), counted AS (
        SELECT rule.place, rule.subject, rule.window_days, rule.decay, rule.threshold, entry.unit, entry.day,
            entry.information, entry.known_time, entry.level,
            CASE rule.subject WHEN 1 THEN entry.unit WHEN 2 THEN entry.position ELSE entry.power END AS id,
            rule.points * CASE WHEN entry.key_area THEN rule.area ELSE 100 END
                * CASE WHEN entry.key_link THEN rule.link ELSE 100 END
                * CASE entry.grade WHEN 1 THEN rule.first WHEN 2 THEN rule.second WHEN 3 THEN rule.third ELSE 100 END
                AS base
        FROM risk_information_entries AS entry
        JOIN rule ON rule.kind = entry.kind
        WHERE entry.tenant = :this_tenant AND entry.current AND NOT entry.withdrawn
            AND entry.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date) AND {entries}
    )
"""

_LEVELS = [int(each) for each in Level]
_SETTLED = ", ".join(f"max(settle_time) FILTER (WHERE level = {level}) AS at_{level}" for level in _LEVELS)
_GONE = " ".join(f"WHEN counted.level <= {level} AND at_{level} >= known_time THEN {level}" for level in _LEVELS)

# Pieces are added up once, by their own level and by that from which on they count no more; what each level sees is
# added up from these few sums. Those that were answered below before they moved up count nowhere (0).
# What was settled is found once for all pieces: of tables without statistics the planner takes it to be a row or two,
# and would look for it behind each piece.
_SCORES = """
    WITH {counted}, settled AS MATERIALIZED (
        SELECT subject, subject_id, {settled} FROM warnings
        WHERE tenant = :this_tenant AND settle_time IS NOT NULL AND {warnings} GROUP BY subject, subject_id
    ), answered AS MATERIALIZED (
        SELECT DISTINCT information, subject, subject_id
        FROM (
            SELECT id, subject, subject_id, level, settle_time FROM warnings
            WHERE tenant = :this_tenant AND settle_time IS NOT NULL AND {warnings}
        ) AS below JOIN warning_information AS behind ON behind.tenant = :this_tenant AND behind.warning = below.id
        JOIN risk_information_entries AS moved USING (tenant, information)
        WHERE moved.current AND moved.level > below.level AND moved.known_time <= below.settle_time
    ), added AS (
        SELECT place, counted.subject, id, counted.level,
            CASE WHEN answered.information IS NOT NULL THEN 0 {gone} END AS gone,
            any_value(unit) AS unit, any_value(threshold) AS threshold,
            sum(base * greatest(0, 1000 - decay * (CAST(:last_day AS date) - day))) AS score
        FROM counted LEFT JOIN settled ON settled.subject = counted.subject AND settled.subject_id = counted.id
            LEFT JOIN answered ON answered.information = counted.information
                AND answered.subject = counted.subject AND answered.subject_id = counted.id
        WHERE {about} AND day > CAST(:last_day AS date) - window_days
        GROUP BY place, counted.subject, id, counted.level, gone
    )
    SELECT place, subject, id, sees.level, any_value(unit) AS unit, sum(score) AS score
    FROM added JOIN unnest(CAST(:levels AS int[])) AS sees (level)
        ON sees.level >= added.level AND (gone IS NULL OR sees.level < gone)
    GROUP BY place, subject, id, sees.level HAVING sum(score) >= any_value(threshold)
"""

_SUBJECTS = """
    WITH {counted}
    SELECT subject, id, any_value(unit) AS unit FROM counted
    WHERE id IS NOT NULL AND (subject, id) > (CAST(:after_subject AS int), CAST(:after_id AS text))
    GROUP BY subject, id ORDER BY subject, id LIMIT CAST(:most AS int)
"""

_BY_DAY = """
    WITH {counted}
    SELECT place, subject, id, day, sum(base) AS base FROM counted
    WHERE (subject, id) IN (SELECT * FROM unnest(CAST(:of_subjects AS int[]), CAST(:ids AS text[])))
    GROUP BY place, subject, id, day
"""

_SEEN = """EXISTS (
    SELECT FROM risk_information AS seen
    WHERE seen.tenant = entry.tenant AND seen.id = entry.information AND seen.level <= CAST(:level AS int)
        AND CAST(:cadre AS text) <> ALL (seen.cadres) AND CAST(:account AS text) <> ALL (seen.accounts)
        AND (seen.level = 1 OR NOT seen.units && CAST(:own_units AS text[]))
)"""

_ALL = _COUNTED.format(entries="true")
_ALL_SEEN = _COUNTED.format(entries=_SEEN)
_OF_THESE = _COUNTED.format(entries="entry.unit = ANY(CAST(:units AS text[]))")
_OF_UNITS = _COUNTED.format(entries=f"entry.unit = ANY(CAST(:units AS text[])) AND {_SEEN}")


def _scores(counted: str, warnings: str, about: str) -> sa.TextClause:
    return sa.text(_SCORES.format(counted=counted, warnings=warnings, about=about, settled=_SETTLED, gone=_GONE))


OF_THESE = _scores(
    _OF_THESE, warnings="unit = ANY(CAST(:units AS text[]))", about="counted.id = ANY(CAST(:ids AS text[]))"
)
OF_ALL = _scores(_ALL, warnings="true", about="counted.id IS NOT NULL")
SUBJECTS = sa.text(_SUBJECTS.format(counted=_ALL_SEEN))
BY_DAY = sa.text(_BY_DAY.format(counted=_OF_UNITS))


@dataclass(frozen=True, slots=True)
class Found:
    """That a matter deserves a warning, and the unit that it is about."""

    unit: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class About:
    """Subjects of some units."""

    units: Sequence[str]
    ids: Sequence[str]

    @staticmethod
    def of(pieces: Collection[Piece]) -> About:
        """What pieces are about."""
        ids = {id for each in pieces for _, id in subjects_of(each)}
        return About(sorted({each.unit for each in pieces}), sorted(ids))


async def deserving(tx: Tx, rules: Rules, today: date, about: About | None = None) -> dict[Matter, Found]:
    """Every matter of the tenant that deserves a warning; or those that are about something."""
    parameters = {**_parameters(tx, rules, first_day(rules, today), today), "levels": _LEVELS}
    if about:
        parameters |= {"units": about.units, "ids": about.ids}
    scores: defaultdict[Matter, dict[int, int]] = defaultdict(dict)
    units: dict[Matter, str] = {}
    for row in await tx.rows(OF_THESE if about else OF_ALL, parameters):
        matter = Subject(row.subject), row.id, Level(row.level)
        scores[matter][row.place], units[matter] = int(row.score), row.unit
    found = worth_telling({matter: strictest(rules.rules, by_rule) for matter, by_rule in scores.items()})
    return {matter: Found(units[matter], each) for matter, each in found.items()}


@dataclass(frozen=True, slots=True)
class Past:
    """The days of a dry run, by rules, as far as somebody sees what is known of them."""

    tx: Tx
    viewer: Actor
    rules: Rules
    first: date
    last: date

    async def subjects(self, after: SubjectId | None, limit: int) -> dict[SubjectId, str]:
        """At most `limit` subjects behind `after` about which something counts, with their units."""
        kind, id = after or (0, "")
        place = {"after_subject": int(kind), "after_id": id, "most": limit}
        rows = await self.tx.rows(SUBJECTS, {**self._parameters(), **place})
        return {(Subject(row.subject), row.id): row.unit for row in rows}

    async def by_day(self, subjects: Mapping[SubjectId, str]) -> dict[SubjectId, ByRule]:
        """What counts of these subjects, given with their units."""
        kinds, ids = [int(kind) for kind, _ in subjects], [id for _, id in subjects]
        which = {"of_subjects": kinds, "ids": ids, "units": sorted(set(subjects.values()))}
        found: dict[SubjectId, ByRule] = {}
        for row in await self.tx.rows(BY_DAY, {**self._parameters(), **which}):
            of_rule = found.setdefault((Subject(row.subject), row.id), {}).setdefault(row.place, {})
            of_rule[row.day] = int(row.base)
        return found

    def _parameters(self) -> dict[str, Any]:
        home = f"tenants/{self.tx.tenant}/cadres/"
        cadre = self.viewer.cadre or ""
        return {
            **_parameters(self.tx, self.rules, first_day(self.rules, self.first), self.last),
            "level": int(level_of(self.viewer)),
            "cadre": cadre.removeprefix(home) if cadre.startswith(home) else "",
            "account": self.viewer.name,
            "own_units": sorted(self.viewer.belongs_to),
        }


ByRule = dict[int, dict[date, int]]
"""What the pieces of each day count, before any decay, by the place of the rule."""


def _parameters(tx: Tx, rules: Rules, first: date, last: date) -> dict[str, Any]:
    return {**_of_rules(rules.rules), "this_tenant": tx.tenant, "first_day": first, "last_day": last}


def _of_rules(rules: Sequence[Rule]) -> dict[str, Any]:
    """One row for each kind that a rule counts: what is joined to the pieces is one list, whose length the planner of
    the database knows."""
    weights = [(place, rule, kind, points) for place, rule in enumerate(rules) for kind, points in rule.weights.items()]
    return {
        "places": [place for place, *_ in weights],
        "subjects": [int(rule.subject) for _, rule, *_ in weights],
        "windows": [rule.window_days for _, rule, *_ in weights],
        "decays": [rule.decay_per_mille for _, rule, *_ in weights],
        "areas": [rule.key_area_percent for _, rule, *_ in weights],
        "links": [rule.key_link_percent for _, rule, *_ in weights],
        "firsts": [rule.grade_percents[0] for _, rule, *_ in weights],
        "seconds": [rule.grade_percents[1] for _, rule, *_ in weights],
        "thirds": [rule.grade_percents[2] for _, rule, *_ in weights],
        "thresholds": [rule.yellow * SCALE for _, rule, *_ in weights],
        "kinds": [int(kind) for *_, kind, _ in weights],
        "points": [points for *_, points in weights],
    }
