"""Resource names of those who are assessed, and what people call them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from itertools import groupby

from services.agency.assessments.domain import Assessed, SubjectKind
from services.common.access import county_of, tenant_of_unit
from services.common.database import Tx
from services.common.errors import Invalid
from services.common.organisation import store as organisation
from services.common.organisation.domain import Tenant, Unit, point_title

COLLECTIONS = {SubjectKind.OFFICER: "accounts", SubjectKind.POINT: "points", SubjectKind.DEPARTMENT: "units"}


def name_of(kind: SubjectKind, subject: str) -> str:
    """The resource name of a subject."""
    if kind is SubjectKind.OFFICER:
        return subject
    tenant = _tenant_of(kind, subject)
    return f"tenants/{tenant}" if kind is SubjectKind.TOWN else f"tenants/{tenant}/{COLLECTIONS[kind]}/{subject}"


def read_subject(field: str, kind: SubjectKind, name: str) -> str:
    """The subject that a resource name means. Raises Invalid where the name is not of its kind."""
    _, tenant, *rest = name.split("/")
    if rest[:1] != ([COLLECTIONS[kind]] if kind in COLLECTIONS else []):
        raise Invalid(field, f"不是{kind.label}的资源名称。", reason="OTHER_KIND")
    subject = name if kind is SubjectKind.OFFICER else rest[-1] if rest else tenant
    if name_of(kind, subject) != name:
        raise Invalid(field, f"不是{kind.label}的资源名称。", reason="OTHER_TENANT")
    return subject


async def titles(tx: Tx, assessed: Iterable[Assessed]) -> dict[str, str]:
    """What the subjects are called, each looked up in its own tenant; in two queries for each of these."""
    found: dict[str, str] = {}
    by_tenant = sorted(((_tenant_of(each.kind, each.subject), each) for each in assessed), key=lambda pair: pair[0])
    for tenant, pairs in groupby(by_tenant, key=lambda pair: pair[0]):
        those = [each for _, each in pairs]
        async with nullcontext() if tenant == tx.tenant else tx.within(tenant):
            profile = await organisation.tenant(tx)
            units = await organisation.units(tx, [each.subject for each in those])
            people = await organisation.names(tx) if any(each.kind is SubjectKind.OFFICER for each in those) else {}
        for each in those:
            found[each.subject] = _title(each, profile, units.get(each.subject), people)
    return found


def _title(each: Assessed, tenant: Tenant | None, unit: Unit | None, people: dict[str, str]) -> str:
    match each.kind:
        case SubjectKind.OFFICER:
            return people.get(each.subject, each.subject.rpartition("/")[2])
        case SubjectKind.TOWN:
            return tenant.name if tenant else each.subject
        case SubjectKind.POINT if tenant and unit:
            return point_title(tenant, unit)
        case _:
            return unit.name if unit else each.subject


def _tenant_of(kind: SubjectKind, subject: str) -> str:
    match kind:
        case SubjectKind.OFFICER:
            return subject.split("/")[1]
        case SubjectKind.TOWN:
            return subject
        case SubjectKind.POINT:
            return tenant_of_unit(subject) or ""
        case SubjectKind.DEPARTMENT:
            return county_of(subject)
