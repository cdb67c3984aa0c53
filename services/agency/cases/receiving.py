"""Receiving a case at a point, by an officer or on line: number, route, first owner and receipt in one transaction
(domain §3, Case)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import uuid4

from minshao.agency.v1 import CaseReceived

from services.agency.acting import open_point, own_point
from services.agency.cases import store, texts
from services.agency.cases.acting import Acting
from services.agency.cases.domain.applicant import Applicant
from services.agency.cases.domain.case import Case, lacking_of, parts_of
from services.agency.items.use_cases import offered
from services.agency.points.domain import Point, Tier, cited
from services.agency.points.officers import answering
from services.common import receipts
from services.common.access import CENTRE
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.keys import Hashing
from services.common.organisation import store as organisation
from services.common.organisation.domain import Tenant, Unit

SERVICE = "agency"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person applies for, before it is received."""

    point: str
    """Code of the unit in which the point is."""
    item: str
    applicant: Applicant
    brought: Collection[str]
    consultation: str | None = None
    """Id of the consultation that it was."""


async def receive_case(acting: Acting, draft: Draft) -> tuple[Case, str]:
    """Receives what a person applies for at the actor's own point; returns the case and its receipt code, which is kept
    nowhere.

    Whoever was asked answers for it from here on. Raises NotFound, Denied, Refused, Invalid.
    """
    point = await own_point(acting.tx, acting.actor, draft.point)
    return await receive_at(acting, draft, point, acting.actor.name)


async def receive_on_line(acting: Acting, draft: Draft) -> tuple[Case, str]:
    """The same for who applies on line: whoever answers at the point answers for it. Raises as above."""
    point = await open_point(acting.tx, draft.point)
    return await receive_at(acting, draft, point, await answering(acting.tx, point, acting.now))


async def receive_at(acting: Acting, draft: Draft, point: Point, owner: str) -> tuple[Case, str]:
    """The same at a point, for whom it has been looked whether they may. Raises as above."""
    tx = acting.tx
    item, version, route = await offered(tx, draft.item, point.tier)
    lacking, owed = lacking_of(item, draft.brought)
    tenant, unit = await place_of(tx, draft.point)
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
        owner=owner,
        receive_time=acting.now,
        receive_date=acting.today,
        complete_date=None if lacking else acting.today,
        lacking=lacking,
        owed=owed,
        consultation=draft.consultation,
    )
    key = await acting.agency.sealer.new_key(tx, case.id)
    consultation = f"tenants/{tx.tenant}/consultations/{draft.consultation}" if draft.consultation else ""
    acting.open(case, CaseReceived(consultation=consultation, missing_count=len(lacking), owed_count=len(owed)))
    texts.put_applicant(tx, key, draft.applicant, acting.actor.name, acting.now)
    code = receipts.new_code()
    hashing = acting.agency.hashing
    store.RECEIPTS.insert(tx, receipts.stored_hash(hashing, SERVICE, tx.tenant, code), case.id)
    store.RECEIPTS.insert(tx, phone_hash(hashing, tx.tenant, case.number, draft.applicant.phone), case.id)
    return case, code


def phone_hash(hashing: Hashing, tenant: str, number: str, phone: str) -> bytes:
    """By what a case is found with its number and the applicant's telephone number; both as they are kept."""
    return hashing.keyed_hash(f"{SERVICE}/phone", f"{tenant}:{number}:{phone}")


async def place_of(tx: Tx, unit: str) -> tuple[Tenant, Unit]:
    """The tenant and the unit of a point. Raises NotFound."""
    tenant, found = await organisation.tenant_and_unit(tx, unit)
    if tenant is None or found is None:
        raise NotFound("单位", f"tenants/{tx.tenant}/units/{unit}", reason="NO_UNIT")
    return tenant, found


def _desks(tenant: str, point: Point) -> list[str]:
    """The units that do the steps below the county, in their order."""
    centre = f"{tenant}.{CENTRE}"
    return [point.unit, centre] if point.tier is Tier.VILLAGE else [point.unit]
