from __future__ import annotations

import pytest
from google.protobuf.descriptor import ServiceDescriptor

from services.common.access import Role
from services.gateway.rest.contract import field_at, rpcs_of, services_in
from tests.gateway_rest.workshop import service

PACKAGES = ["minshao.watch.v1", "minshao.agency.v1", "minshao.risk.v1", "minshao.gateway.v1"]


def test_an_rpc_has_all_its_addresses() -> None:
    rpcs = {rpc.method.name: rpc for rpc in rpcs_of(service())}

    assert [(each.verb, each.path) for each in rpcs["GetThing"].addresses] == [
        ("GET", "/v1/{name=tenants/*/things/*}"),
        ("GET", "/v1/things/{short}"),
    ]
    assert rpcs["GetThing"].access.roles == {Role.REGISTRAR, Role.UNIT_OFFICER}
    assert rpcs["CreateThing"].access.public
    assert rpcs["WatchThings"].streaming
    assert rpcs["UpdateThing"].path == "/workshop.v1.WorkshopService/UpdateThing"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_rpc_of_the_contract_can_be_served(package: str) -> None:
    services: list[ServiceDescriptor] = services_in(package)

    assert services
    for each in services:
        assert [rpc.method.name for rpc in rpcs_of(each)] == [method.name for method in each.methods]


@pytest.mark.parametrize("package", ["minshao.watch.v1", "minshao.agency.v1"])
def test_a_receipt_code_opens_a_public_call_and_travels_in_its_body_alone(package: str) -> None:
    rpcs = [rpc for each in services_in(package) for rpc in rpcs_of(each)]
    by_code = [rpc for rpc in rpcs if "code" in rpc.request.DESCRIPTOR.fields_by_name]

    assert by_code
    for rpc in by_code:
        assert rpc.access.public, rpc.path
        for address in rpc.addresses:
            in_path = [variable.field for variable in address.template.variables]
            assert (address.verb, address.body, "code" in in_path) == ("POST", "*", False), rpc.path


def test_fields_are_found_by_their_paths() -> None:
    request = service().methods_by_name["UpdateThing"].input_type

    assert field_at(request, "thing.name") is not None
    assert field_at(request, "thing.unknown") is None
    assert field_at(request, "update_mask.paths.x") is None
