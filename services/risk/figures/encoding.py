"""Figures as the contract shows them, and as reviews store them."""

from __future__ import annotations

from minshao.risk import v1 as pb

from services.risk.figures.domain import FIGURES, Figures


def encode_figures(figures: Figures) -> pb.RiskFigures:
    """Each figure in the field that is called as it."""
    return pb.RiskFigures(**{name: figures[figure] for name, figure in FIGURES.items()})


def figures_of(shown: pb.RiskFigures) -> Figures:
    """The figures that were stored."""
    return Figures({figure: number for name, figure in FIGURES.items() if (number := getattr(shown, name))})
