"""Units and cadres after the first file: changed, added, retired, and each change told."""

from __future__ import annotations

from uuid import uuid4

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway

from services.common.errors import AlreadyExists, DomainError, Invalid, NotFound, Refused
from tests.integration.gateway.house import House, cadre, citizen, unit

pytestmark = pytest.mark.usefixtures("town")


def new_cadre(house: House, unit: str = "") -> gateway.Cadre:
    """A book-keeper, of the finance office unless another unit is named."""
    wanted = cadre(house.town, "", f"{house.town}.finance", "李娜", "会计")
    wanted.name = ""
    wanted.unit = unit or wanted.unit
    return wanted


async def test_a_cadre_moves_to_another_unit_and_leads_it(house: House) -> None:
    village = f"tenants/{house.town}/units/{house.town}203"
    moved = gateway.Cadre(name=f"tenants/{house.town}/cadres/wang-lei", unit=village, leads_unit=village)

    mask = FieldMask(paths=["unit", "leads_unit"])
    answer = await house(gateway.UpdateCadreRequest(cadre=moved, update_mask=mask))

    assert (answer.cadre.unit, answer.cadre.leads_unit, answer.cadre.display_name) == (village, village, "王磊")
    told = gateway.CadreChanged(cadre=answer.cadre, visible_to=common.LEVEL_UNIT)
    assert (await house.events(house.town))[-1] == ("gateway.cadre.changed", told)


async def test_an_update_that_changes_nothing_is_not_told(house: House) -> None:
    same = gateway.Unit(name=f"tenants/{house.town}/units/{house.town}.finance", display_name="财政所")

    answer = await house(gateway.UpdateUnitRequest(unit=same, update_mask=FieldMask(paths=["display_name"])))

    assert answer.unit.revision == 0
    assert await house.event_types(house.town) == ["gateway.tenant.provisioned"]


@pytest.mark.parametrize(
    ("paths", "name", "field"),
    [
        ([], "财政办", "update_mask"),
        (["retire_time"], "财政办", "update_mask"),
        (["display_name", "nonsense"], "财政办", "update_mask"),
        (["display_name"], "", "unit.display_name"),
        (["kind"], "财政办", "unit.kind"),
    ],
)
async def test_an_update_names_what_it_may_and_keeps_the_rules(
    house: House, paths: list[str], name: str, field: str
) -> None:
    wanted = gateway.Unit(name=f"tenants/{house.town}/units/{house.town}.finance", display_name=name)

    with pytest.raises(Invalid) as refusal:
        await house(gateway.UpdateUnitRequest(unit=wanted, update_mask=FieldMask(paths=paths)))

    assert refusal.value.violations[0].field == field


async def test_a_new_cadre_gets_a_name_and_is_told(house: House) -> None:
    answer = await house(gateway.CreateCadreRequest(parent=f"tenants/{house.town}", cadre=new_cadre(house)))

    listed = await house(
        gateway.ListCadresRequest(
            parent=f"tenants/{house.town}", unit=f"tenants/{house.town}/units/{house.town}.finance"
        )
    )
    assert answer.cadre in listed.cadres
    assert (await house.event_types(house.town))[-1] == "gateway.cadre.changed"


async def test_a_creation_repeated_with_its_request_id_makes_one_cadre(house: House) -> None:
    request = gateway.CreateCadreRequest(
        parent=f"tenants/{house.town}", cadre=new_cadre(house), request_id=str(uuid4())
    )
    other = gateway.CreateCadreRequest(parent=request.parent, cadre=new_cadre(house), request_id=request.request_id)
    other.cadre.position = "出纳"

    first, again = await house(request), await house(request)

    assert first == again
    with pytest.raises(AlreadyExists):
        await house(other)
    assert len((await house(gateway.ListCadresRequest(parent=request.parent))).cadres) == 2


