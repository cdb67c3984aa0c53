"""RatingService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases.acting import Acting, acting_in, acting_of
from services.agency.cases.following import open_code
from services.agency.ratings import texts, use_cases
from services.agency.ratings.counting import Counted, Grouping, count
from services.agency.ratings.domain.figures import Period
from services.agency.ratings.domain.follow_up import Organ, State
from services.agency.ratings.domain.rating import Kind, Satisfaction, Tag
from services.agency.ratings.encoding import encode, encode_figures
from services.agency.ratings.following import contacts_of
from services.agency.ratings.listing import Filter, Order, list_ratings
from services.agency.ratings.sight import is_with
from services.agency.ratings.store import Rated
from services.agency.ratings.use_cases import Opinion
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_text
from services.common.rpc.call import Call


class RatingService:
    """Ratings of cases of a town or of the county's hall; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def rate_case(self, call: Call, request: pb.RateCaseRequest) -> pb.RateCaseResponse:
        opinion = Opinion(
            Kind(request.kind),
            _unit(request.desk),
            Satisfaction(request.level),
            tuple(Tag(tag) for tag in request.tags),
            request.comment.strip(),
        )
        case = await open_code(self._agency, call, request.code)

        async def rate(tx: Tx) -> pb.RateCaseResponse:
            acting = await acting_of(self._agency, tx, call.actor, call.now)
            rated = await use_cases.rate_case(acting, case, opinion)
            return pb.RateCaseResponse(rating=encode(acting, rated, texts.Written(opinion.comment)))

        return await once(call, request, pb.RateCaseResponse, rate)

    async def follow_ratings(self, call: Call, request: pb.FollowRatingsRequest) -> pb.FollowRatingsResponse:
        case = await open_code(self._agency, call, request.code)
        async with acting_in(self._agency, call) as acting:
            return pb.FollowRatingsResponse(contacts=await contacts_of(acting, case))

    async def check_answer(self, call: Call, request: pb.CheckAnswerRequest) -> pb.CheckAnswerResponse:
        id, objection = local_id("rating", request.rating, call.tenant), request.objection.strip()
        case = await open_code(self._agency, call, request.code)
        async with acting_in(self._agency, call) as acting:
            rated = await use_cases.check_answer(acting, case, id, accepted=request.accepted, objection=objection)
            return pb.CheckAnswerResponse(rating=encode(acting, rated, await _written(acting, rated)))

    async def answer_rating(self, call: Call, request: pb.AnswerRatingRequest) -> pb.AnswerRatingResponse:
        text = read_text("text", request.text)
        async with acting_in(self._agency, call) as acting:
            rated = await use_cases.answer_rating(acting, local_id("name", request.name, call.tenant), text)
            return pb.AnswerRatingResponse(rating=encode(acting, rated, await _written(acting, rated)))

    async def get_rating(self, call: Call, request: pb.GetRatingRequest) -> pb.GetRatingResponse:
        async with acting_in(self._agency, call) as acting:
            rated = await use_cases.seen(acting, local_id("name", request.name, call.tenant))
            written = await _written(acting, rated) if is_with(acting.actor, *rated) else None
            return pb.GetRatingResponse(rating=encode(acting, rated, written))

    async def list_ratings(self, call: Call, request: pb.ListRatingsRequest) -> pb.ListRatingsResponse:
        order, page = Order.of(request.order_by), paging.page(request, tuple[str, str])
        async with acting_in(self._agency, call) as acting:
            found = await list_ratings(acting, _filter(call, request.filter), order, page.after, page.limit)
            shown, more = page.cut(found, order.position)
            ratings = [encode(acting, rated, None) for rated in shown]
        return pb.ListRatingsResponse(ratings=ratings, next_page_token=more)

    async def get_rating_figures(self, call: Call, request: pb.GetRatingFiguresRequest) -> pb.GetRatingFiguresResponse:
        period = Period(read_day("first_day", request.first_day), read_day("last_day", request.last_day))
        kind, grouping = Kind(request.kind or Kind.OVERALL), Grouping(request.grouping)
        counted = Counted(period=period, kind=kind, unit=_unit(request.unit), item=request.item)
        async with call.transaction() as tx:
            total, groups = await count(tx, counted, grouping)
        return pb.GetRatingFiguresResponse(
            total=encode_figures(call.tenant, total),
            groups=[encode_figures(call.tenant, each, grouping, key) for key, each in groups.items()],
        )


async def _written(acting: Acting, rated: Rated) -> texts.Written:
    rating, _ = rated
    return (await texts.read(acting, rating.case, [rating]))[rating.id]


def _filter(call: Call, wanted: pb.ListRatingsRequest.Filter) -> Filter:
    return Filter(
        unit=_unit(wanted.unit),
        item=wanted.item,
        case=local_id("filter.case", wanted.case, call.tenant),
        kind=Kind(wanted.kind) if wanted.kind else None,
        levels=frozenset(Satisfaction(level) for level in wanted.levels),
        states=frozenset(State(state) for state in wanted.states),
        organ=Organ(wanted.organ) if wanted.organ else None,
    )


def _unit(name: str) -> str:
    """A unit that was rated may be of the county."""
    return name.rpartition("/")[2]
