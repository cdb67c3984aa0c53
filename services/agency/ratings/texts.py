"""What was written of a rating, what it was answered, and why that was not accepted: sealed beside the case, under its
data key, so that it goes with the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from minshao.agency.v1 import TextEvidence

from services.agency.cases import texts
from services.agency.cases.acting import Acting
from services.agency.cases.store import TEXTS
from services.agency.ratings.domain.follow_up import Organ
from services.agency.ratings.domain.rating import Rating
from services.common.sealed_texts import Text


@dataclass(frozen=True, slots=True)
class Answer:
    """What one organ answered, opened."""

    organ: Organ
    text: str
    time: datetime
    objection: str
    """Why who rated does not accept it; empty where they do, or gave no reason."""


@dataclass(frozen=True, slots=True)
class Written:
    """All words of a rating, opened."""

    comment: str = ""
    answers: Sequence[Answer] = ()


async def put_comment(acting: Acting, rating: Rating, text: str) -> TextEvidence | None:
    """PENDING; None for an empty one."""
    return await _put(acting, rating, _comment(rating), text)


async def put_answer(acting: Acting, rating: Rating, organ: Organ, text: str) -> TextEvidence | None:
    """PENDING."""
    return await _put(acting, rating, _answer(rating, organ), text)


async def put_objection(acting: Acting, rating: Rating, organ: Organ, text: str) -> TextEvidence | None:
    """PENDING: why the answer of the organ is not accepted; None for an empty one."""
    return await _put(acting, rating, _objection(rating, organ), text)


async def read(acting: Acting, case: str, ratings: Iterable[Rating]) -> dict[str, Written]:
    """The words of ratings of one case, by the id of the rating; none once they were shredded."""
    these = list(ratings)
    roles = [role for rating in these for role in _roles(rating)]
    found = {text.role: text for text in await TEXTS.read(acting.tx, acting.agency.sealer, case, roles)}
    return {rating.id: _written(rating, found) for rating in these}


def _written(rating: Rating, found: Mapping[str, Text]) -> Written:
    comment = found.get(_comment(rating))
    answers = []
    for organ in Organ:
        if answer := found.get(_answer(rating, organ)):
            objection = found.get(_objection(rating, organ))
            answers.append(Answer(organ, answer.text, answer.time, objection.text if objection else ""))
    return Written(comment.text if comment else "", answers)


async def _put(acting: Acting, rating: Rating, role: str, text: str) -> TextEvidence | None:
    if not text:
        return None
    key = await acting.agency.sealer.key(acting.tx, rating.case)
    return texts.put(acting.tx, key, role, text, acting.actor.name, acting.now)


def _roles(rating: Rating) -> list[str]:
    of_organs = [role(rating, organ) for organ in Organ for role in (_answer, _objection)]
    return [_comment(rating), *of_organs]


def _comment(rating: Rating) -> str:
    return f"rating.{rating.id}.comment"


def _answer(rating: Rating, organ: Organ) -> str:
    return f"rating.{rating.id}.answer.{organ}"


def _objection(rating: Rating, organ: Organ) -> str:
    return f"rating.{rating.id}.objection.{organ}"
