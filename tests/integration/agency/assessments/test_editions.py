"""An assessment that was published never changes, and carries rewards and penalties."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa
from minshao.agency import v1 as pb

from services.agency.assessments.store import ASSESSMENTS
from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.periods import local_date, start_of_day
from tests.integration.agency.assessments.steps import (
    OFFICER,
    POINT,
    TOWN,
    advised,
    explained,
    figures,
    next_month,
    published,
    reward,
)
from tests.integration.agency.cases.steps import accepted
from tests.integration.agency.house import House
from tests.integration.agency.records import account, refused, sweep_at


async def test_an_edition_freezes_the_figures_of_its_period_with_number_and_hash(office: House) -> None:
    await advised(office)
    open_case = await accepted(office, "SH-04")
    office.clock.set(next_month(office))

    assessment = await published(office)
    decision = pb.DecideCaseRequest(name=open_case.name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人不办了。")
    await office("agent", decision)

    assert (assessment.number, assessment.period_title) == ("景村考核〔2026〕1号", "2026年9月")
    [frozen] = (await figures(office, "party", POINT, assessment=assessment.name)).values()
    [now] = (await figures(office, "party", POINT)).values()
    assert (frozen.received, frozen.open, now.open) == (2, 1, 0)
    [event] = await office.events(pb.AssessmentPublished)
    async with office.database.transaction(office.town) as tx:
        content = await tx.scalar(sa.select(ASSESSMENTS.c.content).where(ASSESSMENTS.c.tenant == tx.tenant))
    assert event.hash.hex() == assessment.hash == sha256(content or b"").hexdigest()


async def test_editions_are_numbered_in_their_year_and_listed(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))

    numbers = [(await published(office)).number for _ in range(2)]
    answer = await office("viewer", pb.ListAssessmentsRequest(parent=f"tenants/{office.town}"))

    assert numbers == ["景村考核〔2026〕1号", "景村考核〔2026〕2号"]
    assert {each.number for each in answer.assessments} == set(numbers)


async def test_a_list_of_what_is_no_period_is_refused(office: House) -> None:
    for period in ("2026-13", "2026-02-30/2026-03-01"):
        with pytest.raises(Invalid):
            await office("viewer", pb.ListAssessmentsRequest(parent=f"tenants/{office.town}", period=period))


async def test_a_repeated_call_publishes_once(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))

    first, second = [await published(office, request_id="f54326f7-6d8a-5659-923d-0cdd0c5fb3af") for _ in range(2)]

    assert first == second


async def test_each_sees_of_an_edition_what_concerns_them(office: House) -> None:
    await advised(office)
    await advised(office, "neighbour", "community")
    office.clock.set(next_month(office))
    assessment = await published(office)

    assert list(await figures(office, "agent", OFFICER, assessment=assessment.name)) == ["agent"]
    assert await figures(office, "viewer", OFFICER, assessment=assessment.name) == {}
    assert list(await figures(office, "viewer", TOWN, assessment=assessment.name)) == ["景村镇"]


async def test_a_period_that_is_not_over_is_not_published(office: House) -> None:
    await advised(office)

    async with refused(office, Invalid, "PERIOD_NOT_OVER"):
        await published(office)


async def test_whoever_does_not_judge_publishes_and_records_nothing(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)

    for login in ("agent", "clerk", "discipline", "viewer", "window"):
        async with refused(office, Denied):
            await published(office, login)
        async with refused(office, Denied):
            await office(login, reward(office, assessment))


async def test_a_reward_is_recorded_and_only_its_evidence_stands_in_the_ledger(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)

    recorded = (await office("party", reward(office, assessment))).consequence

    assert (recorded.reward, recorded.ground) == (True, "全年零超期，群众李大娘送来锦旗。")
    [event] = await office.events(pb.ConsequenceRecorded)
    assert event.subject == account(office, "agent")
    assert event.ground.mac
    assert "李大娘" not in str(event)
    listed = await office("discipline", pb.ListConsequencesRequest(parent=f"tenants/{office.town}"))
    assert list(listed.consequences) == [recorded]


async def test_why_somebody_was_rewarded_is_forgotten_five_years_after_it_was_recorded(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    await office("party", reward(office, await published(office)))
    request = pb.ListConsequencesRequest(parent=f"tenants/{office.town}")
    end = start_of_day(local_date(office.clock.now()).replace(year=2031))

    await sweep_at(office, end - timedelta(seconds=1))
    assert (await office("discipline", request)).consequences[0].ground != ""
    await sweep_at(office, end)

    [left] = (await office("discipline", request)).consequences
    assert (left.ground, left.decider, left.reward) == ("", "", True)
    assert [event.record for event in await office.events(pb.RecordShredded)] == [left.name]


async def test_a_consequence_is_seen_by_whom_it_is_about_and_by_those_above(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)
    penalty = pb.Consequence.KIND_CRITICISED
    await office("party", reward(office, assessment))
    await office(
        "party",
        reward(office, assessment, kind=penalty, subject_kind=POINT, subject=office.point("village")),
    )
    seen = {"agent": 2, "neighbour": 0, "clerk": 0, "party": 2, "discipline": 2, "commission": 2, "window": 0}

    for login, count in seen.items():
        answer = await office(login, pb.ListConsequencesRequest(parent=f"tenants/{office.town}"))
        assert len(answer.consequences) == count, login
    by_subject = pb.ListConsequencesRequest(parent=f"tenants/{office.town}", subject=office.point("village"))
    assert [each.reward for each in (await office("party", by_subject)).consequences] == [False]


async def test_the_county_reads_why_only_of_what_it_recorded_itself(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)
    for login in ("party", "commission"):
        await office(login, reward(office, assessment, ground=f"{login}的理由"))

    listed = await office("commission", pb.ListConsequencesRequest(parent=f"tenants/{office.town}"))

    assert {each.ground for each in listed.consequences} == {"", "commission的理由"}


async def test_who_does_not_stand_in_the_assessment_is_neither_rewarded_nor_punished(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)

    async with refused(office, Refused, "NOT_ASSESSED"):
        await office("party", reward(office, assessment, subject=account(office, "neighbour")))
    async with refused(office, Invalid):
        tomorrow = str((office.clock.now() + timedelta(days=1)).date())
        await office("party", reward(office, assessment, decide_date=tomorrow))
    async with refused(office, Invalid):
        await office("party", reward(office, assessment, ground=" "))
    async with refused(office, NotFound):
        nothing = pb.Assessment(name=f"tenants/{office.town}/assessments/{'0' * 32}")
        await office("party", reward(office, nothing))


async def test_the_county_publishes_over_its_towns_and_its_own_hall(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))

    assessment = await published(office, "commission", parent=f"tenants/{office.county}")

    found = await figures(office, "viewer", TOWN, office.county, assessment=assessment.name)
    assert {title: each.decided for title, each in found.items()} == {"景村镇": 1}
    with pytest.raises(Denied):
        await published(office, "party", parent=f"tenants/{office.county}")


async def test_a_period_and_an_edition_are_not_asked_for_at_once(office: House) -> None:
    await advised(office)
    office.clock.set(next_month(office))
    assessment = await published(office)

    with pytest.raises(Invalid):
        await figures(office, "party", POINT, period="2026-09", assessment=assessment.name)
    assert await explained(office, "party", POINT, office.point("village"), "decided")
