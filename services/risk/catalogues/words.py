"""What an edition says in words, wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterable

from services.risk.catalogues.content import ControlEntry, PositionEntry


def place_of(position: PositionEntry) -> str:
    """The position with its section: 财务股·会计."""
    return "·".join(filter(None, (position.section, position.title)))


def control_in_words(control: ControlEntry) -> str:
    return f"{control.measure.rstrip('。；')}（{control.owner}，{control.due_date} 前）"


def controls_in_words(controls: Iterable[ControlEntry]) -> str:
    return "；".join(map(control_in_words, controls))
