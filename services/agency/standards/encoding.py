"""Standards as messages of the contract, and back. A version is stored as the bytes of its `StandardsContent`."""

from __future__ import annotations

from collections.abc import Iterable

import minshao.agency.v1 as pb

from services.agency.standards.domain import Check, Content, Standards
from services.common.inputs import read_text
from services.common.instants import stamp


def standards_name(tenant: str, version: int) -> str:
    return f"tenants/{tenant}/standards/{version}"


def standards_message(tenant: str, standards: Standards) -> pb.Standards:
    """A version as it is shown in the county, and in each of its towns."""
    return pb.Standards(
        name=standards_name(tenant, standards.version),
        version=standards.version,
        content=content_message(standards.content),
        publish_time=stamp(standards.publish_time),
    )


def content_message(content: Content) -> pb.StandardsContent:
    return pb.StandardsContent(six_haves=_messages(content.six_haves), ten_ones=_messages(content.ten_ones))


def content_of(message: pb.StandardsContent) -> Content:
    """A version as it was stored."""
    return Content(tuple(map(_check, message.six_haves)), tuple(map(_check, message.ten_ones)))


def read_content(message: pb.StandardsContent) -> Content:
    """A version as somebody has written it down. Raises Invalid for a text that says nothing."""
    return Content(
        tuple(_read(f"content.six_haves[{index}]", each) for index, each in enumerate(message.six_haves)),
        tuple(_read(f"content.ten_ones[{index}]", each) for index, each in enumerate(message.ten_ones)),
    )


def _read(place: str, check: pb.StandardsContent.Check) -> Check:
    title, looked_at = read_text(f"{place}.title", check.title), read_text(f"{place}.looked_at", check.looked_at)
    return Check(check.code, title, looked_at)


def _check(message: pb.StandardsContent.Check) -> Check:
    return Check(message.code, message.title, message.looked_at)


def _messages(checks: Iterable[Check]) -> list[pb.StandardsContent.Check]:
    return [pb.StandardsContent.Check(code=each.code, title=each.title, looked_at=each.looked_at) for each in checks]
