"""What subjects have by the rules, added up by the database: what `domain.analysed` says, for any number of pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.common.database import Tx
from services.risk.analysis.domain import (
    SCALE,
    Assessment,
    Colour,
    Piece,
    Rule,
    Rules,
    Subject,
    SubjectId,
    first_day,
    strictest,
    subjects_of,
)

_QUERY = """
    WITH rule AS (
        SELECT * FROM unnest(
            CAST(:places AS int[]), CAST(:subjects AS int[]), CAST(:windows AS int[]), CAST(:decays AS bigint[]),
            CAST(:areas AS bigint[]), CAST(:links AS bigint[]), CAST(:firsts AS bigint[]), CAST(:seconds AS bigint[]),
            CAST(:thirds AS bigint[]), CAST(:thresholds AS numeric[])
        ) AS rule (place, subject, window_days, decay, area, link, first, second, third, threshold)
    ), weight AS (
        SELECT * FROM unnest(CAST(:weighing AS int[]), CAST(:kinds AS int[]), CAST(:points AS bigint[]))
        AS weight (place, kind, points)
    ), settled AS (
        SELECT subject, subject_id, max(settle_time) AS settle_time FROM warnings
        WHERE tenant = :this_tenant AND settle_time IS NOT NULL AND {warnings} GROUP BY subject, subject_id
    ), about AS (
        SELECT weight.points, rule.*, entry.grade, entry.key_area, entry.key_link, entry.day, entry.known_time,
            CASE rule.subject WHEN 1 THEN entry.unit WHEN 2 THEN entry.position ELSE entry.power END AS id
        FROM risk_information_entries AS entry
        JOIN weight ON weight.kind = entry.kind JOIN rule ON rule.place = weight.place
        WHERE entry.tenant = :this_tenant AND entry.current AND NOT entry.withdrawn AND {entries}
            AND entry.day BETWEEN CAST(:first_day AS date) AND CAST(:today AS date)
            AND entry.day > CAST(:today AS date) - rule.window_days
    )
    SELECT about.place, about.subject, about.id, sum(
        points * CASE WHEN key_area THEN area ELSE 100 END * CASE WHEN key_link THEN link ELSE 100 END
        * CASE grade WHEN 1 THEN first WHEN 2 THEN second WHEN 3 THEN third ELSE 100 END
        * greatest(0, 1000 - decay * (CAST(:today AS date) - day))
    ) AS score
    FROM about LEFT JOIN settled ON settled.subject = about.subject AND settled.subject_id = about.id
    WHERE {about} AND (settle_time IS NULL OR known_time > settle_time)
    GROUP BY about.place, about.subject, about.id
    HAVING sum(
        points * CASE WHEN key_area THEN area ELSE 100 END * CASE WHEN key_link THEN link ELSE 100 END
        * CASE grade WHEN 1 THEN first WHEN 2 THEN second WHEN 3 THEN third ELSE 100 END
        * greatest(0, 1000 - decay * (CAST(:today AS date) - day))
    ) >= min(threshold)
"""

OF_ONE = sa.text(
    _QUERY.format(warnings="unit = :unit", entries="entry.unit = :unit", about="about.id = ANY(CAST(:ids AS text[]))")
)
OF_ALL = sa.text(_QUERY.format(warnings="true", entries="true", about="about.id IS NOT NULL"))


async def deserving(tx: Tx, rules: Rules, today: date, about: Piece | None = None) -> dict[SubjectId, Assessment]:
    """Every subject of the tenant that deserves a warning; or of those that a piece is about."""
    parameters = {**_parameters(rules.rules), "this_tenant": tx.tenant, "today": today}
    parameters["first_day"] = first_day(rules, today)
    if about:
        parameters |= {"unit": about.unit, "ids": [id for _, id in subjects_of(about)]}
    scores: defaultdict[SubjectId, dict[int, int]] = defaultdict(dict)
    for row in await tx.rows(OF_ONE if about else OF_ALL, parameters):
        scores[Subject(row.subject), row.id][row.place] = int(row.score)
    found = {subject: strictest(rules.rules, by_rule) for subject, by_rule in scores.items()}
    return {subject: each for subject, each in found.items() if each and each.colour is not Colour.NONE}


def _parameters(rules: Sequence[Rule]) -> dict[str, Any]:
    weights = [(place, kind, points) for place, rule in enumerate(rules) for kind, points in rule.weights.items()]
    return {
        "places": list(range(len(rules))),
        "subjects": [int(each.subject) for each in rules],
        "windows": [each.window_days for each in rules],
        "decays": [each.decay_per_mille for each in rules],
        "areas": [each.key_area_percent for each in rules],
        "links": [each.key_link_percent for each in rules],
        "firsts": [each.grade_percents[0] for each in rules],
        "seconds": [each.grade_percents[1] for each in rules],
        "thirds": [each.grade_percents[2] for each in rules],
        "thresholds": [each.yellow * SCALE for each in rules],
        "weighing": [place for place, _, _ in weights],
        "kinds": [int(kind) for _, kind, _ in weights],
        "points": [points for _, _, points in weights],
    }
