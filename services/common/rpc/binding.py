"""Joins a service of the contract to the object that implements it, and refuses what does not fit."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from services.common.rpc.access_option import ContractError
from services.common.rpc.chain import streaming, unary
from services.common.rpc.world import World

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def bind(service: ServiceDescriptor, implementation: object, world: World) -> grpc.GenericRpcHandler:
    """The handler of the service, for `grpc.aio.Server.add_generic_rpc_handlers`.

    Each RPC `AssignReport` is the method `assign_report(call, request)` of the implementation: a coroutine that
    returns the response, or an async generator of responses where the RPC streams. Raises ContractError when a method
    is missing, superfluous or of the wrong sort, or an RPC declares no access.
    """
    _check_methods(service, implementation)
    handlers = {method.name: _handler(method, implementation, world) for method in service.methods}
    return grpc.method_handlers_generic_handler(service.full_name, handlers)


def method_name(rpc: str) -> str:
    """`AssignReport` → `assign_report`."""
    return _WORD.sub("_", rpc).lower()


def _handler(method: MethodDescriptor, implementation: object, world: World) -> grpc.RpcMethodHandler[bytes, bytes]:
    handle = getattr(implementation, method_name(method.name))
    # No deserializer: grpc.aio would answer bytes that are no protobuf with UNKNOWN. The chain decodes them.
    if method.server_streaming:
        return grpc.unary_stream_rpc_method_handler(streaming(method, handle, world))
    return grpc.unary_unary_rpc_method_handler(unary(method, handle, world))


def _check_methods(service: ServiceDescriptor, implementation: object) -> None:
    expected = {method_name(method.name): method for method in service.methods}
    there = set(_public_functions(implementation))
    who = type(implementation).__qualname__
    if missing := sorted(expected.keys() - there):
        raise ContractError(f"{who} lacks {', '.join(missing)} of {service.full_name}")
    if superfluous := sorted(there - expected.keys()):
        raise ContractError(f"{who} has {', '.join(superfluous)}, which {service.full_name} does not know")
    for name, method in expected.items():
        _check_sort(method, getattr(implementation, name), f"{who}.{name}")


def _check_sort(method: MethodDescriptor, handle: object, where: str) -> None:
    if method.client_streaming:
        raise ContractError(f"{method.full_name} streams its requests, which nothing here can serve")
    if method.server_streaming and not inspect.isasyncgenfunction(handle):
        raise ContractError(f"{where} must be an async generator: {method.full_name} streams")
    if not method.server_streaming and not inspect.iscoroutinefunction(handle):
        raise ContractError(f"{where} must be a coroutine function")


def _public_functions(implementation: object) -> Iterable[str]:
    members = inspect.getmembers(type(implementation), inspect.isfunction)
    return (name for name, _ in members if not name.startswith("_"))
