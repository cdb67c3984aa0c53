"""A report that was handled again, and found worse than before, or true of others (domain §4): written behind the piece
that there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.risk.acting import Acting
from services.risk.information.behind import Later, held_pieces, write_behind
from services.risk.information.collecting import Finding
from services.risk.information.domain import Collected, Entry, Facts, is_graver


async def write_graver(acting: Acting, findings: Sequence[Finding]) -> list[Collected]:
    """Writes what events find of known sources, where it is graver than all that events said of them before; or no
    milder and about others, where nobody has corrected what they said."""
    pieces = await held_pieces(acting, [each.origin.source for each in findings])
    graver = []
    for finding in findings:
        piece = pieces[finding.origin.source]
        facts = _facts(acting, finding.facts, piece.last)
        told = [each.kind for each in piece.entries if each.author == acting.actor.name]
        is_news = piece.last.withdrawn or piece.last.kind is not facts.kind
        if (is_news and all(is_graver(facts.kind, than) for than in told)) or _is_of_others(facts, piece.last):
            graver.append(Later(piece, facts, finding.trace))
    return await write_behind(acting, graver)


def _is_of_others(found: Facts, before: Entry) -> bool:
    """Whether a later finding that is no milder is about another unit, or about somebody where nobody was linked. What
    a person has corrected it to be about is never another: `_facts` has kept that."""
    other = found.unit != before.unit or (before.position is None and found.position is not None)
    return other and found.day >= before.day and not is_graver(before.kind, found.kind)


def _facts(acting: Acting, found: Facts, before: Entry) -> Facts:
    """What was found, about what a person says that it is about, if one has corrected that."""
    if before.author == acting.actor.name:
        return found
    return replace(before, kind=found.kind, day=found.day, withdrawn=False)
