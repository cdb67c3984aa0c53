"""Reads the access option of each method out of the contract, and refuses one that cannot be enforced."""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from minshao.common.v1.access_pb2 import access as access_option

from services.common.access import UNIT_ROLES, Role, Rule


class ContractError(Exception):
    """The contract and the code do not fit: a service that raises it at start does not start."""


def rule_of(method: MethodDescriptor) -> Rule:
    """The access rule of the method. Raises ContractError when it declares none, or one that makes no sense."""
    options = method.GetOptions()
    if not options.HasExtension(access_option):
        raise ContractError(f"{method.full_name} declares no access")
    access = options.Extensions[access_option]
    rule = Rule(
        frozenset(Role(number) for number in access.roles if number),
        _path(method, access.tenant),
        _path(method, access.unit),
        access.public,
    )
    _check(method, rule)
    return rule


def _check(method: MethodDescriptor, rule: Rule) -> None:
    if not rule.roles and not rule.public:
        raise ContractError(f"{method.full_name} admits nobody: it names no role and is not public")
    if Role.CITIZEN in rule.roles and not rule.public:
        raise ContractError(f"{method.full_name} admits citizens without being public")
    if rule.unit and not rule.tenant:
        raise ContractError(f"{method.full_name} names a unit without a tenant")
    if rule.unit and not rule.roles & UNIT_ROLES:
        raise ContractError(f"{method.full_name} names a unit but no role of a unit")


def _path(method: MethodDescriptor, path: str) -> tuple[str, ...]:
    names = tuple(path.split(".")) if path else ()
    message: Descriptor | None = method.input_type
    field: FieldDescriptor | None = None
    for name in names:
        field = message.fields_by_name.get(name) if message else None
        if field is None or field.is_repeated:
            raise ContractError(f"{method.full_name}: its access names {path}, which its request does not have")
        message = field.message_type
    if field is not None and field.type != FieldDescriptor.TYPE_STRING:
        raise ContractError(f"{method.full_name}: its access names {path}, which is no text")
    return names
