"""Keeping and forgetting what is sealed of a case: see `services.common.retention`. It ends when the applicant was
told."""

from __future__ import annotations

from minshao.agency.v1 import CaseReceiptExpired, CaseShredded

from services.agency.cases import store
from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.cases.domain.deadlines import RECEIPT_EXPIRY, SHREDDING
from services.agency.settings.store import AGENCY_SETTINGS
from services.common import deadlines

HANDLERS = (RECEIPT_EXPIRY, SHREDDING)
"""The kinds of deadlines that `forget` answers."""


async def keep(acting: Acting, closed: Case) -> None:
    """Sets when the receipt and the sealed content of a case that was closed now come to their end."""
    retention = await AGENCY_SETTINGS.load(acting.tx)
    deadlines.schedule(acting.tx, RECEIPT_EXPIRY, closed.id, retention.receipt_expires(acting.now))
    deadlines.schedule(acting.tx, SHREDDING, closed.id, retention.shredded_from(acting.now))


async def forget(acting: Acting, kind: str, id: str) -> None:
    """The receipt code opens nothing any more; or the data key of the case is destroyed, and who applied, reasons and
    what was asked and answered can never be read again."""
    case = await store.lock(acting.tx, id)
    if kind == RECEIPT_EXPIRY:
        await store.RECEIPTS.forget(acting.tx, case.id)
        acting.record(case, case, CaseReceiptExpired())
    elif await acting.agency.sealer.shred(acting.tx, case.id, acting.now):
        await store.RECEIPTS.forget(acting.tx, case.id)
        acting.record(case, case, CaseShredded())
