"""What the watch service is made of: its services of the contract, its deadlines, and the events that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from minshao.agency.v1 import CaseOverdue, CaseOverdueLifted, RatingBad, RatingFollowUpAnswered, RatingFollowUpMoved
from minshao.risk.v1 import WarningAnswered, WarningEscalated, WarningJoined, WarningRaised, WarningRestricted
from minshao.watch.v1 import (
    box_service_pb2,
    figures_service_pb2,
    meeting_service_pb2,
    oversight_service_pb2,
    post_service_pb2,
    receipt_service_pb2,
    register_service_pb2,
    report_service_pb2,
    settings_service_pb2,
    supervisor_service_pb2,
)

from services.common import housekeeping
from services.common.access import tenant_of_unit
from services.common.consumer import Handler as EventHandler
from services.common.consumer import Subscription
from services.common.database import Tx
from services.common.deadlines import Deadline, Handler
from services.common.effects.consumers import Told, tenants_behind
from services.common.effects.consumers import handlers as told_of_dispositions
from services.common.events import Event, event_type
from services.common.rpc.server import Offer
from services.common.service import Parts, Resources
from services.common.typesetting import Typesetter
from services.watch.boxes.deadlines import box_forgotten
from services.watch.boxes.lapses import BOX_FORGOTTEN
from services.watch.boxes.rpc import BoxService
from services.watch.effects import consumers as effects
from services.watch.figures.rpc import FiguresService
from services.watch.forgetting import FORGETTING
from services.watch.meetings.deadlines import month_ended
from services.watch.meetings.months import MEETING_MISSED
from services.watch.meetings.rpc import MeetingService
from services.watch.organisation import UNIT_RETIRED, followers, unit_retired
from services.watch.oversights import consumers as late_cases
from services.watch.oversights import opening as oversights
from services.watch.oversights import warnings
from services.watch.oversights.rpc import OversightService
from services.watch.oversights.use_cases import oversight_overdue
from services.watch.posts.rpc import PostService
from services.watch.receipts.rpc import ReceiptService
from services.watch.register.rpc import RegisterService
from services.watch.reports import consumers as ratings
from services.watch.reports import deadlines as reports
from services.watch.reports.acting import Acting
from services.watch.reports.entrance import system_acting
from services.watch.reports.rpc import ReportService
from services.watch.settings.rpc import SettingsService
from services.watch.supervisors.deadlines import term_ending, term_expired
from services.watch.supervisors.rpc import SupervisorService
from services.watch.supervisors.use_cases import EXPIRED, TERM_ENDING
from services.watch.watch import Watch


def parts(resources: Resources) -> Parts:
    """The parts of a process that serves. Raises FontsMissing where nothing could be printed."""
    watch = Watch(resources.sealer, resources.keys, Typesetter())
    return Parts(offers=offers(watch), deadlines=deadlines(watch), subscriptions=subscriptions(watch))


def offers(watch: Watch) -> Sequence[Offer]:
    """Every service of the package `minshao.watch.v1`, with its implementation."""
    return (
        Offer(post_service_pb2.DESCRIPTOR.services_by_name["PostService"], PostService()),
        Offer(supervisor_service_pb2.DESCRIPTOR.services_by_name["SupervisorService"], SupervisorService(watch)),
        Offer(meeting_service_pb2.DESCRIPTOR.services_by_name["MeetingService"], MeetingService(watch)),
        Offer(box_service_pb2.DESCRIPTOR.services_by_name["BoxService"], BoxService()),
        Offer(report_service_pb2.DESCRIPTOR.services_by_name["ReportService"], ReportService(watch)),
        Offer(receipt_service_pb2.DESCRIPTOR.services_by_name["ReceiptService"], ReceiptService(watch)),
        Offer(oversight_service_pb2.DESCRIPTOR.services_by_name["OversightService"], OversightService(watch)),
        Offer(register_service_pb2.DESCRIPTOR.services_by_name["RegisterService"], RegisterService(watch)),
        Offer(figures_service_pb2.DESCRIPTOR.services_by_name["FiguresService"], FiguresService(watch)),
        Offer(settings_service_pb2.DESCRIPTOR.services_by_name["SettingsService"], SettingsService()),
    )


def deadlines(watch: Watch) -> Mapping[str, Handler]:
    """What happens when a deadline comes, by kind."""

    async def report_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await reports.fire(system_acting(watch, tx, now), deadline.kind, deadline.owner)

    async def oversight_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await oversight_overdue(system_acting(watch, tx, now), deadline.owner)

    async def retired_since(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await unit_retired(watch, tx, deadline.owner, now)

    return {
        housekeeping.KIND: housekeeping.keep_house,
        BOX_FORGOTTEN: box_forgotten,
        MEETING_MISSED: month_ended,
        TERM_ENDING: term_ending,
        EXPIRED: term_expired,
        UNIT_RETIRED: retired_since,
        oversights.DUE: oversight_due,
        **FORGETTING.handlers(watch.sealer, "watch"),
        **dict.fromkeys(reports.HANDLERS, report_due),
    }


def subscriptions(watch: Watch) -> Sequence[Subscription]:
    """The streams of others that the service takes events from."""

    def by(react: Callable[[Acting, Event, Any], Awaitable[None]]) -> EventHandler:
        async def handle(tx: Tx, event: Event, now: datetime) -> None:
            await react(system_acting(watch, tx, now), event, event.message)

        return handle

    told_by_risk = {
        event_type(WarningRaised): by(warnings.warning_raised),
        event_type(WarningJoined): by(warnings.warning_moved_on),
        event_type(WarningEscalated): by(warnings.warning_moved_on),
        event_type(WarningRestricted): by(warnings.warning_restricted),
        event_type(WarningAnswered): by(warnings.warning_answered),
        **told_of_dispositions(by(effects.something_done)),
    }
    told_by_agency = {
        event_type(CaseOverdue): by(late_cases.case_overdue),
        event_type(CaseOverdueLifted): by(late_cases.case_overdue_lifted),
        event_type(RatingBad): by(ratings.rating_bad),
        event_type(RatingFollowUpAnswered): by(ratings.follow_up_answered),
        event_type(RatingFollowUpMoved): by(ratings.follow_up_moved),
    }
    return (
        Subscription("GATEWAY", "watch", followers(watch).handlers()),
        Subscription("AGENCY", "watch", told_by_agency, where_the_point_is),
        Subscription("RISK", "watch", told_by_risk, where_the_matter_is),
    )


def where_the_point_is(event: Event) -> Collection[str]:
    """The tenants of the points or desks that an event of the agency is about: a window's is the county's. Its own of
    what names none."""
    told = event.message
    if isinstance(told, CaseOverdue | CaseOverdueLifted):
        units = late_cases.units_of(told)
    else:
        units = {cast(RatingBad | RatingFollowUpAnswered | RatingFollowUpMoved, told).unit}
    return {tenant_of_unit(unit) or event.tenant for unit in units} or {event.tenant}


def where_the_matter_is(event: Event) -> Collection[str]:
    """The tenants of the reports behind a disposition; of a warning its own."""
    told = event.message
    if isinstance(told, Told):
        return tenants_behind(event, "reports")
    return (event.tenant,)
