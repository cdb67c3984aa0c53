"""Risk points end with the power, the position or the section that they are about."""

from __future__ import annotations

from typing import Any

from minshao.risk import v1 as pb

from services.common.deadlines import set_for
from services.common.errors import Refused
from services.risk.risk_points.use_cases import PUBLICITY_ENDS
from tests.integration.risk.catalogues.steps import compiled
from tests.integration.risk.house import House
from tests.integration.risk.inventory_sheets.files import GOOD, a_file
from tests.integration.risk.positions.test_protection import of, told, unprotected
from tests.integration.risk.risk_points.test_opinions import objection
from tests.integration.risk.risk_points.test_risk_points import shown

CONFIRMED, WITHDRAWN = pb.RiskPoint.STATE_CONFIRMED, pb.RiskPoint.STATE_WITHDRAWN
POWER_RETIRED, POSITION_RETIRED, SECTION_GONE = "所涉权力事项已停用。", "所涉岗位已停用。", "所涉股室已没有岗位。"


async def head_of_office(house: House, *titles: str) -> tuple[pb.Position, list[pb.Power]]:
    """A position of grade 1 with so many powers of that grade."""
    head = await house.position("所长", standing=pb.Position.STANDING_LEADING)
    powers = [await house.power(head.name, each, extent=pb.Power.EXTENT_DECISIVE) for each in titles]
    return head, powers


async def states(house: House, *names: str) -> list[pb.RiskPoint.State.ValueType]:
    return [(await shown(house, each)).state for each in names]


async def position(house: House, name: str) -> pb.Position:
    found: pb.Position = (await house("officer", pb.GetPositionRequest(name=name))).position
    return found


def about(position: pb.Position, power: pb.Power) -> dict[str, Any]:
    return {**of(position), "power": power.name}


async def test_with_a_retired_power_goes_whatever_is_about_it_and_each_is_one_entry_with_that_for_a_reason(
    house: House,
) -> None:
    head, [gone, kept] = await head_of_office(house, "资金拨付审核", "凭证审核")
    ended = await house.confirmed(power=gone.name)
    await house("officer", pb.WithdrawRiskPointRequest(name=ended.name, reason="职责变了。"))
    confirmed, closed = await house.confirmed(**about(head, gone)), await house.closed(power=gone.name)
    revision = await house.risk_point(replaces=confirmed.name, **about(head, kept))
    under_way = [
        (await house.risk_point(power=gone.name)).name,
        (await house.consulted(power=gone.name)).name,
        (await house.publicized(power=gone.name)).name,
        closed.name,
        confirmed.name,
    ]
    others = [(await house.publicized(**about(head, kept))).name, (await house.risk_point(**of(head))).name]
    before = await states(house, *others)
    size, heard = await house.ledger_size(), len(await house.events(pb.RiskPointWithdrawn))

    await house("leader", pb.RetirePowerRequest(name=gone.name))

    assert await states(house, *under_way) == [WITHDRAWN] * len(under_way)
    assert {(await shown(house, each)).withdrawal_reason for each in under_way} == {POWER_RETIRED}
    assert await states(house, revision.name, *others) == [pb.RiskPoint.STATE_DRAFT, *before]
    assert (await shown(house, ended.name)).withdrawal_reason == "职责变了。"
    told = (await house.events(pb.RiskPointWithdrawn))[heard:]
    assert {each.risk_point: each.position for each in told} == {
        each: head.name if each == confirmed.name else "" for each in under_way
    }
    assert await house.ledger_size() == size + 1 + len(under_way)


