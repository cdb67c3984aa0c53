"""Nominations and supervisors as the contract shows them."""

from __future__ import annotations

from datetime import datetime

import minshao.watch.v1 as pb

from services.common.instants import stamp
from services.common.periods import local_date
from services.common.terms import TermState
from services.watch.supervisors.domain.nomination import Nomination
from services.watch.supervisors.domain.supervisor import Supervisor


def encode_nomination(tenant: str, nomination: Nomination) -> pb.Nomination:
    """A nomination of the tenant."""
    return pb.Nomination(
        name=f"tenants/{tenant}/nominations/{nomination.id}",
        unit=f"tenants/{tenant}/units/{nomination.unit}",
        person=nomination.person,
        account=nomination.account or "",
        meeting_date=str(nomination.meeting_date),
        meeting_record=nomination.meeting_record,
        state=pb.Nomination.State.ValueType(nomination.state),
        examination=nomination.examination,
        create_time=stamp(nomination.create_time),
        decide_time=stamp(nomination.decide_time),
        renews=f"tenants/{tenant}/supervisors/{nomination.renews}" if nomination.renews else "",
    )


def encode_supervisor(tenant: str, supervisor: Supervisor, now: datetime) -> pb.Supervisor:
    """A supervisor of the tenant, in the state of the day: an expired term ended with the midnight of its last day."""
    state = supervisor.state(local_date(now))
    expired = supervisor.term.expired_from if state is TermState.EXPIRED else None
    return pb.Supervisor(
        name=f"tenants/{tenant}/supervisors/{supervisor.id}",
        unit=f"tenants/{tenant}/units/{supervisor.unit}",
        person=supervisor.person,
        account=supervisor.account or "",
        card_number=supervisor.card.number,
        first_day=str(supervisor.term.first_day),
        last_day=str(supervisor.term.last_day),
        state=pb.Supervisor.State.ValueType(state),
        end_reason=supervisor.end_reason,
        end_time=stamp(supervisor.end_time or expired),
        nomination=f"tenants/{tenant}/nominations/{supervisor.nomination}",
    )
