"""Consumers: what happens in this service because of events, each effect once, in the order of each aggregate."""

from services.common.consumer.consumer import Consumer
from services.common.consumer.subscription import Handler, Subscription

__all__ = ["Consumer", "Handler", "Subscription"]