async def test_one_in_publicity_is_withdrawn_though_nobody_answered_and_who_objected_reads_that(house: House) -> None:
    power = await house.power((await house.position()).name)
    name = (await house.publicized(power=power.name)).name
    raised = await house("citizen", objection(name))
    follow = pb.FollowObjectionRequest(parent=f"tenants/{house.town}", code=raised.receipt_code)
    id = name.rpartition("/")[2]
    async with house.database.transaction(house.town) as tx:
        before = {each.kind for each in await set_for(tx, [id])}

    await house("officer", pb.RetirePowerRequest(name=power.name))

    view = (await house("citizen", follow)).view
    assert (view.state, view.answer, (await shown(house, name)).unanswered_count) == (WITHDRAWN, "", 1)
    async with house.database.transaction(house.town) as tx:
        after = await set_for(tx, [id, f"riskPoints/{id}"])
    assert (before, {each.kind for each in after}) == ({PUBLICITY_ENDS}, {"record.shredding"})
    await house.pass_days(9)
    assert await house.events(pb.RiskPointPublicityClosed) == []
    await house.pass_days(366)
    assert [each.record.split("/")[2] for each in await house.events(pb.RecordReceiptExpired)] == ["objections"]


async def test_a_position_counts_no_risk_point_of_a_retired_power_and_its_90_days_begin(house: House) -> None:
    head, [gone, _] = await head_of_office(house, "资金拨付审核", "凭证审核")
    await house.confirmed(**about(head, gone))
    before = await position(house, head.name), await unprotected(house)

    await house("officer", pb.RetirePowerRequest(name=gone.name))

    after = await position(house, head.name)
    assert (before[0].risk_point_count, before[1]) == (1, {})
    assert (after.risk_point_count, after.grade, await unprotected(house)) == (0, 1, {head.name: 0})
    await house.pass_days(90)
    quiet = await told(house)
    await house.pass_days(1)
    assert (quiet, await told(house)) == ([], [head.name])


async def test_another_confirmed_risk_point_protects_the_position_still(house: House) -> None:
    head, [gone, kept] = await head_of_office(house, "资金拨付审核", "凭证审核")
    for each in (gone, kept):
        await house.confirmed(**about(head, each))

    await house("officer", pb.RetirePowerRequest(name=gone.name))

    assert ((await position(house, head.name)).risk_point_count, await unprotected(house)) == (1, {})


async def test_with_a_retired_position_go_its_own_risk_points_and_what_it_owns_elsewhere_stays(house: House) -> None:
    clerk = await house.position()
    control = pb.RiskControl(measure="双人复核。", owner_position=clerk.name, due_date="2027-06-30")
    of_unit = await house.confirmed(controls=[control])
    confirmed, draft = await house.confirmed(**of(clerk)), await house.risk_point(**of(clerk))
    size = await house.ledger_size()

    retired = (await house("officer", pb.RetirePositionRequest(name=clerk.name))).position

    assert await states(house, confirmed.name, draft.name, of_unit.name) == [WITHDRAWN, WITHDRAWN, CONFIRMED]
    assert (await shown(house, draft.name)).withdrawal_reason == POSITION_RETIRED
    assert (retired.retired, retired.risk_point_count) == (True, 0)
    assert list((await shown(house, of_unit.name)).content.controls) == [control]
    assert await house.ledger_size() == size + 3


async def test_what_a_spreadsheet_retires_takes_its_risk_points_with_it_and_a_dry_run_none(house: House) -> None:
    clerk, head = await house.position("会计"), await house.position("所长", standing=pb.Position.STANDING_LEADING)
    kept = await house.power(clerk.name)
    gone = [await house.power(head.name, each, extent=pb.Power.EXTENT_DECISIVE) for each in ("审批", "签批")]
    stays = await house.confirmed(**about(clerk, kept))
    points = [(await house.confirmed(**about(head, each))).name for each in gone]
    own = (await house.confirmed(**of(head))).name
    sheet = pb.ImportInventoryRequest(name=house.inventory(), content=a_file(GOOD), retire_missing=True)
    dry_run = pb.ImportInventoryRequest()
    dry_run.CopyFrom(sheet)
    dry_run.dry_run = True

    said = (await house("officer", dry_run)).withdrawn_risk_points
    untouched = await states(house, own, *points)
    size = await house.ledger_size()
    done = await house("officer", sheet)

    assert set(said) == set(done.withdrawn_risk_points) == {own, *points}
    assert untouched == [CONFIRMED] * 3
    assert await states(house, stays.name, own, *points) == [CONFIRMED, WITHDRAWN, WITHDRAWN, WITHDRAWN]
    reasons = [(await shown(house, each)).withdrawal_reason for each in (own, *points)]
    assert reasons == [POSITION_RETIRED, POWER_RETIRED, POWER_RETIRED]
    assert await house.ledger_size() == size + len(done.changes) + 3
    assert ((await position(house, head.name)).risk_point_count, await unprotected(house)) == (0, {})


