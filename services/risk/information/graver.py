"""A report that was handled again, and found worse than before (domain §4): written behind the piece that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.information import store
from services.risk.information.collecting import Finding, entry_of, tell
from services.risk.information.domain import Collected, Entry, Facts, is_graver
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.numbers import INFORMATION_SERIES, hold_series


async def write_graver(acting: Acting, findings: Sequence[Finding]) -> list[Collected]:
    """Writes what events find of known sources, where it is graver than all that events said of them before."""
    await hold_series(acting, INFORMATION_SERIES)
    by_source = {each.origin.source: each for each in findings}
    pieces = await store.of_sources(acting.tx, by_source)
    written = await store.entries_of(acting.tx, [each.id for each in pieces])
    graver = []
    for piece in pieces:
        finding, before = by_source[piece.source], written[piece.id][-1]
        facts = _facts(acting, finding.facts, before)
        told = [each.kind for each in written[piece.id] if each.author == acting.actor.name]
        if all(is_graver(facts.kind, than) for than in told) and (before.withdrawn or before.kind is not facts.kind):
            graver.append((piece, before, facts, finding.trace))
    if not graver:
        return []
    await lock_in_turn(acting, {unit for _, before, facts, _ in graver for unit in (before.unit, facts.unit)})
    collected = []
    for piece, before, facts, trace in graver:
        after = replace(piece, version=piece.version + 1)
        entry = entry_of(acting, after, before.ordinal + 1, facts)
        store.ROWS.save(acting.tx, piece, after)
        store.ENTRY_ROWS.save(acting.tx, before, before.superseded())
        store.ENTRY_ROWS.insert(acting.tx, entry)
        with acting.tx.traced(trace):
            tell(acting, after, entry, pb.RiskInformationCorrected(ordinal=entry.ordinal))
        collected.append(Collected(after, entry, trace))
    return collected


def _facts(acting: Acting, found: Facts, before: Entry) -> Facts:
    """What was found, about what a person says that it is about, if one has corrected that."""
    if before.author == acting.actor.name:
        return found
    return replace(
        found,
        unit=before.unit,
        position=before.position,
        power=before.power,
        aspect=before.aspect,
        grade=before.grade,
        key_area=before.key_area,
        key_link=before.key_link,
    )
