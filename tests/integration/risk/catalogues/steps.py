"""What is done with catalogues in tests, and a unit with something to say in one."""

from __future__ import annotations

import json

from minshao.risk import v1 as pb

from tests.integration.risk.groups.steps import group
from tests.integration.risk.house import House


async def furnished(house: House) -> tuple[pb.Position, pb.Power]:
    """A position of the finance office with a power and a confirmed risk point that concerns it."""
    head = await house.position("所长", section="财务股", standing=pb.Position.STANDING_LEADING)
    power = await house.power(head.name, extent=pb.Power.EXTENT_DECISIVE)
    facts = {"level": pb.RiskPoint.LEVEL_POSITION, "position": head.name, "power": power.name}
    await house.confirmed(**facts)
    return head, power


async def compiled(house: House, who: str = "officer", slug: str = "finance") -> pb.CatalogueEdition:
    """A draft of a unit of the town."""
    unit = f"tenants/{house.town}/units/{house.unit(slug)}"
    request = pb.CompileCatalogueEditionRequest(parent=f"tenants/{house.town}", unit=unit)
    draft: pb.CatalogueEdition = (await house(who, request)).catalogue_edition
    return draft


async def publish(
    house: House, name: str, scope: pb.Scope.ValueType = pb.SCOPE_UNIT, meeting: str = ""
) -> pb.CatalogueEdition:
    """After a meeting that approved it, unless another one is given."""
    approving = meeting or (await house.meeting(name)).name
    request = pb.PublishCatalogueEditionRequest(name=name, leadership_meeting=approving, scope=scope)
    edition: pb.CatalogueEdition = (await house("leader", request)).catalogue_edition
    return edition


async def published(house: House, scope: pb.Scope.ValueType = pb.SCOPE_UNIT) -> pb.CatalogueEdition:
    """The first edition of the finance office, which stands under the group of its town."""
    await furnished(house)
    await group(house)
    return await publish(house, (await compiled(house)).name, scope)


async def shown(house: House, name: str, who: str = "officer") -> pb.CatalogueEdition:
    edition: pb.CatalogueEdition = (await house(who, pb.GetCatalogueEditionRequest(name=name))).catalogue_edition
    return edition


async def exported(
    house: House, name: str, form: pb.ExportCatalogueEditionRequest.Format.ValueType, who: str = "officer"
) -> pb.ExportCatalogueEditionResponse:
    request = pb.ExportCatalogueEditionRequest(name=name, format=form)
    answer: pb.ExportCatalogueEditionResponse = await house(who, request)
    return answer


async def stored(house: House, name: str) -> bytes:
    """The bytes of which the hash is; they are JSON."""
    content = (await exported(house, name, pb.ExportCatalogueEditionRequest.FORMAT_JSON)).content
    json.loads(content)
    return content
