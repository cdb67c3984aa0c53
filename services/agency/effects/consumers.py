"""What follows from dispositions of the risk service: the cases behind them show that something was done."""

from __future__ import annotations

from collections.abc import Collection

from minshao.agency.v1 import CaseEffectTold

from services.agency.cases import store as cases
from services.agency.cases.acting import Acting, reference_of
from services.agency.effects import store
from services.agency.effects.domain import Effect
from services.common import ledger
from services.common.effects.consumers import Told, deed_of, ids_behind, tenants_behind
from services.common.events import Event
from services.common.periods import local_date


async def something_done(acting: Acting, event: Event, said: Told) -> None:
    """Raises NotFound as long as a case behind it is unknown here."""
    deed, day = deed_of(event, said), local_date(event.time)
    for case in ids_behind(event, acting.tx.tenant, "cases"):
        effect = Effect(case=case, disposition=said.disposition, deed=deed, day=day, time=event.time)
        await _tell(acting, said, effect)


def where_the_cases_are(event: Event) -> Collection[str]:
    """The tenants whose cases are behind a disposition: a town's, also where a window of the county was late."""
    return tenants_behind(event, "cases")


async def _tell(acting: Acting, said: Told, effect: Effect) -> None:
    """Keeps what was done because of a case, once."""
    case = await cases.lock(acting.tx, effect.case)
    known = {(each.disposition, each.deed) for each in await store.of_case(acting.tx, case.id)}
    if (effect.disposition, effect.deed) in known:
        return
    store.insert(acting.tx, effect)
    told = CaseEffectTold(
        case=reference_of(case, acting.dated.calendar, acting.today),
        disposition=effect.disposition,
        deed=CaseEffectTold.Deed.ValueType(effect.deed),
        recused_accounts=said.recused_accounts,
        recused_cadres=said.recused_cadres,
        recused_units=said.recused_units,
        visible_to=said.visible_to,
    )
    id = f"{case.id}.{effect.disposition.rpartition('/')[2]}.{int(effect.deed)}"
    ledger.append(acting.tx, acting.actor, "effect", id, 1, told, acting.now)
