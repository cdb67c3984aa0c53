"""The watch service is complete: every service of the contract is offered once, by an object that fits it."""

from __future__ import annotations

from typing import Any

import pytest

from services.common.clock import FixedClock
from services.common.database import Database
from services.common.events import contract_files
from services.common.keys import KeyRing
from services.common.rpc.binding import bind
from services.common.rpc.server import Offer
from services.common.rpc.world import World
from services.common.sealing import Sealer
from services.watch.parts import offers
from services.watch.watch import Watch
from tests.unit.watch.reports.builders import REGISTERED

NEVER_USED: Any = None
KEYS = KeyRing.parse(KeyRing.new_text("test"))
OFFERS = offers(Watch(Sealer(KEYS), KEYS, typesetter=NEVER_USED))


def test_every_service_of_the_contract_is_offered_once() -> None:
    package = [file for file in contract_files() if file.package == "minshao.watch.v1"]

    services = [name for file in package for name in file.services_by_name]

    assert sorted(offer.service.name for offer in OFFERS) == sorted(services)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.service.name)
def test_each_implementation_fits_its_service(offer: Offer) -> None:
    world = World(NEVER_USED, FixedClock(REGISTERED), Database("postgresql://nowhere/nothing"))

    assert bind(offer.service, offer.implementation, world)
