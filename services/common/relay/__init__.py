"""The relay: numbers what is committed to the ledger, and publishes it."""

from services.common.relay.relay import Relay
from services.common.relay.republishing import republish

__all__ = ["Relay", "republish"]
