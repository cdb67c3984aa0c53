"""What an applicant sees of their own ratings, by the receipt code."""

from __future__ import annotations

import minshao.agency.v1 as pb

from services.agency.cases import store as cases
from services.agency.cases.acting import Acting
from services.agency.ratings import store, texts
from services.agency.ratings.domain.rating import contacts
from services.agency.ratings.encoding import encode, unit_name
from services.common.organisation import store as organisation


async def contacts_of(acting: Acting, id: str) -> list[pb.RatingContact]:
    """Whom the applicant of the case may rate, with what they have said and what was answered."""
    case = await cases.load(acting.tx, id)
    given = {(each[0].kind, each[0].unit): each for each in await store.of_case(acting.tx, id)}
    written = await texts.read(acting, id, [rating for rating, _ in given.values()])
    names = await organisation.names_with_county(acting.tx)
    shown = []
    for kind, unit in contacts(case):
        contact = pb.RatingContact(
            kind=pb.Rating.Kind.ValueType(kind), unit=unit_name(unit), display_name=names.get(unit, unit)
        )
        if rated := given.get((kind, unit)):
            contact.rating.CopyFrom(encode(acting, rated, written[rated[0].id]))
        shown.append(contact)
    return shown
