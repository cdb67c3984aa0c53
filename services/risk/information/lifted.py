"""A lateness that holds no more after it was told (domain §3, Clocks): its piece is withdrawn, and counts again where
the case is late anew. What a person has written last stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.risk.acting import Acting
from services.risk.information.behind import Later, Piece, held_pieces, write_behind
from services.risk.information.collecting import Finding
from services.risk.information.domain import Collected


async def withdraw(acting: Acting, lifted: Mapping[str, str | None]) -> None:
    """Withdraws the pieces of sources that hold no more; each with the `traceparent` of what told so."""
    pieces = await held_pieces(acting, lifted)
    held = [each for each in pieces.values() if _is_own(acting, each) and not each.last.withdrawn]
    withdrawn = [Later(each, replace(each.last, withdrawn=True), lifted[each.information.source]) for each in held]
    await write_behind(acting, withdrawn)


async def count_again(acting: Acting, findings: Sequence[Finding]) -> list[Collected]:
    """Writes what holds anew behind the pieces of known sources that were withdrawn by the service."""
    pieces = await held_pieces(acting, [each.origin.source for each in findings])
    anew = [Later(pieces[each.origin.source], each.facts, each.trace) for each in findings]
    return await write_behind(
        acting, [each for each in anew if _is_own(acting, each.piece) and each.piece.last.withdrawn]
    )


def _is_own(acting: Acting, piece: Piece) -> bool:
    return piece.last.author == acting.actor.name
