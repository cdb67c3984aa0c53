"""Nominations and supervisors as a test needs them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from services.watch.supervisors.domain.nomination import Nomination, NominationState
from services.watch.supervisors.domain.supervisor import Card, Supervisor, year_from
from tests.unit.watch.reports.builders import VILLAGE, local

TODAY = date(2026, 9, 3)


def a_nomination(person: str = "王磊", **facts: Any) -> Nomination:
    """An open nomination in a village."""
    nomination = Nomination(
        id="0" * 32,
        unit=VILLAGE,
        person=person,
        account=None,
        meeting_date=TODAY,
        meeting_record="支部党员大会提名。",
        state=NominationState.NOMINATED,
        create_time=local(2026, 9, 3),
        version=1,
    )
    return replace(nomination, **facts)


def a_supervisor(**facts: Any) -> Supervisor:
    """A supervisor of a village, in office since today."""
    supervisor = Supervisor(
        id="0" * 32,
        unit=VILLAGE,
        person="王磊",
        account=None,
        card=Card.numbered("景村", 2026, 1),
        term=year_from(TODAY),
        nomination="0" * 32,
        appoint_time=local(2026, 9, 3),
        version=1,
    )
    return replace(supervisor, **facts)
