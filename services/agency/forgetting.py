"""Keeping and forgetting what is sealed of consultations and of the records of points: see
`services.common.forgetting`."""

from __future__ import annotations

from datetime import datetime

from minshao.agency.v1 import RecordReceiptExpired, RecordShredded
from minshao.common.v1 import LEVEL_COUNTY

from services.agency.settings.store import AGENCY_SETTINGS
from services.common import deadlines, ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.forgetting import Forgetting

FORGETTING = Forgetting(AGENCY_SETTINGS, RecordShredded)

keep = FORGETTING.keep


async def keep_receipt(tx: Tx, kind: str, id: str, ended: datetime) -> None:
    """Sets when a code opens nothing any more."""
    retention = await AGENCY_SETTINGS.load(tx)
    deadlines.schedule(tx, kind, id, retention.receipt_expires(ended))


def tell_expired(tx: Tx, actor: Actor, record: str, now: datetime) -> None:
    """PENDING: the one entry of a code that opens nothing any more."""
    event = RecordReceiptExpired(record=f"tenants/{tx.tenant}/{record}", visible_to=LEVEL_COUNTY)
    ledger.append(tx, actor, "receipt_expiry", record.rpartition("/")[2], 1, event, now)
