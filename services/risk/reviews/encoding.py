"""Risk reviews as the contract shows them, and as editions store them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

import minshao.risk.v1 as pb
from minshao.common.v1 import Level as LevelMessage

from services.common.instants import stamp
from services.common.reported_periods import read_period
from services.risk.acting import Acting
from services.risk.figures.encoding import encode_figures, figures_of
from services.risk.levels import Level
from services.risk.reviews.domain import Part, Shown, Texts
from services.risk.reviews.store import Review


def content_bytes(parts: Iterable[Part]) -> bytes:
    """What an edition freezes, salted: who sees but some of the parts cannot tell from the hash whether others came."""
    content = pb.RiskReviewContent(
        parts=[
            pb.RiskReviewContent.Part(
                unit=each.unit,
                month=each.month,
                level=LevelMessage.ValueType(each.level),
                cadres=each.cadres,
                accounts=each.accounts,
                units=each.units,
                figures=encode_figures(each.figures),
            )
            for each in parts
        ],
        salt=secrets.token_bytes(16),
    )
    return content.SerializeToString(deterministic=True)


def parts_of(content: bytes) -> list[Part]:
    """The figures of an edition."""
    return [
        Part(
            each.unit,
            each.month,
            Level(each.level),
            tuple(each.cadres),
            tuple(each.accounts),
            tuple(each.units),
            figures_of(each.figures),
        )
        for each in pb.RiskReviewContent.FromString(content).parts
    ]


def encoded(acting: Acting, review: Review, title: str) -> pb.RiskReview:
    """The edition, without figures and texts."""
    return pb.RiskReview(
        name=acting.named("riskReviews", review.id),
        number=review.number,
        unit=acting.named("units", review.unit),
        title=title,
        period=review.period,
        period_title=read_period("period", review.period).title,
        edition=review.edition,
        publisher=review.publisher,
        publish_time=stamp(review.publish_time),
        hash=review.hash.hex(),
    )


def whole(acting: Acting, review: Review, called: dict[str, str], shown: Shown, texts: Texts) -> pb.RiskReview:
    """The edition with its figures and texts; `called` are the names of what it is about, of its units and towns."""
    answer = encoded(acting, review, called[review.unit])
    answer.figures.CopyFrom(encode_figures(shown.total))
    if not review.unit:
        for code, figures in shown.units.items():
            answer.units.add(
                unit=acting.named("units", code), title=called.get(code, code), figures=encode_figures(figures)
            )
        for code, figures in shown.towns.items():
            answer.towns.add(town=f"tenants/{code}", title=called[code], figures=encode_figures(figures))
    for month in read_period("period", review.period).months:
        answer.months.add(month=month, figures=encode_figures(shown.month(month)))
    answer.overview, answer.problems, answer.improvements = texts.overview, texts.problems, texts.improvements
    return answer
