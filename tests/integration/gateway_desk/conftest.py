"""Fixtures of the tests of desks: a county's agency, and the gateway that hears of it."""

from __future__ import annotations

from tests.integration.agency.cases.conftest import office
from tests.integration.agency.conftest import agency_database, house
from tests.integration.gateway_feed.conftest import addresses, observatory

__all__ = ["addresses", "agency_database", "house", "observatory", "office"]
