"""What becomes known of a report later reaches what came of it: the information, the warnings that this is behind, and
their dispositions are hidden from then on from whom the report is about, from who left it, and below where it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.dispositions import store as dispositions
from services.risk.dispositions import telling as of_dispositions
from services.risk.information import collecting as of_information
from services.risk.information import store as information
from services.risk.information.domain import Information
from services.risk.inventories import store as inventories
from services.risk.kept import COLUMNS, KeptFrom, restricted
from services.risk.numbers import INFORMATION_SERIES, hold_series
from services.risk.origins import store
from services.risk.warnings import store as warnings
from services.risk.warnings import telling as of_warnings
from services.risk.warnings.domain import OWED, Warning
from services.risk.warnings.owners import owners_of

Traces = Mapping[str, str]
"""The `traceparent` of what told of each report last, by the report's resource name."""


async def restrict(acting: Acting, said: Mapping[str, store.Said]) -> Mapping[str, KeptFrom]:
    """Keeps what came of reports, given by their resource names, from whom they are kept by now, and returns from whom
    that is."""
    if not said:
        return {}
    known, traces = await store.know(acting.tx, said), {name: each.trace for name, each in said.items()}
    if await _wider(acting, known):
        await hold_series(acting, INFORMATION_SERIES)  # as whoever corrects does: until then a piece may change
        pieces = await _wider(acting, known)
        await _restrict_pieces(acting, pieces, traces)
        await _restrict_warnings(acting, pieces, traces)
    return known


async def _wider(acting: Acting, known: Mapping[str, KeptFrom]) -> list[Information]:
    """The pieces that more people see than their report, as they are to be."""
    pieces = [(each, restricted(each, known[each.origin])) for each in await information.of_origins(acting.tx, known)]
    return [after for before, after in pieces if after is not before]


async def _restrict_pieces(acting: Acting, pieces: Sequence[Information], traces: Traces) -> None:
    information.ROWS.save_all(acting.tx, pieces, COLUMNS)
    information.put_levels(acting.tx, pieces)
    entries = await information.current(acting.tx, [each.id for each in pieces])
    for each in pieces:
        with acting.tx.traced(traces[each.origin]):
            of_information.tell(acting, each, entries[each.id], pb.RiskInformationRestricted())


async def _restrict_warnings(acting: Acting, pieces: Sequence[Information], traces: Traces) -> None:
    """A warning is kept from whom anything behind it is kept, and seen from the level on at which the first of it is
    seen."""
    by_id = {each.id: each for each in pieces}
    behind: defaultdict[str, list[Information]] = defaultdict(list)
    for warning, piece in sorted(await warnings.are_behind(acting.tx, by_id)):
        behind[warning].append(by_id[piece])
    if not behind:
        return
    await inventories.lock_those(acting.tx, await warnings.units_of(acting.tx, behind))
    there = await warnings.lock_those(acting.tx, behind)
    lowest = await warnings.lowest_levels(acting.tx, behind)
    owners = await owners_of(acting.tx, there)
    told_by = {warning: traces[those[-1].origin] for warning, those in behind.items()}
    changed = []
    for before in there:
        first, *others = [KeptFrom.of(each) for each in behind[before.id]]
        more = replace(first.and_from(*others), level=lowest[before.id])
        after = before.restricted(more, owners.get(before.owner), acting.today)
        if after is not before:
            changed.append(after)
            if after.last_day != before.last_day:
                of_warnings.set_deadlines(acting, before, after)
            with acting.tx.traced(told_by[after.id]):
                of_warnings.tell(acting, after, pb.WarningRestricted())
    warnings.ROWS.save_all(acting.tx, changed, (*COLUMNS, *OWED))
    await _restrict_dispositions(acting, changed, told_by)


async def _restrict_dispositions(acting: Acting, of: Iterable[Warning], told_by: Traces) -> None:
    """A disposition is kept from whom its warning is kept. `told_by` is by warning."""
    kept = {each.id: KeptFrom.of(each) for each in of}
    there = await dispositions.lock_of(acting.tx, kept)
    changed = [after for each in there if (after := restricted(each, kept[each.warning])) is not each]
    dispositions.ROWS.save_all(acting.tx, changed, COLUMNS)
    for each in changed:
        with acting.tx.traced(told_by[each.warning]):
            of_dispositions.tell_alone(acting, each, pb.DispositionRestricted())
