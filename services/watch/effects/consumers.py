"""What follows from dispositions of the risk service: the reports behind them show that something was done."""

from __future__ import annotations

from services.common.effects.consumers import Told, deed_of, ids_behind, ids_delayed
from services.common.events import Event
from services.common.periods import local_date
from services.watch.effects.domain import Effect
from services.watch.effects.use_cases import tell
from services.watch.recused import recused
from services.watch.reports.acting import Acting
from services.watch.reports.domain.terms import Level


async def something_done(acting: Acting, event: Event, said: Told) -> None:
    """Raises NotFound as long as a report behind it is unknown here."""
    deed, delayed = deed_of(event, said), ids_delayed(event, acting.tx.tenant, "reports")
    for report in ids_behind(event, acting.tx.tenant, "reports"):
        effect = Effect(
            report=report,
            disposition=said.disposition,
            deed=deed,
            delayed=report in delayed,
            day=local_date(event.time),
            time=event.time,
            level=Level(said.visible_to),
            accounts=recused(said),
        )
        await tell(acting, effect)
