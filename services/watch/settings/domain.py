"""What a town sets for itself, with the limits and defaults that hold where it set nothing."""

from __future__ import annotations

from dataclasses import dataclass

LIMITS = {"receipt_days": range(15, 3651), "retention_years": range(1, 31)}
"""By field. A receipt works at least as long as an answer can be contested."""


@dataclass(frozen=True, slots=True)
class TownSettings:
    """Counts for what is closed after it was set."""

    receipt_days: int = 365
    """How many days after closing a receipt code works."""
    retention_years: int = 5
    """How many years after closing sealed content is kept."""
    version: int = 0
    """Rises with each change; 0 while everything is as it was from the beginning."""
