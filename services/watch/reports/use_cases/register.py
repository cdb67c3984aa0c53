"""Registering a report: number, organ, deadline and receipt in one transaction (domain: watch, Report; Register)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from minshao.watch.v1 import ReportRegistered

from services.common.access import Actor, Role
from services.common.errors import Invalid, NotFound
from services.common.keys import Hashing
from services.common.organisation import store as organisation
from services.common.organisation.domain import Tenant, Unit
from services.common.periods import local_date
from services.watch.boxes.domain import Box
from services.watch.boxes.use_cases import count_letter
from services.watch.meetings.use_cases import attach_report
from services.watch.receipts.use_cases import issue_receipt
from services.watch.reports import store, texts
from services.watch.reports.acting import Acting
from services.watch.reports.domain import clocks
from services.watch.reports.domain.classification import propose
from services.watch.reports.domain.report import Report
from services.watch.reports.domain.routing import Route, route
from services.watch.reports.domain.terms import Channel, Class, Kind, Level, Matter, Mode
from services.watch.reports.proposals import RECENT
from services.watch.reports.use_cases.handlers import kept_from_unit
from services.watch.reports.use_cases.subject import find_subject

BOXES = {Channel.COMPLAINT_BOX: Box.COMPLAINT, Channel.OPINION_BOX: Box.OPINION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is told, before it is registered."""

    unit: str
    kind: Kind
    matter: Matter
    channel: Channel | None
    """None where the caller says nothing: a citizen's own is the web."""
    mode: Mode
    about: str
    cadre: str | None = None
    subject_unit: str | None = None
    leadership_meant: bool = False
    text: str
    reporter_name: str = ""
    reporter_contact: str = ""
    receive_time: datetime | None = None
    box_opening: str | None = None
    meeting: str | None = None
    meeting_item: int = 0
    oral_to: str | None = None
    origin: str | None = None
    """Resource name of what the system makes it from; then nobody has told it."""
    due_time: datetime | None = None
    """When that is due, and the report with it; None: by its class."""


async def register_report(acting: Acting, hashing: Hashing, draft: Draft) -> tuple[Report, str]:
    """Registers what was told; returns the report and its receipt code, which is kept nowhere.

    The clock starts now, whenever it was received. Raises Invalid with the field, NotFound for an unknown unit.
    """
    report = await _register(acting, draft, check(acting, draft))
    return report, issue_receipt(acting.tx, hashing, report.id)


async def register_from_event(acting: Acting, draft: Draft) -> Report | None:
    """Registers what follows from an event, with its origin in the place of what somebody told: once for each origin,
    and without a receipt. Raises NotFound for an unknown unit."""
    if draft.origin is None or await store.made_from(acting.tx, draft.origin):
        return None
    return await _register(acting, draft, Channel.SYSTEM)


async def _register(acting: Acting, draft: Draft, channel: Channel) -> Report:
    tx = acting.tx
    tenant, unit = await _place(acting, draft)
    subject = await find_subject(tx, draft.cadre, draft.subject_unit, draft.leadership_meant)
    proposal = propose(
        draft.kind,
        draft.matter,
        draft.text,
        subject.leads_unit or subject.leads_town,
        await store.count_about(tx, subject.cadre, acting.now - RECENT) if subject.cadre else 0,
    )
    to = route(tx.tenant, unit.code, draft.kind, Class.UNDECIDED, subject)
    # Nobody linked: it goes to the unit where it was made, which is known to be there.
    floor = Level.TOWN if subject.linked and await kept_from_unit(tx, subject, to) else Level.UNIT
    to = route(tx.tenant, unit.code, draft.kind, Class.UNDECIDED, subject, floor)
    if draft.box_opening:
        await count_letter(tx, draft.box_opening, unit.code, BOXES[channel])
    number = await take_number(acting, tenant, to)
    due = draft.due_time or clocks.clock(Class.UNDECIDED, acting.now).due
    report = Report(
        tenant=tx.tenant,
        id=uuid4().hex,
        version=1,
        number=number.text,
        register=number.register,
        year=number.year,
        serial=number.serial,
        kind=draft.kind,
        matter=draft.matter,
        channel=channel,
        mode=draft.mode,
        unit=unit.code,
        brought_by=None if draft.origin or acting.actor.has(Role.CITIZEN) else acting.actor.name,
        box_opening=draft.box_opening,
        meeting=draft.meeting,
        oral_to=draft.oral_to,
        origin=draft.origin,
        subject_cadre=subject.cadre,
        subject_unit=subject.unit,
        leads_unit=subject.leads_unit,
        leads_town=subject.leads_town,
        leadership_meant=subject.leadership_meant,
        level=to.level,
        floor=floor,
        organ=to.organ,
        proposed_classification=proposal.classification,
        proposal_reasons=(),
        receive_time=draft.receive_time or acting.now,
        register_time=acting.now,
        period_start=acting.now,
        first_due_time=due,
        due_time=due,
    )
    # From here on nothing is read, so that all is written in one round trip.
    key = await acting.sealer.new_key(tx, report.id)
    evidence = texts.put(tx, key, texts.TOLD, draft.text, acting.actor.name, acting.now)
    texts.put(tx, key, texts.ABOUT, draft.about, acting.actor.name, acting.now)
    if draft.mode is Mode.NAMED:
        texts.put(tx, key, texts.REPORTER_NAME, draft.reporter_name, acting.actor.name, acting.now)
        texts.put(tx, key, texts.REPORTER_CONTACT, draft.reporter_contact, acting.actor.name, acting.now)
    report = acting.record(None, report, [ReportRegistered(text=evidence)])
    if draft.meeting:
        await attach_report(tx, acting.sealer, key, draft.meeting, unit.code, draft.meeting_item)
    return report


