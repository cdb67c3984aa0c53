"""Telling those who reported what was done, and those who handle the report as far as they may know it."""

from __future__ import annotations

from minshao.common.v1 import Level as LevelMessage
from minshao.watch.v1 import ReportEffectTold

from services.common import ledger
from services.watch.effects import store
from services.watch.effects.domain import Effect
from services.watch.recused import accounts_among, cadres_among, units_among
from services.watch.reports import store as reports
from services.watch.reports.acting import Acting, name_of
from services.watch.reports.domain.recusal import accused_as_whole, highest_level


async def tell(acting: Acting, effect: Effect) -> None:
    """Keeps what was done because of a report, once. Raises NotFound for a report that is unknown here."""
    report = await reports.lock(acting.tx, effect.report)
    known = {(each.disposition, each.deed) for each in await store.of_report(acting.tx, report.id)}
    if (effect.disposition, effect.deed) in known:
        return
    store.insert(acting.tx, effect)
    told = ReportEffectTold(
        report=name_of(report),
        number=report.number,
        unit=report.unit,
        disposition=effect.disposition,
        deed=ReportEffectTold.Deed.ValueType(effect.deed),
        delayed=effect.delayed,
        subject_cadre=report.subject_cadre or "",
        recused_accounts=sorted({*report.conflicted, *accounts_among(effect.accounts)}),
        recused_cadres=cadres_among(effect.accounts),
        recused_units=sorted({*accused_as_whole(report), *units_among(effect.accounts)}),
        visible_to=LevelMessage.ValueType(max(report.level, effect.level)),
    )
    id = f"{report.id}.{effect.disposition.rpartition('/')[2]}.{int(effect.deed)}"
    ledger.append(acting.tx, acting.actor, "effect", id, 1, told, acting.now)


async def words_for_reporter(acting: Acting, report: str) -> list[str]:
    """All that was done because of a report, oldest first, as its receipt code shows it."""
    return [each.words_by_code for each in await store.of_report(acting.tx, report)]


async def words_for_viewer(acting: Acting, report: str) -> list[str]:
    """As much of it as the viewer may know, who sees the report."""
    found, highest = await store.of_report(acting.tx, report), highest_level(acting.viewer)
    me = set(acting.actor.names)
    return [each.words for each in found if each.level <= highest and me.isdisjoint(each.accounts)]
