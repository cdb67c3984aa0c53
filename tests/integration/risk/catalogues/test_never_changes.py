"""Whatever a unit goes through by chance, what was published before is the same, to the byte."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random

import pytest
from minshao.risk import v1 as pb

from services.common.errors import DomainError
from tests.integration.risk.catalogues.steps import compiled, furnished, publish, shown, stored
from tests.integration.risk.groups.steps import group
from tests.integration.risk.house import House, content

STEPS = 30


@dataclass
class Unit:
    """The finance office, as it goes on."""

    house: House
    random: Random
    editions: dict[str, tuple[pb.CatalogueEdition, bytes]] = field(default_factory=dict)
    """What was published, as it was shown then."""
    made: int = 0

    def called(self) -> str:
        self.made += 1
        return f"事项{self.made}"

    async def any_power(self) -> pb.Power:
        request = pb.ListPowersRequest(parent=f"tenants/{self.house.town}", page_size=200)
        power: pb.Power = self.random.choice((await self.house("officer", request)).powers)
        return power

    async def any_position(self) -> pb.Position:
        request = pb.ListPositionsRequest(parent=f"tenants/{self.house.town}", page_size=200)
        position: pb.Position = self.random.choice((await self.house("officer", request)).positions)
        return position

    async def new_power(self) -> None:
        await self.house.power((await self.any_position()).name, self.called())

    async def new_position(self) -> None:
        await self.house.position(self.called())

    async def rewrites(self) -> None:
        extent = self.random.choice([pb.Power.EXTENT_DECISIVE, pb.Power.EXTENT_PARTIAL])
        said = content(self.called(), extent=extent)
        await self.house("officer", pb.UpdatePowerRequest(name=(await self.any_power()).name, content=said))

    async def renames(self) -> None:
        each = await self.any_position()
        request = pb.UpdatePositionRequest(name=each.name, title=self.called(), standing=each.standing)
        await self.house("officer", request)

    async def gives_up_a_power(self) -> None:
        await self.house("officer", pb.RetirePowerRequest(name=(await self.any_power()).name))

    async def gives_up_a_position(self) -> None:
        await self.house("officer", pb.RetirePositionRequest(name=(await self.any_position()).name))

    async def confirms_a_risk_point(self) -> None:
        await self.house.confirmed()

    async def publishes(self) -> None:
        edition = await publish(self.house, (await compiled(self.house)).name)
        self.editions[edition.name] = await shown(self.house, edition.name), await stored(self.house, edition.name)

    async def edits_what_is_published(self) -> None:
        name = self.random.choice(list(self.editions))
        kind = self.random.choice([pb.RecompileCatalogueEditionRequest, pb.WithdrawCatalogueEditionRequest])
        await self.house("officer", kind(name=name))


DEEDS: tuple[Callable[[Unit], Awaitable[None]], ...] = (
    *(Unit.new_power, Unit.new_position, Unit.rewrites, Unit.renames, Unit.gives_up_a_power),
    *(Unit.gives_up_a_position, Unit.confirms_a_risk_point, Unit.publishes, Unit.edits_what_is_published),
)


@pytest.mark.parametrize("seed", range(4))
async def test_no_edition_is_ever_otherwise_than_when_it_was_published(house: House, seed: int) -> None:
    unit = Unit(house, Random(seed))
    await furnished(house)
    await group(house)
    await unit.publishes()

    for _ in range(STEPS):
        try:
            await unit.random.choice(DEEDS)(unit)
        except (DomainError, IndexError):
            continue  # what is refused changes nothing either
    await unit.publishes()

    assert [edition.number for edition, _ in unit.editions.values()] == list(range(1, len(unit.editions) + 1))
    for name, (edition, said) in unit.editions.items():
        assert await shown(house, name) == edition
        assert await stored(house, name) == said
        assert sha256(said).digest() == edition.content_hash
