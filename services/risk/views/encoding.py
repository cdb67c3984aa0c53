"""The heat map of powers × aspects as messages of the contract."""

from __future__ import annotations

from collections.abc import Mapping

import minshao.risk.v1 as pb

from services.risk.aspects import Aspect
from services.risk.figures.domain import Figure, Figures
from services.risk.information.domain import Kind

NOT_SAID = 0
"""In the place of an aspect that is not known."""
_OPEN = (Figure.WARNINGS_OPEN_YELLOW, Figure.WARNINGS_OPEN_ORANGE, Figure.WARNINGS_OPEN_RED)
_COLLECTED = tuple(Figure[f"INFORMATION_{kind.name}"] for kind in Kind)


def encode_cells(by_aspect: Mapping[int, Figures]) -> list[pb.RiskCell]:
    """A cell for each aspect, also where nothing lies in it, then one for what lies in none that is known."""
    return [_cell(aspect, by_aspect.get(aspect, Figures({}))) for aspect in (*Aspect, NOT_SAID)]


def _cell(aspect: int, figures: Figures) -> pb.RiskCell:
    return pb.RiskCell(
        aspect=pb.RiskPoint.Aspect.ValueType(aspect),
        risk_points=figures[Figure.RISK_POINTS_STANDING],
        open_warnings=sum(figures[each] for each in _OPEN),
        information=sum(figures[each] for each in _COLLECTED),
    )
