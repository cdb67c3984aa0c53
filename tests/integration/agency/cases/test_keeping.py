"""Keeping and forgetting: how long a receipt opens a case, and what names people is kept, after it was closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from minshao.agency import v1 as pb

from services.agency.cases.store import RECEIPTS
from services.common.errors import Denied, Invalid, NotFound
from services.common.periods import start_of_day
from tests.integration.agency.cases.steps import PHONE, application, required
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.cases.test_oversights import answer, asked, decide, urge
from tests.integration.agency.house import House
from tests.integration.agency.records import refused

CLOSED = date(2026, 9, 1)


async def ended(house: House) -> tuple[pb.Case, str]:
    """A case that was urged, answered, decided and told, with its receipt code."""
    request = application(house, brought=await required(house))
    created = await house("agent", request)
    case: pb.Case = created.case
    await house("agent", pb.AcceptCaseRequest(name=case.name))
    await answer(house, "agent", await urge(house, "clerk", case))
    await decide(house, case)
    await house("agent", pb.TellResultRequest(name=case.name, manner="当面告知"))
    return case, created.receipt_code


async def followed(house: House, code: str) -> pb.CaseView:
    view: pb.CaseView = (await house("citizen", pb.FollowCaseRequest(parent=f"tenants/{house.town}", code=code))).view
    return view


async def change(house: House, login: str = "discipline", **values: int) -> pb.AgencySettings:
    changed = pb.AgencySettings(name=f"tenants/{house.town}/agencySettings", **values)
    request = pb.UpdateAgencySettingsRequest(settings=changed, update_mask=FieldMask(paths=list(values)))
    settings: pb.AgencySettings = (await house(login, request)).settings
    return settings


async def test_a_receipt_opens_the_case_for_a_year_after_it_was_closed(office: House) -> None:
    _, code = await ended(office)
    end = start_of_day(CLOSED + timedelta(days=365))

    await sweep_at(office, end - timedelta(seconds=1))
    assert (await followed(office, code)).result != ""
    await sweep_at(office, end)

    with pytest.raises(NotFound):
        await followed(office, code)
    [event] = await office.events(pb.CaseReceiptExpired)
    assert event.case.number == "景村镇八一村代〔2026〕1号"


async def test_what_an_applicant_withdrew_is_kept_and_forgotten_as_what_they_were_told(office: House) -> None:
    created = await office("agent", application(office, brought=await required(office)))
    number, code = created.case.number, created.receipt_code
    await office("citizen", pb.WithdrawCaseRequest(parent=f"tenants/{office.town}", code=code))
    by_phone = pb.LookUpCaseRequest(parent=f"tenants/{office.town}", number=number, phone=PHONE)

    await sweep_at(office, start_of_day(CLOSED + timedelta(days=364)))
    assert (await office("citizen", by_phone)).state == pb.Case.STATE_CLOSED
    await sweep_at(office, start_of_day(CLOSED + timedelta(days=365)))

    for request in (by_phone, pb.FollowCaseRequest(parent=f"tenants/{office.town}", code=code)):
        with pytest.raises(NotFound):
            await office("citizen", request)


async def test_what_names_people_is_gone_after_five_years_and_number_and_dates_stay(office: House) -> None:
    case, _ = await ended(office)
    end = start_of_day(CLOSED.replace(year=2031))

    await sweep_at(office, end - timedelta(seconds=1))
    assert (await office("agent", pb.GetCaseRequest(name=case.name))).case.applicant.name == "张三"
    for _ in range(2):
        await sweep_at(office, end)

    kept = (await office("agent", pb.GetCaseRequest(name=case.name))).case
    assert not kept.HasField("applicant")
    assert (kept.number, kept.promised_date, kept.outcome) == (case.number, "2026-09-23", pb.Case.OUTCOME_REFUSED)
    assert {(each.text, each.answer) for each in await asked(office, case)} == {("", "")}
    assert len(await office.events(pb.CaseShredded)) == 1
    async with office.database.transaction(office.town) as tx:
        assert await tx.scalar(sa.select(sa.func.count()).select_from(RECEIPTS.table)) == 0


async def test_nothing_is_forgotten_of_a_case_whose_applicant_was_not_told(office: House) -> None:
    request = application(office, brought=await required(office))
    case = (await office("agent", request)).case
    await decide(office, case)

    await sweep_at(office, start_of_day(date(2040, 1, 1)))

    assert (await office("agent", pb.GetCaseRequest(name=case.name))).case.applicant.name == "张三"
    assert await office.events(pb.CaseShredded) == []


async def test_what_a_town_sets_counts_for_what_is_closed_afterwards(office: House) -> None:
    case, _ = await ended(office)
    settings = await change(office, retention_years=1, receipt_days=30)
    assert (settings.retention_years, settings.receipt_days) == (1, 30)
    later, code = await ended(office)

    await sweep_at(office, start_of_day(CLOSED.replace(year=2027)))

    assert (await office("agent", pb.GetCaseRequest(name=case.name))).case.HasField("applicant")
    assert not (await office("agent", pb.GetCaseRequest(name=later.name))).case.HasField("applicant")
    with pytest.raises(NotFound):
        await followed(office, code)
    [event] = await office.events(pb.AgencySettingsChanged)
    assert (event.retention_years, event.receipt_days) == (1, 30)


async def test_the_county_changes_no_towns_settings_and_nobody_beyond_the_limits(office: House) -> None:
    async with refused(office, Denied):
        await change(office, "commission", retention_years=1)
    async with refused(office, Invalid):
        await change(office, retention_years=31)

    found = await office("commission", pb.GetAgencySettingsRequest(name=f"tenants/{office.town}/agencySettings"))
    assert (found.settings.retention_years, found.settings.receipt_days) == (5, 365)
