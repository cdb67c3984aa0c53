"""What a leading group discussed, decided and heard of its decisions: sealed under the data key of the meeting.

The county has a town's meetings without these words.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.agency.acting import Acting
from services.agency.groups.domain import Decision, Meeting
from services.agency.groups.store import DECISIONS, MEETINGS
from services.common.sealing import DataKey

_t, _d = MEETINGS.c, DECISIONS.c


async def discussed(acting: Acting, meeting: Meeting) -> str:
    """What was discussed; empty for whom it is not meant, and once it was shredded."""
    if not acting.reads_sealed:
        return ""
    [text] = await acting.opened(meeting.id, (_t.sealed_discussed, meeting.sealed_discussed))
    return text


async def decided(acting: Acting, decisions: Sequence[Decision]) -> dict[str, tuple[str, str]]:
    """What was decided and what was said of it, by the id of the decision; in one query."""
    if not acting.reads_sealed:
        return {}
    keys = await acting.agency.sealer.keys(acting.tx, {each.meeting for each in decisions})
    return {each.id: _opened(each, keys[each.meeting]) for each in decisions if each.meeting in keys}


def _opened(decision: Decision, key: DataKey) -> tuple[str, str]:
    text = key.open(_d.sealed_text, decision.id, decision.sealed_text) if decision.sealed_text else ""
    note = key.open(_d.sealed_note, decision.id, decision.sealed_note) if decision.sealed_note else ""
    return text, note
