"""What the chain asks of every RPC of the contract, whichever service it is of."""

from __future__ import annotations

import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message_factory import GetMessageClass

from services.common.events import contract_files
from services.common.rpc.access_option import rule_of
from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of

METHODS = sorted(
    (method for file in contract_files() for service in file.services_by_name.values() for method in service.methods),
    key=lambda method: method.full_name,
)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_every_rpc_declares_an_access_that_can_be_enforced(method: MethodDescriptor) -> None:
    assert rule_of(method)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.full_name)
def test_the_rules_of_every_request_can_be_checked(method: MethodDescriptor) -> None:
    request = GetMessageClass(method.input_type)()

    violations_of(request)

    assert screen_of(method.input_type).violations(request) == []


def test_a_client_finds_every_method_by_its_request() -> None:
    requests = [method.input_type.full_name for method in METHODS]

    assert len(set(requests)) == len(requests)
