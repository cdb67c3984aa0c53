"""Ratings and their figures as the contract shows them."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.cases.acting import Acting
from services.agency.ratings.counting import Grouping
from services.agency.ratings.domain.figures import Figures
from services.agency.ratings.domain.follow_up import FollowUp
from services.agency.ratings.domain.rating import Satisfaction
from services.agency.ratings.recording import name_of
from services.agency.ratings.store import Rated
from services.agency.ratings.texts import Written
from services.common.access import county_of, tenant_of_unit
from services.common.instants import stamp


def encode(acting: Acting, rated: Rated, written: Written | None) -> pb.Rating:
    """A rating with its follow-up. `written` only for whom it is meant."""
    rating, follow_up = rated
    shown = pb.Rating(
        name=name_of(rating),
        case=f"tenants/{rating.tenant}/cases/{rating.case}",
        case_number=rating.case_number,
        kind=pb.Rating.Kind.ValueType(rating.kind),
        unit=unit_name(rating.unit),
        item=_item_name(rating.tenant, rating.item),
        level=pb.Rating.Level.ValueType(rating.level),
        tags=[pb.Rating.Tag.ValueType(tag) for tag in rating.tags],
        give_time=stamp(rating.give_time),
        comment=written.comment if written else "",
    )
    if follow_up is not None:
        shown.follow_up.CopyFrom(_follow_up(acting, follow_up))
        shown.follow_up.answers.extend(
            pb.Rating.FollowUp.Answer(
                organ=pb.Rating.FollowUp.Organ.ValueType(each.organ),
                text=each.text,
                answer_time=stamp(each.time),
                objection=each.objection,
            )
            for each in (written.answers if written else ())
        )
    return shown


def encode_figures(
    tenant: str, figures: Figures, grouping: Grouping = Grouping.NOTHING, code: str = ""
) -> pb.RatingFigures:
    """Figures of all, or of the unit or the item with this code."""
    return pb.RatingFigures(
        unit=unit_name(code) if grouping is Grouping.UNIT else "",
        item=_item_name(tenant, code) if grouping is Grouping.ITEM else "",
        rating_count=figures.ratings,
        levels=[
            pb.RatingFigures.LevelCount(
                level=pb.Rating.Level.ValueType(level), rating_count=figures.levels.get(level, 0)
            )
            for level in Satisfaction
        ],
        satisfied_share=figures.satisfied_share,
        bad_count=figures.bad,
        answered_count=figures.answered,
        answered_in_time_count=figures.in_time,
        accepted_count=figures.accepted,
    )


def unit_name(unit: str) -> str:
    """Of the town or of the county."""
    return f"tenants/{tenant_of_unit(unit)}/units/{unit}"


def _item_name(tenant: str, item: str) -> str:
    return f"tenants/{county_of(tenant)}/items/{item}"


def _follow_up(acting: Acting, follow_up: FollowUp) -> pb.Rating.FollowUp:
    due = follow_up.due(acting.dated.calendar)
    return pb.Rating.FollowUp(
        state=pb.Rating.FollowUp.State.ValueType(follow_up.state),
        organ=pb.Rating.FollowUp.Organ.ValueType(follow_up.organ),
        due_date=str(due.last_day) if due else "",
        provisional=bool(due and due.provisional),
        late=follow_up.late,
        check_date=str(follow_up.check_date or ""),
        ending=pb.Rating.FollowUp.Ending.ValueType(follow_up.ending or 0),
    )