def of_section(section: str, **facts: Any) -> dict[str, Any]:
    return {"level": pb.RiskPoint.LEVEL_SECTION, "section": section, **facts}


async def test_with_the_last_position_of_a_section_go_the_risk_points_of_the_section(house: House) -> None:
    clerk, cashier = [await house.position(each, section="财务股") for each in ("会计", "出纳")]
    await house.position("办事员", section="综合股")
    name, other = [(await house.confirmed(**of_section(each))).name for each in ("财务股", "综合股")]

    await house("officer", pb.RetirePositionRequest(name=clerk.name))
    before = await states(house, name, other)
    await house("officer", pb.RetirePositionRequest(name=cashier.name))

    assert before == [CONFIRMED, CONFIRMED]
    assert await states(house, name, other) == [WITHDRAWN, CONFIRMED]
    assert (await shown(house, name)).withdrawal_reason == SECTION_GONE


async def test_a_spreadsheet_without_a_section_ends_its_risk_points(house: House) -> None:
    await house.position("出纳", section="财务股")
    name = (await house.confirmed(**of_section("财务股"))).name
    sheet = pb.ImportInventoryRequest(name=house.inventory(), content=a_file(GOOD), retire_missing=True)

    assert list((await house("officer", sheet)).withdrawn_risk_points) == [name]

    assert (await shown(house, name)).withdrawal_reason == SECTION_GONE


async def test_a_position_leaves_no_section_whose_risk_points_would_be_about_nothing(house: House) -> None:
    clerk, cashier = [await house.position(each, section="财务股") for each in ("会计", "出纳")]
    power = await house.power(cashier.name)
    about_power = await house.risk_point(**of_section("财务股", power=power.name))
    about_section = await house.confirmed(**of_section("财务股"))

    def moving(position: pb.Position) -> pb.UpdatePositionRequest:
        return pb.UpdatePositionRequest(
            name=position.name, title=position.title, section="综合股", standing=position.standing
        )

    async with house.refused(Refused, "财务股"):
        await house("officer", moving(cashier))
    await house("officer", moving(clerk))
    await house("officer", pb.WithdrawRiskPointRequest(name=about_power.name, reason="写错了。"))
    async with house.refused(Refused, "财务股"):
        await house("officer", moving(cashier))
    await house("officer", pb.WithdrawRiskPointRequest(name=about_section.name, reason="股室合并。"))
    await house("officer", moving(cashier))

    assert {(await position(house, each.name)).section for each in (clerk, cashier)} == {"综合股"}


async def test_a_spreadsheet_that_retires_one_power_of_a_grade_1_position_and_adds_another_begins_its_90_days(
    house: House,
) -> None:
    head, [gone] = await head_of_office(house, "资金拨付审核")
    await house.confirmed(**about(head, gone))
    row = {**GOOD, "岗位": "所长", "岗位性质": "领导", "权力程度": "决定性", "权力事项": "凭证审核"}

    await house("officer", pb.ImportInventoryRequest(name=house.inventory(), content=a_file(row), retire_missing=True))

    assert await unprotected(house) == {head.name: 0}


async def test_a_catalogue_leaves_out_no_confirmed_risk_point(house: House) -> None:
    head, [gone, kept] = await head_of_office(house, "资金拨付审核", "凭证审核")
    for each in ({"power": gone.name}, {"power": kept.name}, of(head), {}):
        await house.confirmed(**each)

    await house("officer", pb.RetirePowerRequest(name=gone.name))

    listed = pb.ListRiskPointsRequest(parent=f"tenants/{house.town}", state=CONFIRMED)
    standing = (await house("officer", listed)).risk_points
    assert (await compiled(house)).risk_point_count == len(standing) == 3
