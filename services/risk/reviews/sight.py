"""Who is shown what of a risk review, who publishes one, and who reads what was written to it (domain §5)."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.access import Actor, Role, is_county
from services.risk.levels import Level
from services.risk.reviews.domain import Part, Shown
from services.risk.sight import reads_texts, sees


def shown_to(actor: Actor, tenant: str, parts: Iterable[Part]) -> Shown:
    """The parts that the actor may see."""
    return Shown(tenant, [each for each in parts if sees(actor, each.tenant, each)])


def publishes_whole(actor: Actor, tenant: str) -> bool:
    """Whether the actor publishes the reviews of the whole tenant: its own discipline organ does."""
    return actor.has(Role.COUNTY_DISCIPLINE if is_county(tenant) else Role.TOWN_DISCIPLINE)


def publishes_of(actor: Actor, unit: str) -> bool:
    """Whether the actor publishes the reviews of a unit: its risk officer and its leader do."""
    return unit in actor.scopes(Role.RISK_OFFICER, Role.UNIT_LEADER)


def reads_written(actor: Actor, tenant: str) -> bool:
    """Whether the actor reads what was written: no county viewer does, and the county's officers do in no town."""
    return not actor.has(Role.COUNTY_VIEWER) and reads_texts(actor, tenant, Level.UNIT)
