"""A risk review is published by who answers for the unit or the town, never changes, and shows each what is theirs."""

from __future__ import annotations

from hashlib import sha256

import pytest
import sqlalchemy as sa
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import Denied, Invalid, NotFound
from services.risk.reviews.store import REVIEWS
from tests.integration.risk.house import House
from tests.integration.risk.reviews.steps import OCTOBER, published, read, recorded, unit_name
from tests.town_house import LONG_AGO


async def test_a_review_says_what_was_collected_and_found_and_what_a_person_wrote(house: House) -> None:
    await house.power((await house.position()).name)
    await house.substantiated("r1")
    await recorded(house)
    house.clock.set(OCTOBER)

    review = await published(house, "leader", "finance", overview="总体平稳。", problems="复核不严。")

    figures = review.figures
    assert (figures.information_report_substantiated, figures.information_self_found) == (1, 1)
    assert (figures.information_duty, figures.warnings_yellow + figures.warnings_orange, figures.warnings_duty) == (
        2,
        1,
        1,
    )
    assert (figures.positions_grade_2, figures.powers_grade_2, figures.warnings_open_late) == (1, 1, 0)
    assert (review.title, review.period_title, review.edition) == ("财政所", "2026年9月", 1)
    assert (review.overview, review.problems, review.improvements) == ("总体平稳。", "复核不严。", "健全拨付复核制度。")


async def test_a_review_says_which_risk_points_were_confirmed_and_which_positions_have_none(house: House) -> None:
    protected, bare = [
        await house.position(title, standing=pb.Position.STANDING_LEADING) for title in ("所长", "副所长")
    ]
    for each in (protected, bare):
        await house.power(each.name, extent=pb.Power.EXTENT_DECISIVE)
    at = {"level": pb.RiskPoint.LEVEL_POSITION, "position": protected.name}
    await house.confirmed(**at, aspect=pb.RiskPoint.ASPECT_ETHICS)
    gone = await house.confirmed()
    await house.risk_point()
    await house("officer", pb.WithdrawRiskPointRequest(name=gone.name, reason="不再存在。"))
    house.clock.set(OCTOBER)
    await house.confirmed(**at)

    september = (await published(house, "officer", "finance")).figures
    [finance] = [each for each in (await published(house)).units if each.title == "财政所"]

    assert (september.risk_points_ethics, september.risk_points_process) == (1, 1)
    assert (september.risk_points_standing, september.positions_unprotected) == (2, 1)
    assert finance.figures == september


async def test_a_review_of_the_town_shows_each_unit_and_each_month(house: House) -> None:
    await house.substantiated("r1")
    house.clock.set(OCTOBER)
    await house.substantiated("r2", "village")
    house.clock.set(OCTOBER.replace(year=2027))

    review = await published(house, period="2026")

    shown = {each.title: each.figures.information_report_substantiated for each in review.units}
    months = {each.month: each.figures.information_report_substantiated for each in review.months}
    assert {title: count for title, count in shown.items() if count} == {"财政所": 1, "八一村": 1}
    assert {month: count for month, count in months.items() if count} == {"2026-09": 1, "2026-10": 1}
    assert (len(months), review.figures.information_report_substantiated) == (12, 2)


async def test_what_a_unit_exercised_that_is_there_no_more_does_not_stand_any_longer(house: House) -> None:
    await house.power((await house.position()).name)
    house.clock.set(OCTOBER)
    before = await published(house)
    retired = house.unit_message("finance", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitRetired(unit=retired))

    after = await published(house)

    standing = [(each.figures.positions_grade_2, each.figures.powers_grade_2) for each in (before, after)]
    assert standing == [(1, 1), (0, 0)]


async def test_the_same_period_again_is_the_next_edition_and_leaves_the_first(house: House) -> None:
    await recorded(house)
    house.clock.set(OCTOBER)
    first = await published(house, "officer", "finance")
    await house.power((await house.position()).name)

    second = await published(house, "officer", "finance")

    assert [each.edition for each in (first, second)] == [1, 2]
    assert [each.number for each in (first, second)] == ["景村防控〔2026〕1号", "景村防控〔2026〕2号"]
    assert await read(house, "officer", first.name) == first
    assert (first.figures.powers_grade_2, second.figures.powers_grade_2) == (0, 1)


async def test_the_ledger_holds_the_hash_of_the_figures_and_no_text(house: House) -> None:
    house.clock.set(OCTOBER)

    review = await published(house, problems="王磊复核不严。")

    [told] = await house.events(pb.RiskReviewPublished)
    async with house.database.transaction(house.town) as tx:
        content = await tx.scalar(sa.select(REVIEWS.c.content).where(REVIEWS.c.tenant == tx.tenant))
    assert told.hash.hex() == review.hash == sha256(content or b"").hexdigest()
    assert (told.visible_to, told.HasField("overview"), told.HasField("problems")) == (common.LEVEL_TOWN, False, True)
    assert "王磊".encode() not in told.SerializeToString()


async def test_the_hash_tells_a_unit_nothing_of_what_is_hidden_from_it(house: House) -> None:
    await recorded(house)
    house.clock.set(OCTOBER)

    one, other = [await published(house, "leader", "finance") for _ in range(2)]

    assert one.figures == other.figures
    assert one.hash != other.hash


async def test_a_period_that_has_not_ended_is_refused(house: House) -> None:
    for period in ("2026-09", "2026Q3", "2026"):
        async with house.refused(Invalid, "尚未结束"):
            await published(house, period=period)


