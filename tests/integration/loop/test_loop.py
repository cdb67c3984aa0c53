"""The loop of the three services (domain §4): from what somebody does to what somebody else sees, for one tenant only
and once, whatever becomes of the order of events and however often they come."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import UTC

import pytest
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as risk
from minshao.watch import v1 as watch

from services.common.access import Grant, Role
from services.common.errors import DomainError
from services.common.periods import local_date
from tests.integration.loop.county import COMMISSION, OFFICER, Loop, Told
from tests.isolation.people import CITIZEN, COUNTY, FINANCE, OTHER_TOWN, TOWN, VILLAGE, Person, person

STRANGER = person(OTHER_TOWN, "discipline-1")
VIEWER = person(COUNTY, "viewer")
LEADER = person(TOWN, f"{FINANCE}-leader")
REMINDER, CORRECTION = risk.Disposition.SEVERITY_REMINDER, risk.Disposition.SEVERITY_CORRECTION
INVESTIGATION = risk.Disposition.SEVERITY_INVESTIGATION


async def red(loop: Loop) -> risk.Warning:
    """Four substantiated reports about one unit, and the warning that comes of it."""
    for _ in range(4):
        await loop.substantiated(loop.units[TOWN, FINANCE])
    [warning] = await loop.warnings()
    assert warning.colour == risk.Warning.COLOUR_RED
    return warning


async def refused(call: Awaitable[object]) -> str:
    """The reason for which a call is refused."""
    with pytest.raises(DomainError) as error:
        await call
    return error.value.reason


def names(parts: list[gateway.MatterPart]) -> list[str]:
    """The kinds of the parts of a matter, in their order."""
    return [part.name.split("/")[2] for part in parts]


async def test_who_reported_sees_that_something_was_done(loop: Loop) -> None:
    told = await loop.substantiated(loop.units[TOWN, FINANCE])
    [warning] = await loop.warnings()
    before = await loop.receipt(told)

    await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")

    after = await loop.receipt(told)
    assert (before.something_was_done, list(before.effects)) == (False, [])
    assert after.something_was_done
    assert list(after.effects) == ["因您的反映，有关单位已被责令纠错（2026年9月1日）。"]
    assert [each.town for each in await loop.feed(VIEWER, "watch.effect.told")] == [TOWN]
    assert await loop.feed(STRANGER, "risk.warning.raised", "risk.disposition.recorded", "watch.effect.told") == []


async def test_what_was_corrected_is_told_too(loop: Loop) -> None:
    told = await loop.substantiated(loop.units[TOWN, FINANCE])
    [warning] = await loop.warnings()
    ordered = await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")

    await loop.call(OFFICER, risk.CheckCorrectionRequest(name=ordered.name, done=True, note="已整改。"))
    await loop.carry()

    assert list((await loop.receipt(told)).effects) == [
        "因您的反映，有关单位已被责令纠错（2026年9月1日）。",
        "因您的反映，有关单位已完成纠错（2026年9月1日）。",
    ]


async def test_who_reported_without_cause_reads_that_it_was_for_the_delay_that_something_was_done(loop: Loop) -> None:
    place = loop.units[TOWN, VILLAGE]
    secretary = place.person("secretary")
    filed = [await loop.file(place) for _ in range(2)]
    unfounded, _ = told = [Told(each.report.name, each.receipt_code) for each in filed]
    await loop.pass_days(9)
    for step in (
        watch.AssignReportRequest(name=unfounded.name, officer=secretary.account),
        watch.StartInvestigationRequest(name=unfounded.name),
        watch.AnswerReportRequest(name=unfounded.name, finding=watch.Report.FINDING_UNSUBSTANTIATED, text="不属实。"),
    ):
        await loop.call(secretary, step)
    await loop.carry()
    [warning] = await loop.warnings()

    disposition = await loop.disposed(warning.name, risk.Disposition.SEVERITY_CRITICISM)

    words = ["因您的反映未按期办理，有关人员已被批评教育（2026年9月10日）。"]
    for each in told:
        assert list((await loop.receipt(each)).effects) == words
        shown = (await loop.call(OFFICER, watch.GetReportRequest(name=each.name))).report
        assert list(shown.effects) == words
        parts = await loop.matter(OFFICER, each.name)
        assert {each.name, warning.name, disposition.name} <= {part.name for part in parts}
    assert len(await loop.feed(VIEWER, "watch.effect.told")) == 2


async def test_an_investigation_is_told_to_who_reported_and_kept_from_the_unit(loop: Loop) -> None:
    place = loop.units[TOWN, FINANCE]
    filed = await loop.file(place)
    secretary, name = place.person("secretary"), filed.report.name
    await loop.found_true(name, secretary)
    [warning] = await loop.warnings(LEADER)

    handed = await loop.disposed(warning.name, INVESTIGATION)

    view = await loop.receipt(Told(name, filed.receipt_code))
    shown = {who: (await loop.call(who, watch.GetReportRequest(name=name))).report for who in (secretary, OFFICER)}
    assert list(view.effects) == ["因您的反映，有关问题已按规定处理（2026年9月1日）。"]
    assert list(shown[secretary].effects) == []
    assert list(shown[OFFICER].effects) == ["因您的反映，有关问题已移交纪检监察机关依纪依法查处（2026年9月1日）。"]
    assert await refused(loop.call(LEADER, risk.GetDispositionRequest(name=handed.name))) == "NOT_FOUND"


async def test_a_red_warning_puts_its_unit_under_special_oversight_until_it_is_answered(loop: Loop) -> None:
    warning = await red(loop)
    [opened] = await loop.oversights()
    reason = await refused(loop.call(OFFICER, watch.AnswerOversightRequest(name=opened.name, answer="已整改。")))

    await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")

    [ended] = await loop.oversights()
    assert (opened.origin, opened.warning, opened.unit) == (
        watch.Oversight.ORIGIN_EVENT,
        warning.name,
        f"tenants/{TOWN}/units/{TOWN}.finance",
    )
    assert opened.state == watch.Oversight.STATE_OPEN
    assert reason == "ENDS_WITH_WARNING"
    assert (ended.name, ended.state, ended.answer) == (opened.name, watch.Oversight.STATE_ANSWERED, "预警已经处置。")
    told = [each.type for each in await loop.feed(VIEWER, "watch.oversight.ordered", "watch.oversight.answered")]
    assert told == ["watch.oversight.ordered", "watch.oversight.answered"]
    assert warning.name in {each.resource for each in await loop.feed(VIEWER, "risk.warning.raised")}
    assert await loop.oversights(STRANGER, OTHER_TOWN) == []


async def test_what_the_unit_may_not_know_of_is_no_oversight_to_it(loop: Loop) -> None:
    warning = await red(loop)

    assert warning.level == common.LEVEL_TOWN
    assert await loop.oversights(LEADER) == []
    [opened] = await loop.oversights()
    assert await refused(loop.call(LEADER, watch.GetOversightRequest(name=opened.name))) == "NOT_FOUND"


async def test_a_special_oversight_is_in_time_as_long_as_its_warning_is_that_moved_up(loop: Loop) -> None:
    place = loop.units[TOWN, FINANCE]
    told = [await loop.substantiated(place) for _ in range(4)]
    await loop.pass_days(4)
    for each in told:
        await loop.call(CITIZEN, watch.ContestAnswerRequest(parent=place.parent, code=each.code, reason="不满意"))
    await loop.carry()
    await loop.pass_days(3)

    [warning], [oversight] = await loop.warnings(COMMISSION), await loop.oversights(COMMISSION)
    assert (warning.level, warning.last_day, warning.late) == (common.LEVEL_COUNTY, "2026-09-10", False)
    assert (oversight.level, oversight.last_day, oversight.late) == (common.LEVEL_COUNTY, "2026-09-10", False)

    await loop.pass_days(4)
    [warning], [oversight] = await loop.warnings(COMMISSION), await loop.oversights(COMMISSION)
    assert (warning.late, oversight.late) == (True, True)
    assert len(await loop.feed(VIEWER, "watch.oversight.overdue")) == 1


@dataclass(frozen=True)
class Appointed(Person):
    """Somebody whose account was made for a cadre that there was already."""

    of: str = ""

    @property
    def cadre(self) -> str:
        return self.of


async def test_a_cadre_with_a_new_account_sees_nothing_of_what_came_of_reports_about_them(loop: Loop) -> None:
    place, parent, operator = loop.units[TOWN, FINANCE], f"tenants/{TOWN}", person(COUNTY, "operator")
    cadre = gateway.Cadre(display_name="李娜", unit=f"{parent}/units/{place.unit}", position="会计")
    subject: str = (await loop.call(operator, gateway.CreateCadreRequest(parent=parent, cadre=cadre))).cadre.name
    await loop.carry()
    for _ in range(4):
        await loop.substantiated(place, handler=place.person("secretary"), cadre=subject)
    [warning] = await loop.warnings()
    [oversight] = await loop.oversights()
    await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")
    [disposition] = [each.disposition for each in await loop.warnings()]

    newcomer = Appointed(TOWN, "newcomer", (Grant(Role.TOWN_DISCIPLINE, TOWN),), of=subject)
    account = gateway.Account(name=newcomer.account, cadre=subject)
    await loop.call(operator, gateway.CreateAccountRequest(parent=parent, account=account))
    await loop.carry()

    types = {who.login: {each.type for each in await loop.feed(who)} for who in (OFFICER, newcomer)}
    kinds = ("risk.information.", "risk.warning.", "risk.disposition.", "watch.effect.", "watch.oversight.")
    came_of_it = {each for each in types[OFFICER.login] if each.startswith(kinds)}
    assert {"risk.warning.raised", "risk.disposition.recorded", "watch.oversight.ordered"} < came_of_it
    assert types[newcomer.login].isdisjoint(came_of_it)
    assert (await loop.warnings(newcomer), await loop.oversights(newcomer)) == ([], [])
    for name in (warning.name, disposition, oversight.name):
        assert await loop.matter(OFFICER, name)
        assert await refused(loop.matter(newcomer, name)) == "NOT_FOUND"
    for asked in (
        risk.GetWarningRequest(name=warning.name),
        risk.GetDispositionRequest(name=disposition),
        watch.GetOversightRequest(name=oversight.name),
    ):
        await loop.call(OFFICER, asked)
        assert await refused(loop.call(newcomer, asked)) == "NOT_FOUND"


async def test_who_has_a_role_in_a_unit_sees_nothing_of_what_came_of_accusations_about_it_as_a_whole(
    loop: Loop,
) -> None:
    place = loop.units[TOWN, FINANCE]
    colleague = person(TOWN, "discipline-2")
    leads_it = replace(colleague, grants=(*colleague.grants, Grant(Role.UNIT_LEADER, place.unit)))
    about_it = [await loop.substantiated(place) for _ in range(4)]
    [warning] = await loop.warnings()
    [oversight] = await loop.oversights()
    information = [each.name for each in await loop.information()]
    answered = await loop.disposed(warning.name, REMINDER)
    came_of_it = (about_it[0].name, *information, warning.name, answered.name, oversight.name)

    for who, seen in ((colleague, True), (leads_it, False)):
        assert {each.name for each in await loop.information(who)} == {*(information if seen else [])}
        assert [each.name for each in await loop.warnings(who)] == [warning.name] * seen
        assert [each.name for each in await loop.oversights(who)] == [oversight.name] * seen
        in_feed = {each.resource for each in await loop.feed(who)}
        for name in came_of_it:
            assert (name in in_feed) == seen
            if seen:
                assert await loop.matter(who, name)
            else:
                assert await refused(loop.matter(who, name)) == "NOT_FOUND"
    again = risk.RecordDispositionRequest(
        parent=f"tenants/{TOWN}", warning=warning.name, severity=REMINDER, note="自我提示"
    )
    for asked in (
        again,
        watch.GetReportRequest(name=about_it[0].name),
        risk.GetRiskInformationRequest(name=information[0]),
        risk.GetWarningRequest(name=warning.name),
        risk.GetDispositionRequest(name=answered.name),
        watch.GetOversightRequest(name=oversight.name),
    ):
        assert await refused(loop.call(leads_it, asked)) == "NOT_FOUND"
        await loop.call(colleague, asked)


async def test_who_leaves_a_report_later_sees_nothing_more_of_what_came_of_it(loop: Loop) -> None:
    colleague = person(TOWN, "discipline-2")
    told = await loop.substantiated(loop.units[TOWN, FINANCE])
    for _ in range(3):
        await loop.substantiated(loop.units[TOWN, FINANCE])
    [warning] = await loop.warnings()
    [oversight] = await loop.oversights()
    answered = await loop.disposed(warning.name, REMINDER)
    [information] = [each for each in await loop.information() if each.origin == told.name]
    before = {each.resource for each in await loop.feed(OFFICER)}

    await loop.call(OFFICER, watch.DeclareConflictRequest(name=told.name, reason="亲属"))
    await loop.carry()

    came_of_it = {information.name, warning.name, oversight.name, answered.name}
    assert came_of_it < before
    assert came_of_it.isdisjoint(each.resource for each in await loop.feed(OFFICER))
    assert came_of_it < {each.resource for each in await loop.feed(colleague)}
    assert (await loop.warnings(), await loop.oversights()) == ([], [])
    assert information.name not in {each.name for each in await loop.information()}
    for name in came_of_it:
        assert await loop.matter(colleague, name)
        assert await refused(loop.matter(OFFICER, name)) == "NOT_FOUND"
    again = risk.RecordDispositionRequest(
        parent=f"tenants/{TOWN}", warning=warning.name, severity=REMINDER, note="自我提示"
    )
    for asked in (
        again,
        risk.GetRiskInformationRequest(name=information.name),
        risk.GetWarningRequest(name=warning.name),
        risk.GetDispositionRequest(name=answered.name),
        watch.GetOversightRequest(name=oversight.name),
    ):
        assert await refused(loop.call(OFFICER, asked)) == "NOT_FOUND"
        await loop.call(colleague, asked)


async def test_whom_an_overdue_report_turns_out_to_be_about_sees_nothing_more_of_it(loop: Loop) -> None:
    place, parent, operator = loop.units[TOWN, FINANCE], f"tenants/{TOWN}", person(COUNTY, "operator")
    cadre = gateway.Cadre(display_name="李娜", unit=f"{parent}/units/{place.unit}", position="会计")
    subject: str = (await loop.call(operator, gateway.CreateCadreRequest(parent=parent, cadre=cadre))).cadre.name
    await loop.carry()
    newcomer = Appointed(TOWN, "newcomer", (Grant(Role.TOWN_DISCIPLINE, TOWN),), of=subject)
    account = gateway.Account(name=newcomer.account, cadre=subject)
    await loop.call(operator, gateway.CreateAccountRequest(parent=parent, account=account))
    kind, matter = watch.Report.KIND_ACCUSATION, watch.Report.MATTER_NEGLECT_OF_DUTY
    report = (await loop.file(place, kind=kind, matter=matter)).report.name
    await loop.pass_days(40)
    [information] = await loop.information(newcomer)
    assert await loop.matter(newcomer, information.name)

    link = watch.LinkSubjectRequest(name=report, subject=watch.Subject(about="拖延", cadre=subject))
    await loop.call(OFFICER, link)
    await loop.carry()

    assert await loop.information(newcomer) == []
    asked = risk.GetRiskInformationRequest(name=information.name)
    assert await refused(loop.call(newcomer, asked)) == "NOT_FOUND"
    assert await refused(loop.matter(newcomer, information.name)) == "NOT_FOUND"
    assert information.name not in {each.resource for each in await loop.feed(newcomer)}
    assert await loop.matter(OFFICER, information.name)


async def test_a_matter_is_told_from_the_report_to_the_answer(loop: Loop) -> None:
    told = await loop.substantiated(loop.units[TOWN, FINANCE])
    [warning] = await loop.warnings()
    disposition = await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")

    for resource in (told.name, warning.name, disposition.name):
        parts = await loop.matter(COMMISSION, resource)
        assert names(parts) == ["reports", "riskInformation", "warnings", "dispositions"]
        report, information, raised, disposed = parts
        assert [report.name, raised.name, disposed.name] == [told.name, warning.name, disposition.name]
        assert (report.steps[-1].type, report.steps[-1].summary) == ("watch.effect.told", "责令纠错")
        assert (raised.steps[0].summary, disposed.steps[0].summary) == ("黄色", "责令纠错")
        assert (raised.number, disposed.number) == (warning.number, disposition.number)
        assert ([*information.follows_from], [*raised.follows_from]) == ([report.name], [information.name])


async def test_a_trace_id_follows_a_matter_through_all_services(loop: Loop) -> None:
    told = await loop.substantiated(loop.units[TOWN, FINANCE])
    [warning] = await loop.warnings()
    await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")

    steps = {step.type: step.trace for part in await loop.matter(OFFICER, told.name) for step in part.steps}

    found = [
        steps[each] for each in ("watch.report.substantiated", "risk.information.collected", "risk.warning.raised")
    ]
    done = [steps[each] for each in ("risk.disposition.recorded", "risk.warning.answered", "watch.effect.told")]
    assert (len(set(found)), len(set(done))) == (1, 1)
    assert len({*found, *done}) == 2
    assert all(len(trace) == 32 for trace in (*found, *done))


async def test_each_sees_of_a_matter_what_they_see_in_the_feed(loop: Loop) -> None:
    place = loop.units[TOWN, FINANCE]
    told = await loop.substantiated(place, COMMISSION, about="镇长", town_leadership=True)
    [warning] = await loop.warnings(COMMISSION)

    seen = names(await loop.matter(COMMISSION, warning.name))

    assert warning.level == common.LEVEL_COUNTY
    assert seen == ["reports", "riskInformation", "warnings"]
    for resource in (told.name, warning.name):
        assert await refused(loop.matter(OFFICER, resource)) == "NOT_FOUND"
    assert await refused(loop.matter(STRANGER, warning.name)) == "NOT_FOUND"


async def test_of_one_matter_the_town_sees_its_own_parts_and_not_what_the_county_keeps_to_itself(loop: Loop) -> None:
    place = loop.units[TOWN, FINANCE]
    own = await loop.substantiated(place)
    hidden = await loop.substantiated(place, COMMISSION, about="镇长", town_leadership=True)
    of_town, of_county = sorted(await loop.warnings(COMMISSION), key=lambda warning: warning.level)
    investigation = await loop.disposed(of_county.name, INVESTIGATION, COMMISSION)

    whole = {part.name for part in await loop.matter(COMMISSION, own.name)}
    parts = await loop.matter(OFFICER, own.name)

    assert (of_town.level, of_county.level) == (common.LEVEL_TOWN, common.LEVEL_COUNTY)
    assert names(parts) == ["reports", "riskInformation", "warnings"]
    assert (parts[0].name, parts[-1].name) == (own.name, of_town.name)
    assert whole - {part.name for part in parts} == {of_county.name, investigation.name}
    assert "watch.effect.told" not in {step.type for part in parts for step in part.steps}
    for resource in (hidden.name, of_county.name, investigation.name):
        assert await loop.matter(COMMISSION, resource)
        assert await refused(loop.matter(OFFICER, resource)) == "NOT_FOUND"


async def test_of_one_matter_who_left_a_report_sees_neither_it_nor_what_came_of_it_but_the_others_behind_it(
    loop: Loop,
) -> None:
    place, colleague = loop.units[TOWN, FINANCE], person(TOWN, "discipline-2")
    other = await loop.substantiated(place)
    left = (await loop.file(place)).report.name
    await loop.call(colleague, watch.DeclareConflictRequest(name=left, reason="与当事人是亲属。"))

    await loop.found_true(left, place.person("secretary"))

    assert names(await loop.matter(OFFICER, other.name)) == ["reports", "riskInformation", "warnings"]
    assert names(await loop.matter(colleague, other.name)) == ["reports", "riskInformation"]
    for part in await loop.matter(OFFICER, left):
        assert await refused(loop.matter(colleague, part.name)) == "NOT_FOUND"


async def test_what_was_not_told_is_not_found(loop: Loop) -> None:
    assert await refused(loop.matter(VIEWER, f"tenants/{TOWN}/reports/{'0' * 32}")) == "NOT_FOUND"


async def test_warnings_and_dispositions_are_counted_by_town_and_day(loop: Loop) -> None:
    warning = await red(loop)
    await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")
    request = gateway.GetDailyFiguresRequest(
        parent=f"tenants/{COUNTY}", first_day="2026-09-01", last_day="2026-09-30", services=["risk"]
    )

    [total] = (await loop.call(VIEWER, request)).totals

    assert total == gateway.DailyFigures(
        town=TOWN,
        town_name=total.town_name,
        information_collected=4,
        warnings_yellow=1,
        warnings_orange=1,
        warnings_red=1,
        warnings_answered=1,
        dispositions=1,
    )


async def on_the_board(loop: Loop) -> list[tuple[str, str, str]]:
    """What of the risk service is overdue in the county's eyes: its collection, who owes it, and since when."""
    request = gateway.ListOverdueRequest(parent=f"tenants/{COUNTY}", services=["risk"])
    found = (await loop.call(VIEWER, request)).matters
    return [(each.resource.split("/")[2], each.organ, str(local_date(each.due_time.ToDatetime(UTC)))) for each in found]


