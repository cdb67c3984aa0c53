"""What each town sets for its reports."""

from __future__ import annotations

from services.common.retention import RetentionTable
from services.watch.tables import metadata

TOWN_SETTINGS = RetentionTable.of("town_settings", metadata)
