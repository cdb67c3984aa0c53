"""Editions as messages of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import minshao.risk.v1 as pb

from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.risk.acting import Acting
from services.risk.catalogues import store
from services.risk.catalogues.comparing import Difference
from services.risk.catalogues.content import ChartEntry, Content, PositionEntry, PowerEntry, RiskPointEntry, read
from services.risk.catalogues.domain import Draft, Edition, State
from services.risk.catalogues.sight import sees_unit
from services.risk.meetings import store as meetings
from services.risk.meetings.domain import AgendaItem, Meeting, Vote
from services.risk.powers.encoding import content_message


@dataclass(frozen=True, slots=True)
class Approval:
    """How the leadership approved an edition."""

    meeting: Meeting
    item: AgendaItem
    voters: Sequence[tuple[str, str, Vote]] = ()
    """Ids and names of those who were there, and how each voted."""


async def approvals(acting: Acting, editions: Sequence[Edition]) -> Mapping[str, Approval]:
    """By edition, without voters, in two queries."""
    subjects = {acting.named("catalogueEditions", each.id): each for each in editions}
    held = await meetings.those(acting.tx, {each.meeting for each in editions})
    items = await meetings.items_on(acting.tx, held, subjects)
    return {
        edition.id: Approval(held[edition.meeting], items[edition.meeting, subject])
        for subject, edition in subjects.items()
    }


async def approval(acting: Acting, edition: Edition) -> Approval:
    """With the voters, for who sees the unit."""
    bare = (await approvals(acting, [edition]))[edition.id]
    if not sees_unit(acting.actor, edition.unit):
        return bare
    cadres = await organisation.cadres(acting.tx, bare.meeting.attendees)
    votes = bare.item.votes()
    voters = [(each, cadres[each].name, votes[each]) for each in bare.meeting.attendees]
    return Approval(bare.meeting, bare.item, voters)


async def whole(acting: Acting, edition: Draft | Edition) -> pb.CatalogueEdition:
    """With what it says."""
    how = await approval(acting, edition) if isinstance(edition, Edition) else None
    shown = message(acting, edition, how)
    shown.content.CopyFrom(_content(acting, read(await store.content(acting.tx, edition))))
    return shown


def message(acting: Acting, edition: Draft | Edition, approval: Approval | None = None) -> pb.CatalogueEdition:
    """Without what it says."""
    shown = pb.CatalogueEdition(
        name=acting.named("catalogueEditions", edition.id),
        unit=acting.named("units", edition.unit),
        state=pb.CatalogueEdition.State.ValueType(State.PUBLISHED if isinstance(edition, Edition) else edition.state),
        publish_time=stamp(edition.publish_time if isinstance(edition, Edition) else None),
        content_hash=edition.content_hash,
        compile_time=stamp(edition.compile_time),
        version=edition.version,
        position_count=edition.position_count,
        power_count=edition.power_count,
        risk_point_count=edition.risk_point_count,
    )
    if isinstance(edition, Edition) and approval is not None:
        shown.number, shown.scope = edition.number, pb.Scope.ValueType(edition.scope)
        shown.approval.CopyFrom(_approval(acting, approval))
    return shown


def difference_message(acting: Acting, difference: Difference) -> pb.CatalogueDifference:
    return pb.CatalogueDifference(
        kind=pb.CatalogueDifference.Kind.ValueType(difference.kind),
        subject=acting.named(difference.collection, difference.id),
        title=difference.title,
        fields=[
            pb.CatalogueDifference.FieldChange(title=each.title, before=each.before, after=each.after)
            for each in difference.fields
        ],
    )


def _approval(acting: Acting, approval: Approval) -> pb.CatalogueApproval:
    item = approval.item
    return pb.CatalogueApproval(
        leadership_meeting=acting.named("leadershipMeetings", approval.meeting.id),
        date=str(approval.meeting.date),
        for_count=len(item.votes_for),
        against_count=len(item.votes_against),
        abstain_count=len(item.abstentions),
        voters=[
            pb.CatalogueApproval.Voter(
                cadre=acting.named("cadres", cadre),
                display_name=name,
                vote=pb.LeadershipMeeting.Vote.ValueType(vote),
            )
            for cadre, name, vote in approval.voters
        ],
    )


def _content(acting: Acting, content: Content) -> pb.CatalogueContent:
    return pb.CatalogueContent(
        unit_title=content.unit_title,
        positions=[_position(acting, each) for each in content.positions],
        risk_points=[_risk_point(acting, each) for each in content.risk_points],
        charts=[_chart(acting, each) for each in content.charts],
    )


def _position(acting: Acting, position: PositionEntry) -> pb.CataloguePosition:
    return pb.CataloguePosition(
        position=acting.named("positions", position.id),
        section=position.section,
        title=position.title,
        standing=pb.Position.Standing.ValueType(position.standing),
        grade=position.grade or 0,
        powers=[_power(acting, each) for each in position.powers],
        risk_points=[_risk_point(acting, each) for each in position.risk_points],
    )


def _power(acting: Acting, power: PowerEntry) -> pb.CataloguePower:
    return pb.CataloguePower(
        power=acting.named("powers", power.id),
        content=content_message(power),
        grade=power.grade,
        grade_reason=power.grade_reason,
        risk_points=[_risk_point(acting, each) for each in power.risk_points],
    )


def _risk_point(acting: Acting, risk_point: RiskPointEntry) -> pb.CatalogueRiskPoint:
    return pb.CatalogueRiskPoint(
        risk_point=acting.named("riskPoints", risk_point.id),
        level=pb.RiskPoint.Level.ValueType(risk_point.level),
        section=risk_point.section,
        aspect=pb.RiskPoint.Aspect.ValueType(risk_point.aspect),
        method=pb.RiskPoint.Method.ValueType(risk_point.method),
        manifestation=risk_point.manifestation,
        controls=[
            pb.CatalogueRiskPoint.Control(measure=each.measure, owner=each.owner, due_date=each.due_date)
            for each in risk_point.controls
        ],
    )


def _chart(acting: Acting, chart: ChartEntry) -> pb.CatalogueChart:
    return pb.CatalogueChart(
        flow_chart=acting.named("flowCharts", chart.id),
        version=chart.version,
        kind=pb.FlowChart.Kind.ValueType(chart.kind),
        title=chart.title,
    )
