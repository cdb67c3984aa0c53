"""Receiving a case at a point: number, route, first owner and receipt in one transaction (domain §3, Case)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from minshao.agency.v1 import CaseReceived

from services.agency.cases import store, texts
from services.agency.cases.acting import Acting
from services.agency.cases.domain.applicant import Applicant
from services.agency.cases.domain.case import Case, lacking_of, parts_of
from services.agency.cases.sight import works_at
from services.agency.items.use_cases import offered
from services.agency.points import store as points
from services.agency.points.domain import CENTRE, Point, Tier, cited
from services.common import receipts
from services.common.errors import Denied, NotFound, Refused
from services.common.organisation import store as organisation

SERVICE = "agency"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person applies for, before it is received."""

    point: str
    """Code of the unit in which the point is."""
    item: str
    applicant: Applicant
    brought: Collection[str]


async def receive_case(acting: Acting, draft: Draft) -> tuple[Case, str]:
    """Receives what a person applies for; returns the case and its receipt code, which is kept nowhere.

    Whoever was asked answers for it from here on. Raises NotFound, Denied, Refused, Invalid.
    """
    tx = acting.tx
    point = await _open_point(acting, draft.point)
    item, version, route = await offered(tx, draft.item, point.tier)
    lacking, owed = lacking_of(item, draft.brought)
    tenant, unit = await organisation.tenant_and_unit(tx, draft.point)
    if tenant is None or unit is None:
        raise NotFound("单位", f"tenants/{tx.tenant}/units/{draft.point}", reason="NO_UNIT")
    year = acting.today.year
    serial = await store.next_serial(tx, draft.point, year)
    case = Case(
        tenant=tx.tenant,
        id=uuid4().hex,
        number=f"{cited(tenant, unit, point.tier)}代〔{year}〕{serial}号",
        point=draft.point,
        item=item.code,
        item_version=version,
        handling=item.handling,
        parts=parts_of(route, _desks(tx.tenant, point)),
        owner=acting.actor.name,
        receive_time=acting.now,
        receive_date=acting.today,
        complete_date=None if lacking else acting.today,
        lacking=lacking,
        owed=owed,
    )
    key = await acting.agency.sealer.new_key(tx, case.id)
    acting.open(case, CaseReceived())
    texts.put_applicant(tx, key, draft.applicant, acting.actor.name, acting.now)
    code = receipts.new_code()
    store.insert_receipt(tx, receipts.stored_hash(acting.agency.hashing, SERVICE, tx.tenant, code), case.id)
    return case, code


async def _open_point(acting: Acting, unit: str) -> Point:
    point = await points.load(acting.tx, unit)
    if point is None:
        raise NotFound("代理点", f"tenants/{acting.tx.tenant}/points/{unit}", reason="NO_POINT")
    if not works_at(acting.actor, acting.tx.tenant, unit):
        raise Denied("只能在本人所在的代理点收件。", "NOT_OWN_POINT")
    if point.retired:
        raise Refused("POINT_RETIRED", "该代理点已撤销，不再收件。")
    return point


def _desks(tenant: str, point: Point) -> list[str]:
    """The units that do the steps below the county, in their order."""
    centre = f"{tenant}.{CENTRE}"
    return [point.unit, centre] if point.tier is Tier.VILLAGE else [point.unit]
