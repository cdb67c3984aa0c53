"""From a method and a path to the RPC that has this address.

A tree of path segments, so that finding one of some hundred addresses costs what its few segments cost. Literals win
over `*`, `*` over `**`, whatever the order in the proto.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote_to_bytes

from services.common.rpc.access_option import ContractError
from services.gateway.rest.contract import Address

T = TypeVar("T")

_SLASH = re.compile("%2f", re.IGNORECASE)


class BadPath(Exception):
    """The path is not UTF-8 behind its percent signs."""


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What stands at an address."""

    address: Address
    target: T
    values: Mapping[str, str]
    """The fields that the path fills, by their paths in the proto."""


@dataclass
class _Node(Generic[T]):
    literals: dict[str, _Node[T]] = field(default_factory=dict)
    one: _Node[T] | None = None
    rest: _Node[T] | None = None
    ends: dict[str, dict[str, tuple[Address, T]]] = field(default_factory=dict)
    """By what stands after the colon, then by HTTP method."""


class Router(Generic[T]):
    """The addresses of all RPCs. Raises ContractError when two have the same."""

    def __init__(self, addresses: Iterable[tuple[Address, T]]) -> None:
        self._root: _Node[T] = _Node()
        for address, target in addresses:
            self._add(address, target)

    def _add(self, address: Address, target: T) -> None:
        node = self._root
        for segment in address.template.segments:
            node = _child(node, segment)
        methods = node.ends.setdefault(address.template.verb, {})
        if address.verb in methods:
            raise ContractError(f"two RPCs are at {address.verb} {address.path}")
        methods[address.verb] = (address, target)

    def find(self, method: str, path: str) -> Found[T] | frozenset[str]:
        """What is at the path (percent-encoded), or the methods that the path has when this is none of them.

        Raises BadPath.
        """
        segments, verb = _taken_apart(path)
        allowed: set[str] = set()
        for node in _ends(self._root, segments):
            methods = node.ends.get(verb, {})
            if method in methods:
                address, target = methods[method]
                return Found(address, target, _values(address, segments))
            allowed.update(methods)
        return frozenset(allowed)


def _child(node: _Node[T], segment: str) -> _Node[T]:
    if segment == "*":
        node.one = node.one or _Node()
        return node.one
    if segment == "**":
        node.rest = node.rest or _Node()
        return node.rest
    return node.literals.setdefault(segment, _Node())


def _taken_apart(path: str) -> tuple[list[str], str]:
    """The segments of the path, and what stands after the colon in the last one. A colon that is meant is `%3A`."""
    *segments, last = path.split("/")[1:] or [""]
    last, _, verb = last.partition(":")
    return [*segments, last], verb


def _ends(node: _Node[T], segments: list[str]) -> Iterator[_Node[T]]:
    if not segments:
        yield node
        return
    head, tail = segments[0], segments[1:]
    if head in node.literals:
        yield from _ends(node.literals[head], tail)
    if node.one and head:
        yield from _ends(node.one, tail)
    if node.rest and all(segments):
        yield node.rest


def _values(address: Address, segments: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for variable in address.template.variables:
        open_ended = address.template.segments[variable.stop - 1] == "**"
        part = segments[variable.start : None if open_ended else variable.stop]
        values[variable.field] = _decoded("/".join(part), whole=variable.stop - variable.start == 1 and not open_ended)
    return values


def _decoded(text: str, *, whole: bool) -> str:
    """Without its percent signs; a slash stays encoded where the variable may hold several segments."""
    if "%" not in text and text.isascii():
        return text
    kept = text if whole else _SLASH.sub("%252F", text)
    try:
        return unquote_to_bytes(kept.encode("latin-1")).decode()
    except UnicodeDecodeError:
        raise BadPath from None
