"""The texts of a case that name people: sealed rows beside it, known to the ledger by id and HMAC only."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from minshao.agency.v1 import TextEvidence

from services.agency.cases.domain.applicant import Applicant
from services.agency.cases.domain.case import Case
from services.agency.cases.store import TEXTS
from services.common import sealed_texts
from services.common.database import Tx
from services.common.sealing import DataKey, Sealer

NAME = "applicant.name"
PHONE = "applicant.phone"
IDENTITY_NUMBER = "applicant.identity_number"
DELAY_REASON = "delay_reason"
REASON = "reason"
REMEDIES = "remedies"
MANNER = "manner"


def evidence_of(desk: str) -> str:
    """The role of what shows that a special procedure was begun at a desk."""
    return f"evidence/{desk}"


def put(tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(tx, key, role, text, author, now)
    return TextEvidence(id=id, mac=mac)


def put_applicant(tx: Tx, key: DataKey, applicant: Applicant, author: str, now: datetime) -> None:
    """PENDING: each number a row of its own, so that it can be opened alone."""
    put(tx, key, NAME, applicant.name, author, now)
    put(tx, key, PHONE, applicant.phone, author, now)
    if applicant.identity_number:
        put(tx, key, IDENTITY_NUMBER, applicant.identity_number, author, now)


async def applicant_of(tx: Tx, sealer: Sealer, case: str) -> Applicant | None:
    """Who applied; None once that was shredded."""
    opened = {each.role: each.text for each in await TEXTS.read(tx, sealer, case, (NAME, PHONE, IDENTITY_NUMBER))}
    return Applicant(opened[NAME], opened[PHONE], opened.get(IDENTITY_NUMBER, "")) if opened else None


async def evidences(tx: Tx, sealer: Sealer, case: Case) -> dict[str, list[str]]:
    """By desk, what shows that each of its special procedures was begun, oldest first; none once it was shredded."""
    roles = {evidence_of(part.desk): part.desk for part in case.parts if part.pauses}
    found: dict[str, list[str]] = defaultdict(list)
    for each in await TEXTS.read(tx, sealer, case.id, roles):
        found[roles[each.role]].append(each.text)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What is said to the applicant: why it was not done at once, the result in words, the remedies; and how they were
    told. Each empty until it is said, and once it was shredded."""

    delay_reason: str
    result: str
    remedies: str
    manner: str


async def told_of(tx: Tx, sealer: Sealer, case: str) -> Told:
    found = await TEXTS.read(tx, sealer, case, (DELAY_REASON, REASON, REMEDIES, MANNER))
    return Told(*(sealed_texts.last(found, role) for role in (DELAY_REASON, REASON, REMEDIES, MANNER)))
