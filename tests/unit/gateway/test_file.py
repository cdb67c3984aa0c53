"""What a file adds to a tenant: everything that is new, and never a change to what is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.gateway.organisation.domain import Cadre, Tenant, TenantKind, Unit, UnitKind
from services.gateway.organisation.file import Organisation, additions, check_each_once, check_file, existing_units

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
TOWN = Tenant("611021101", "景村镇", "景村", TenantKind.TOWN)

units = st.dictionaries(
    st.integers(201, 230).map(lambda number: f"611021101{number}"), st.sampled_from(["东村", "西村"]), max_size=12
)


def organisation(named: dict[str, str]) -> Organisation:
    found = {code: Unit(code, name, UnitKind.VILLAGE) for code, name in named.items()}
    cadres = {f"head-{code}": Cadre(f"head-{code}", "王磊", code, "主任") for code in found}
    return Organisation(TOWN, found, cadres)


def grown(kept: Organisation, file: Organisation) -> Organisation:
    added = additions(file, kept)
    return Organisation(
        kept.tenant,
        {**kept.units, **{unit.code: unit for unit in added.units}},
        {**kept.cadres, **{cadre.id: cadre for cadre in added.cadres}},
    )


@given(units, units)
def test_a_file_adds_what_is_new_keeps_what_is_there_and_reports_the_rest(
    before: dict[str, str], now: dict[str, str]
) -> None:
    kept, file = organisation(before), organisation(now)

    after, told = grown(kept, file), additions(file, kept)

    assert after.units == {**file.units, **kept.units}
    assert after.cadres == {**file.cadres, **kept.cadres}
    assert told.missing_units == sorted(before.keys() - now.keys())
    assert told.differing_units == sorted(code for code in before.keys() & now.keys() if before[code] != now[code])


@given(units, units)
def test_the_same_file_again_adds_nothing(before: dict[str, str], now: dict[str, str]) -> None:
    file = organisation(now)
    after = grown(organisation(before), file)

    again = additions(file, after)

    assert not again.units
    assert not again.cadres


def test_a_unit_that_was_retired_since_stays_so_and_is_reported() -> None:
    file = organisation({"611021101201": "东村"})
    retired = {code: replace(unit, retire_time=NOW) for code, unit in file.units.items()}
    kept = replace(file, units=retired)

    check_file(file, kept)
    assert additions(file, kept).differing_units == ["611021101201"]
    assert existing_units(file, kept) == frozenset()


def test_a_new_cadre_of_a_retired_unit_is_refused() -> None:
    file = organisation({"611021101201": "东村"})
    kept = Organisation(TOWN, {code: replace(unit, retire_time=NOW) for code, unit in file.units.items()})

    with pytest.raises(Invalid):
        check_file(file, kept)


def test_a_file_names_everything_once() -> None:
    check_each_once(["a", "b"], "units")
    with pytest.raises(Invalid) as refusal:
        check_each_once(["a", "b", "a"], "units")

    assert refusal.value.violations[0].field == "units"
