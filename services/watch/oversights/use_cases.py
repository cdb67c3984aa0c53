"""Ordering and answering oversights 督办 (domain: watch, Oversight; roles: town and county discipline)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from services.common.access import Actor, Role
from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.organisation import store as organisation
from services.common.organisation.domain import DISCIPLINE
from services.common.periods import check_ahead, local_date, overdue_from
from services.watch.forgetting import FORGETTING
from services.watch.oversights import opening, store, texts
from services.watch.oversights.domain import FURTHEST_DAYS, Origin, Oversight, State, Target
from services.watch.oversights.sight import sees_of_unit, sees_oversights_of
from services.watch.posts.use_cases import lock_open_post
from services.watch.reports.acting import Acting
from services.watch.reports.domain.recusal import handles
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.terms import Level
from services.watch.reports.store import load as load_report
from services.watch.reports.store import lock as lock_report


@dataclass(frozen=True, slots=True)
class Order:
    """What is put under oversight: exactly one of report, unit and post; and what is demanded until when."""

    report: str | None
    unit: str | None
    post: str | None
    note: str
    last_day: date


async def order_oversight(acting: Acting, order: Order) -> Oversight:
    """Opens an oversight on what is open: a report that is not answered, a unit or post that is not retired."""
    if sum(each is not None for each in (order.report, order.unit, order.post)) != 1:
        raise Invalid("report", "反映、单位、监督哨中必须且只能指定一个。")
    check_ahead("last_day", order.last_day, local_date(acting.now), FURTHEST_DAYS)
    report = await _open_report(acting, order.report) if order.report else None
    oversight = Oversight(
        tenant=acting.tx.tenant,
        id=uuid4().hex,
        origin=Origin.ORDER,
        target=Target.REPORT if report else Target.UNIT if order.unit else Target.POST,
        report=order.report,
        unit=report.organ if report else await _unit_or_post(acting, order),
        note=order.note,
        due_time=overdue_from(order.last_day),
        level=Level.COUNTY if acting.actor.has(Role.COUNTY_DISCIPLINE) else Level.TOWN,
        orderer=acting.actor.name,
        create_time=acting.now,
    )
    if report and not report.under_oversight:
        acting.record(report, replace(report, under_oversight=True), [])
    key = await texts.key_of(acting.tx, acting.sealer, oversight)
    return opening.open_oversight(acting.tx, key, acting.actor, oversight, report)


async def answer_oversight(acting: Acting, id: str, answer: str) -> Oversight:
    """Answers an open oversight, as the organ that handles its report, or as its unit.

    Locks the report before the oversight, as whoever answers the report does.
    """
    _, report = await seen_oversight(acting, id)
    if report is not None:
        report = await acting.seen(report.id)
    oversight = await store.ROWS.lock(acting.tx, id)
    if oversight.warning:
        raise Refused("ENDS_WITH_WARNING", "该督办因红色预警而起，预警处置后自行结束。")
    if not (handles(report, acting.viewer) if report else _answers_for(acting.actor, oversight.unit)):
        raise Denied("该督办不由您所在的单位回复。", "NOT_ANSWERER")
    key = await texts.key_of(acting.tx, acting.sealer, oversight)
    ended = opening.end_oversight(acting.tx, key, acting.actor, oversight, answer, report, acting.now)
    if report is None:
        await FORGETTING.keep(acting.tx, "oversights", id, acting.now)
    elif len(await store.open_of_report(acting.tx, report.id)) == 0:
        acting.record(report, replace(report, under_oversight=False), [])
    return ended


async def seen_oversight(acting: Acting, id: str) -> tuple[Oversight, Report | None]:
    """An oversight that exists for the viewer, with its report. Raises NotFound, also where the report is hidden."""
    oversight = await store.ROWS.load(acting.tx, id)
    if oversight.report is not None:
        report = await load_report(acting.tx, oversight.report)
        if sees_oversights_of(report, acting):
            return oversight, report
    elif sees_of_unit(oversight, acting) and (
        acting.viewer.town or acting.viewer.county or _answers_for(acting.actor, oversight.unit)
    ):
        return oversight, None
    raise NotFound("督办")


async def oversight_overdue(acting: Acting, id: str) -> None:
    """The last day has passed without an answer: announced once, whatever other last days it gets."""
    target = (await store.ROWS.load(acting.tx, id)).report
    report = await lock_report(acting.tx, target) if target else None
    oversight = await store.ROWS.lock(acting.tx, id)
    if oversight.state is State.OPEN and not oversight.late and acting.now >= oversight.due_time:
        opening.announce_overdue(acting.tx, acting.actor, oversight, report, acting.now)


async def _open_report(acting: Acting, id: str) -> Report:
    report = await acting.seen(id)
    if not report.state.open:
        raise Refused("NOT_OPEN", "已答复的反映不能督办。")
    return report


async def _unit_or_post(acting: Acting, order: Order) -> str:
    if order.post:
        return (await lock_open_post(acting.tx, order.post)).unit
    unit = await organisation.unit(acting.tx, order.unit or "")
    if unit is None:
        raise NotFound("单位", reason="NO_UNIT")
    if unit.retired:
        raise Refused("RETIRED", "已撤销的单位不能督办。")
    return unit.code


def _answers_for(actor: Actor, unit: str) -> bool:
    """People of the unit; for a discipline committee its officers, whose scope is the town or the county."""
    committees = {f"{scope}.{DISCIPLINE}" for scope in actor.scopes(Role.TOWN_DISCIPLINE, Role.COUNTY_DISCIPLINE)}
    return unit in actor.scopes(Role.UNIT_OFFICER, Role.BRANCH_SECRETARY, Role.UNIT_LEADER) | committees
