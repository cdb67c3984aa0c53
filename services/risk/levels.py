"""The levels of the organisation, at which matters are seen and acted on (domain §4)."""

from __future__ import annotations

from services.common.access import is_county
from services.common.words import Word


class Level(Word):
    """Where a matter is seen and acted on, numbered as in `minshao.common.v1.Level`."""

    UNIT = 1, "单位"
    TOWN = 2, "镇纪委"
    COUNTY = 3, "县纪委监委"


def above(level: Level, tenant: str) -> Level:
    """The next level in a tenant: the county stands over its own units at once. The county's own for the county's."""
    if level is Level.UNIT and not is_county(tenant):
        return Level.TOWN
    return Level.COUNTY