async def test_a_late_warning_stands_on_the_board_under_who_owes_it_until_it_is_answered(loop: Loop) -> None:
    warning = await red(loop)
    before = await on_the_board(loop)
    await loop.pass_days(6)
    late = await on_the_board(loop)

    await loop.disposed(warning.name, CORRECTION, who=COMMISSION, last_day="2026-09-20")

    assert (before, late) == ([], [("warnings", f"{COUNTY}.discipline", "2026-09-07")])
    assert await on_the_board(loop) == []


async def test_an_order_to_correct_stands_on_the_board_from_its_last_day_until_it_is_found_done(loop: Loop) -> None:
    warning = await red(loop)
    order = await loop.disposed(warning.name, CORRECTION, last_day="2026-09-20")
    boards = [await on_the_board(loop)]
    for look in (
        risk.CheckCorrectionRequest(name=order.name, note="没改。", last_day="2026-10-01"),
        risk.CheckCorrectionRequest(name=order.name, done=True, note="改了。"),
    ):
        await loop.pass_days(22)
        boards.append(await on_the_board(loop))
        await loop.call(OFFICER, look)
        await loop.carry()
        boards.append(await on_the_board(loop))

    def late(overdue_from: str) -> list[tuple[str, str, str]]:
        return [("dispositions", f"{TOWN}.{FINANCE}", overdue_from)]

    assert boards == [[], late("2026-09-21"), [], late("2026-10-02"), []]
