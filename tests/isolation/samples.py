"""Requests, written from the contract: each names what is at a place, and is as valid as its rules ask.

What rules cannot tell (one of three fields, a mask, a channel) is added by hand in `SPECIAL`. An RPC whose admission
depends on what is asked has several samples, each with a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from buf.validate.validate_pb2 import IGNORE_ALWAYS, IGNORE_IF_ZERO_VALUE, FieldRules
from buf.validate.validate_pb2 import field as field_rules
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from minshao.agency import v1 as agency
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from deploy.local.standards import publication as standards
from services.risk.inventory_sheets.writing import InventoryTable, inventory_xlsx
from services.risk.positions.domain import Position, Standing
from tests.isolation.county import CHOSEN, Place
from tests.isolation.furnishing import (
    APPLICANT,
    ITEM,
    LATER,
    SOON,
    flow_chart,
    grades,
    meeting,
    publication,
    risk_content,
    verdicts,
)
from tests.isolation.people import COUNTY, FINANCE, VILLAGE, person

DAY = "2026-09-09"
YEAR = "# 2027\ndate,kind,reason\n2027-01-01,放假,元旦\n2027-10-01,放假,国庆节\n"
ARCHIVIST = Position(id="", unit="", section="", title="档案员", standing=Standing.OTHER)
INVENTORY = inventory_xlsx(InventoryTable(place="某单位", printed=date(2026, 9, 1), rows=[(ARCHIVIST, None)]))
NOW = Timestamp(seconds=1_788_000_000)
"""Before the present instant of the county."""

Fill = Callable[[Any, Place], None]

_COLLECTION = re.compile(r"/([a-zA-Z]+)/[\[(]")
_SETTINGS = re.compile(r"/([a-z]*settings)\$$", re.IGNORECASE)
_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_CODE = "^[0-9](?:[ -]?[0-9]){15}$"


class NoSample(Exception):
    """The rules of the contract alone do not make a valid request: `SPECIAL` has to help."""


def samples(method: MethodDescriptor) -> Mapping[str, Fill]:
    """What is added by hand to the samples of the RPC, by the name of each; one without a name where one is enough."""
    return SPECIAL.get(method.name, {"": lambda _request, _place: None})


def sample(method: MethodDescriptor, place: Place, fill: Fill) -> Message:
    """A request to the RPC that is aimed at the place."""
    request = GetMessageClass(method.input_type)()
    _fill(request, place)
    fill(request, place)
    return request


def _fill(message: Message, place: Place) -> None:
    for field in cast("Descriptor", message.DESCRIPTOR).fields:
        rules: FieldRules = field.GetOptions().Extensions[field_rules]
        optional = rules.ignore in (IGNORE_IF_ZERO_VALUE, IGNORE_ALWAYS) and field.name != "unit"
        if optional or not (rules.ByteSize() or field.name == "name"):
            continue
        if field.is_repeated:
            for _ in range(0 if field.message_type else rules.repeated.min_items):
                getattr(message, field.name).append(f"王{len(getattr(message, field.name))}")
        elif field.message_type is not None:
            _fill_message(message, field, rules, place)
        elif field.type == FieldDescriptor.TYPE_STRING:
            setattr(message, field.name, _text(field, rules, place))
        elif field.enum_type is not None and rules.enum.not_in:
            chosen = min(set(field.enum_type.values_by_number) - set(rules.enum.not_in))
            setattr(message, field.name, chosen)
        elif field.type == FieldDescriptor.TYPE_INT32 and rules.int32.gte > 0:
            setattr(message, field.name, rules.int32.gte)


def _fill_message(message: Message, field: FieldDescriptor, rules: FieldRules, place: Place) -> None:
    assert field.message_type is not None
    if not rules.required:
        return
    inner = getattr(message, field.name)
    inner.SetInParent()
    if field.message_type.full_name == "google.protobuf.Timestamp":
        inner.CopyFrom(NOW)
    elif not field.message_type.full_name.startswith("google.protobuf."):
        _fill(inner, place)


def _text(field: FieldDescriptor, rules: FieldRules, place: Place) -> str:
    pattern = rules.string.pattern
    if not pattern:
        return "核" * rules.string.min_len
    if not pattern.startswith("^tenants/"):
        known = {_DATE: DAY, _CODE: place.code}
        return known.get(pattern, "核" * rules.string.min_len)
    if (collection := _COLLECTION.search(pattern.removeprefix("^tenants/"))) is None:
        settings = _SETTINGS.search(pattern)
        return f"{place.parent}/{settings[1]}" if settings else place.parent
    return place.names[collection[1]]


def set_fields(**values: object) -> Fill:
    """Sets fields, also inside of messages: `subject__about`."""

    def fill(request: Any, place: Place) -> None:
        for path, value in values.items():
            *outer, last = path.split("__")
            message = request
            for name in outer:
                message = getattr(message, name)
            given = value(place) if callable(value) else value
            if isinstance(given, Message):
                getattr(message, last).CopyFrom(given)
            elif isinstance(given, list):
                del getattr(message, last)[:]
                getattr(message, last).extend(given)
            else:
                setattr(message, last, given)

    return fill


def _mask(*paths: str) -> FieldMask:
    return FieldMask(paths=paths)


def _grant(place: Place, *, discipline: bool) -> gateway.RoleGrant:
    of_county = len(place.tenant) == len(COUNTY)
    if discipline:
        role = common.ROLE_COUNTY_DISCIPLINE if of_county else common.ROLE_TOWN_DISCIPLINE
        return gateway.RoleGrant(role=role, scope=place.tenant)
    return gateway.RoleGrant(role=common.ROLE_UNIT_OFFICER, scope=place.unit)


def _officer(place: Place) -> str:
    """A discipline officer of the tenant, who uses the account; nobody calls with it."""
    return person(place.tenant, "discipline-1").account


def _login(place: Place) -> str:
    return place.names["accounts"].rpartition("/")[2]


def _desk(place: Place) -> str:
    """The desk that has the case of the place: its point's."""
    return place.names["points"].replace("/points/", "/units/")


