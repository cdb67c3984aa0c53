"""The free texts of a report: sealed rows beside it, known to the ledger by id and HMAC only.

Identity, contact, accusation, reasons, answers and messages are rows of their own, so that each is opened for whom
it is meant. When the report's data key is shredded none can be read again, and readers find nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

import sqlalchemy as sa
from minshao.watch.v1 import TextReference

from services.common.database import Tx
from services.common.sealed_texts import Text
from services.common.sealing import DataKey, Sealer
from services.watch.reports.store import REPORT_TEXTS, TEXTS

ABOUT = "about"
TOLD = "text"
REPORTER_NAME = "reporter.name"
REPORTER_CONTACT = "reporter.contact"
ANSWER = "answer"
REFUSAL = "refusal"
MORE_TIME = "more_time"
MORE_TIME_DECISION = "more_time.decision"
TELLER = "teller"
TELL_MANNER = "teller.manner"
REASON = "reason"
MESSAGE_OF_REPORTER = "message.reporter"
MESSAGE_OF_ORGAN = "message.organ"


def put(tx: Tx, key: DataKey, role: str, text: str, author: str, now: datetime) -> TextReference:
    """Seals a text as a pending write; returns what the ledger may hold of it."""
    id, mac = TEXTS.put(tx, key, role, text, author, now)
    return TextReference(id=id, mac=mac)


async def read(tx: Tx, sealer: Sealer, report: str, roles: Iterable[str]) -> list[Text]:
    """The texts of a report that have one of the roles, oldest first; none once they were shredded."""
    return await TEXTS.read(tx, sealer, report, roles)


async def last_of_each(tx: Tx, sealer: Sealer, reports: Collection[str], role: str) -> dict[str, str]:
    """The newest text of a role of each of the reports that has one which was not shredded; in two queries."""
    keys = await sealer.keys(tx, reports)
    t = REPORT_TEXTS.c
    wanted = sa.select(REPORT_TEXTS).where(t.tenant == tx.tenant, t.report.in_(sorted(keys)), t.role == role)
    rows = await tx.rows(wanted.order_by(t.create_time, t.id)) if keys else ()
    return {row.report: keys[row.report].open(t.sealed, row.id, row.sealed) for row in rows}
