"""Opening a round of conduct appraisal, counting its forms, closing it."""

from __future__ import annotations

from minshao.agency.v1 import Appraisal as AppraisalMessage
from minshao.agency.v1 import AppraisalClosed, AppraisalFormsCounted, AppraisalOpened
from minshao.common.v1 import LEVEL_TOWN, LEVEL_UNIT

from services.agency.acting import Acting
from services.agency.appraisals import store
from services.agency.appraisals.domain import Appraisal, Count, Forms, results


async def open_round(acting: Acting, appraisal: Appraisal) -> Appraisal:
    """Raises NotFound, Denied, Refused."""
    acting.check_keeps_records()
    for unit in appraisal.points:
        await acting.open_point(unit)
    store.ROWS.insert(acting.tx, appraisal)
    event = AppraisalOpened(
        appraisal=appraisal_name(acting.tx.tenant, appraisal.id),
        date=str(appraisal.date),
        point_count=len(appraisal.points),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("appraisal", appraisal.id, appraisal.version, event)
    return appraisal


async def count_forms(acting: Acting, id: str, forms: Forms) -> Appraisal:
    """Raises NotFound, Denied, IllegalMove, Invalid."""
    acting.check_keeps_records()
    before = await store.ROWS.lock(acting.tx, id)
    appraisal = before.counted(forms)
    store.ROWS.save(acting.tx, before, appraisal)
    store.put_forms(acting.tx, id, forms)
    event = AppraisalFormsCounted(
        appraisal=appraisal_name(acting.tx.tenant, id),
        unit=forms.point,
        participants=AppraisalMessage.Participants.ValueType(forms.participants),
        satisfied=forms.count.satisfied,
        fair=forms.count.fair,
        dissatisfied=forms.count.dissatisfied,
        visible_to=LEVEL_TOWN,
    )
    acting.tell("appraisal", id, appraisal.version, event)
    return appraisal


async def close_round(acting: Acting, id: str) -> Appraisal:
    """Raises NotFound, Denied, IllegalMove, Refused."""
    acting.check_keeps_records()
    before = await store.ROWS.lock(acting.tx, id)
    forms = await store.forms_of(acting.tx, id)
    appraisal = before.closed(forms, acting.now)
    store.ROWS.save(acting.tx, before, appraisal)
    event = AppraisalClosed(
        appraisal=appraisal_name(acting.tx.tenant, id),
        date=str(appraisal.date),
        results=[result(acting.tx.tenant, unit, count) for unit, count in results(forms).items()],
        visible_to=LEVEL_UNIT,
    )
    acting.tell("appraisal", id, appraisal.version, event)
    return appraisal


def result(tenant: str, unit: str, count: Count) -> AppraisalMessage.Result:
    """The result of one point, as the contract shows it."""
    return AppraisalMessage.Result(
        point=f"tenants/{tenant}/points/{unit}",
        satisfied=count.satisfied,
        fair=count.fair,
        dissatisfied=count.dissatisfied,
        satisfied_percent=count.satisfied_percent,
    )


def appraisal_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/appraisals/{id}"
