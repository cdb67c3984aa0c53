"""What of dispositions names people: sealed beside them, under a data key of each."""

from __future__ import annotations

from collections.abc import Sequence

from minshao.risk.v1 import TextEvidence

from services.common.sealed_texts import Text
from services.common.sealing import DataKey
from services.risk.acting import Acting
from services.risk.dispositions.domain import Check, Disposition
from services.risk.dispositions.store import TEXTS

NOTE, PERSONS, MILDER_REASON, RESULT = "note", "persons", "milder_reason", "result"


def put(acting: Acting, key: DataKey, role: str, text: str) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(acting.tx, key, role, text, acting.actor.name, acting.now)
    return TextEvidence(id=id, mac=mac)


async def read(acting: Acting, disposition: Disposition, checks: Sequence[Check]) -> list[Text]:
    """All texts of a disposition, oldest first."""
    roles = (NOTE, PERSONS, MILDER_REASON, RESULT, *(of_check(each) for each in checks))
    return await TEXTS.read(acting.tx, acting.risk.sealer, disposition.id, roles)


def of_check(check: Check) -> str:
    """The role of what one look found."""
    return f"check/{check.id}"