def _organ_of_report(place: Place) -> str:
    """The unit by which oversights are looked for: the place's own, none where they are of its report."""
    return place.names["units"] if place.officer.login.startswith((VILLAGE, FINANCE)) else ""


def _publish(request: Any, place: Place) -> None:
    """The next version of the item of the place's county."""
    request.CopyFrom(publication(place.tenant[: len(COUNTY)]))
    request.content.conditions = "困难情形属实。"


def _point(place: Place) -> str:
    return place.names["points"]


def _appraise(request: Any, place: Place) -> None:
    """A round over the point of the place."""
    del request.points[:]
    request.points.append(place.names["points"])


def _meet(request: Any, place: Place) -> None:
    """A meeting to which the member of the place came."""
    del request.attendees[:]
    request.attendees.append(place.names["groupMembers"])
    request.date = DAY


def _hold_meeting(request: Any, place: Place) -> None:
    """A meeting of the leadership on the power of the place."""
    request.CopyFrom(meeting(place, place.names["powers"]))


def _content_of_chart(request: Any, place: Place) -> None:
    request.content.CopyFrom(flow_chart(place.names["positions"], "资金拨付"))


def _decide_grade(request: Any, place: Place) -> None:
    """The same again."""
    request.CopyFrom(grades(place))


def _publish_standards(request: Any, place: Place) -> None:
    """The next version of the standards of the place's county."""
    request.CopyFrom(standards(place.tenant[: len(COUNTY)]))
    request.content.six_haves[0].title = "有宽敞场所"


def _visit(request: Any, place: Place) -> None:
    """An inspection of the point of the place, in which everything is met."""
    request.results.extend(verdicts(place.tenant))


_of_point = set_fields(point=lambda place: place.names["points"])

_REPORT = {
    "reporter_mode": watch.Report.REPORTER_MODE_ANONYMOUS,
    "kind": watch.Report.KIND_OPINION,
    "subject__about": "村里的路灯",
}

_OF_CASE_OVERSIGHT = {"": set_fields(name=lambda place: place.names["caseOversights"])}
_ASSESSED = {"kind": agency.AssessedSubject.KIND_POINT, "period": "2026-09"}

