"""The standards of agency points with which the county begins: the two lists stand in `data/standards.toml`."""

from __future__ import annotations

import tomllib

from google.protobuf.json_format import ParseDict
from minshao.agency import v1 as agency

from deploy.local.divisions import DATA
from deploy.local.items import COUNTY
from services.common.rpc.client import Client


def publication(county: str = COUNTY) -> agency.PublishStandardsRequest:
    """A request to publish them in a county."""
    content = ParseDict(tomllib.loads((DATA / "standards.toml").read_text()), agency.StandardsContent())
    return agency.PublishStandardsRequest(parent=f"tenants/{county}", content=content)


async def publish(client: Client) -> None:
    """Publishes them through the agency's service, as an operator, after the items: by then the agency has heard of the
    county. What was published already stays as it is. Raises DomainError."""
    await client.call(publication(), agency.PublishStandardsResponse)
