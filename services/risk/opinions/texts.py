"""Opinions and objections in words, which may name people: each sealed apart under the data key of the risk point."""

from __future__ import annotations

from collections.abc import Collection

from minshao.risk.v1 import TextEvidence

from services.common.sealing import DataKey
from services.risk.acting import Acting
from services.risk.opinions.store import TEXTS

WITHDRAWAL = "withdrawal"
"""The role of why a risk point was withdrawn."""


def opinion(id: str) -> str:
    """The role of what an opinion says."""
    return f"opinion/{id}"


def objection(id: str) -> str:
    """The role of what was objected."""
    return f"objection/{id}"


def answer(id: str) -> str:
    """The role of the answer to an objection."""
    return f"answer/{id}"


def put(acting: Acting, key: DataKey, role: str, text: str) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(acting.tx, key, role, text, acting.actor.name, acting.now)
    return TextEvidence(id=id, mac=mac)


async def opened(acting: Acting, risk_point: str, roles: Collection[str]) -> dict[str, str]:
    """Those of these texts that are there, by role; none once they were shredded."""
    return {each.role: each.text for each in await TEXTS.read(acting.tx, acting.risk.sealer, risk_point, roles)}
