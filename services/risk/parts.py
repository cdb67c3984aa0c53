"""What the risk service is made of: its services of the contract, its deadlines, and the events that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from google.protobuf.message import Message
from minshao.agency.v1 import CaseNotified, CaseOverdue, CaseOverdueLifted
from minshao.risk.v1 import (
    analysis_service_pb2,
    catalogue_service_pb2,
    disposition_service_pb2,
    flow_chart_service_pb2,
    grading_service_pb2,
    inventory_service_pb2,
    inventory_sheet_service_pb2,
    leadership_meeting_service_pb2,
    plan_service_pb2,
    position_service_pb2,
    power_library_service_pb2,
    power_service_pb2,
    publicity_session_service_pb2,
    risk_group_service_pb2,
    risk_information_service_pb2,
    risk_opinion_service_pb2,
    risk_point_service_pb2,
    risk_review_service_pb2,
    risk_settings_service_pb2,
    risk_view_service_pb2,
    warning_service_pb2,
)
from minshao.watch.v1 import (
    ReportConflictDeclared,
    ReportOverdue,
    ReportRerouted,
    ReportSubjectLinked,
    ReportSubstantiated,
)

from services.common import housekeeping
from services.common.consumer import Subscription
from services.common.database import Tx
from services.common.deadlines import Deadline, Handler
from services.common.events import Event, event_type
from services.common.rpc.server import Offer
from services.common.service import Parts, Resources
from services.common.typesetting import Typesetter
from services.risk.acting import Acting, system_acting
from services.risk.analysis.rpc import AnalysisService
from services.risk.analysis.use_cases import RULES_SET, analyse_all
from services.risk.catalogues.rpc import CatalogueService
from services.risk.charts.rpc import FlowChartService
from services.risk.dispositions import deadlines as dispositions
from services.risk.dispositions.rpc import DispositionService
from services.risk.forgetting import handlers as forgetting
from services.risk.gradings.rpc import GradingService
from services.risk.groups.rpc import RiskGroupService
from services.risk.information import consumers as information
from services.risk.information.rpc import RiskInformationService
from services.risk.inventories.rpc import InventoryService
from services.risk.inventory_sheets.rpc import InventorySheetService
from services.risk.meetings.rpc import LeadershipMeetingService
from services.risk.opinions.rpc import RiskOpinionService
from services.risk.organisation import followers
from services.risk.plans import use_cases as plans
from services.risk.plans.rpc import PlanService
from services.risk.positions.rpc import PositionService
from services.risk.positions.use_cases import UNPROTECTED, tell_unprotected
from services.risk.power_library.rpc import PowerLibraryService
from services.risk.powers.rpc import PowerService
from services.risk.publicity_sessions.rpc import PublicitySessionService
from services.risk.reviews.rpc import RiskReviewService
from services.risk.risk import Risk
from services.risk.risk_points.keeping import RECEIPT_EXPIRY, expire_receipt
from services.risk.risk_points.rpc import RiskPointService
from services.risk.risk_points.use_cases import PUBLICITY_ENDS, close
from services.risk.settings.rpc import RiskSettingsService
from services.risk.views.rpc import RiskViewService
from services.risk.warnings import deadlines as warnings
from services.risk.warnings.rpc import WarningService


def parts(resources: Resources) -> Parts:
    """The parts of a process that serves. Raises FontsMissing where nothing could be printed."""
    risk = Risk(resources.sealer, resources.keys, Typesetter())
    return Parts(offers=offers(risk), deadlines=deadlines(risk), subscriptions=subscriptions(risk))


def offers(risk: Risk) -> Sequence[Offer]:
    """Every service of the package `minshao.risk.v1`, with its implementation."""
    return (
        Offer(catalogue_service_pb2.DESCRIPTOR.services_by_name["CatalogueService"], CatalogueService(risk)),
        Offer(flow_chart_service_pb2.DESCRIPTOR.services_by_name["FlowChartService"], FlowChartService(risk)),
        Offer(grading_service_pb2.DESCRIPTOR.services_by_name["GradingService"], GradingService(risk)),
        Offer(inventory_service_pb2.DESCRIPTOR.services_by_name["InventoryService"], InventoryService(risk)),
        Offer(
            leadership_meeting_service_pb2.DESCRIPTOR.services_by_name["LeadershipMeetingService"],
            LeadershipMeetingService(risk),
        ),
        Offer(
            risk_information_service_pb2.DESCRIPTOR.services_by_name["RiskInformationService"],
            RiskInformationService(risk),
        ),
        Offer(analysis_service_pb2.DESCRIPTOR.services_by_name["AnalysisService"], AnalysisService(risk)),
        Offer(disposition_service_pb2.DESCRIPTOR.services_by_name["DispositionService"], DispositionService(risk)),
        Offer(warning_service_pb2.DESCRIPTOR.services_by_name["WarningService"], WarningService(risk)),
        Offer(
            inventory_sheet_service_pb2.DESCRIPTOR.services_by_name["InventorySheetService"],
            InventorySheetService(risk),
        ),
        Offer(position_service_pb2.DESCRIPTOR.services_by_name["PositionService"], PositionService(risk)),
        Offer(plan_service_pb2.DESCRIPTOR.services_by_name["PlanService"], PlanService(risk)),
        Offer(
            publicity_session_service_pb2.DESCRIPTOR.services_by_name["PublicitySessionService"],
            PublicitySessionService(risk),
        ),
        Offer(risk_group_service_pb2.DESCRIPTOR.services_by_name["RiskGroupService"], RiskGroupService(risk)),
        Offer(power_library_service_pb2.DESCRIPTOR.services_by_name["PowerLibraryService"], PowerLibraryService(risk)),
        Offer(power_service_pb2.DESCRIPTOR.services_by_name["PowerService"], PowerService(risk)),
        Offer(risk_opinion_service_pb2.DESCRIPTOR.services_by_name["RiskOpinionService"], RiskOpinionService(risk)),
        Offer(risk_point_service_pb2.DESCRIPTOR.services_by_name["RiskPointService"], RiskPointService(risk)),
        Offer(risk_review_service_pb2.DESCRIPTOR.services_by_name["RiskReviewService"], RiskReviewService(risk)),
        Offer(risk_settings_service_pb2.DESCRIPTOR.services_by_name["RiskSettingsService"], RiskSettingsService()),
        Offer(risk_view_service_pb2.DESCRIPTOR.services_by_name["RiskViewService"], RiskViewService(risk)),
    )


def deadlines(risk: Risk) -> Mapping[str, Handler]:
    """What happens when a deadline comes, by kind."""

    async def due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await DUE[deadline.kind](system_acting(risk, tx, now), deadline.owner)

    async def rules_set(tx: Tx, _deadline: Deadline, now: datetime) -> None:
        await analyse_all(system_acting(risk, tx, now))

    return {
        housekeeping.KIND: housekeeping.keep_house,
        RULES_SET: rules_set,
        **forgetting(risk.sealer),
        **dict.fromkeys(DUE, due),
    }


DUE: Mapping[str, Callable[[Acting, str], Awaitable[None]]] = {
    UNPROTECTED: tell_unprotected,
    PUBLICITY_ENDS: close,
    RECEIPT_EXPIRY: expire_receipt,
    plans.LATE: plans.announce_late,
    **warnings.HANDLERS,
    **dispositions.HANDLERS,
}
"""What becomes due, by the kind of deadline."""


def subscriptions(risk: Risk) -> Sequence[Subscription]:
    """The events of other services that it takes."""

    async def collect(tx: Tx, events: Sequence[Event], now: datetime) -> None:
        await information.take_told(system_acting(risk, tx, now), events)

    async def collect_one(tx: Tx, event: Event, now: datetime) -> None:
        await collect(tx, [event], now)

    def told_by(stream: str, *events: type[Message]) -> Subscription:
        handlers = dict.fromkeys(map(event_type, events), collect_one)
        return Subscription(stream, "risk", handlers, information.where_it_is_about, collect, information.understand)

    return (
        Subscription("GATEWAY", "risk", followers(risk).handlers()),
        told_by(
            *("WATCH", ReportSubstantiated, ReportOverdue),
            *(ReportSubjectLinked, ReportConflictDeclared, ReportRerouted),
        ),
        told_by("AGENCY", CaseOverdue, CaseOverdueLifted, CaseNotified),
    )
