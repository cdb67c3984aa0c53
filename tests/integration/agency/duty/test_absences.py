"""Absences: what is open is handed over by name, in the ledger, and somebody answers for it all the time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from minshao.agency import v1 as pb

from services.common.errors import Denied, DomainError, Invalid, NotFound, Refused
from services.common.foundation import LEDGER
from services.common.periods import start_of_day
from tests.integration.agency.cases.test_deadlines import sweep_at
from tests.integration.agency.duty.people import account, change
from tests.integration.agency.duty.steps import case_of, check_in, declare, entries, shown, the_day_after, today
from tests.integration.agency.house import House


async def test_what_an_absent_officer_has_open_is_offered_to_the_deputy_who_accepts_it_by_name(office: House) -> None:
    first, second = await case_of(office), await case_of(office)
    other = await case_of(office, "colleague")

    absence = await declare(office, "agent", "colleague")

    for case in (first, second):
        offered = await shown(office, case)
        assert (offered.owner, offered.offered_to) == (account(office, "agent"), account(office, "colleague"))
    assert [event.to for event in await office.events(pb.CaseOffered)] == [account(office, "colleague")] * 2
    taken = await office("colleague", pb.TakeCasesRequest(name=absence.name))
    assert set(taken.cases) == {first.name, second.name}
    assert {(await shown(office, case)).owner for case in (first, second, other)} == {account(office, "colleague")}
    assert [event.from_owner for event in await office.events(pb.CaseTaken)] == [account(office, "agent")] * 2
    assert list((await office("colleague", pb.TakeCasesRequest(name=absence.name))).cases) == []


async def test_what_has_an_outcome_stays_with_who_decided_it(office: House) -> None:
    case = await case_of(office)
    await office(
        "agent", pb.DecideCaseRequest(name=case.name, outcome=pb.Case.OUTCOME_WITHDRAWN, reason="申请人撤回。")
    )

    absence = await declare(office, "agent", "clerk")

    assert list((await office("clerk", pb.TakeCasesRequest(name=absence.name))).cases) == []
    assert (await shown(office, case)).owner == account(office, "agent")


async def test_an_absence_that_is_to_come_hands_over_when_its_first_day_begins(office: House) -> None:
    absence = await declare(office, "agent", "clerk", begins=2, days=3)
    case = await case_of(office)
    with pytest.raises(Refused, match="NOT_ABSENT"):
        await office("clerk", pb.TakeCasesRequest(name=absence.name))
    begin = start_of_day(the_day_after(today(office, 1)))

    await sweep_at(office, begin - timedelta(seconds=1))
    assert (await shown(office, case)).offered_to == ""
    await sweep_at(office, begin)

    assert (await shown(office, case)).offered_to == account(office, "clerk")
    assert list((await office("clerk", pb.TakeCasesRequest(name=absence.name))).cases) == [case.name]


async def test_a_deputy_who_has_gone_when_the_absence_begins_is_not_asked(office: House) -> None:
    await declare(office, "agent", "colleague", begins=1)
    case = await case_of(office)
    await change(office, "colleague", revision=2, disabled=True)

    await sweep_at(office, office.clock.now() + timedelta(days=1))

    after = await shown(office, case)
    assert (after.owner, after.offered_to) == (account(office, "agent"), "")


@pytest.mark.parametrize("login", ["leader", "clerk"])
async def test_who_leads_the_unit_and_a_clerk_declare_it_for_the_officer(office: House, login: str) -> None:
    absence = await declare(office, login, "colleague", officer="agent")

    assert (absence.officer, absence.declarer) == (account(office, "agent"), account(office, login))
    [event] = await office.events(pb.AbsenceDeclared)
    assert (event.officer, event.deputy) == (account(office, "agent"), account(office, "colleague"))
    assert event.reason.mac


@pytest.mark.parametrize("login", ["colleague", "neighbour", "other-leader"])
async def test_nobody_else_declares_it(office: House, login: str) -> None:
    before = await entries(office)

    with pytest.raises(Denied, match="NOT_OWN_ABSENCE"):
        await declare(office, login, "clerk", officer="agent")

    assert await entries(office) == before


@pytest.mark.parametrize(
    ("deputy", "facts", "error", "what"),
    [
        ("agent", {}, Invalid, "deputy"),
        ("neighbour", {}, Refused, "DEPUTY_ELSEWHERE"),
        ("secretary", {}, Refused, "DEPUTY_ELSEWHERE"),
        ("second-clerk", {}, Refused, "ABSENT"),
        ("nobody", {}, NotFound, "NOT_FOUND"),
        ("county-window", {}, Invalid, "deputy"),
        ("colleague", {"begins": -1}, Invalid, "first_day"),
        ("colleague", {"days": 0}, Invalid, "last_day"),
        ("colleague", {"days": 367}, Invalid, "last_day"),
        ("colleague", {"last_day": "2026-13-01"}, Invalid, "last_day"),
    ],
    ids=str,
)
async def test_an_absence_that_cannot_be_is_refused_and_changes_nothing(
    office: House, deputy: str, facts: dict[str, int], error: type[DomainError], what: str
) -> None:
    await case_of(office)
    await declare(office, "second-clerk", "clerk", days=5)
    before = await entries(office)

    with pytest.raises(error, match=what):
        await declare(office, "agent", deputy, **facts)  # type: ignore[arg-type]

    assert await entries(office) == before


async def test_nobody_is_absent_twice_at_once(office: House) -> None:
    await declare(office, "agent", "clerk", begins=2, days=3)

    for begins, days in ((0, 3), (3, 1), (4, 9)):
        with pytest.raises(Refused, match="ABSENT_ALREADY"):
            await declare(office, "agent", "clerk", begins=begins, days=days)

    await declare(office, "agent", "clerk", begins=5)
    await declare(office, "agent", "clerk", days=2)


async def test_the_same_declaration_again_is_the_same_absence(office: House) -> None:
    first = await declare(office, "agent", "clerk", request_id="acf56d4a-6f78-534c-b4a4-01df733dee24")

    assert await declare(office, "agent", "clerk", request_id="acf56d4a-6f78-534c-b4a4-01df733dee24") == first
    assert len(await office.events(pb.AbsenceDeclared)) == 1


async def test_at_a_window_a_colleague_of_the_same_department_stands_in(office: House) -> None:
    with pytest.raises(Refused, match="DEPUTY_ELSEWHERE"):
        await declare(office, "county-window", "county-finance")

    absence = await declare(office, "county-window", "county-second")

    assert list(absence.points) == [office.point("civil-affairs", office.county)]


async def test_somebody_absent_is_offered_nothing_takes_nothing_and_does_not_check_in(office: House) -> None:
    case, offered = await case_of(office), await case_of(office)
    colleague = account(office, "colleague")
    await office("agent", pb.OfferCaseRequest(name=offered.name, to=colleague))
    await declare(office, "colleague", "clerk")
    before = await entries(office)

    with pytest.raises(Refused, match="ABSENT"):
        await office("agent", pb.OfferCaseRequest(name=case.name, to=colleague))
    with pytest.raises(Refused, match="ABSENT"):
        await office("colleague", pb.TakeCaseRequest(name=offered.name))
    with pytest.raises(Refused, match="ABSENT"):
        await check_in(office, "colleague")

    assert await entries(office) == before
    office.clock.set(office.clock.now() + timedelta(days=1))
    await office("colleague", pb.TakeCaseRequest(name=offered.name))
    await check_in(office, "colleague")


async def test_nothing_is_offered_to_another_town(office: House) -> None:
    case = await case_of(office)

    with pytest.raises(Invalid, match="to"):
        await office("agent", pb.OfferCaseRequest(name=case.name, to=f"tenants/{office.county}999/accounts/agent"))


async def test_a_deputy_who_is_absent_in_the_meantime_takes_nothing(office: House) -> None:
    case = await case_of(office)
    absence = await declare(office, "agent", "colleague", days=9)
    await declare(office, "colleague", "clerk")

    with pytest.raises(Refused, match="ABSENT"):
        await office("colleague", pb.TakeCasesRequest(name=absence.name))

    assert (await shown(office, case)).owner == account(office, "agent")


@pytest.mark.parametrize(("login", "error"), [("clerk", Denied), ("agent", Denied), ("neighbour", NotFound)], ids=str)
async def test_nobody_but_the_deputy_accepts(office: House, login: str, error: type[DomainError]) -> None:
    case = await case_of(office)
    absence = await declare(office, "agent", "colleague")

    with pytest.raises(error):
        await office(login, pb.TakeCasesRequest(name=absence.name))

    assert (await shown(office, case)).owner == account(office, "agent")


async def test_who_is_back_early_works_from_that_day_on_and_what_was_taken_stays(office: House) -> None:
    case = await case_of(office)
    absence = await declare(office, "agent", "colleague", days=9)
    await office("colleague", pb.TakeCasesRequest(name=absence.name))
    office.clock.set(office.clock.now() + timedelta(days=2))

    ended = (await office("agent", pb.EndAbsenceRequest(name=absence.name))).absence

    assert ended.return_day == today(office)
    [event] = await office.events(pb.AbsenceEnded)
    assert event.return_day == today(office)
    await check_in(office, "agent")
    assert (await shown(office, case)).owner == account(office, "colleague")
    with pytest.raises(Refused, match="ABSENCE_OVER"):
        await office("agent", pb.EndAbsenceRequest(name=absence.name))
    await declare(office, "agent", "colleague")


async def test_an_absence_that_is_called_off_hands_nothing_over(office: House) -> None:
    absence = await declare(office, "agent", "colleague", begins=2)
    case = await case_of(office)
    await office("leader", pb.EndAbsenceRequest(name=absence.name))

    await sweep_at(office, office.clock.now() + timedelta(days=2))

    assert (await shown(office, case)).offered_to == ""
    await check_in(office, "agent")


async def test_only_the_officer_and_who_may_declare_read_why(office: House) -> None:
    absence = await declare(office, "agent", "colleague")

    async def read(login: str) -> str:
        return str((await office(login, pb.GetAbsenceRequest(name=absence.name))).absence.reason)

    assert {await read(login) for login in ("agent", "leader", "clerk")} == {"住院手术。"}
    assert await read("colleague") == ""
    for login in ("neighbour", "other-leader"):
        with pytest.raises(NotFound, match="NO_ABSENCE"):
            await read(login)
    async with office.database.transaction(office.town) as tx:
        payloads = [row.payload for row in await tx.rows(LEDGER.select().where(LEDGER.c.tenant == office.town))]
    assert not [each for each in payloads if "住院".encode() in each]


async def test_absences_are_listed_for_who_sees_them_page_by_page(office: House) -> None:
    for days in range(3):
        await declare(office, "agent", "clerk", begins=days)
    await declare(office, "neighbour", "clerk", begins=1)

    async def listed(login: str, **wanted: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        token = ""
        while True:
            request = pb.ListAbsencesRequest(
                parent=f"tenants/{office.town}",
                page_size=2,
                page_token=token,
                **wanted,
            )
            page = await office(login, request)
            found += [(each.first_day, each.officer.rpartition("/")[2]) for each in page.absences]
            assert not [each for each in page.absences if each.reason]
            if not (token := page.next_page_token):
                return found

    of_agent = [(today(office, days), "agent") for days in range(3)]
    assert await listed("colleague", order_by="first_day") == of_agent
    assert await listed("leader") == of_agent[::-1]
    assert sorted(await listed("clerk")) == sorted([*of_agent, (today(office, 1), "neighbour")])
    assert await listed("clerk", day=today(office, 2)) == [(today(office, 2), "agent")]
    assert await listed("clerk", officer=account(office, "neighbour")) == [(today(office, 1), "neighbour")]
    assert await listed("clerk", point=office.point("community")) == [(today(office, 1), "neighbour")]
    assert await listed("county-window") == []


async def test_nobody_can_be_absent_from_where_they_do_not_work(office: House) -> None:
    with pytest.raises(Refused, match="NOT_AN_AGENT"):
        await declare(office, "leader", "colleague")
