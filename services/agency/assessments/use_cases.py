"""Assessing, publishing an assessment, and recording what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from minshao.agency.v1 import AssessedSubject, AssessmentPublished, ConsequenceRecorded
from minshao.agency.v1 import Consequence as Shown
from minshao.common.v1 import LEVEL_TOWN, LEVEL_UNIT

from services.agency.agency import Agency
from services.agency.assessments import store, texts
from services.agency.assessments.counting import Behind, Question, behind, count
from services.agency.assessments.domain import (
    Assessed,
    ConsequenceKind,
    Figures,
    SubjectKind,
)
from services.agency.assessments.encoding import (
    assessed_of,
    consequence_name,
    content_bytes,
    edition_name,
)
from services.agency.assessments.names import name_of
from services.agency.assessments.sight import explained_to, in_sight
from services.agency.assessments.store import Consequence
from services.agency.forgetting import keep
from services.common import ledger
from services.common.access import Actor
from services.common.database import Tx
from services.common.editions import Edition
from services.common.errors import Denied, NotFound, Refused
from services.common.organisation.lookup import own_and_towns, this_tenant
from services.common.periods import local_date
from services.common.reported_periods import Period


async def assess(tx: Tx, actor: Actor, kind: SubjectKind, period: Period, today: date) -> list[Assessed]:
    """Those whom the actor sees, by the records of now. In the county, what its hall and its towns hold together."""
    seen = in_sight(actor, kind)
    if seen is not None and not seen:
        return []
    found: dict[str, list[Assessed]] = {}
    async for _ in own_and_towns(tx):
        for each in await count(tx, kind, period, seen, today):
            found.setdefault(each.subject, []).append(each)
    return [
        Assessed(kind, subject, Figures.together(each.figures for each in those)) for subject, those in found.items()
    ]


def frozen(actor: Actor, kind: SubjectKind, edition: Edition) -> list[Assessed]:
    """Those whom the actor sees, as the edition has frozen them."""
    seen = in_sight(actor, kind)
    assessed = [each for each in assessed_of(edition.content) if each.kind is kind]
    return [each for each in assessed if seen is None or each.subject in seen]


async def explain(tx: Tx, actor: Actor, asked: Question, today: date, after: str, limit: int) -> list[Behind]:
    """The cases behind a figure, in the tenant of the transaction. Raises NotFound for whom the actor does not
    see, Denied where the figure is told and who is behind it is not."""
    seen = in_sight(actor, asked.kind)
    if seen is not None and asked.subject not in seen:
        raise NotFound("考核对象", reason="NO_SUBJECT")
    if not explained_to(actor, asked.figure):
        raise Denied("是谁评价的，不在您的查看范围内。", "NOT_TOLD_WHO")
    return await behind(tx, asked, today, after, limit)


async def publish_assessment(tx: Tx, actor: Actor, period: Period, now: datetime) -> Edition:
    """Freezes the figures of a period that is over, of every kind of subject."""
    today = local_date(now)
    period.check_over(today)
    assessed = [each for kind in SubjectKind for each in await assess(tx, actor, kind, period, today)]
    tenant = await this_tenant(tx)
    serial = await store.next_serial(tx, today.year)
    edition = Edition(
        id=uuid4().hex,
        number=f"{tenant.short_name}考核〔{today.year}〕{serial}号",
        period=period.written,
        publisher=actor.name,
        publish_time=now,
        content=content_bytes(sorted(assessed, key=lambda each: (each.kind, each.subject))),
    )
    store.ROWS.insert(tx, edition)
    event = AssessmentPublished(
        assessment=edition_name(tx.tenant, edition.id),
        number=edition.number,
        period=edition.period,
        hash=edition.hash,
        visible_to=LEVEL_UNIT,
    )
    ledger.append(tx, actor, "assessment", edition.id, 1, event, now)
    return edition


@dataclass(frozen=True, slots=True)
class Draft:
    """A reward or a penalty, before it is recorded."""

    assessment: str
    subject_kind: SubjectKind
    subject: str
    kind: ConsequenceKind
    ground: str
    decider: str
    decide_date: date


async def record_consequence(agency: Agency, tx: Tx, actor: Actor, draft: Draft, now: datetime) -> Consequence:
    """Records it on an edition. Raises NotFound, and Refused for one who does not stand in it."""
    edition = await store.ROWS.load(tx, draft.assessment)
    if (draft.subject_kind, draft.subject) not in {(each.kind, each.subject) for each in assessed_of(edition.content)}:
        raise Refused("NOT_ASSESSED", "该对象不在本次考核之列。")
    consequence = Consequence(
        id=uuid4().hex,
        assessment=edition.id,
        subject_kind=draft.subject_kind,
        subject=draft.subject,
        kind=draft.kind,
        decide_date=draft.decide_date,
        recorder=actor.name,
        record_time=now,
    )
    key = await agency.sealer.new_key(tx, consequence.id)
    store.CONSEQUENCE_ROWS.insert(tx, consequence)
    event = ConsequenceRecorded(
        consequence=consequence_name(tx.tenant, consequence.id),
        assessment=edition_name(tx.tenant, edition.id),
        subject_kind=AssessedSubject.Kind.ValueType(draft.subject_kind),
        subject=name_of(draft.subject_kind, draft.subject),
        kind=Shown.Kind.ValueType(draft.kind),
        ground=texts.put(tx, key, texts.GROUND, draft.ground, actor.name, now),
        decider=texts.put(tx, key, texts.DECIDER, draft.decider, actor.name, now),
        visible_to=LEVEL_TOWN,
    )
    ledger.append(tx, actor, "consequence", consequence.id, 1, event, now)
    await keep(tx, "consequences", consequence.id, now)
    return consequence
