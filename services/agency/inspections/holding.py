"""Recording an inspection: who may, against which standards, and what it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from minshao.agency.v1 import FindingOpened, InspectionHeld
from minshao.agency.v1 import Inspection as Shown
from minshao.common.v1 import LEVEL_UNIT

from services.agency.forgetting import keep
from services.agency.inspections import store, texts
from services.agency.inspections.acting import Acting, inspection_name
from services.agency.inspections.domain.finding import Finding, check_mend_by
from services.agency.inspections.domain.inspection import Inspection, InspectorKind, Result, Verdict, check_results
from services.agency.points.domain import Point
from services.agency.points.use_cases import lock_open_points
from services.agency.standards import use_cases as standards
from services.agency.standards.domain import CHECKED
from services.agency.standards.encoding import standards_name
from services.agency.volunteers.domain import Volunteer
from services.agency.volunteers.use_cases import appointment_at
from services.common import ledger
from services.common.access import Role
from services.common.errors import Denied, Invalid, NotFound, Refused


@dataclass(frozen=True, slots=True)
class Noted:
    """A result, with what was seen; nothing where the note is empty."""

    result: Result
    note: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found wrong, and by when it is to be mended."""

    text: str
    mend_by: date


@dataclass(frozen=True, slots=True)
class Visit:
    """What an inspector writes down."""

    point: str
    date: date
    standards: int
    """The version that the results answer; 0: the current one."""
    results: Sequence[Noted]
    grade: int
    findings: Sequence[Draft]
    follows: str | None


async def hold_inspection(acting: Acting, visit: Visit) -> Inspection:
    """Records an inspection with its findings, whose clocks start. Raises what the contract says of it."""
    for index, draft in enumerate(visit.findings):
        check_mend_by(f"findings[{index}].mend_by", draft.mend_by, acting.today)
    kind, volunteer = await _inspector(acting, visit.point)
    if volunteer is not None and visit.date < volunteer.term.first_day:
        raise Invalid("date", "检查日期不能早于您的聘期。")
    id = uuid4().hex
    key = await acting.agency.sealer.new_key(acting.tx, id)
    point = (await lock_open_points(acting.tx, [visit.point]))[visit.point]
    inspection = Inspection(
        id=id,
        point=visit.point,
        inspector=acting.actor.name,
        kind=kind,
        volunteer=volunteer.id if volunteer else None,
        date=visit.date,
        standards=await _answered(acting, point, visit),
        results=tuple(each.result for each in visit.results),
        grade=visit.grade,
        follows=await _followed(acting, visit),
        create_time=acting.now,
    )
    store.insert(acting.tx, inspection)
    notes = [
        texts.put(acting.tx, key, texts.note(each.result.check), each.note, acting.actor, acting.now)
        for each in visit.results
        if each.note
    ]
    event = _event(acting, inspection, len(visit.findings))
    event.notes.extend(notes)
    ledger.append(acting.tx, acting.actor, "inspection", id, 1, event, acting.now)
    for draft in visit.findings:
        finding = Finding(id=uuid4().hex, inspection=id, point=visit.point, mend_by=draft.mend_by)
        text = texts.put(acting.tx, key, texts.found(finding.id), draft.text, acting.actor, acting.now)
        acting.open(finding, FindingOpened(text=text))
    if not visit.findings:
        await keep(acting.tx, "inspections", id, acting.now)
    return inspection


async def _inspector(acting: Acting, point: str) -> tuple[InspectorKind, Volunteer | None]:
    """As what the actor inspects; a volunteer only what they are appointed for."""
    if acting.actor.has(Role.COUNTY_DISCIPLINE):
        return InspectorKind.COUNTY_DISCIPLINE, None
    if acting.actor.has(Role.TOWN_DISCIPLINE):
        return InspectorKind.TOWN_DISCIPLINE, None
    if acting.sees(point) and (volunteer := await appointment_at(acting.tx, acting.actor, point, acting.now)):
        return InspectorKind.VOLUNTEER, volunteer
    raise Denied("您没有受聘监督这个代理点。", "NOT_YOUR_POINT")


async def _answered(acting: Acting, point: Point, visit: Visit) -> int:
    """The version of the standards that the results answer in full; 0 where the standards do not speak of the point."""
    results = [each.result for each in visit.results]
    if point.tier not in CHECKED:
        check_results(results, ())
        return 0
    found = await standards.find(acting.tx, visit.standards)
    if found is None and visit.standards:
        raise NotFound("建设标准", standards_name(acting.tx.tenant, visit.standards), reason="NO_SUCH_STANDARDS")
    if found is None:
        raise Refused("NO_STANDARDS", "本县尚未发布代理点建设标准，不能逐项检查。")
    check_results(results, [check.code for check in found.content.checks])
    return found.version


async def _followed(acting: Acting, visit: Visit) -> str | None:
    """The earlier inspection of the same point."""
    if visit.follows is None:
        return None
    earlier = await acting.inspection(visit.follows)
    if earlier.point != visit.point:
        raise Invalid("follows", "只能跟进同一代理点的检查。", reason="OTHER_POINT")
    if earlier.date > visit.date:
        raise Invalid("date", "跟进检查不能早于所跟进的检查。")
    return earlier.id


def _event(acting: Acting, inspection: Inspection, findings: int) -> InspectionHeld:
    tenant = acting.tx.tenant
    return InspectionHeld(
        inspection=inspection_name(tenant, inspection.id),
        unit=inspection.point,
        inspector_kind=Shown.InspectorKind.ValueType(inspection.kind),
        date=str(inspection.date),
        grade=inspection.grade,
        standards_version=inspection.standards,
        met_count=inspection.count(Verdict.MET),
        not_met_count=inspection.count(Verdict.NOT_MET),
        finding_count=findings,
        follows=inspection_name(tenant, inspection.follows) if inspection.follows else "",
        visible_to=LEVEL_UNIT,
    )
