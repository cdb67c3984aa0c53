"""Path templates of `google.api.http`, such as `/v1/{name=tenants/*/reports/*}:assign`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_FIELD, _PATTERN, _SEGMENT = r"[a-z][a-z0-9_.]*", r"[^{}:]+", r"[^/{}:]+"
_PART = re.compile(rf"\{{(?P<field>{_FIELD})(?:=(?P<pattern>{_PATTERN}))?\}}|(?P<segment>{_SEGMENT})")
_TEMPLATE = re.compile(
    rf"(?P<path>(?:/(?:\{{{_FIELD}(?:={_PATTERN})?\}}|{_SEGMENT}))+)(?::(?P<verb>[A-Za-z][A-Za-z0-9]*))?"
)


class BadTemplate(ValueError):
    """The template is not one of `google.api.http`."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A part of the path that becomes a field of the request."""

    field: str
    """Path of the field in the request, as the proto names it: `report.name`."""
    start: int
    """Its first segment."""
    stop: int
    """The segment after its last; with `**`, counted as if that were one."""


@dataclass(frozen=True)
class Template:
    """A parsed template."""

    segments: tuple[str, ...]
    """Literals, `*` for one segment, `**` as the last for any number."""
    verb: str
    """What stands after the colon; empty when there is none."""
    variables: tuple[Variable, ...]

    @cached_property
    def fields(self) -> frozenset[str]:
        """Paths of the fields that the path fills."""
        return frozenset(variable.field for variable in self.variables)


def parse(text: str) -> Template:
    """Raises BadTemplate where the text is none."""
    if (match := _TEMPLATE.fullmatch(text)) is None:
        raise BadTemplate(f"{text!r} is no path template")
    segments: list[str] = []
    variables: list[Variable] = []
    for part in _PART.finditer(match["path"]):
        pattern = part["segment"] or part["pattern"] or "*"
        start = len(segments)
        segments.extend(pattern.split("/"))
        if part["field"]:
            variables.append(Variable(part["field"], start, len(segments)))
    if "**" in segments[:-1] or "" in segments:
        raise BadTemplate(f"{text!r} has `**` before its end, or an empty segment")
    return Template(tuple(segments), match["verb"] or "", tuple(variables))
