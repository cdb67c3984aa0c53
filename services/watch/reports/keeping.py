"""Keeping and forgetting: how long a receipt opens a report, and its sealed content is kept, after it has ended.

Each town sets both; what it sets counts for what ends afterwards. The register entry, the ledger and the figures
stay for ever.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from minshao.watch.v1 import ReportReceiptExpired, ReportShredded

from services.common import deadlines
from services.common.database import Tx
from services.common.periods import local_date, start_of_day
from services.watch.receipts.use_cases import expire_receipt
from services.watch.reports.acting import Acting
from services.watch.reports.domain.deadlines import RECEIPT_EXPIRY, SHREDDING
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Mode
from services.watch.settings.store import town_settings


async def keep(tx: Tx, ended: Report, now: datetime) -> None:
    """Sets when the receipt and the sealed content of a report that ended `now` come to their end."""
    settings = await town_settings(tx)
    today = local_date(now)
    if ended.mode is not Mode.NOBODY:
        deadlines.schedule(tx, RECEIPT_EXPIRY, ended.id, start_of_day(today + timedelta(days=settings.receipt_days)))
    deadlines.schedule(tx, SHREDDING, ended.id, start_of_day(_years_later(today, settings.retention_years)))


async def end_receipt(acting: Acting, report: Report) -> None:
    """The receipt code opens nothing any more."""
    await expire_receipt(acting.tx, report.id, acting.now)
    acting.record(report, report, [ReportReceiptExpired()])


async def shred(acting: Acting, report: Report) -> None:
    """Destroys the report's data key: what was told, by whom and all reasons can never be read again."""
    if await acting.sealer.shred(acting.tx, report.id, acting.now):
        acting.record(report, report, [ReportShredded()])


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, month=3, day=1)