async def test_a_period_that_was_over_before_the_unit_had_an_inventory_is_refused(house: House) -> None:
    for period, unit in (("2026-08", ""), ("2025", unit_name(house)), ("1999Q1", "")):
        async with house.refused(Invalid, "PERIOD_TOO_EARLY|2026年9月1日才开始登记"):
            await published(house, period=period, unit=unit, who="officer" if unit else "discipline")


async def test_what_is_no_month_quarter_or_year_is_refused(house: House) -> None:
    house.clock.set(OCTOBER)
    for period in ("2026-13", "2026-09-01/2026-09-30", ""):
        async with house.refused(Invalid):
            await published(house, period=period)
    with pytest.raises(Invalid, match="应形如 2026"):
        await house("party", pb.ListRiskReviewsRequest(parent=f"tenants/{house.town}", period="2026-13"))


async def test_nobody_publishes_for_others(house: House) -> None:
    house.clock.set(OCTOBER)
    async with house.refused(NotFound):
        await published(house, "village-officer", "finance")
    for who in ("discipline", "commission"):
        async with house.refused(Denied, "NOT_THE_UNIT"):
            await published(house, who, "finance")
    for who in ("officer", "leader", "commission"):
        async with house.refused(Denied):
            await published(house, who)


async def test_the_county_publishes_reviews_of_its_units_and_its_towns_together(house: House) -> None:
    await house.substantiated("r1")
    department = f"tenants/{house.county}/units/{house.unit('finance', house.county)}"
    await recorded(house, who="department-officer", parent=f"tenants/{house.county}", unit=department)
    house.clock.set(OCTOBER)

    review = await published(house, "commission", parent=f"tenants/{house.county}")
    await house.substantiated("r2")

    assert (review.title, review.number, review.improvements) == ("洛南县", "洛南防控〔2026〕1号", "健全拨付复核制度。")
    assert (review.figures.information_report_substantiated, review.figures.information_self_found) == (1, 1)
    [town] = review.towns
    assert (town.town, town.title, town.figures.information_report_substantiated) == (
        f"tenants/{house.town}",
        "景村镇",
        1,
    )
    assert {each.unit: each.figures.information_self_found for each in review.units}[department] == 1
    assert all(each.unit.startswith(f"tenants/{house.county}/") for each in review.units)
    assert await read(house, "viewer", review.name) != review
    assert (await read(house, "commission", review.name)).figures == review.figures
    assert not (await published(house)).towns


async def test_what_was_written_is_for_the_office_and_not_for_the_county_in_a_town(house: House) -> None:
    house.clock.set(OCTOBER)
    name = (await published(house)).name

    texts = {who: (await read(house, who, name)).improvements for who in ("party", "commission", "viewer")}

    assert texts == {"party": "健全拨付复核制度。", "commission": "", "viewer": ""}


async def test_people_of_a_unit_see_its_reviews_and_neither_their_neighbours_nor_the_towns(house: House) -> None:
    house.clock.set(OCTOBER)
    of_town = await published(house)
    of_unit = await published(house, "officer", "finance")
    of_village = await published(house, "village-officer", "village")

    async def listed(who: str, **asked: object) -> set[str]:
        request = pb.ListRiskReviewsRequest(parent=f"tenants/{house.town}", **asked)  # type: ignore[arg-type]
        return {each.name for each in (await house(who, request)).risk_reviews}

    assert await listed("leader") == {of_unit.name}
    assert await listed("leader", whole=True) == await listed("leader", unit=unit_name(house, "village")) == set()
    assert await listed("party") == {of_town.name, of_unit.name, of_village.name}
    assert await listed("party", whole=True) == {of_town.name}
    assert await listed("party", unit=unit_name(house), period="2026-09") == {of_unit.name}
    for name in (of_town.name, of_village.name):
        with pytest.raises(NotFound):
            await read(house, "leader", name)


async def test_what_moved_up_is_not_counted_below(house: House) -> None:
    await house.substantiated("r1", visible_to=common.LEVEL_TOWN)
    house.clock.set(OCTOBER)

    review = await published(house, "leader", "finance")
    above = await read(house, "discipline", review.name)

    assert (review.figures.information_report_substantiated, review.figures.warnings_open_yellow) == (0, 0)
    assert (above.figures.information_report_substantiated, above.figures.warnings_open_yellow) == (1, 1)


async def test_whoever_left_a_report_does_not_find_it_in_the_figures_of_a_review(house: House) -> None:
    leader = f"tenants/{house.town}/accounts/leader"
    await house.substantiated("r1", recused_accounts=[leader])
    house.clock.set(OCTOBER)

    review = await published(house, "officer", "finance")
    recused = await read(house, "leader", review.name)

    assert review.figures.information_report_substantiated == 1
    assert recused.figures == pb.RiskFigures()


async def test_a_piece_that_was_withdrawn_does_not_count(house: House) -> None:
    piece = await recorded(house)
    await house(
        "officer",
        pb.CorrectRiskInformationRequest(
            name=piece.name,
            unit=unit_name(house),
            kind=pb.RiskInformation.KIND_SELF_FOUND,
            day="2026-09-01",
            withdrawn=True,
            text="有误。",
        ),
    )
    house.clock.set(OCTOBER)

    assert (await published(house, "officer", "finance")).figures.information_self_found == 0


async def test_a_repeated_call_publishes_once(house: House) -> None:
    house.clock.set(OCTOBER)

    first, second = [await published(house, request_id="054a4638-f128-514d-bc43-477233f73c80") for _ in range(2)]

    assert first == second
