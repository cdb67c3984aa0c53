"""The texts of an inspection and of its findings: each sealed apart under the data key of the inspection."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from minshao.agency.v1 import TextEvidence

from services.agency.inspections.store import TEXTS
from services.common.access import Actor
from services.common.database import Tx
from services.common.sealing import DataKey, Sealer


def note(check: str) -> str:
    """The role of the note to the result of a check."""
    return f"note/{check}"


def found(finding: str) -> str:
    """The role of what was found."""
    return f"found/{finding}"


def mending(finding: str) -> str:
    """The role of what was done about a finding."""
    return f"mending/{finding}"


def objection(finding: str) -> str:
    """The role of why a finding was sent back."""
    return f"objection/{finding}"


def put(tx: Tx, key: DataKey, role: str, text: str, author: Actor, now: datetime) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(tx, key, role, text, author.name, now)
    return TextEvidence(id=id, mac=mac)


async def last(tx: Tx, sealer: Sealer, inspection: str, roles: Collection[str]) -> dict[str, str]:
    """The newest text of each role that has one; none once they were shredded."""
    return {each.role: each.text for each in await TEXTS.read(tx, sealer, inspection, roles)}
