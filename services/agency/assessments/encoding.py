"""Assessments as the contract shows them, and as editions store them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import minshao.agency.v1 as pb

from services.agency.assessments.domain import FIGURES, RATES, Assessed, Figures, SubjectKind
from services.agency.assessments.names import name_of, read_subject
from services.agency.assessments.store import Consequence
from services.agency.assessments.texts import Opened
from services.common.editions import Edition
from services.common.instants import stamp
from services.common.reported_periods import read_period_or_days


def encode(each: Assessed, titles: Mapping[str, str]) -> pb.AssessedSubject:
    return pb.AssessedSubject(
        kind=pb.AssessedSubject.Kind.ValueType(each.kind),
        subject=name_of(each.kind, each.subject),
        title=titles.get(each.subject, ""),
        figures=encode_figures(each.figures),
    )


def encode_figures(figures: Figures) -> pb.AssessmentFigures:
    """Each figure and rate in the field that is called as it."""
    shown = pb.AssessmentFigures()
    for name, figure in FIGURES.items():
        setattr(shown, name, figures[figure])
    for name in RATES:
        setattr(shown, name, figures.rate(name))
    return shown


def content_bytes(assessed: Iterable[Assessed]) -> bytes:
    """What an edition freezes: the same figures are the same bytes."""
    content = pb.AssessmentContent(subjects=[encode(each, {}) for each in assessed])
    return content.SerializeToString(deterministic=True)


def assessed_of(content: bytes) -> list[Assessed]:
    """The figures of an edition."""
    return [_assessed(each) for each in pb.AssessmentContent.FromString(content).subjects]


def encode_edition(tenant: str, edition: Edition) -> pb.Assessment:
    return pb.Assessment(
        name=edition_name(tenant, edition.id),
        number=edition.number,
        period=edition.period,
        period_title=read_period_or_days("period", edition.period).title,
        publisher=edition.publisher,
        publish_time=stamp(edition.publish_time),
        hash=edition.hash.hex(),
    )


def encode_consequence(tenant: str, consequence: Consequence, texts: Opened) -> pb.Consequence:
    return pb.Consequence(
        name=consequence_name(tenant, consequence.id),
        assessment=edition_name(tenant, consequence.assessment),
        subject_kind=pb.AssessedSubject.Kind.ValueType(consequence.subject_kind),
        subject=name_of(consequence.subject_kind, consequence.subject),
        kind=pb.Consequence.Kind.ValueType(consequence.kind),
        reward=consequence.kind.reward,
        ground=texts.ground,
        decider=texts.decider,
        decide_date=str(consequence.decide_date),
        recorder=consequence.recorder,
        record_time=stamp(consequence.record_time),
    )


def edition_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/assessments/{id}"


def consequence_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/consequences/{id}"


def _assessed(stored: pb.AssessedSubject) -> Assessed:
    kind = SubjectKind(stored.kind)
    figures = Figures({figure: getattr(stored.figures, name) for name, figure in FIGURES.items()})
    return Assessed(kind, read_subject("subject", kind, stored.subject), figures)