def check(acting: Acting, draft: Draft) -> Channel:
    """The channel of a draft that holds together. Raises Invalid with the first field that does not."""
    channel = _channel(acting.actor, draft.channel)
    named = draft.mode is Mode.NAMED
    received_later = draft.receive_time is not None and draft.receive_time > acting.now
    rules = (
        (draft.kind is Kind.ACCUSATION and not draft.matter, "matter", "检举投诉须注明反映事项。"),
        (not draft.about.strip(), "subject.about", "请写明反映的对象。"),
        (not draft.text.strip(), "text", "请写明反映的内容。"),
        (named != bool(draft.reporter_name.strip()), "reporter", "署名反映须填写反映人，匿名和转递的不填写。"),
        (
            draft.mode is Mode.THROUGH_SUPERVISOR and channel is not Channel.SUPERVISOR,
            "reporter_mode",
            "监督员转递的反映，渠道为监督员。",
        ),
        ((channel in BOXES) != bool(draft.box_opening), "box_opening", "信箱来信须注明开箱记录，其他渠道不填。"),
        ((channel is Channel.ORAL) != bool(draft.oral_to), "oral_to", "口头反映须注明听取人，其他渠道不填。"),
        (acting.actor.has(Role.CITIZEN) and bool(draft.meeting), "meeting", "座谈会上提出的事项由工作人员登记。"),
        (received_later, "receive_time", "收到时间不能晚于现在。"),
    )
    for broken, field, message in rules:
        if broken:
            raise Invalid(field, message)
    return channel


def _channel(actor: Actor, given: Channel | None) -> Channel:
    """The channel: a citizen's is the web, a supervisor's own, and staff name theirs."""
    if actor.has(Role.CITIZEN):
        if given not in (None, Channel.WEB):
            raise Invalid("channel", "群众自行提交的反映，渠道为网络。")
        return Channel.WEB
    if given is None or given is Channel.WEB:
        raise Invalid("channel", "请注明收到反映的渠道。")
    if all(grant.role is Role.SUPERVISOR for grant in actor.grants) and given is not Channel.SUPERVISOR:
        raise Invalid("channel", "监督员提交的反映，渠道为监督员。")
    return given


@dataclass(frozen=True, slots=True)
class Number:
    """A register number: its series (a tenant's, by year), its place there, and how it is written."""

    register: str
    year: int
    serial: int
    text: str


async def take_number(acting: Acting, tenant: Tenant, to: Route) -> Number:
    """The next number of the town's series, or of the county's for what goes there at once.

    It is the one place where a transaction acts in a second tenant: the report stays in the town's, its number comes
    from the county's series. Holds the series until the commit, so that it has no gaps.
    """
    if to.level is not Level.COUNTY or tenant.code == tenant.county:
        return await _next(acting, tenant)
    async with acting.tx.within(tenant.county):
        county = await organisation.tenant(acting.tx)
        if county is None:
            raise NotFound("县")
        return await _next(acting, county)


async def _next(acting: Acting, tenant: Tenant) -> Number:
    year = local_date(acting.now).year
    serial = await store.next_serial(acting.tx, year)
    return Number(tenant.code, year, serial, f"{tenant.short_name}监〔{year}〕{serial}号")


async def _place(acting: Acting, draft: Draft) -> tuple[Tenant, Unit]:
    """The unit where it is made. What follows from an event may still be about one that was retired meanwhile."""
    tenant, unit = await organisation.tenant_and_unit(acting.tx, draft.unit)
    if tenant is None:
        raise NotFound("镇（街道）", f"tenants/{acting.tx.tenant}", reason="NO_TENANT")
    if unit is None or (unit.retired and not draft.origin):
        raise NotFound("单位", f"tenants/{tenant.code}/units/{draft.unit}", reason="NO_UNIT")
    return tenant, unit
