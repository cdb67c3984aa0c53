"""What the agency service is made of: its services of the contract, its deadlines, and the events that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from minshao.agency.v1 import (
    accountability_service_pb2,
    agency_settings_service_pb2,
    appraisal_service_pb2,
    assessment_service_pb2,
    card_service_pb2,
    case_oversight_service_pb2,
    case_service_pb2,
    commitment_service_pb2,
    consultation_service_pb2,
    diary_service_pb2,
    duty_service_pb2,
    group_service_pb2,
    inspection_service_pb2,
    item_service_pb2,
    point_service_pb2,
    rating_service_pb2,
    standards_service_pb2,
    training_service_pb2,
    volunteer_service_pb2,
    work_report_service_pb2,
)

from services.agency.accountability.rpc import AccountabilityService
from services.agency.acting import Acting
from services.agency.agency import Agency
from services.agency.appraisals.rpc import AppraisalService
from services.agency.assessments import deadlines as assessments
from services.agency.assessments.rpc import AssessmentService
from services.agency.calendars import consumers as calendars
from services.agency.cards import keeping as cards
from services.agency.cards.rpc import CardService
from services.agency.cases import keeping
from services.agency.cases import use_cases as cases
from services.agency.cases.acting import acting_of
from services.agency.cases.recounting import recount
from services.agency.cases.rpc import CaseService
from services.agency.commitments import use_cases as commitments
from services.agency.commitments.rpc import CommitmentService
from services.agency.consultations import keeping as consultations
from services.agency.consultations.rpc import ConsultationService
from services.agency.diary.rpc import DiaryService
from services.agency.duty.rpc import DutyService
from services.agency.duty.use_cases import absences, rosters
from services.agency.effects import consumers as effects
from services.agency.forgetting import FORGETTING
from services.agency.groups import use_cases as groups
from services.agency.groups.rpc import GroupService
from services.agency.inspections import deadlines as inspections
from services.agency.inspections.acting import system_acting
from services.agency.inspections.domain.finding import DUE_SOON, OVERDUE
from services.agency.inspections.rpc import InspectionService
from services.agency.items.rpc import ItemService
from services.agency.organisation import ACCOUNTS_CHANGED, CASES_LEFT, followers, owners_gone
from services.agency.oversights import deadlines as oversights
from services.agency.oversights.opening import DUE
from services.agency.oversights.rpc import CaseOversightService
from services.agency.points.rpc import PointService
from services.agency.ratings import deadlines as ratings
from services.agency.ratings.recounting import recount as recount_ratings
from services.agency.ratings.rpc import RatingService
from services.agency.settings.rpc import AgencySettingsService
from services.agency.standards.rpc import StandardsService
from services.agency.training.rpc import TrainingService
from services.agency.volunteers import deadlines as volunteers
from services.agency.volunteers.rpc import VolunteerService
from services.agency.volunteers.use_cases import EXPIRED, TERM_ENDING
from services.agency.work_reports import use_cases as work_reports
from services.agency.work_reports.rpc import WorkReportService
from services.common import housekeeping
from services.common.access import SYSTEM
from services.common.consumer import Subscription
from services.common.database import Tx
from services.common.deadlines import Deadline, Handler, schedule
from services.common.effects.consumers import Told
from services.common.effects.consumers import handlers as told_of_dispositions
from services.common.events import Event
from services.common.rpc.server import Offer
from services.common.service import Parts, Resources
from services.common.typesetting import Typesetter


def parts(resources: Resources) -> Parts:
    """The parts of a process that serves. Raises FontsMissing where nothing could be printed."""
    agency = Agency(resources.sealer, resources.keys, Typesetter())
    return Parts(offers=offers(agency), deadlines=deadlines(agency), subscriptions=subscriptions(agency))


def offers(agency: Agency) -> Sequence[Offer]:
    """Every service of the package `minshao.agency.v1`, with its implementation."""
    return (
        Offer(
            accountability_service_pb2.DESCRIPTOR.services_by_name["AccountabilityService"],
            AccountabilityService(agency),
        ),
        Offer(appraisal_service_pb2.DESCRIPTOR.services_by_name["AppraisalService"], AppraisalService(agency)),
        Offer(card_service_pb2.DESCRIPTOR.services_by_name["CardService"], CardService(agency)),
        Offer(
            agency_settings_service_pb2.DESCRIPTOR.services_by_name["AgencySettingsService"], AgencySettingsService()
        ),
        Offer(
            case_oversight_service_pb2.DESCRIPTOR.services_by_name["CaseOversightService"], CaseOversightService(agency)
        ),
        Offer(assessment_service_pb2.DESCRIPTOR.services_by_name["AssessmentService"], AssessmentService(agency)),
        Offer(case_service_pb2.DESCRIPTOR.services_by_name["CaseService"], CaseService(agency)),
        Offer(consultation_service_pb2.DESCRIPTOR.services_by_name["ConsultationService"], ConsultationService(agency)),
        Offer(duty_service_pb2.DESCRIPTOR.services_by_name["DutyService"], DutyService(agency)),
        Offer(commitment_service_pb2.DESCRIPTOR.services_by_name["CommitmentService"], CommitmentService(agency)),
        Offer(diary_service_pb2.DESCRIPTOR.services_by_name["DiaryService"], DiaryService(agency)),
        Offer(group_service_pb2.DESCRIPTOR.services_by_name["GroupService"], GroupService(agency)),
        Offer(inspection_service_pb2.DESCRIPTOR.services_by_name["InspectionService"], InspectionService(agency)),
        Offer(item_service_pb2.DESCRIPTOR.services_by_name["ItemService"], ItemService()),
        Offer(point_service_pb2.DESCRIPTOR.services_by_name["PointService"], PointService()),
        Offer(rating_service_pb2.DESCRIPTOR.services_by_name["RatingService"], RatingService(agency)),
        Offer(standards_service_pb2.DESCRIPTOR.services_by_name["StandardsService"], StandardsService()),
        Offer(volunteer_service_pb2.DESCRIPTOR.services_by_name["VolunteerService"], VolunteerService(agency)),
        Offer(training_service_pb2.DESCRIPTOR.services_by_name["TrainingService"], TrainingService(agency)),
        Offer(work_report_service_pb2.DESCRIPTOR.services_by_name["WorkReportService"], WorkReportService(agency)),
    )


def deadlines(agency: Agency) -> Mapping[str, Handler]:
    """What happens when a deadline comes, by kind."""

    async def finding_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await inspections.fire(await system_acting(agency, tx, now), deadline.kind, deadline.owner)

    async def accounts_changed(tx: Tx, _deadline: Deadline, now: datetime) -> None:
        await owners_gone(agency, tx, now)

    async def absence_begins(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await absences.begin_absence(await acting_of(agency, tx, SYSTEM("agency"), now), deadline.owner)

    async def day_over(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await rosters.day_over(tx, deadline.owner, now)

    async def record_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await RECORDS[deadline.kind](Acting(agency, tx, SYSTEM("agency"), now), deadline.owner)

    return {
        ACCOUNTS_CHANGED: accounts_changed,
        CASES_LEFT: accounts_changed,
        absences.BEGINS: absence_begins,
        rosters.DAY_OVER: day_over,
        housekeeping.KIND: housekeeping.keep_house,
        **dict.fromkeys(RECORDS, record_due),
        **_of_cases(agency),
        **assessments.handlers(agency),
        **FORGETTING.handlers(agency.sealer, "agency"),
        DUE_SOON: finding_due,
        OVERDUE: finding_due,
        TERM_ENDING: volunteers.term_ending,
        EXPIRED: volunteers.term_expired,
    }


def _of_cases(agency: Agency) -> Mapping[str, Handler]:
    async def case_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await cases.fire(await acting_of(agency, tx, SYSTEM("agency"), now), deadline)

    async def rating_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await ratings.fire(await acting_of(agency, tx, SYSTEM("agency"), now), deadline.kind, deadline.owner)

    async def oversight_due(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await oversights.oversight_due(await acting_of(agency, tx, SYSTEM("agency"), now), deadline.owner)

    async def case_forgotten(tx: Tx, deadline: Deadline, now: datetime) -> None:
        await keeping.forget(await acting_of(agency, tx, SYSTEM("agency"), now), deadline.kind, deadline.owner)

    async def calendar_changed(tx: Tx, deadline: Deadline, now: datetime) -> None:
        acting = await acting_of(agency, tx, SYSTEM("agency"), now)
        if any([await recount(acting), await recount_ratings(acting)]):
            schedule(tx, deadline.kind, deadline.owner, now)
        else:
            await inspections.count_again(await system_acting(agency, tx, now))

    return {
        calendars.RECOUNT: calendar_changed,
        DUE: oversight_due,
        **dict.fromkeys(cases.HANDLERS, case_due),
        **dict.fromkeys(ratings.KINDS, rating_due),
        **dict.fromkeys(keeping.HANDLERS, case_forgotten),
    }


RECORDS = {
    consultations.RECEIPT_EXPIRY: consultations.expire_receipt,
    cards.CODE_EXPIRY: cards.expire_code,
    commitments.ENDING: commitments.announce_ending,
    groups.DUE: groups.remind,
    work_reports.MISSED: work_reports.announce_missing,
}
"""What becomes due of the records of points, by the kind of deadline."""


def subscriptions(agency: Agency) -> Sequence[Subscription]:
    """The events of other services that it takes."""

    async def something_done(tx: Tx, event: Event, now: datetime) -> None:
        acting = await acting_of(agency, tx, SYSTEM("agency"), now)
        await effects.something_done(acting, event, cast(Told, event.message))

    return (
        Subscription("GATEWAY", "agency", {**followers(agency).handlers(), **calendars.HANDLERS}),
        Subscription("RISK", "agency", told_of_dispositions(something_done), effects.where_the_cases_are),
    )
