"""The default catalogue of service items: how each is handled stands in `data/items.csv`, its texts beside it."""

from __future__ import annotations

import asyncio
import csv
import tomllib
from collections.abc import Iterator, Mapping
from typing import TypedDict

from minshao.agency import v1 as agency

from deploy.local.divisions import DATA
from services.common.errors import DomainError, Unavailable
from services.common.rpc.client import Client

COUNTY = "611021"
PATIENCE = 600
"""Tenths of a second: how long the agency may take to hear of the county from the gateway."""

CATEGORIES = {
    "party": agency.ItemContent.CATEGORY_PARTY,
    "government": agency.ItemContent.CATEGORY_GOVERNMENT,
    "economy": agency.ItemContent.CATEGORY_ECONOMY,
    "social": agency.ItemContent.CATEGORY_SOCIAL,
    "other": agency.ItemContent.CATEGORY_OTHER,
}
HANDLINGS = {
    "at_once": agency.ItemContent.HANDLING_AT_ONCE,
    "promised": agency.ItemContent.HANDLING_PROMISED,
    "joint": agency.ItemContent.HANDLING_JOINT,
    "report_up": agency.ItemContent.HANDLING_REPORT_UP,
}
TIERS = {
    "village": agency.Point.TIER_VILLAGE,
    "town": agency.Point.TIER_TOWN,
    "county": agency.Point.TIER_COUNTY,
}


class Brought(TypedDict, total=False):
    """A material, as the file says it."""

    name: str
    required: bool
    may_follow: bool


class Texts(TypedDict):
    """What an item says beside its route, as the file says it."""

    applicants: str
    conditions: str
    legal_basis: str
    materials: list[Brought]


def publications(county: str = COUNTY) -> Iterator[agency.PublishItemRequest]:
    """Each item of the catalogue, by code, as a request to publish it in a county that has the same departments."""
    texts: dict[str, Texts] = tomllib.loads((DATA / "item_texts.toml").read_text())
    with (DATA / "items.csv").open(newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: row["code"]):
            yield agency.PublishItemRequest(
                name=f"tenants/{county}/items/{row['code']}", content=_content(county, row, texts[row["code"]])
            )


async def publish(client: Client) -> None:
    """Publishes the catalogue through the agency's item service, as an operator; what was published already stays as it
    is. Waits until the agency has heard of the county. Raises DomainError."""
    for request in publications():
        await _published(client, request)


async def _published(client: Client, request: agency.PublishItemRequest) -> None:
    for _ in range(PATIENCE):
        try:
            await client.call(request, agency.PublishItemResponse)
        except DomainError as error:
            if error.reason != "NO_TENANT":
                raise
            await asyncio.sleep(0.1)
        else:
            return
    raise Unavailable("便民服务代理系统尚未收到本县的开通信息。")


def _content(county: str, row: Mapping[str, str], texts: Texts) -> agency.ItemContent:
    return agency.ItemContent(
        title=row["name"],
        category=CATEGORIES[row["category"]],
        handling=HANDLINGS[row["handling"]],
        applicants=texts["applicants"],
        conditions=texts["conditions"],
        legal_basis=texts["legal_basis"],
        materials=[
            agency.ItemContent.Material(
                name=each["name"], required=each.get("required", True), may_follow=each.get("may_follow", False)
            )
            for each in texts["materials"]
        ],
        route=[_step(county, row, tier) for tier in row["route"].split(">")],
    )


def _step(county: str, row: Mapping[str, str], tier: str) -> agency.ItemContent.Step:
    days = int(row[f"{tier}_days"])
    desks = row["county_department"].split(";") if tier == "county" else [""]
    return agency.ItemContent.Step(
        tier=TIERS[tier],
        parts=[agency.ItemContent.Part(department=_department(county, desk), days=days) for desk in desks],
    )


def _department(county: str, code: str) -> str:
    """Resource name of a department, which the file names by its code in Luonan; empty below the county."""
    return f"tenants/{county}/units/{county}{code.removeprefix(COUNTY)}" if code else ""