async def test_a_cadre_of_a_unit_of_another_town_is_refused(house: House) -> None:
    elsewhere = new_cadre(house, unit=f"tenants/{house.county}102/units/{house.county}102.finance")

    with pytest.raises(Invalid) as refusal:
        await house(gateway.CreateCadreRequest(parent=f"tenants/{house.town}", cadre=elsewhere))

    assert refusal.value.reason == "OTHER_TENANT"


async def test_a_cadre_of_an_unknown_unit_is_refused(house: House) -> None:
    lost = new_cadre(house, unit=f"tenants/{house.town}/units/{house.town}.police")

    with pytest.raises(Invalid) as refusal:
        await house(gateway.CreateCadreRequest(parent=f"tenants/{house.town}", cadre=lost))

    assert refusal.value.reason == "UNKNOWN_UNIT"


async def test_a_unit_with_cadres_in_office_is_not_retired(house: House) -> None:
    with pytest.raises(Refused) as refusal:
        await house(gateway.RetireUnitRequest(name=f"tenants/{house.town}/units/{house.town}.finance"))

    assert refusal.value.reason == "UNIT_HAS_CADRES"


async def test_a_retired_unit_takes_nothing_new_and_stays_readable(house: House) -> None:
    name = f"tenants/{house.town}/units/{house.town}203"
    retired = await house(gateway.RetireUnitRequest(name=name))

    with pytest.raises(Refused):
        await house(gateway.CreateCadreRequest(parent=f"tenants/{house.town}", cadre=new_cadre(house, unit=name)))
    with pytest.raises(Refused):
        await house(gateway.RetireUnitRequest(name=name))
    assert (await house.event_types(house.town))[-1] == "gateway.unit.retired"
    everything = gateway.ListUnitsRequest(parent=f"tenants/{house.town}", show_retired=True)
    assert retired.unit in (await house(everything, citizen())).units
    everything.show_retired = False
    assert retired.unit not in (await house(everything, citizen())).units


async def test_who_leaves_office_cannot_sign_in_any_more(house: House) -> None:
    await house(gateway.RetireCadreRequest(name=f"tenants/{house.town}/cadres/wang-lei"))

    account = gateway.GetAccountRequest(name=f"tenants/{house.town}/accounts/wanglei")
    assert (await house(account)).account.HasField("disable_time")
    assert (await house.event_types(house.town))[-2:] == ["gateway.cadre.retired", "gateway.account.changed"]
    with pytest.raises(Refused):
        await house(gateway.EnableAccountRequest(name=account.name))


async def test_units_come_page_by_page_in_the_order_asked_for(house: House) -> None:
    request = gateway.ListUnitsRequest(parent=f"tenants/{house.town}", page_size=1, order_by="code desc")
    first = await house(request, citizen())
    request.page_token = first.next_page_token
    second = await house(request, citizen())

    assert [each.display_name for each in (*first.units, *second.units)] == ["东村", "财政所"]
    request.order_by = "code"
    with pytest.raises(Invalid):
        await house(request, citizen())


@pytest.mark.parametrize(
    "request_of",
    [
        lambda town: gateway.GetTenantRequest(name=town),
        lambda town: gateway.ListUnitsRequest(parent=town),
        lambda town: gateway.ListCadresRequest(parent=town),
        lambda town: gateway.UpdateUnitRequest(
            unit=unit(town.removeprefix("tenants/"), "finance"), update_mask=FieldMask(paths=["window"])
        ),
    ],
)
async def test_a_town_that_does_not_exist_is_not_found(house: House, request_of: object) -> None:
    assert callable(request_of)
    with pytest.raises(NotFound):
        await house(request_of(f"tenants/{house.county}199"))


async def test_people_are_listed_for_those_who_work_in_the_town_only(house: House) -> None:
    request = gateway.ListCadresRequest(parent=f"tenants/{house.town}")
    colleague = house.officer("jiwei", house.town)
    stranger = house.officer("jiwei", f"{house.county}102")

    assert (await house(request, colleague)).cadres
    for caller in (stranger, citizen()):
        with pytest.raises(DomainError) as refusal:
            await house(request, caller)
        assert refusal.value.reason == "DENIED"
