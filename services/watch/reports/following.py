"""What a change of the organisation means for reports: each keeps an organ that handles it, and no officer who cannot.

Caused by the gateway's events, by nobody's hand. A report only ever rises by it: what its subject led when it was
linked still counts, and a unit that comes back does not get back what the town took over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from minshao.watch.v1 import ReportOfficerLeft

from services.common.access import SYSTEM, county_of
from services.common.database import Tx
from services.common.organisation import store as organisation
from services.common.organisation.domain import Account, Cadre
from services.watch.reports import store
from services.watch.reports.acting import record
from services.watch.reports.domain.recusal import handles
from services.watch.reports.domain.terms import Cause, Level
from services.watch.reports.use_cases.handlers import in_hands, viewer_of
from services.watch.reports.use_cases.subject import rerouted, subject_of

WATCH = SYSTEM("watch")


async def follow_retired_units(tx: Tx, units: Collection[str], now: datetime) -> None:
    """The town discipline committee takes over what is open in units that were retired."""
    for report in await store.open_in_units(tx, units):
        moved, _ = await in_hands(tx, report.risen(Level.TOWN))
        record(tx, WATCH, report, moved, rerouted(report, moved, Cause.UNIT_RETIRED), now)


async def follow_cadres(tx: Tx, cadres: Sequence[Cadre], _day: date, now: datetime) -> None:
    """Who became a leader after a report about them was linked: it goes to whoever handles reports about leaders.

    One that is answered goes there when it is reopened.
    """
    leaders = {cadre.id: cadre for cadre in cadres}
    for report in await store.unsettled_about(tx, leaders):
        promoted = report.promoted(subject_of(leaders[report.subject_cadre or ""], report.leadership_meant))
        if promoted != report:
            moved, cause = await in_hands(tx, promoted) if promoted.state.open else (promoted, None)
            record(tx, WATCH, report, moved, rerouted(report, moved, cause), now)


async def follow_accounts(tx: Tx, accounts: Sequence[Account], now: datetime) -> None:
    """A report whose officer's account was disabled, or lost the role, waits for another officer; where only those are
    left whom it is about, or who left it, the next level has it.

    Officers of the county handle reports in the tenants of its towns: those are looked through one by one.
    """
    await _without_officers(tx, accounts, now)
    if accounts and tx.tenant == county_of(tx.tenant):
        for town in await organisation.towns_of(tx, tx.tenant):
            async with tx.within(town):
                await _without_officers(tx, accounts, now)


async def _without_officers(tx: Tx, accounts: Sequence[Account], now: datetime) -> None:
    known = {account.name: viewer_of(account, tx.tenant) for account in accounts}
    for report in await store.open_of_officers(tx, known):
        officer = report.officer or ""
        if not handles(report, known[officer]):
            left, cause = await in_hands(tx, report.without_officer(officer))
            events = [ReportOfficerLeft(officer=officer), *rerouted(report, left, cause)]
            record(tx, WATCH, report, left, events, now)
    for report in await store.unassigned_with_recusals(tx):
        moved, cause = await in_hands(tx, report)
        if moved != report:
            record(tx, WATCH, report, moved, rerouted(report, moved, cause), now)
