"""What a work card 人民监督哨工作证 says, for printing."""

from __future__ import annotations

from datetime import datetime

from services.common.database import Tx
from services.common.organisation import store as organisation
from services.common.organisation.lookup import this_tenant
from services.common.periods import local_date
from services.watch.register.documents import WorkCard
from services.watch.supervisors.domain.supervisor import Supervisor


async def work_card(tx: Tx, supervisor: Supervisor, now: datetime) -> WorkCard:
    """The card of a supervisor. Raises Refused where the term is over: nobody is given a card that is void."""
    supervisor.check_not_over(local_date(now))
    tenant, units = await this_tenant(tx), await organisation.units(tx, [supervisor.unit])
    return WorkCard(
        town=tenant.name,
        post=units[supervisor.unit].name,
        person=supervisor.person,
        number=supervisor.card.number,
        first_day=supervisor.term.first_day,
        last_day=supervisor.term.last_day,
        issued=local_date(supervisor.appoint_time),
    )
