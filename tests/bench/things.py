"""What is written on the hot paths: a report that is filed, a case that is accepted; and the rows that hold one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deploy.local.items import publications
from services.common.access import Role
from tests.bench.county import County, Town
from tests.bench.load import ITEM, Place, Written

ORGANISATION = ("tenants", "tenant_profiles", "units")
"""In what both are written."""

FIND_PLACE = """
SELECT p.*, u.* FROM tenant_profiles p LEFT JOIN units u ON u.tenant = p.tenant AND u.code = {unit}
WHERE p.tenant = :tenant"""
COUNTY_OF_TENANT = "left(:tenant::text, 6)"
FIND_ITEM = f"""
SELECT * FROM items i JOIN item_versions v USING (tenant, code, version)
WHERE i.tenant = {COUNTY_OF_TENANT} AND i.code = '{ITEM}'"""


@dataclass(frozen=True, slots=True)
class Step:
    """One call by which a thing is written, as far as it is no row of the thing."""

    reads: Sequence[str]
    """The statements that ask, in the language of `pgbench`."""
    serial: str = ""
    """The statement that takes the next number."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that clients write as fast as they can."""

    what: Written
    service: str
    table: str
    rows: Mapping[str, str]
    """The tables that hold one, and the column of each that names it."""
    copied: Sequence[str]
    """The tables that a limit needs to be the same."""
    steps: Sequence[Step]

    def places(self, county: County, towns: Sequence[Town]) -> list[Place]:
        """Where it is written: one place in each town."""
        if self is REPORT:
            return [Place(f"tenants/{town.code}", town.unit, town.token) for town in towns]
        return [_village(county, town) for town in towns]


def _village(county: County, town: Town) -> Place:
    """The first village of a town, with the token of its agent."""
    unit = county.villages()[town.code]
    agent = county.token(f"tenants/{town.code}/accounts/v{unit[-3:]}-registrar", Role.AGENT, unit)
    return Place(f"tenants/{town.code}", f"tenants/{town.code}/points/{unit}", agent, _required())


def _required() -> list[str]:
    item = next(each.content for each in publications() if each.name.endswith(f"/{ITEM}"))
    return [material.name for material in item.materials if material.required]


REPORT = Thing(
    "report",
    "watch",
    "reports",
    {
        "data_keys": "owner",
        "reports": "id",
        "report_texts": "report",
        "receipts": "report",
        "ledger": "aggregate_id",
        "deadlines": "owner",
    },
    ORGANISATION,
    (
        Step(
            (FIND_PLACE.format(unit=":tenant || '.finance'"),),
            "INSERT INTO register_series (tenant, year, last) VALUES (:tenant, :year, 1)"
            " ON CONFLICT (tenant, year) DO UPDATE SET last = register_series.last + 1 RETURNING last AS serial",
        ),
    ),
)

CASE = Thing(
    "case",
    "agency",
    "cases",
    {
        "data_keys": "owner",
        "cases": "id",
        "case_parts": "case",
        "case_texts": "case",
        "case_receipts": "case",
        "ledger": "aggregate_id",
        "deadlines": "owner",
    },
    (*ORGANISATION, "points", "items", "item_versions", "item_terms", "calendars"),
    (
        Step(
            (
                "SELECT revision FROM calendars WHERE tenant = :tenant",
                "SELECT min(unit) AS village FROM points WHERE tenant = :tenant AND tier = 1 \\gset",
                FIND_PLACE.format(unit=":village"),
                f"SELECT * FROM item_terms WHERE tenant = :tenant AND code = '{ITEM}'",
                f"SELECT set_config('app.tenant', {COUNTY_OF_TENANT}, true)",
                FIND_ITEM,
                "SELECT set_config('app.tenant', :tenant, true)",
            ),
            "INSERT INTO case_series (tenant, point, year, last)"
            " VALUES (:tenant, :village, :year, 1)"
            " ON CONFLICT (tenant, point, year) DO UPDATE SET last = case_series.last + 1 RETURNING last AS serial",
        ),
        Step(
            (
                "SELECT revision FROM calendars WHERE tenant = :tenant",
                "SELECT * FROM cases WHERE tenant = :tenant AND id = :id FOR UPDATE",
                'SELECT * FROM case_parts WHERE tenant = :tenant AND "case" = :id ORDER BY step, place',
            ),
        ),
    ),
)
