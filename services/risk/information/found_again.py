"""A report that was handled again, and found worse than before, or true of others (domain §4): written behind the piece
that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from services.risk.acting import Acting
from services.risk.information.behind import Later, Piece, held_pieces, write_behind
from services.risk.information.collecting import Finding
from services.risk.information.domain import FOUND, Collected, Facts, is_graver


async def write_found_again(acting: Acting, findings: Sequence[Finding]) -> list[Collected]:
    """Writes what events find of known sources, where it is graver than all that events said of them before; or no
    milder and true of others. What a person has corrected it to be about it stays about."""
    pieces = await held_pieces(acting, [each.origin.source for each in findings])
    news = []
    for finding in findings:
        piece = pieces[finding.origin.source]
        facts = _but_for_corrections(acting, finding.facts, piece)
        if _counts_anew(acting, facts, piece) or _is_of_others(facts, piece.last):
            news.append(Later(piece, facts, finding.trace))
    return await write_behind(acting, news)


def replaces(found: Facts, before: Facts) -> bool:
    """Whether a report that was found to be something is found to be something else by now."""
    return found.kind in FOUND and (is_graver(found.kind, before.kind) or _is_of_others(found, before))


def _counts_anew(acting: Acting, found: Facts, piece: Piece) -> bool:
    """Whether the finding is graver than all that events said, and not what the piece says already."""
    told = [each.kind for each in piece.entries if each.author == acting.actor.name]
    is_news = piece.last.withdrawn or piece.last.kind is not found.kind
    return is_news and all(is_graver(found.kind, than) for than in told)


def _is_of_others(found: Facts, before: Facts) -> bool:
    """Whether a later finding that is no milder is about another unit, or about a cadre who was not linked before."""
    another = found.cadre not in (None, before.cadre) and found.subject != before.subject
    other = found.unit != before.unit or another
    return other and found.day >= before.day and not is_graver(before.kind, found.kind)


def _but_for_corrections(acting: Acting, found: Facts, piece: Piece) -> Facts:
    """What was found, but for what a person has corrected of it: what it is about, or its aspect."""
    corrected = [(before, after) for before, after in pairwise(piece.entries) if after.author != acting.actor.name]
    if any(before.subject != after.subject for before, after in corrected):
        return replace(piece.last, kind=found.kind, day=found.day, withdrawn=False)
    if any(before.aspect is not after.aspect for before, after in corrected):
        return replace(found, aspect=piece.last.aspect)
    return found
