"""What is asked and answered: sealed in the row under the data key of the case, so that it is shredded with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from minshao.agency.v1 import TextEvidence

from services.agency.oversights.domain.oversight import NOTES, CaseOversight
from services.agency.oversights.store import CASE_OVERSIGHTS
from services.common.database import Tx
from services.common.sealing import DataKey, Sealer

_o = CASE_OVERSIGHTS.c


def asking(oversight: CaseOversight, key: DataKey, text: str) -> tuple[CaseOversight, TextEvidence]:
    """The record with what is asked, and what the ledger may hold of it."""
    sealed = replace(oversight, sealed_text=key.seal(_o.sealed_text, oversight.id, text))
    return sealed, TextEvidence(id=oversight.id, mac=key.mac(text))


def answering(oversight: CaseOversight, key: DataKey, answer: str) -> tuple[CaseOversight, TextEvidence]:
    """The record with its answer, and what the ledger may hold of it."""
    sealed = replace(oversight, sealed_answer=key.seal(_o.sealed_answer, oversight.id, answer))
    return sealed, TextEvidence(id=oversight.id, mac=key.mac(answer))


@dataclass(frozen=True, slots=True)
class Opened:
    """What is asked, and the answer; empty where there is none, and once it was shredded."""

    text: str
    answer: str


async def opened(tx: Tx, sealer: Sealer, oversights: Sequence[CaseOversight]) -> list[tuple[CaseOversight, Opened]]:
    """The records with their texts, in one query."""
    keys = await sealer.keys(tx, {each.case for each in oversights})
    return [(each, _opened(each, keys)) for each in oversights]


def _opened(oversight: CaseOversight, keys: Mapping[str, DataKey]) -> Opened:
    text, answer, key = oversight.sealed_text, oversight.sealed_answer, keys.get(oversight.case)
    if text is None:
        said = NOTES.get(oversight.origin, "")
    else:
        said = key.open(_o.sealed_text, oversight.id, text) if key else ""
    return Opened(said, key.open(_o.sealed_answer, oversight.id, answer) if key and answer else "")
