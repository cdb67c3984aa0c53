"""Question and answer of a consultation, which may name people: sealed, known to the ledger by id and HMAC only."""

from __future__ import annotations

from datetime import datetime

from minshao.agency.v1 import TextEvidence

from services.agency.consultations.store import TEXTS
from services.common.database import Tx
from services.common.sealed_texts import last
from services.common.sealing import DataKey, Sealer

QUESTION = "question"
ANSWER = "answer"


def put(tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(tx, key, role, text, author, now)
    return TextEvidence(id=id, mac=mac)


async def opened(tx: Tx, sealer: Sealer, consultation: str) -> tuple[str, str]:
    """Question and answer; empty where there is none yet, and once they were shredded."""
    found = await TEXTS.read(tx, sealer, consultation, (QUESTION, ANSWER))
    return last(found, QUESTION), last(found, ANSWER)
