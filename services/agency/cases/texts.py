"""The texts of a case that name people: sealed rows beside it, known to the ledger by id and HMAC only."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from minshao.agency.v1 import TextEvidence

from services.agency.cases.domain.applicant import Applicant
from services.agency.cases.store import CASE_TEXTS
from services.common.database import Tx
from services.common.sealing import DataKey, Sealer, Shredded

NAME = "applicant.name"
PHONE = "applicant.phone"
IDENTITY_NUMBER = "applicant.identity_number"
REASON = "reason"
MANNER = "manner"


def put(tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> TextEvidence:
    """PENDING: seals a text; returns what the ledger may hold of it."""
    id = uuid4().hex
    sealed = key.seal(CASE_TEXTS.c.sealed, id, text)
    tx.insert(CASE_TEXTS, case=key.owner, id=id, role=role, sealed=sealed, author=author, create_time=now)
    return TextEvidence(id=id, mac=key.mac(text))


def put_applicant(tx: Tx, key: DataKey, applicant: Applicant, author: str, now: datetime) -> None:
    """PENDING: each number a row of its own, so that it can be opened alone."""
    put(tx, key, NAME, applicant.name, author, now)
    put(tx, key, PHONE, applicant.phone, author, now)
    if applicant.identity_number:
        put(tx, key, IDENTITY_NUMBER, applicant.identity_number, author, now)


async def applicant_of(tx: Tx, sealer: Sealer, case: str) -> Applicant | None:
    """Who applied; None once that was shredded."""
    t = CASE_TEXTS.c
    roles = (NAME, PHONE, IDENTITY_NUMBER)
    rows = await tx.rows(sa.select(CASE_TEXTS).where(t.tenant == tx.tenant, t.case == case, t.role.in_(roles)))
    try:
        key = await sealer.key(tx, case)
    except Shredded:
        return None
    opened = {row.role: key.open(t.sealed, row.id, row.sealed) for row in rows}
    return Applicant(opened.get(NAME, ""), opened.get(PHONE, ""), opened.get(IDENTITY_NUMBER, ""))


async def last(tx: Tx, sealer: Sealer, case: str, role: str) -> str:
    """The newest text of a role; empty where there is none, and once it was shredded."""
    t = CASE_TEXTS.c
    wanted = sa.select(CASE_TEXTS).where(t.tenant == tx.tenant, t.case == case, t.role == role)
    row = await tx.row(wanted.order_by(t.create_time.desc(), t.id).limit(1))
    try:
        return "" if row is None else (await sealer.key(tx, case)).open(t.sealed, row.id, row.sealed)
    except Shredded:
        return ""
