"""Risk points as messages of the contract, and back."""

from __future__ import annotations

from collections.abc import Sequence

import minshao.risk.v1 as pb

from services.common.characters import printable
from services.common.errors import Invalid
from services.common.inputs import local_id, read_day, read_text
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.aspects import Aspect
from services.risk.opinions import store as opinions
from services.risk.opinions.domain import Objections
from services.risk.positions import store as positions
from services.risk.powers import store as powers
from services.risk.risk_points import store
from services.risk.risk_points.domain import Content, Control, Level, Method, RiskPoint


def read_content(given: pb.RiskPointContent, tenant: str) -> Content:
    """Raises Invalid."""
    content = Content(
        level=Level(given.level),
        position=local_id("content.position", given.position, tenant) or None,
        section=printable(given.section),
        power=local_id("content.power", given.power, tenant) or None,
        aspect=Aspect(given.aspect),
        method=Method(given.method),
        manifestation=read_text("content.manifestation", given.manifestation),
    )
    content.check_level()
    return content


def read_controls(given: pb.RiskPointContent, risk_point: str, tenant: str) -> list[Control]:
    """Raises Invalid."""
    return [
        _control(each, f"content.controls[{n}]", risk_point, n + 1, tenant) for n, each in enumerate(given.controls)
    ]


def _control(given: pb.RiskControl, field: str, risk_point: str, number: int, tenant: str) -> Control:
    position = local_id(f"{field}.owner_position", given.owner_position, tenant)
    cadre = local_id(f"{field}.owner_cadre", given.owner_cadre, tenant)
    if bool(position) is bool(cadre):
        raise Invalid(f"{field}.owner_position", "防控措施应当指明一个责任岗位或者一名责任人。")
    return Control(
        risk_point=risk_point,
        number=number,
        measure=read_text(f"{field}.measure", given.measure),
        owner_position=position or None,
        owner_cadre=cadre or None,
        due_date=read_day(f"{field}.due_date", given.due_date),
    )


def content_message(acting: Acting, content: Content, controls: Sequence[Control]) -> pb.RiskPointContent:
    return pb.RiskPointContent(
        level=pb.RiskPoint.Level.ValueType(content.level),
        position=acting.named("positions", content.position or ""),
        section=content.section,
        power=acting.named("powers", content.power or ""),
        aspect=pb.RiskPoint.Aspect.ValueType(content.aspect),
        method=pb.RiskPoint.Method.ValueType(content.method),
        manifestation=content.manifestation,
        controls=[
            pb.RiskControl(
                measure=each.measure,
                owner_position=acting.named("positions", each.owner_position or ""),
                owner_cadre=acting.named("cadres", each.owner_cadre or ""),
                due_date=str(each.due_date),
            )
            for each in controls
        ],
    )


async def shown(acting: Acting, risk_points: Sequence[RiskPoint]) -> list[pb.RiskPoint]:
    """Risk points with their control measures, and with how much was said of them; in three queries."""
    ids = [each.id for each in risk_points]
    controls = await store.controls(acting.tx, ids)
    opinion_counts = await opinions.opinion_counts(acting.tx, ids)
    objections = await opinions.objections(acting.tx, ids)
    messages = []
    for each in risk_points:
        objected = objections.get(each.id, Objections())
        message = pb.RiskPoint(
            name=acting.named("riskPoints", each.id),
            unit=acting.named("units", each.unit),
            content=content_message(acting, each, controls[each.id]),
            state=pb.RiskPoint.State.ValueType(each.state),
            state_time=stamp(each.state_time),
            consultation_scope=pb.Scope.ValueType(each.consultation_scope or 0),
            publicity_scope=pb.Scope.ValueType(each.publicity_scope or 0),
            first_day=str(each.first_day or ""),
            last_day=str(each.last_day or ""),
            leadership_meeting=acting.named("leadershipMeetings", each.meeting or ""),
            replaces=acting.named("riskPoints", each.replaces or ""),
            opinion_count=opinion_counts.get(each.id, 0),
            objection_count=objected.raised,
            unanswered_count=objected.unanswered,
            create_time=stamp(each.create_time),
            version=each.version,
        )
        messages.append(message)
    return messages


async def notices(acting: Acting, risk_points: Sequence[RiskPoint]) -> list[pb.RiskPointNotice]:
    """What people who may speak about risk points are shown of them, in words; in five queries."""
    tx = acting.tx
    controls = await store.controls(tx, [each.id for each in risk_points])
    owned = [each for of_one in controls.values() for each in of_one]
    at = await positions.by_id(
        tx, {each.position for each in risk_points if each.position} | {each.owner_position or "" for each in owned}
    )
    powers_of = await powers.by_id(tx, {each.power for each in risk_points if each.power})
    cadres = await organisation.cadres(tx, {each.owner_cadre for each in owned if each.owner_cadre})
    units = await organisation.units(tx, {each.unit for each in risk_points})

    def owner(control: Control) -> str:
        return at[control.owner_position].title if control.owner_position else cadres[control.owner_cadre or ""].name

    return [
        pb.RiskPointNotice(
            name=acting.named("riskPoints", each.id),
            unit=acting.named("units", each.unit),
            unit_title=units[each.unit].name,
            level=pb.RiskPoint.Level.ValueType(each.level),
            section=at[each.position].section if each.position else each.section,
            position_title=at[each.position].title if each.position else "",
            power_title=powers_of[each.power].title if each.power else "",
            aspect=pb.RiskPoint.Aspect.ValueType(each.aspect),
            manifestation=each.manifestation,
            controls=[
                pb.RiskPointNotice.Control(measure=one.measure, owner=owner(one), due_date=str(one.due_date))
                for one in controls[each.id]
            ],
            state=pb.RiskPoint.State.ValueType(each.state),
            last_day=str(each.last_day or ""),
        )
        for each in risk_points
    ]
