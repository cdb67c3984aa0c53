"""What the risk service is made of: its services of the contract, its deadlines, and the events that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minshao.risk.v1 import (
    inventory_service_pb2,
    leadership_meeting_service_pb2,
    position_service_pb2,
    power_service_pb2,
)

from services.common import housekeeping
from services.common.consumer import Subscription
from services.common.deadlines import Handler
from services.common.rpc.server import Offer
from services.common.service import Parts, Resources
from services.common.typesetting import Typesetter
from services.risk.inventories.rpc import InventoryService
from services.risk.meetings.rpc import LeadershipMeetingService
from services.risk.organisation import FOLLOWERS
from services.risk.positions.rpc import PositionService
from services.risk.powers.rpc import PowerService
from services.risk.risk import Risk


def parts(resources: Resources) -> Parts:
    """The parts of a process that serves. Raises FontsMissing where nothing could be printed."""
    risk = Risk(resources.sealer, resources.keys, Typesetter())
    return Parts(offers=offers(risk), deadlines=deadlines(risk), subscriptions=subscriptions(risk))


def offers(risk: Risk) -> Sequence[Offer]:
    """Every service of the package `minshao.risk.v1`, with its implementation."""
    return (
        Offer(inventory_service_pb2.DESCRIPTOR.services_by_name["InventoryService"], InventoryService(risk)),
        Offer(
            leadership_meeting_service_pb2.DESCRIPTOR.services_by_name["LeadershipMeetingService"],
            LeadershipMeetingService(risk),
        ),
        Offer(position_service_pb2.DESCRIPTOR.services_by_name["PositionService"], PositionService(risk)),
        Offer(power_service_pb2.DESCRIPTOR.services_by_name["PowerService"], PowerService(risk)),
    )


def deadlines(_risk: Risk) -> Mapping[str, Handler]:
    """What happens when a deadline comes, by kind."""
    return {housekeeping.KIND: housekeeping.keep_house}


def subscriptions(_risk: Risk) -> Sequence[Subscription]:
    """The events of other services that it takes."""
    return (Subscription("GATEWAY", "risk", FOLLOWERS.handlers()),)
