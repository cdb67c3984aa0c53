"""Items as messages of the contract, and back.

A version is stored as the bytes of its `ItemContent`. The same bytes always mean the same, so what they mean is kept
in the process: a version is decoded once, however many cases are accepted with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache

import minshao.agency.v1 as pb

from services.agency.items.domain import Category, Handling, Item, Material, Offering, Part, Step, Terms
from services.agency.points.domain import Tier
from services.common.access import county_of
from services.common.errors import Invalid, InvalidFields
from services.common.inputs import local_id, read_text
from services.common.instants import stamp


def item_name(tenant: str, code: str) -> str:
    return f"tenants/{tenant}/items/{code}"


def item_message(tenant: str, offer: Offering) -> pb.Item:
    """An item as it is offered in a town, or stands in the county."""
    published, item, terms = offer.published, offer.item, offer.terms
    return pb.Item(
        name=item_name(tenant, item.code),
        version=published.version,
        content=content_message(county_of(tenant), item),
        total_days=item.days,
        publish_time=stamp(published.publish_time),
        retired=published.retired,
        terms=terms_message(terms) if terms.days or terms.withdrawn else None,
    )


def content_bytes(county: str, item: Item) -> bytes:
    """What a version says, as it is stored."""
    return content_message(county, item).SerializeToString(deterministic=True)


@lru_cache(maxsize=4096)
def item_of(code: str, content: bytes) -> Item:
    """A version as it was stored."""
    return _item(code, pb.ItemContent.FromString(content))


def content_message(county: str, item: Item) -> pb.ItemContent:
    return pb.ItemContent(
        title=item.name,
        category=pb.ItemContent.Category.ValueType(item.category),
        handling=pb.ItemContent.Handling.ValueType(item.handling),
        applicants=item.applicants,
        conditions=item.conditions,
        legal_basis=item.legal_basis,
        materials=[
            pb.ItemContent.Material(name=each.name, required=each.required, may_follow=each.may_follow)
            for each in item.materials
        ],
        route=[
            pb.ItemContent.Step(
                tier=pb.Point.Tier.ValueType(step.tier),
                parts=[
                    pb.ItemContent.Part(
                        department=f"tenants/{county}/units/{part.department}" if part.department else "",
                        days=part.days,
                    )
                    for part in step.parts
                ],
            )
            for step in item.route
        ],
    )


def read_item(county: str, code: str, content: pb.ItemContent) -> Item:
    """An item as somebody has written it down. Raises Invalid for a text that says nothing, and for a department of
    another county; what else may be wrong is the domain's to say."""
    for number, step in enumerate(content.route):
        for index, part in enumerate(step.parts):
            local_id(f"route[{number}].parts[{index}].department", part.department, county)
    item = _item(code, content)
    return replace(
        item,
        name=read_text("title", item.name),
        applicants=read_text("applicants", item.applicants),
        conditions=read_text("conditions", item.conditions),
        legal_basis=read_text("legal_basis", item.legal_basis),
        materials=tuple(
            replace(each, name=read_text(f"materials[{index}].name", each.name))
            for index, each in enumerate(item.materials)
        ),
    )


def terms_message(terms: Terms) -> pb.ItemTerms:
    return pb.ItemTerms(
        days=[pb.TierDays(tier=pb.Point.Tier.ValueType(tier), days=days) for tier, days in sorted(terms.days.items())],
        withdrawn=terms.withdrawn,
    )


def read_terms(terms: pb.ItemTerms) -> Terms:
    """Terms as a town has written them down. Raises Invalid for a tier that stands twice."""
    days = {Tier(each.tier): each.days for each in terms.days}
    if len(days) < len(terms.days):
        raise Invalid("days", "同一层级只能写一次。", reason="TIER_TWICE")
    return Terms(days, terms.withdrawn)


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Names the fields that are found to be wrong as the request knows them, where `place` holds the message."""
    try:
        yield
    except InvalidFields as error:
        found = [replace(each, field=f"{place}.{each.field}") for each in error.violations]
        raise InvalidFields(found, error.reason) from None


def _item(code: str, content: pb.ItemContent) -> Item:
    return Item(
        code=code,
        name=content.title,
        category=Category(content.category),
        handling=Handling(content.handling),
        route=tuple(_step(step) for step in content.route),
        applicants=content.applicants,
        conditions=content.conditions,
        legal_basis=content.legal_basis,
        materials=tuple(Material(each.name, each.required, each.may_follow) for each in content.materials),
    )


def _step(step: pb.ItemContent.Step) -> Step:
    parts = tuple(Part(part.days, part.department.rpartition("/")[2]) for part in step.parts)
    return Step(Tier(step.tier), parts)
