"""Flow charts of a unit, saved version by version and drawn, through the contract."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, Conflict, Invalid, InvalidFields, NotFound, Refused
from services.risk.charts import store
from tests.integration.risk.charting import (
    BUSINESS,
    DECISION,
    END,
    POWER,
    START,
    STEP,
    a_business_chart,
    a_power_chart,
    a_step,
    an_edge,
    creation,
    of_business,
    of_power,
)
from tests.integration.risk.house import House


class Finance(NamedTuple):
    """What there is in the finance office before it draws its charts."""

    house: House
    clerk: str
    head: str
    power: str

    async def flaws_of(self, request: pb.CreateFlowChartRequest | pb.UpdateFlowChartRequest) -> set[tuple[str, str]]:
        """What is wrong with a chart that is not saved, and nothing is changed."""
        before = await self.house.ledger_size(), await self.rows()
        with pytest.raises(InvalidFields) as refused:
            await self.house("officer", request)
        assert (await self.house.ledger_size(), await self.rows()) == before
        return {(each.field, each.reason) for each in refused.value.violations}

    async def refusal(
        self, request: pb.CreateFlowChartRequest | pb.UpdateFlowChartRequest, kind: type[Exception]
    ) -> None:
        """A chart is refused like this, and nothing is changed."""
        before = await self.house.ledger_size(), await self.rows()
        with pytest.raises(kind):
            await self.house("officer", request)
        assert (await self.house.ledger_size(), await self.rows()) == before

    async def rows(self) -> list[int]:
        tables = (store.FLOW_CHARTS, store.FLOW_CHART_VERSIONS, store.FLOW_CHART_POWERS)
        async with self.house.database.transaction(self.house.town) as tx:
            return [
                await tx.scalar(sa.select(sa.func.count()).where(each.c.tenant == self.house.town)) or 0
                for each in tables
            ]


@pytest_asyncio.fixture
async def finance(house: House) -> Finance:
    clerk = await house.position("会计")
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    return Finance(house, clerk.name, head.name, (await house.power(clerk.name)).name)


async def test_a_business_chart_is_saved_as_its_first_version(finance: Finance) -> None:
    house, given = finance.house, of_business(finance.clerk)

    made = await a_business_chart(house, finance.clerk)

    assert (made.kind, made.version, made.latest_version, made.content) == (BUSINESS, 1, 1, given)
    assert made.content_hash == sha256(given.SerializeToString(deterministic=True)).digest()
    assert (await house("discipline", pb.GetFlowChartRequest(name=made.name))).flow_chart == made
    [told] = await house.events(pb.FlowChartCreated)
    assert (told.flow_chart, told.chart_version, told.step_count, told.key_link_count) == (made.name, 1, 3, 0)
    assert told.content_hash == made.content_hash


async def test_a_power_chart_is_linked_to_the_business_step_by_step(finance: Finance) -> None:
    business = await a_business_chart(finance.house, finance.clerk)

    made = await a_power_chart(finance.house, finance.clerk, finance.power, business.name)

    assert [each.business_step for each in made.content.steps] == ["check", "pay"]
    told = (await finance.house.events(pb.FlowChartCreated))[-1]
    assert (list(told.powers), told.key_link_count) == ([finance.power], 1)


def no_start(given: pb.FlowChartContent) -> None:
    given.steps[0].kind = STEP


def two_starts(given: pb.FlowChartContent) -> None:
    given.steps[1].kind = START


def unreachable(given: pb.FlowChartContent) -> None:
    given.steps.append(a_step("alone", given.steps[0].position))
    given.edges.append(an_edge("alone", "pay"))


def no_way_to_an_end(given: pb.FlowChartContent) -> None:
    given.steps.append(a_step("stuck", given.steps[0].position))
    given.edges.append(an_edge("check", "stuck"))


def no_end(given: pb.FlowChartContent) -> None:
    given.steps[2].kind = DECISION


def cycle_without_exit(given: pb.FlowChartContent) -> None:
    given.steps.extend(a_step(id, given.steps[0].position) for id in ("round", "about"))
    given.edges.extend((an_edge("check", "round"), an_edge("round", "about"), an_edge("about", "round")))


def unknown_position(given: pb.FlowChartContent) -> None:
    given.steps[1].position = f"{given.steps[1].position.rpartition('/')[0]}/{uuid4().hex}"


def same_id_twice(given: pb.FlowChartContent) -> None:
    given.steps.append(a_step("pay", given.steps[0].position, kind=END))


def edge_to_itself(given: pb.FlowChartContent) -> None:
    given.edges.append(an_edge("check", "check"))


def edge_to_nowhere(given: pb.FlowChartContent) -> None:
    given.edges.append(an_edge("check", "nowhere"))


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (no_start, {("content.steps", "NO_START")}),
        (two_starts, {("content.steps[0].kind", "SEVERAL_STARTS"), ("content.steps[1].kind", "SEVERAL_STARTS")}),
        (unreachable, {("content.steps[3]", "UNREACHABLE")}),
        (no_way_to_an_end, {("content.steps[3]", "NO_WAY_TO_END")}),
        (no_end, {("content.steps", "NO_END")}),
        (
            cycle_without_exit,
            {("content.steps[3]", "CYCLE_WITHOUT_EXIT"), ("content.steps[4]", "CYCLE_WITHOUT_EXIT")},
        ),
        (unknown_position, {("content.steps[1].position", "UNKNOWN_POSITION")}),
        (same_id_twice, {("content.steps[3].id", "DUPLICATE_STEP")}),
        (edge_to_itself, {("content.edges[3].target", "SELF_EDGE")}),
        (edge_to_nowhere, {("content.edges[3].target", "UNKNOWN_STEP")}),
    ],
)
async def test_a_flawed_chart_is_told_what_is_wrong_and_where_and_is_not_saved(
    finance: Finance, broken: Callable[[pb.FlowChartContent], None], told: set[tuple[str, str]]
) -> None:
    given = of_business(finance.clerk)
    broken(given)

    assert await finance.flaws_of(creation(finance.house, BUSINESS, given)) == told


async def test_a_chart_with_all_flaws_names_each(finance: Finance) -> None:
    given = of_business(finance.clerk)
    for broken in (unreachable, unknown_position, edge_to_itself):
        broken(given)

    assert await finance.flaws_of(creation(finance.house, BUSINESS, given)) == {
        ("content.steps[3]", "UNREACHABLE"),
        ("content.steps[1].position", "UNKNOWN_POSITION"),
        ("content.edges[4].target", "SELF_EDGE"),
    }


async def test_a_power_chart_without_key_link_or_link_to_the_business_is_not_saved(finance: Finance) -> None:
    business = await a_business_chart(finance.house, finance.clerk)
    given = of_power(finance.clerk, finance.power, business.name)
    given.steps[0].key_link = False
    given.steps[1].business_step = "nowhere"

    assert await finance.flaws_of(creation(finance.house, POWER, given)) == {
        ("content.steps", "NO_KEY_LINK"),
        ("content.steps[1].business_step", "UNKNOWN_BUSINESS_STEP"),
    }


async def test_a_chart_of_10001_steps_is_not_saved(finance: Finance) -> None:
    given = of_business(finance.clerk)
    given.steps.extend(a_step(f"s{index}", finance.clerk) for index in range(10_001 - len(given.steps)))

    [(field, _)] = await finance.flaws_of(creation(finance.house, BUSINESS, given))

    assert field == "content.steps"


async def test_positions_powers_and_charts_of_another_unit_or_out_of_use_are_unknown(finance: Finance) -> None:
    house = finance.house
    foreign = await house.position("文书", "village", "village-officer")
    foreign_power = await house.power(foreign.name, who="village-officer")
    business = await a_business_chart(house, finance.clerk)
    retired = await house.position("出纳")
    await house("officer", pb.RetirePositionRequest(name=retired.name))
    given = of_power(finance.clerk, foreign_power.name, business.name)
    given.steps[0].position, given.steps[1].position = foreign.name, retired.name

    assert await finance.flaws_of(creation(house, POWER, given)) == {
        ("content.steps[0].position", "UNKNOWN_POSITION"),
        ("content.steps[1].position", "UNKNOWN_POSITION"),
        ("content.powers[0]", "UNKNOWN_POWER"),
    }
    await house("officer", pb.RetireFlowChartRequest(name=business.name))
    given = of_power(finance.clerk, finance.power, business.name)
    told = await finance.flaws_of(creation(house, POWER, given))
    assert told == {("content.business_chart", "UNKNOWN_BUSINESS_CHART")}


async def test_a_power_has_at_most_one_power_chart_in_force(finance: Finance) -> None:
    house = finance.house
    business = await a_business_chart(house, finance.clerk)
    first = await a_power_chart(house, finance.clerk, finance.power, business.name)
    again = creation(house, POWER, of_power(finance.clerk, finance.power, business.name))

    await finance.refusal(again, AlreadyExists)
    await house("officer", pb.RetireFlowChartRequest(name=first.name))
    second = (await house("officer", again)).flow_chart

    listed = await house("party", pb.ListFlowChartsRequest(parent=f"tenants/{house.town}", power=finance.power))
    assert [each.name for each in listed.flow_charts] == [second.name]


async def test_a_chart_that_leaves_a_power_leaves_it_to_another_one(finance: Finance) -> None:
    house = finance.house
    business = await a_business_chart(house, finance.clerk)
    other = (await house.power(finance.head, "资金审批")).name
    chart = await a_power_chart(house, finance.clerk, finance.power, business.name)

    await house(
        "officer", pb.UpdateFlowChartRequest(name=chart.name, content=of_power(finance.clerk, other, business.name))
    )

    await a_power_chart(house, finance.head, finance.power, business.name)
    await finance.refusal(creation(house, POWER, of_power(finance.clerk, other, business.name)), AlreadyExists)


async def test_each_saved_change_is_a_version_and_none_ever_changes(finance: Finance) -> None:
    house = finance.house
    first = await a_business_chart(house, finance.clerk)
    house.clock.set(house.clock.now() + timedelta(days=1))
    given = of_business(finance.clerk)
    given.steps[0].position = finance.head

    second = (await house("leader", pb.UpdateFlowChartRequest(name=first.name, content=given))).flow_chart
    old = (await house("officer", pb.GetFlowChartRequest(name=first.name, version=1))).flow_chart

    assert (second.version, second.latest_version) == (2, 2)
    assert (old.version, old.latest_version, old.content) == (1, 2, first.content)
    assert (old.content_hash, old.save_time) == (first.content_hash, first.save_time)
    listed = (await house("party", pb.ListFlowChartVersionsRequest(name=first.name))).versions
    assert [(each.version, each.saver.rpartition("/")[2]) for each in listed] == [(2, "leader"), (1, "officer")]
    [told] = await house.events(pb.FlowChartChanged)
    assert (told.chart_version, told.content_hash) == (2, second.content_hash)
    versions = store.FLOW_CHART_VERSIONS
    for forbidden in (sa.update(versions).values(content=b""), sa.delete(versions)):
        with pytest.raises(Exception, match="permission denied"):
            async with house.database.transaction(house.town) as tx:
                tx.write(forbidden.where(versions.c.tenant == house.town))


async def test_versions_are_listed_page_by_page(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    for title in ("二", "三"):
        given = of_business(finance.clerk)
        given.title = title
        await house("officer", pb.UpdateFlowChartRequest(name=chart.name, content=given))

    first = await house("officer", pb.ListFlowChartVersionsRequest(name=chart.name, page_size=2))
    request = pb.ListFlowChartVersionsRequest(name=chart.name, page_size=2, page_token=first.next_page_token)
    rest = await house("officer", request)

    assert [[each.title for each in page.versions] for page in (first, rest)] == [["三", "二"], ["资金拨付办理"]]
    assert not rest.next_page_token


async def test_the_same_again_in_another_order_is_no_new_version(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    size = await house.ledger_size()
    given = of_business(finance.clerk)
    given.edges.reverse()

    same = (await house("officer", pb.UpdateFlowChartRequest(name=chart.name, content=given))).flow_chart

    assert same == chart
    assert await house.ledger_size() == size


async def test_what_changed_between_two_versions_is_told_by_step_field_and_edge(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    given = of_business(finance.clerk)
    given.steps[1].position, given.steps[1].key_link = finance.head, True
    given.steps.insert(2, a_step("tell", finance.clerk, kind=END, title="告知"))
    given.edges[2].target = "tell"
    given.edges[1].condition = "齐全且属实"
    await house("officer", pb.UpdateFlowChartRequest(name=chart.name, content=given))

    found = (await house("party", pb.CompareFlowChartRequest(name=chart.name, before=1))).difference

    changes = pb.FlowChartDifference
    assert [(each.change, each.after.id, list(each.fields)) for each in found.steps] == [
        (changes.CHANGE_CHANGED, "check", ["position", "key_link"]),
        (changes.CHANGE_ADDED, "tell", []),
    ]
    assert [(each.change, (each.after or each.before).target) for each in found.edges[:2]] == [
        (changes.CHANGE_CHANGED, "pay"),
        (changes.CHANGE_ADDED, "tell"),
    ]
    assert (found.edges[2].change, found.edges[2].before.target) == (changes.CHANGE_REMOVED, "apply")
    with pytest.raises(NotFound):
        await house("party", pb.CompareFlowChartRequest(name=chart.name, before=3))


async def test_a_version_that_another_saved_meanwhile_is_not_overwritten(finance: Finance) -> None:
    chart = await a_business_chart(finance.house, finance.clerk)
    given = of_business(finance.head)
    await finance.house("officer", pb.UpdateFlowChartRequest(name=chart.name, content=given, version=1))
    given.title = "又改"

    await finance.refusal(pb.UpdateFlowChartRequest(name=chart.name, content=given, version=1), Conflict)


async def test_a_flawed_change_leaves_the_version_in_force(finance: Finance) -> None:
    chart = await a_business_chart(finance.house, finance.clerk)
    given = of_business(finance.clerk)
    no_start(given)

    told = await finance.flaws_of(pb.UpdateFlowChartRequest(name=chart.name, content=given))

    assert told == {("content.steps", "NO_START")}


async def test_a_business_step_to_which_a_power_chart_is_linked_stays(finance: Finance) -> None:
    house = finance.house
    business = await a_business_chart(house, finance.clerk)
    power_chart = await a_power_chart(house, finance.clerk, finance.power, business.name)
    given = of_business(finance.clerk)
    given.steps[2].id = given.edges[1].target = "transfer"
    change = pb.UpdateFlowChartRequest(name=business.name, content=given)

    await finance.refusal(change, Refused)
    size = await house.ledger_size()
    with pytest.raises(Refused):
        await house("officer", pb.RetireFlowChartRequest(name=business.name))
    assert await house.ledger_size() == size

    await house("officer", pb.RetireFlowChartRequest(name=power_chart.name))
    assert (await house("officer", change)).flow_chart.version == 2


async def test_a_retired_chart_stays_to_be_read_and_is_not_changed(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)

    retired = (await house("leader", pb.RetireFlowChartRequest(name=chart.name))).flow_chart

    assert retired.retired
    [told] = await house.events(pb.FlowChartRetired)
    assert told.flow_chart == chart.name
    await finance.refusal(pb.UpdateFlowChartRequest(name=chart.name, content=of_business(finance.head)), Refused)
    everything = pb.ListFlowChartsRequest(parent=f"tenants/{house.town}", show_retired=True)
    in_force = pb.ListFlowChartsRequest(parent=f"tenants/{house.town}")
    assert [each.name for each in (await house("party", everything)).flow_charts] == [chart.name]
    assert not (await house("party", in_force)).flow_charts
    assert (await house("party", pb.GetFlowChartRequest(name=chart.name))).flow_chart.content == chart.content


async def test_a_position_that_does_a_step_of_a_chart_in_force_is_not_retired(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.head)
    size = await house.ledger_size()

    with pytest.raises(Refused):
        await house("officer", pb.RetirePositionRequest(name=finance.head))
    assert await house.ledger_size() == size

    await house("officer", pb.RetireFlowChartRequest(name=chart.name))
    assert (await house("officer", pb.RetirePositionRequest(name=finance.head))).position.retired


async def test_charts_of_a_unit_do_not_exist_for_its_neighbour(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    size = await house.ledger_size()

    for request in (
        pb.GetFlowChartRequest(name=chart.name),
        pb.DrawFlowChartRequest(name=chart.name),
        pb.ListFlowChartVersionsRequest(name=chart.name),
        pb.CompareFlowChartRequest(name=chart.name, before=1),
        pb.UpdateFlowChartRequest(name=chart.name, content=of_business(finance.head)),
        pb.RetireFlowChartRequest(name=chart.name),
        creation(house, BUSINESS, of_business(finance.clerk)),
    ):
        with pytest.raises(NotFound):
            await house("village-officer", request)

    assert not (await house("village-officer", pb.ListFlowChartsRequest(parent=f"tenants/{house.town}"))).flow_charts
    assert await house.ledger_size() == size


async def test_a_chart_is_created_once_by_its_request_id(finance: Finance) -> None:
    request = creation(finance.house, BUSINESS, of_business(finance.clerk))
    request.request_id = str(uuid4())

    first, again = await finance.house("officer", request), await finance.house("officer", request)

    assert first == again
    assert (await finance.rows())[0] == 1


async def test_a_chart_is_drawn_with_its_positions_and_the_business_steps_that_it_is_linked_to(
    finance: Finance,
) -> None:
    house = finance.house
    business = await a_business_chart(house, finance.clerk)
    chart = await a_power_chart(house, finance.head, finance.power, business.name)

    drawn = await house("party", pb.DrawFlowChartRequest(name=chart.name))

    assert (drawn.content_type, drawn.file_name) == ("image/svg+xml", "资金拨付审核权第1版.svg")
    picture = drawn.content.decode()
    assert picture.startswith("<svg ")
    for text in ("审核", "签批", "所长", "关键环节", "业务：材料是否齐全", "权力运行流程图 · 财政所 · 第 1 版"):
        assert f">{text}</text>" in picture


async def test_a_title_that_looks_like_a_path_or_a_page_leaves_no_such_file_name(finance: Finance) -> None:
    title = '../../收费</title><script>"x"</script>'
    content = of_business(finance.clerk)
    content.title = title
    chart = (await finance.house("officer", creation(finance.house, BUSINESS, content))).flow_chart

    drawn = await finance.house("party", pb.DrawFlowChartRequest(name=chart.name))

    assert drawn.file_name == ".._.._收费__title__script__x___script_第1版.svg"
    assert "<script" not in drawn.content.decode()


async def test_an_earlier_version_is_drawn_as_it_was(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    given = of_business(finance.clerk)
    given.steps[2].title = "国库集中支付"
    await house("officer", pb.UpdateFlowChartRequest(name=chart.name, content=given))

    first = (await house("party", pb.DrawFlowChartRequest(name=chart.name, version=1))).content.decode()
    latest = (await house("party", pb.DrawFlowChartRequest(name=chart.name))).content.decode()

    assert ("拨付资金" in first, "国库集中支付" in first) == (True, False)
    assert ("拨付资金" in latest, "国库集中支付" in latest) == (False, True)


async def marked(house: House, chart: str, who: str = "party", version: int = 0) -> list[str]:
    """The risk points in the picture of a chart, step by step."""
    drawn = await house(who, pb.DrawFlowChartRequest(name=chart, version=version))
    return re.findall(r">([一二三级]*风险点 \d+)</text>", drawn.content.decode())


async def where_marked(house: House, chart: str) -> list[str]:
    """The titles of the steps at which risk points are marked."""
    picture = (await house("party", pb.DrawFlowChartRequest(name=chart))).content.decode()
    boxes = re.findall(r"<g transform=[^>]*>\n<(?:rect|path)[^>]*>\n(<text.*?)(?=\n</g>\n)", picture, re.DOTALL)
    return [re.findall(r">([^<]+)</text>", each)[0] for each in boxes if re.search(r"风险点 \d", each)]


async def test_confirmed_risk_points_are_marked_at_the_steps_of_their_position_with_the_grade(
    finance: Finance,
) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=finance.clerk, power=finance.power)
    await house.confirmed(power=finance.power)
    before = await marked(house, chart.name)
    await house.risk_point(level=pb.RiskPoint.LEVEL_POSITION, position=finance.clerk)
    await house.confirmed()
    await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=finance.head)

    assert before == ["二级风险点 2"] * 3
    for who in ("officer", "leader", "discipline", "commission"):
        assert await marked(house, chart.name, who) == before


async def test_a_power_chart_marks_what_lies_in_its_own_powers(finance: Finance) -> None:
    house = finance.house
    business = await a_business_chart(house, finance.clerk)
    chart = await a_power_chart(house, finance.clerk, finance.power, business.name)
    other = (await house.power(finance.clerk, "凭证审核")).name
    for power in (finance.power, other, other):
        await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=finance.clerk, power=power)

    assert await marked(house, chart.name) == ["二级风险点 1"] * 2
    assert await marked(house, business.name) == ["二级风险点 2", "二级风险点 3", "二级风险点 3"]


async def test_a_business_chart_marks_what_lies_in_a_power_where_the_chart_of_that_power_is_linked_to_it(
    finance: Finance,
) -> None:
    house = finance.house
    business, other = await a_business_chart(house, finance.clerk), await a_business_chart(house, finance.clerk)
    await house.confirmed(power=finance.power)
    before = await marked(house, business.name)

    chart = await a_power_chart(house, finance.head, finance.power, business.name)

    assert before == ["二级风险点 1"] * 3
    assert await marked(house, chart.name) == ["二级风险点 1"]
    assert await where_marked(house, chart.name) == ["审核"]
    assert await where_marked(house, business.name) == ["材料是否齐全"]
    assert await marked(house, other.name) == before


async def test_what_stands_no_longer_is_marked_nowhere(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    point = await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=finance.clerk)
    given = of_business(finance.clerk)
    given.steps[2].title = "国库集中支付"
    await house("officer", pb.UpdateFlowChartRequest(name=chart.name, content=given))

    first, latest = await marked(house, chart.name, version=1), await marked(house, chart.name)
    await house("officer", pb.WithdrawRiskPointRequest(name=point.name, reason="不再存在。"))
    withdrawn = await marked(house, chart.name)

    assert (first, latest, withdrawn) == ([], ["二级风险点 1"] * 3, [])


async def test_a_retired_chart_is_drawn_without_the_risk_points_of_today(finance: Finance) -> None:
    house = finance.house
    chart = await a_business_chart(house, finance.clerk)
    await house.confirmed(level=pb.RiskPoint.LEVEL_POSITION, position=finance.clerk)
    await house("officer", pb.RetireFlowChartRequest(name=chart.name))

    assert await marked(house, chart.name) == []


async def test_a_chart_names_nothing_of_another_town(finance: Finance) -> None:
    given = of_business("tenants/611021/positions/" + uuid4().hex)

    await finance.refusal(creation(finance.house, BUSINESS, given), Invalid)
