"""What follows from dispositions of the risk service: the reports behind them show that something was done."""

from __future__ import annotations

from collections.abc import Collection

from minshao.risk.v1 import DispositionCorrected, DispositionRecorded, DispositionResultReturned

from services.common.events import Event
from services.common.periods import local_date
from services.watch.effects.domain import Deed, Effect
from services.watch.effects.use_cases import tell
from services.watch.reports.acting import Acting
from services.watch.reports.domain.terms import Level

Told = DispositionRecorded | DispositionCorrected | DispositionResultReturned


async def something_done(acting: Acting, event: Event, said: Told) -> None:
    """Raises NotFound as long as a report behind it is unknown here."""
    for report in reports_behind(said, acting.tx.tenant):
        effect = Effect(
            report=report,
            disposition=said.disposition,
            deed=_deed(said),
            day=local_date(event.time),
            level=Level(said.visible_to),
            accounts=tuple(said.recused_accounts),
        )
        await tell(acting, effect)


def reports_behind(said: Told, tenant: str) -> list[str]:
    """Ids of the reports of a tenant behind a disposition."""
    home = f"tenants/{tenant}/reports/"
    return sorted({each.removeprefix(home) for each in said.origins if each.startswith(home)})


def where_the_reports_are(said: Told) -> Collection[str]:
    """The tenants whose reports are behind a disposition: a town's, also where the county disposes."""
    return {each.split("/")[1] for each in said.origins if each.split("/")[2] == "reports"}


def _deed(said: Told) -> Deed:
    if isinstance(said, DispositionCorrected):
        return Deed.CORRECTED
    return Deed.RESULT if isinstance(said, DispositionResultReturned) else Deed(said.severity)
