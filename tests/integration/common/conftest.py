"""Tests of the foundation run on the sample service unless they say otherwise."""

from tests.sample_service import addresses, database, other_town, sent

__all__ = ["addresses", "database", "other_town", "sent"]
