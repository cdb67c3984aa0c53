"""What the agency service is made of: its services of the contract, its deadlines, and the events that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minshao.agency.v1 import item_service_pb2, point_service_pb2

from services.agency.calendars import consumers as calendars
from services.agency.items.rpc import ItemService
from services.agency.organisation import FOLLOWERS
from services.agency.points.rpc import PointService
from services.common import housekeeping
from services.common.consumer import Subscription
from services.common.deadlines import Handler
from services.common.rpc.server import Offer
from services.common.service import Parts, Resources


def parts(_resources: Resources) -> Parts:
    """The parts of a process that serves."""
    return Parts(offers=offers(), deadlines=DEADLINES, subscriptions=SUBSCRIPTIONS)


def offers() -> Sequence[Offer]:
    """Every service of the package `minshao.agency.v1`, with its implementation."""
    return (
        Offer(item_service_pb2.DESCRIPTOR.services_by_name["ItemService"], ItemService()),
        Offer(point_service_pb2.DESCRIPTOR.services_by_name["PointService"], PointService()),
    )


DEADLINES: Mapping[str, Handler] = {housekeeping.KIND: housekeeping.keep_house}

SUBSCRIPTIONS = (Subscription("GATEWAY", "agency", {**FOLLOWERS.handlers(), **calendars.HANDLERS}),)