_ANALYSIS_RULE = risk.AnalysisRules.Rule(
    title="单位风险",
    subject=risk.AnalysisRules.SUBJECT_UNIT,
    weights=[risk.AnalysisRules.Weight(kind=risk.RiskInformation.KIND_AUDIT, points=30)],
    window_days=365,
    key_area_percent=100,
    key_link_percent=100,
    grade_percents=(100, 100, 100),
    yellow=40,
    orange=80,
    red=160,
)

_STAGE = risk.PlannedStage(title="动员部署", first_day=DAY, last_day=DAY)

SPECIAL: Mapping[str, Mapping[str, Fill]] = {
    "RecordRiskInformation": {"": set_fields(kind=risk.RiskInformation.KIND_AUDIT)},
    "CorrectRiskInformation": {"": set_fields(kind=risk.RiskInformation.KIND_AUDIT)},
    "SetAnalysisRules": {"": set_fields(rules=[_ANALYSIS_RULE])},
    "DryRunRules": {"": set_fields(rules=[_ANALYSIS_RULE])},
    "RecordDisposition": {"": set_fields(severity=risk.Disposition.SEVERITY_REMINDER, milder_reason="已经整改。")},
    "CheckCorrection": {"": set_fields(done=True)},
    "ReturnInvestigationResult": {"": set_fields(result=risk.Disposition.RESULT_VIOLATION)},
    "GetMatter": {"": set_fields(resource=lambda place: place.names["reports"])},
    "AssignWarningOwner": {"": set_fields(owner=lambda place: place.person("risk").account)},
    "CreateFlowChart": {"": _content_of_chart},
    "UpdateFlowChart": {"": _content_of_chart},
    "CompareFlowChart": {"": set_fields(before=1)},
    "ListFigures": {
        "of points": set_fields(**_ASSESSED),
        "of officers": set_fields(kind=agency.AssessedSubject.KIND_OFFICER, period="2026-09"),
        "of the town": set_fields(kind=agency.AssessedSubject.KIND_TOWN, period="2026-09"),
    },
    "ExplainFigure": {
        "": set_fields(**_ASSESSED, subject=lambda place: place.names["points"], figure="received"),
    },
    "ExportFigures": {"": set_fields(**_ASSESSED, format=agency.ExportFiguresRequest.FORMAT_XLSX)},
    "PublishAssessment": {"": set_fields(period="2026-08")},
    "PublishRiskReview": {
        "of the unit": set_fields(period="2026-08"),
        "of the whole": set_fields(period="2026-08", unit=""),
    },
    "RecordConsequence": {
        "": set_fields(
            subject_kind=agency.AssessedSubject.KIND_POINT,
            subject=lambda place: place.names["points"],
            decide_date="2026-09-01",
        )
    },
    "CreateReport": {
        "by a citizen": set_fields(**_REPORT),
        "by staff": set_fields(**_REPORT, channel=watch.Report.CHANNEL_SUPERVISOR),
    },
    "CompareCatalogueEditions": {"": set_fields(base=lambda place: place.names["drafts"])},
    "ImportInventory": {"": set_fields(content=INVENTORY, dry_run=True)},
    "AdoptLibraryPowers": {"": set_fields(codes=["finance.cash"])},
    "PublishItem": {"": _publish},
    "PublishStandards": {"": _publish_standards},
    "GetStandards": {"": set_fields(name=lambda place: f"{place.parent}/standards/current")},
    "AppointVolunteer": {
        "": set_fields(
            person="李四",
            account=lambda place: place.person("volunteer").account,
            points=lambda place: [place.names["points"]],
            first_day="",
            last_day=SOON,
        )
    },
    "ListVolunteers": {"": _of_point},
    "CreateInspection": {"": _visit},
    "ListInspections": {"": _of_point},
    "ListFindings": {"": _of_point},
    "SendBackFinding": {"": set_fields(mend_by=SOON)},
    "UrgeCase": {"": set_fields(desk=_desk)},
    "OrderCaseOversight": {"": set_fields(desk=_desk, last_day="")},
    "ConfirmUrging": _OF_CASE_OVERSIGHT,
    "DismissUrging": _OF_CASE_OVERSIGHT,
    "AnswerCaseOversight": _OF_CASE_OVERSIGHT,
    "GetCaseOversight": _OF_CASE_OVERSIGHT,
    "ListCaseOversights": {"": set_fields(parent=lambda place: place.names["cases"])},
    "UpdateAgencySettings": {"": set_fields(settings__receipt_days=400, update_mask=_mask("receipt_days"))},
    "UpdateRiskSettings": {"": set_fields(settings__receipt_days=400, update_mask=_mask("receipt_days"))},
    "CreateCase": {"": set_fields(item=ITEM, applicant=APPLICANT)},
    "AcceptCase": {"": set_fields(owed_until="")},
    "ApplyForItem": {"": set_fields(item=ITEM, applicant=APPLICANT)},
    "LookUpCase": {"": set_fields(number=lambda place: place.case_number, phone=APPLICANT.phone)},
    "AnswerNotice": {"": set_fields(code=lambda place: place.case_code)},
    "WithdrawCase": {"": set_fields(code=lambda place: place.case_code)},
    "FollowConsultation": {"": set_fields(code=lambda place: place.consultation_code)},
    "ConvertConsultation": {"": set_fields(item=ITEM, applicant=APPLICANT)},
    "ListConsultations": {"": set_fields(filter__point=lambda place: place.names["points"])},
    "ExplainMyPromise": {"": set_fields(code=lambda place: place.case_code)},
    "FollowCase": {"": set_fields(code=lambda place: place.case_code)},
    "ReturnCard": {"": set_fields(code=lambda place: place.card_code)},
    "ListCards": {"": set_fields(point=_point)},
    "SignResponsibilityLetter": {"": set_fields(first_day=SOON, last_day=SOON)},
    "ListResponsibilityLetters": {"": set_fields(point=_point)},
    "PublishCommitment": {
        "of a point": set_fields(point=_point, first_day=SOON),
        "of all points": set_fields(first_day=SOON),
    },
    "RateCase": {"": set_fields(code=lambda place: place.rated_code)},
    "FollowRatings": {"": set_fields(code=lambda place: place.rated_code)},
    "CheckAnswer": {"": set_fields(code=lambda place: place.rated_code)},
    "ListRatings": {"": set_fields(filter__unit="")},
    "GetRatingFigures": {"": set_fields(first_day="2026-09-01", last_day=DAY)},
    "PlanRoster": {"": set_fields(day=SOON)},
    "ListRosters": {"": set_fields(point=lambda place: place.names["points"])},
    "ListAbsences": {"": set_fields(point=lambda place: place.names["points"])},
    "DeclareAbsence": {"": set_fields(first_day=SOON, last_day=SOON)},
    "ListDiaryEntries": {"": set_fields(point=_point)},
    "AddGroupMember": {"": set_fields(first_day="2026-01-05")},
    "WriteDiaryEntry": {"": set_fields(date="2026-01-05")},
    "RecordGroupMeeting": {"": _meet},
    "RecordLeadershipMeeting": {"": _hold_meeting},
    "DecideGrades": {"": _decide_grade},
    "CreateRiskPoint": {"": set_fields(content=risk_content)},
    "UpdateRiskPoint": {"": set_fields(content=risk_content)},
    "PublicizeRiskPoint": {"": set_fields(first_day=SOON, last_day=LATER)},
    "FollowObjection": {"": set_fields(code=lambda place: place.objection_code)},
    "OpenAccountabilityCase": {"": set_fields(hear_until=SOON)},
    "ListAccountabilityCases": {"": set_fields(point=_point)},
    "OpenAppraisal": {"": _appraise},
    "CountForms": {"": set_fields(satisfied=1)},
    "ListAppraisals": {"": set_fields(point=_point)},
    "CallForWorkReports": {"": set_fields(period="2025-12", last_day="2027-12-01")},
    "SubmitWorkReport": {"": set_fields(period="2025-12")},
    "ListWorkReports": {"": set_fields(point=_point)},
    "AdoptPlan": {"": set_fields(stages=[_STAGE])},
    "CreateRiskGroup": {"": set_fields(unit="")},
    "RecordTraining": {"": lambda request, _place: request.guests.append("李四")},
    "ListTrainings": {"": set_fields(attendee=lambda place: place.person("agent").account)},
    "GetCardFigures": {"": set_fields(first_day="2026-09-01", last_day=SOON, point=_point)},
    "ListCases": {"": set_fields(filter__point=_point)},
    "RetireItem": {"": set_fields(name=lambda place: f"tenants/{place.tenant[: len(COUNTY)]}/items/{ITEM}")},
    "SetItemTerms": {"": set_fields(terms__withdrawn=True)},
    "ListReports": {"": set_fields(filter__unit=lambda place: place.names["units"])},
    "AssignReport": {"": set_fields(officer=lambda place: place.successor.account)},
    "HandOverReport": {"": set_fields(officer=lambda place: place.successor.account)},
    "HandOverAll": {
        "": set_fields(
            from_officer=lambda place: place.officer.account, to_officer=lambda place: place.successor.account
        )
    },
    "ExportRegister": {"": set_fields(year=2026)},
    "GetFigures": {"": set_fields(first_day="2026-09-01", last_day=DAY)},
    "OrderOversight": {
        "report": set_fields(report=lambda place: place.names["reports"], unit="", last_day=SOON),
        "unit": set_fields(last_day=SOON),
        "post": set_fields(post=lambda place: place.names["posts"], unit="", last_day=SOON),
    },
    "ListOversights": {"": set_fields(unit=_organ_of_report)},
    "UpdatePost": {
        "": set_fields(
            post__name=lambda place: place.names["posts"],
            post__registrar=lambda place: place.person("registrar").account,
            update_mask=_mask("registrar"),
        )
    },
    "UpdateSupervisor": {
        "": set_fields(
            supervisor__name=lambda place: place.names["supervisors"],
            supervisor__account=lambda place: place.person("supervisor").account,
            update_mask=_mask("account"),
        )
    },
    "UpdateTownSettings": {"": set_fields(settings__receipt_days=400, update_mask=_mask("receipt_days"))},
    "AppointSupervisor": {"": set_fields(first_day="")},
    "ListMeetings": {"": set_fields(month="")},
    "GetDailyFigures": {"": set_fields(first_day="2026-09-01", last_day=DAY)},
    "ListCalendarDays": {"": set_fields(last_day=SOON)},
    "ImportArrangement": {"": set_fields(parent=lambda place: f"tenants/{place.tenant[: len(COUNTY)]}", text=YEAR)},
    "CreateAccount": {"": set_fields(account__name=lambda place: f"{place.parent}/accounts/newcomer")},
    "GrantRole": {
        "a discipline role": set_fields(
            name=lambda place: place.person("leader").account, grant=lambda place: _grant(place, discipline=True)
        ),
        "another role": set_fields(
            name=lambda place: place.person("leader").account, grant=lambda place: _grant(place, discipline=False)
        ),
    },
    "RevokeRole": {
        "a discipline role": set_fields(name=_officer, grant=lambda place: _grant(place, discipline=True)),
        "another role": set_fields(grant=lambda place: _grant(place, discipline=False)),
    },
    "ResetPassword": {"of a discipline officer": set_fields(name=_officer), "of another": set_fields()},
    "ProvisionTenant": {
        "": set_fields(
            tenant__display_name="某县某镇",
            tenant__short_name="某",
            tenant__name=lambda place: place.parent,
            tenant__kind=lambda place: (
                gateway.Tenant.KIND_COUNTY if len(place.tenant) == len(COUNTY) else gateway.Tenant.KIND_TOWN
            ),
        )
    },
    "UpdateUnit": {
        "": set_fields(
            unit__name=lambda place: place.names["units"],
            unit__display_name="新名",
            update_mask=_mask("display_name"),
        )
    },
    "CreateCadre": {"": set_fields(cadre__unit=lambda place: place.names["units"])},
    "UpdateCadre": {
        "": set_fields(
            cadre__name=lambda place: place.names["cadres"], cadre__position="新职", update_mask=_mask("position")
        )
    },
    "SignIn": {
        "": set_fields(login=_login, password=lambda place: place.first_password),
    },
    "ChangePassword": {
        "": set_fields(
            login=_login,
            old_password="somebody-else-s",
            new_password=CHOSEN,
        )
    },
    "Refresh": {"": set_fields(refresh_token=lambda place: place.refresh_token)},
    "SignOut": {"": set_fields(refresh_token=lambda place: place.refresh_token)},
    "SignOutEverywhere": {"": set_fields(refresh_token=lambda place: place.refresh_token)},
}
"""By the name of the RPC, then by the name of the sample."""
