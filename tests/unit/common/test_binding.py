from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import uuid4

import pytest
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message

from services.common.access import Role, Rule
from services.common.rpc.access_option import ContractError, rule_of
from services.common.rpc.binding import bind, method_name
from services.common.rpc.call import Call
from tests.echo import ECHO, compiled, service
from tests.echo.server import EchoService, echo_world


def contract(methods: str) -> ServiceDescriptor:
    """A service of its own package with these methods, requests and responses being there already."""
    package = f"t{uuid4().hex}"
    source = f"""
        syntax = "proto3";
        package {package};
        import "minshao/common/v1/access.proto";
        message Inner {{ string name = 1; int32 number = 2; repeated string names = 3; }}
        message Request {{ string parent = 1; Inner inner = 2; repeated Inner inners = 3; }}
        message Response {{}}
        service Odd {{ {methods} }}
    """
    with tempfile.TemporaryDirectory() as folder:
        compiled(Path(folder), f"{package}.proto", source)
    return service(f"{package}.Odd")


def method(access: str) -> MethodDescriptor:
    option = f"option (minshao.common.v1.access) = {{{access}}};" if access else ""
    return contract(f"rpc Do(Request) returns (Response) {{ {option} }}").methods_by_name["Do"]


def test_an_rpc_without_access_option_does_not_start() -> None:
    odd = contract("rpc AssignReport(Request) returns (Response);")

    class Odd:
        async def assign_report(self, call: Call, request: Message) -> Message:
            raise NotImplementedError

    with pytest.raises(ContractError, match=r"Odd\.AssignReport declares no access"):
        bind(odd, Odd(), echo_world())


@pytest.mark.parametrize(
    ("access", "complaint"),
    [
        ("", "declares no access"),
        ("roles: []", "admits nobody"),
        ("roles: [ROLE_UNSPECIFIED]", "admits nobody"),
        ("roles: [ROLE_CITIZEN]", "citizens without being public"),
        ('roles: [ROLE_OPERATOR] tenant: "name"', "names name"),
        ('roles: [ROLE_OPERATOR] tenant: "parent.name"', "names parent.name"),
        ('roles: [ROLE_OPERATOR] tenant: "inner"', "no text"),
        ('roles: [ROLE_OPERATOR] tenant: "inner.number"', "no text"),
        ('roles: [ROLE_OPERATOR] tenant: "inners.name"', "names inners.name"),
        ('roles: [ROLE_OPERATOR] tenant: "inner.names"', "names inner.names"),
        ('roles: [ROLE_SUPERVISOR] unit: "parent"', "unit without a tenant"),
        ('roles: [ROLE_TOWN_DISCIPLINE] tenant: "parent" unit: "parent"', "no role of a unit"),
    ],
)
def test_an_access_option_that_cannot_be_enforced_is_refused(access: str, complaint: str) -> None:
    with pytest.raises(ContractError, match=complaint):
        rule_of(method(access))


def test_an_access_option_is_read_from_the_contract() -> None:
    rule = rule_of(method('roles: [ROLE_REGISTRAR, ROLE_CITIZEN] tenant: "parent" unit: "inner.name" public: true'))

    assert rule == Rule(frozenset({Role.REGISTRAR, Role.CITIZEN}), ("parent",), ("inner", "name"), public=True)


def test_an_implementation_that_lacks_a_method_does_not_start() -> None:
    class Forgetful(EchoService):
        get_echo = None  # type: ignore[assignment]

    with pytest.raises(ContractError, match="Forgetful lacks get_echo"):
        bind(ECHO, Forgetful(), echo_world())


def test_an_implementation_with_a_method_too_many_does_not_start() -> None:
    class Eager(EchoService):
        async def delete_echo(self, call: Call, request: Message) -> Message:
            raise NotImplementedError

    with pytest.raises(ContractError, match="Eager has delete_echo"):
        bind(ECHO, Eager(), echo_world())


def test_a_streaming_method_that_answers_once_does_not_start() -> None:
    class Short(EchoService):
        async def watch_echoes(self, call: Call, request: Message) -> Message:  # type: ignore[override]
            raise NotImplementedError

    with pytest.raises(ContractError, match=r"Short\.watch_echoes must be an async generator"):
        bind(ECHO, Short(), echo_world())


def test_a_method_that_is_no_coroutine_does_not_start() -> None:
    class Plain(EchoService):
        def get_echo(self, call: Call, request: Message) -> Message:  # type: ignore[override]
            raise NotImplementedError

    with pytest.raises(ContractError, match=r"Plain\.get_echo must be a coroutine function"):
        bind(ECHO, Plain(), echo_world())


def test_a_method_that_streams_its_requests_does_not_start() -> None:
    odd = contract("rpc Do(stream Request) returns (Response) { option (minshao.common.v1.access) = {public: true}; }")

    class Odd:
        async def do(self, call: Call, request: Message) -> Message:
            raise NotImplementedError

    with pytest.raises(ContractError, match="streams its requests"):
        bind(odd, Odd(), echo_world())


@pytest.mark.parametrize(
    ("rpc", "name"),
    [("GetEcho", "get_echo"), ("AssignReport", "assign_report"), ("ListV2Reports", "list_v2_reports"), ("Do", "do")],
)
def test_methods_are_named_as_python_names_them(rpc: str, name: str) -> None:
    assert method_name(rpc) == name
