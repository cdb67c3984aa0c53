"""What each town sets for its risk service."""

from __future__ import annotations

from services.common.retention import RetentionTable
from services.risk.tables import metadata

RISK_SETTINGS = RetentionTable.of("risk_settings", metadata)
