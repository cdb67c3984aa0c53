"""Writing behind pieces that there are, as the service itself: what is told of their sources later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.information import store
from services.risk.information.collecting import entry_of, tell
from services.risk.information.domain import Collected, Entry, Facts, Information
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.numbers import INFORMATION_SERIES, hold_series


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece with all that was written of it."""

    information: Information
    entries: Sequence[Entry]

    @property
    def last(self) -> Entry:
        return self.entries[-1]


@dataclass(frozen=True, slots=True)
class Later:
    """What is to be written behind a piece."""

    piece: Piece
    facts: Facts
    trace: str | None
    """The `traceparent` of what told it."""


async def held_pieces(acting: Acting, sources: Collection[str]) -> dict[str, Piece]:
    """The pieces of these sources, by source; nobody writes behind them until the commit."""
    await hold_series(acting, INFORMATION_SERIES)
    pieces = await store.of_sources(acting.tx, sources)
    written = await store.entries_of(acting.tx, [each.id for each in pieces])
    return {each.source: Piece(each, written[each.id]) for each in pieces}


async def write_behind(acting: Acting, later: Sequence[Later]) -> list[Collected]:
    """Writes entries behind held pieces, and tells of them."""
    if not later:
        return []
    await lock_in_turn(acting, {unit for each in later for unit in (each.piece.last.unit, each.facts.unit)})
    collected = []
    for each in later:
        before = each.piece.last
        after = replace(each.piece.information, version=each.piece.information.version + 1)
        entry = entry_of(acting, after, before.ordinal + 1, each.facts)
        store.put_behind(acting.tx, (each.piece.information, before), (after, entry))
        with acting.tx.traced(each.trace):
            tell(acting, after, entry, pb.RiskInformationCorrected(withdrawn=entry.withdrawn, ordinal=entry.ordinal))
        collected.append(Collected(after, entry, each.trace))
    return collected
