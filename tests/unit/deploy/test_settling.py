"""Settling waits for whoever takes events, and for nobody else."""

from __future__ import annotations

from unittest.mock import Mock

from deploy.local.settling import COURSE
from services.agency.agency import Agency
from services.agency.parts import subscriptions as of_agency
from services.gateway.feed.consumers import subscriptions as of_gateway
from services.risk.parts import subscriptions as of_risk
from services.watch.parts import subscriptions as of_watch


def test_a_county_has_settled_when_each_service_has_taken_all_that_it_subscribes_to() -> None:
    subscribed = [*of_gateway(Mock()), *of_watch(Mock()), *of_agency(Mock(spec=Agency)), *of_risk(Mock())]

    waited_for = {(service.upper(), taker) for service, takers in COURSE for taker in takers}
    assert waited_for == {(each.stream, each.durable) for each in subscribed}
