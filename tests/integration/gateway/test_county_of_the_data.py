"""The whole county of `deploy/local/data`, provisioned."""

from __future__ import annotations

from minshao.gateway import v1 as gateway

from deploy.local.provision import requests
from services.common.access import Role
from tests.integration.gateway.house import House, citizen


async def test_all_of_luonan_is_provisioned(house: House) -> None:
    answers = [await house(request) for request in requests()]

    tenants = (await house(gateway.ListTenantsRequest(), citizen())).tenants
    assert tenants[0].name == "tenants/611021"
    assert len(tenants) == 17
    assert sum(len(answer.added_units) for answer in answers) == 41 + 16 * 7 + 247
    assert not any(answer.missing_units or answer.differing for answer in answers)


def test_the_file_of_the_county_is_the_same_for_the_same_seed_and_different_for_another() -> None:
    first, again, other = list(requests("a")), list(requests("a")), list(requests("b"))

    assert first == again
    assert first != other


def test_every_town_has_its_organs_leaders_and_two_discipline_officers() -> None:
    _, *towns = requests()

    for file in towns:
        slugs = {unit.name.rpartition(".")[2] for unit in file.units if "." in unit.name}
        assert slugs == {
            "party-committee",
            "discipline",
            "government-office",
            "finance",
            "civil-affairs",
            "police",
            "service-centre",
        }
        assert sum(cadre.leads_town for cadre in file.cadres) == 2
        roles = [grant.role for account in file.accounts for grant in account.roles]
        assert roles.count(int(Role.TOWN_DISCIPLINE)) == 2
        assert roles.count(int(Role.TOWN_PARTY_COMMITTEE)) == 1


def test_forty_departments_of_the_county_have_a_window() -> None:
    county = next(requests())

    assert sum(unit.window for unit in county.units) == 40
