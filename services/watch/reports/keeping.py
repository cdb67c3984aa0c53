"""Keeping and forgetting what is sealed of a report: see `services.common.retention`."""

from __future__ import annotations

from datetime import datetime

from minshao.watch.v1 import ReportReceiptExpired, ReportShredded

from services.common import deadlines
from services.common.database import Tx
from services.watch.receipts.use_cases import forget_receipt
from services.watch.reports.acting import Acting
from services.watch.reports.domain.deadlines import RECEIPT_EXPIRY, SHREDDING
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Mode
from services.watch.settings.store import TOWN_SETTINGS


async def keep(tx: Tx, ended: Report, now: datetime) -> None:
    """Sets when the receipt and the sealed content of a report that ended `now` come to their end."""
    retention = await TOWN_SETTINGS.load(tx)
    if ended.mode is not Mode.NOBODY:
        deadlines.schedule(tx, RECEIPT_EXPIRY, ended.id, retention.receipt_expires(now))
    deadlines.schedule(tx, SHREDDING, ended.id, retention.shredded_from(now))


async def end_receipt(acting: Acting, report: Report) -> None:
    """The receipt code opens nothing any more."""
    await forget_receipt(acting.tx, report.id)
    acting.record(report, report, [ReportReceiptExpired()])


async def shred(acting: Acting, report: Report) -> None:
    """Destroys the report's data key: what was told, by whom and all reasons can never be read again."""
    if await acting.sealer.shred(acting.tx, report.id, acting.now):
        acting.record(report, report, [ReportShredded()])
