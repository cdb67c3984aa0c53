"""Keeping and forgetting what is sealed of consultations and of the records of points: see `services.common.retention`.

Each has a data key of its own, under its id. When it ends a deadline is set, and when that comes the key is destroyed;
nothing has a deadline while it is open.
"""

from __future__ import annotations

from datetime import datetime

from minshao.agency.v1 import RecordReceiptExpired, RecordShredded
from minshao.common.v1 import LEVEL_COUNTY

from services.agency.acting import Acting
from services.agency.settings.store import AGENCY_SETTINGS
from services.common import deadlines
from services.common.database import Tx

SHREDDING = "record.shredding"
"""The kind of the deadline; its owner is the collection and the id, such as `cards/…`."""


async def keep(tx: Tx, collection: str, id: str, ended: datetime) -> None:
    """Sets when what is sealed of a record that ends at this instant is shredded; anew, where it was set before."""
    retention = await AGENCY_SETTINGS.load(tx)
    deadlines.schedule(tx, SHREDDING, f"{collection}/{id}", retention.shredded_from(ended))


async def keep_receipt(tx: Tx, kind: str, id: str, ended: datetime) -> None:
    """Sets when a code opens nothing any more."""
    retention = await AGENCY_SETTINGS.load(tx)
    deadlines.schedule(tx, kind, id, retention.receipt_expires(ended))


async def shred(acting: Acting, record: str) -> None:
    """Destroys the data key of the record."""
    id = record.rpartition("/")[2]
    if await acting.agency.sealer.shred(acting.tx, id, acting.now):
        event = RecordShredded(record=f"tenants/{acting.tx.tenant}/{record}", visible_to=LEVEL_COUNTY)
        acting.tell("shredding", id, 1, event)


def tell_expired(acting: Acting, record: str) -> None:
    """PENDING: the one entry of a code that opens nothing any more."""
    event = RecordReceiptExpired(record=f"tenants/{acting.tx.tenant}/{record}", visible_to=LEVEL_COUNTY)
    acting.tell("receipt_expiry", record.rpartition("/")[2], 1, event)
