"""What each town sets for its cases."""

from __future__ import annotations

from services.agency.tables import metadata
from services.common.retention import RetentionTable

AGENCY_SETTINGS = RetentionTable.of("agency_settings", metadata)
