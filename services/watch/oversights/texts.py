"""What an oversight demands and is answered: sealed in its row, under the data key of the report that it is about.

So it is shredded with the report. The oversight of a unit or a post has a data key of its own. What was written in the
clear, by the version before, is read as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minshao.watch.v1 import TextReference

from services.common.database import Tx
from services.common.sealing import DataKey, Sealer
from services.watch.oversights.domain import Oversight
from services.watch.oversights.store import OVERSIGHTS

_o = OVERSIGHTS.c


async def key_of(tx: Tx, sealer: Sealer, oversight: Oversight) -> DataKey:
    """The data key of an oversight; made here where it is its own and nothing was sealed under it yet."""
    if oversight.report is None and oversight.sealed_note is None:
        return await sealer.new_key(tx, oversight.id)
    return await sealer.key(tx, _owner(oversight))


def with_note_sealed(oversight: Oversight, key: DataKey) -> Oversight:
    return replace(oversight, sealed_note=key.seal(_o.sealed_note, oversight.id, oversight.note))


def with_answer_sealed(oversight: Oversight, key: DataKey) -> Oversight:
    return replace(oversight, sealed_answer=key.seal(_o.sealed_answer, oversight.id, oversight.answer))


def evidence(oversight: Oversight, key: DataKey, text: str) -> TextReference:
    """What the ledger may hold of a text of the oversight."""
    return TextReference(id=oversight.id, mac=key.mac(text))


async def opened(tx: Tx, sealer: Sealer, oversights: Sequence[Oversight]) -> list[Oversight]:
    """The oversights with what they demand and what was answered, without what was shredded; in one query."""
    keys = await sealer.keys(tx, {_owner(each) for each in oversights})
    return [_opened(each, keys.get(_owner(each))) for each in oversights]


def _opened(oversight: Oversight, key: DataKey | None) -> Oversight:
    if key is None:
        return oversight
    note, answer = oversight.sealed_note, oversight.sealed_answer
    return replace(
        oversight,
        note=oversight.note if note is None else key.open(_o.sealed_note, oversight.id, note),
        answer=oversight.answer if answer is None else key.open(_o.sealed_answer, oversight.id, answer),
    )


def _owner(oversight: Oversight) -> str:
    return oversight.report or oversight.id
