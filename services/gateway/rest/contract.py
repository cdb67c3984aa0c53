"""The RPCs of the contract as the front door must know them: their addresses in HTTP, their shape, who may call."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from google.api.annotations_pb2 import http
from google.api.http_pb2 import HttpRule
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from services.common.access import Rule
from services.common.rpc.access_option import ContractError, rule_of
from services.gateway.rest import template
from services.gateway.rest.template import Template


@dataclass(frozen=True, slots=True)
class Address:
    """One HTTP binding of an RPC."""

    verb: str
    """GET, POST, …"""
    path: str
    """The template as the proto writes it."""
    template: Template
    body: str
    """`*`: the body is the request without what the path holds; a field's name: it is that field; empty: no body."""
    response_body: str
    """The field of the response that is answered; empty: all of it."""


@dataclass(frozen=True, slots=True)
class Rpc:
    """One RPC."""

    method: MethodDescriptor
    addresses: tuple[Address, ...]
    access: Rule
    request: type[Message]
    response: type[Message]

    @property
    def path(self) -> str:
        """The path of the RPC in gRPC."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"

    @property
    def streaming(self) -> bool:
        return bool(self.method.server_streaming)


def services_in(package: str) -> list[ServiceDescriptor]:
    """The services of a generated package, such as `minshao.watch.v1`, by name."""
    modules = [info.name for info in iter_modules(import_module(package).__path__) if info.name.endswith("_pb2")]
    files = [import_module(f"{package}.{name}").DESCRIPTOR for name in modules]
    found: list[ServiceDescriptor] = [service for file in files for service in file.services_by_name.values()]
    return sorted(found, key=lambda service: str(service.full_name))


def rpcs_of(service: ServiceDescriptor) -> list[Rpc]:
    """Every RPC of the service. Raises ContractError where one has no address, streams requests, or names no field."""
    return [_rpc(method) for method in service.methods]


def field_at(message: Descriptor, path: str) -> FieldDescriptor | None:
    """The field at a path of proto names such as `report.name`; None where there is none."""
    head, _, rest = path.partition(".")
    field = message.fields_by_name.get(head)
    if field is None or not rest:
        return field
    nested = field.message_type
    return field_at(nested, rest) if nested is not None and not field.is_repeated else None


def _rpc(method: MethodDescriptor) -> Rpc:
    options = method.GetOptions()
    if method.client_streaming or not options.HasExtension(http):
        raise ContractError(f"{method.full_name} streams its requests, or has no google.api.http option")
    rule = options.Extensions[http]
    addresses = tuple(_address(method, each) for each in (rule, *rule.additional_bindings))
    request, response = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    return Rpc(method, addresses, rule_of(method), request, response)


def _address(method: MethodDescriptor, rule: HttpRule) -> Address:
    kind = rule.WhichOneof("pattern")
    verb, path = (rule.custom.kind, rule.custom.path) if kind == "custom" else (kind or "", getattr(rule, kind or ""))
    try:
        parsed = template.parse(path)
    except template.BadTemplate as error:
        raise ContractError(f"{method.full_name}: {error}") from error
    address = Address(verb.upper(), path, parsed, rule.body, rule.response_body)
    if wrong := list(_unknown_fields(method, address)):
        raise ContractError(f"{method.full_name} {address.path} names what is no field: {', '.join(wrong)}")
    return address


def _unknown_fields(method: MethodDescriptor, address: Address) -> Iterator[str]:
    for variable in address.template.variables:
        field = field_at(method.input_type, variable.field)
        if field is None or field.message_type is not None or field.is_repeated:
            yield variable.field
    yield from _unknown([address.body.replace("*", "")], method.input_type)
    yield from _unknown([address.response_body], method.output_type)


def _unknown(names: Iterable[str], message: Descriptor) -> Iterator[str]:
    return (name for name in names if name and name not in message.fields_by_name)
