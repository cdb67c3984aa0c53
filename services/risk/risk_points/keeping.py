"""Keeping and forgetting what was said of a risk point: its objections have been heard when it is decided on, and what
is sealed ends with it."""

from __future__ import annotations

from collections.abc import Collection

from minshao.common.v1 import LEVEL_COUNTY
from minshao.risk.v1 import RecordReceiptExpired

from services.common import deadlines
from services.risk.acting import Acting
from services.risk.forgetting import keep_all
from services.risk.opinions import store as opinions
from services.risk.risk_points.domain import ENDED, RiskPoint
from services.risk.settings.store import RISK_SETTINGS

RECEIPT_EXPIRY = "objection.receipt_expiry"


async def keep_decided(acting: Acting, risk_points: Collection[RiskPoint]) -> None:
    """They were confirmed, or have ended: sets when the codes of their objections open nothing any more, where that was
    not set when they were confirmed, and, of those that have ended, when what was said of them is shredded."""
    retention = await RISK_SETTINGS.load(acting.tx)
    decided = [each.id for each in risk_points if each.state not in ENDED or each.confirm_time is None]
    for id in await opinions.objections_to(acting.tx, decided):
        deadlines.schedule(acting.tx, RECEIPT_EXPIRY, id, retention.receipt_expires(acting.now))
    await keep_all(acting.tx, "riskPoints", [each.id for each in risk_points if each.state in ENDED], acting.now)


async def expire_receipt(acting: Acting, objection: str) -> None:
    """The receipt code opens nothing any more."""
    if await opinions.RECEIPTS.forget(acting.tx, objection):
        told = RecordReceiptExpired(record=acting.named("objections", objection), visible_to=LEVEL_COUNTY)
        acting.tell("receipt_expiry", objection, 1, told)
