"""The calendar: who may set its days, where they count, how a year is imported, and who is told."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest
from minshao.gateway import v1 as gateway

from services.common.access import Claims, Role
from services.common.errors import Denied, DomainError, Invalid, InvalidFields, NotFound
from services.common.workdays import deadline
from services.common.workdays.arrangements import shipped
from services.common.workdays.publication import write_arrangement
from services.gateway.calendar.use_cases import calendar_of_tenant
from tests.integration.gateway.house import House, citizen, claims, county_file, town_file, unit

Provisioned = gateway.ProvisionTenantResponse
Day = gateway.CalendarDay
OFF, WORKING = Day.KIND_OFF, Day.KIND_WORKING

SNOW = "2026-03-04"
"""A Wednesday."""

YEAR_2027 = """\
# 2027 国办发明电〔2026〕9号 2026-11-10
date,kind,reason
2026-12-27,上班,元旦调休上班
2026-12-31,放假,元旦调休放假
2027-01-01,放假,元旦
2027-10-01,放假,国庆节
"""


def other_town(house: House) -> str:
    return f"{house.county}102"


def other_town_file(house: House) -> gateway.ProvisionTenantRequest:
    """A second town of the county, with a finance office."""
    name, kind = f"tenants/{other_town(house)}", gateway.Tenant.KIND_TOWN
    tenant = gateway.Tenant(name=name, display_name="城关镇", short_name="城关", kind=kind)
    return gateway.ProvisionTenantRequest(tenant=tenant, units=[unit(other_town(house), "finance")])


@pytest.fixture
async def towns(house: House, town: Provisioned) -> tuple[str, str]:
    """Two towns of the county, provisioned."""
    await house(other_town_file(house))
    return house.town, other_town(house)


def party(tenant: str) -> Claims:
    """The party committee of a town."""
    return claims(f"tenants/{tenant}/accounts/dangwei", (Role.TOWN_PARTY_COMMITTEE, tenant))


def setting(
    tenant: str, day: str = SNOW, kind: Day.Kind.ValueType = OFF, reason: str = "雪灾放假"
) -> gateway.SetCalendarDayRequest:
    return gateway.SetCalendarDayRequest(name=f"tenants/{tenant}/calendarDays/{day}", kind=kind, reason=reason)


def clearing(tenant: str, day: str = SNOW) -> gateway.ClearCalendarDayRequest:
    return gateway.ClearCalendarDayRequest(name=f"tenants/{tenant}/calendarDays/{day}")


def importing(house: House, text: str = YEAR_2027) -> gateway.ImportArrangementRequest:
    return gateway.ImportArrangementRequest(parent=f"tenants/{house.county}", text=text)


async def days(house: House, tenant: str, first: str, last: str) -> list[Day]:
    request = gateway.ListCalendarDaysRequest(parent=f"tenants/{tenant}", first_day=first, last_day=last, page_size=200)
    return list((await house(request)).days)


async def the_day(house: House, tenant: str, day: str = SNOW) -> Day:
    [found] = await days(house, tenant, day, day)
    return found


async def calendar_events(
    house: House, tenant: str
) -> list[gateway.CalendarDaysSet | gateway.CalendarArrangementPublished]:
    told = (gateway.CalendarDaysSet, gateway.CalendarArrangementPublished)
    return [event for _, event in await house.events(tenant) if isinstance(event, told)]


async def test_days_are_shown_with_their_reason_and_who_set_them(house: House, county: Provisioned) -> None:
    shown = await days(house, house.county, "2026-09-30", "2026-10-10")

    assert [(each.date, each.kind, each.words, each.level) for each in (shown[0], shown[1], shown[3], shown[10])] == [
        ("2026-09-30", WORKING, "周三", Day.LEVEL_UNSPECIFIED),
        ("2026-10-01", OFF, "周四，国庆节", Day.LEVEL_NATIONAL),
        ("2026-10-03", OFF, "周六，国庆节", Day.LEVEL_NATIONAL),
        ("2026-10-10", WORKING, "周六，国庆调休上班", Day.LEVEL_NATIONAL),
    ]
    assert shown[0].name == f"tenants/{house.county}/calendarDays/2026-09-30"


async def test_a_snow_day_of_a_town_is_in_that_towns_calendar_and_no_other(
    house: House, towns: tuple[str, str]
) -> None:
    town, other = towns

    answer = await house(setting(town), party(town))

    assert answer.day == await the_day(house, town)
    assert (answer.day.kind, answer.day.words, answer.day.level) == (OFF, "周三，雪灾放假（镇）", Day.LEVEL_TOWN)
    assert (await the_day(house, other)).kind == WORKING
    assert (await the_day(house, house.county)).kind == WORKING


async def test_a_day_of_the_county_is_in_the_calendars_of_all_its_towns(house: House, towns: tuple[str, str]) -> None:
    await house(setting(house.county, reason="防汛演练"))

    for tenant in (house.county, *towns):
        day = await the_day(house, tenant)
        assert (day.kind, day.words, day.level) == (OFF, "周三，防汛演练（县）", Day.LEVEL_COUNTY)


async def test_a_county_sets_no_day_of_another_county(house: House, county: Provisioned) -> None:
    another = House(house.database, house.keys)
    await another(county_file(another))
    await another(town_file(another))

    await house(setting(house.county))
    await house(importing(house))

    assert (await the_day(another, another.county)).kind == WORKING
    assert (await the_day(another, another.town, "2027-03-04")).provisional
    assert await calendar_events(another, another.town) == []


async def test_the_word_of_a_town_stands_over_that_of_its_county(house: House, towns: tuple[str, str]) -> None:
    town, other = towns
    await house(setting(house.county))

    await house(setting(town, kind=WORKING, reason="照常办公"), party(town))

    assert (await the_day(house, town)).words == "周三，照常办公（镇）"
    assert (await the_day(house, other)).kind == OFF


async def test_a_day_that_is_taken_back_is_what_the_level_above_makes_of_it(house: House, town: Provisioned) -> None:
    await house(setting(house.county))
    await house(setting(house.town, kind=WORKING, reason="照常办公"), party(house.town))

    of_town = await house(clearing(house.town), party(house.town))
    of_county = await house(clearing(house.county))

    assert of_town.day.words == "周三，雪灾放假（县）"
    assert of_county.day.words == "周三"
    assert (await the_day(house, house.town)).words == "周三"


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.OPERATOR, "*"),
        (Role.COUNTY_DISCIPLINE, "{county}"),
        (Role.COUNTY_VIEWER, "{county}"),
        (Role.TOWN_DISCIPLINE, "{county}101"),
        (Role.TOWN_PARTY_COMMITTEE, "{county}102"),
        (Role.UNIT_LEADER, "{county}101.finance"),
    ],
)
async def test_nobody_but_its_party_committee_sets_a_day_of_a_town(
    house: House, towns: tuple[str, str], role: Role, scope: str
) -> None:
    somebody = claims("tenants/1/accounts/a", (role, scope.format(county=house.county)))
    await house(setting(house.town, "2026-03-05"), party(house.town))

    for request in (setting(house.town), clearing(house.town, "2026-03-05")):
        with pytest.raises(Denied):
            await house(request, somebody)

    assert [each.kind for each in await days(house, house.town, SNOW, "2026-03-05")] == [WORKING, OFF]
    assert len(await calendar_events(house, house.town)) == 1


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.COUNTY_DISCIPLINE, "{county}"),
        (Role.COUNTY_VIEWER, "{county}"),
        (Role.TOWN_PARTY_COMMITTEE, "{county}101"),
    ],
)
async def test_nobody_but_the_operator_sets_a_day_of_the_county_or_imports_a_year(
    house: House, town: Provisioned, role: Role, scope: str
) -> None:
    somebody = claims("tenants/1/accounts/a", (role, scope.format(county=house.county)))

    for request in (setting(house.county), importing(house)):
        with pytest.raises(Denied):
            await house(request, somebody)

    assert (await the_day(house, house.county)).kind == WORKING
    assert await calendar_events(house, house.county) == []


async def test_a_calendar_is_read_in_its_tenant_and_by_the_county(house: House, towns: tuple[str, str]) -> None:
    town, other = towns
    reading = gateway.ListCalendarDaysRequest(parent=f"tenants/{town}", first_day=SNOW, last_day=SNOW)
    years = gateway.ListArrangementsRequest(parent=f"tenants/{town}")
    admitted = [
        *((role, f"{town}.finance") for role in (Role.SUPERVISOR, Role.REGISTRAR, Role.UNIT_OFFICER)),
        *((role, f"{town}.finance") for role in (Role.BRANCH_SECRETARY, Role.UNIT_LEADER, Role.AGENT)),
        *((role, town) for role in (Role.TOWN_PARTY_COMMITTEE, Role.TOWN_DISCIPLINE, Role.TOWN_CLERK)),
        *((role, house.county) for role in (Role.COUNTY_DISCIPLINE, Role.COUNTY_VIEWER)),
        (Role.WINDOW_CLERK, f"{house.county}.civil-affairs"),
    ]

    for grant in admitted:
        reader = claims("tenants/1/accounts/a", grant)
        assert len((await house(reading, reader)).days) == 1
        assert (await house(years, reader)).arrangements
    for stranger in (party(other), citizen()):
        for request in (reading, years):
            with pytest.raises(Denied):
                await house(request, stranger)


async def test_a_day_that_is_set_the_same_already_changes_nothing(house: House, town: Provisioned) -> None:
    first = await house(setting(house.county))

    again = await asyncio.gather(*(house(setting(house.county)) for _ in range(4)))

    assert all(each == first for each in again)
    assert len(await calendar_events(house, house.town)) == 1
    assert len(await calendar_events(house, house.county)) == 1


async def test_a_day_that_was_not_set_is_taken_back_without_a_trace(house: House, town: Provisioned) -> None:
    answer = await house(clearing(house.town, "2026-10-01"), party(house.town))

    assert answer.day.words == "周四，国庆节"
    assert await calendar_events(house, house.town) == []


async def test_setting_a_day_otherwise_replaces_what_was_set(house: House, town: Provisioned) -> None:
    await house(setting(house.town, "2026-03-07", WORKING, "雪灾补班"), party(house.town))

    answer = await house(setting(house.town, "2026-03-07", OFF, "不补班"), party(house.town))

    assert answer.day.words == "周六，不补班（镇）"
    assert [event.revision for event in await calendar_events(house, house.town)] == [1, 2]


@pytest.mark.parametrize(
    ("day", "kind", "reason"),
    [
        (SNOW, OFF, "雪" * 41),
        (SNOW, OFF, ""),
        (SNOW, OFF, " 雪灾"),
        (SNOW, OFF, "雪灾\n放假"),
        (SNOW, Day.KIND_UNSPECIFIED, "雪灾放假"),
        (SNOW, 9, "雪灾放假"),
        ("2026-02-30", OFF, "雪灾放假"),
        ("0001-03-04", OFF, "雪灾放假"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_and_changes_nothing(
    house: House, town: Provisioned, day: str, kind: int, reason: str
) -> None:
    with pytest.raises(InvalidFields):
        await house(setting(house.town, day, Day.Kind.ValueType(kind), reason), party(house.town))

    assert (await the_day(house, house.town)).kind == WORKING
    assert await calendar_events(house, house.town) == []


async def test_a_tenant_that_was_not_provisioned_has_no_calendar(house: House, county: Provisioned) -> None:
    reading = gateway.ListCalendarDaysRequest(parent=f"tenants/{house.town}", first_day=SNOW, last_day=SNOW)
    years = gateway.ListArrangementsRequest(parent=f"tenants/{house.town}")

    for request in (reading, years):
        with pytest.raises(NotFound):
            await house(request)
    with pytest.raises(NotFound):
        await house(setting(house.town), party(house.town))


async def test_an_imported_year_settles_itself_and_the_end_of_the_december_before(
    house: House, town: Provisioned
) -> None:
    before = await days(house, house.town, "2026-12-17", "2027-01-01")
    assert [each.provisional for each in before] == [False, *[True] * 15]

    answer = await house(importing(house))

    arrangement = answer.arrangement
    assert arrangement.name == f"tenants/{house.county}/calendarArrangements/2027"
    assert (arrangement.notice_number, arrangement.notice_date) == ("国办发明电〔2026〕9号", "2026-11-10")
    assert (arrangement.source, arrangement.day_count) == (gateway.CalendarArrangement.SOURCE_IMPORTED, 4)
    for tenant in (house.county, house.town):
        after = await days(house, tenant, "2026-12-18", "2027-01-01")
        assert not any(each.provisional for each in after)
        assert [each.words for each in after[-6:]] == [
            "周日，元旦调休上班",
            "周一",
            "周二",
            "周三",
            "周四，元旦调休放假",
            "周五，元旦",
        ]
        assert not (await the_day(house, tenant, "2027-12-17")).provisional
        assert (await the_day(house, tenant, "2027-12-18")).provisional


async def test_an_imported_year_takes_the_place_of_the_one_of_the_product(house: House, county: Provisioned) -> None:
    amended = "# 2026\ndate,kind,reason\n" + "".join(
        f"2026-{day},放假,假日\n" for day in ("01-01", "05-01", "10-01", "10-02", "10-08")
    )

    await house(importing(house, amended))
    await house(importing(house, amended))

    shown = await days(house, house.county, "2026-10-05", "2026-10-10")
    assert [each.kind for each in shown] == [WORKING, WORKING, WORKING, OFF, WORKING, OFF]
    listed = (await house(gateway.ListArrangementsRequest(parent=f"tenants/{house.county}"))).arrangements
    assert (listed[-1].year, listed[-1].source) == (2026, gateway.CalendarArrangement.SOURCE_IMPORTED)
    assert len(await calendar_events(house, house.county)) == 1


async def test_the_arrangement_that_the_product_came_with_is_imported_without_a_trace(
    house: House, county: Provisioned
) -> None:
    answer = await house(importing(house, write_arrangement(shipped()[-1])))

    assert answer.arrangement.source == gateway.CalendarArrangement.SOURCE_SHIPPED
    assert await calendar_events(house, house.county) == []


async def test_importing_a_year_again_replaces_it(house: House, county: Provisioned) -> None:
    await house(importing(house))

    await house(importing(house, YEAR_2027.replace("2026-12-31,放假,元旦调休放假\n", "")))

    assert (await the_day(house, house.county, "2026-12-31")).words == "周四"
    assert [event.revision for event in await calendar_events(house, house.county)] == [1, 2]


async def test_a_year_that_counts_already_is_imported_without_a_trace(house: House, county: Provisioned) -> None:
    listing = gateway.ListArrangementsRequest(parent=f"tenants/{house.county}")
    first = await house(importing(house))

    again = await asyncio.gather(*(house(importing(house)) for _ in range(4)))

    assert all(each == first for each in again)
    assert len(await calendar_events(house, house.county)) == 1
    assert len((await house(listing)).arrangements) == 2027 - 2004 + 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("2027-10-01,上班,又一次", "lines[7].date"),
        ("2027-10-01,放假,又一次", "lines[7].date"),
        ("2028-01-01,放假,元旦", "lines[7].date"),
        ("2026-11-30,放假,元旦", "lines[7].date"),
        ("2027-03-03,上班,写错", "lines[7].date"),
        ("2027-02-30,放假,写错", "lines[7].date"),
        ("2027-02-20,休息,写错", "lines[7].kind"),
        ("2027-02-20,放假,", "lines[7].reason"),
        ("2027-02-20,放假", "lines[7]"),
    ],
)
async def test_a_file_that_is_wrong_is_refused_by_line_and_changes_nothing(
    house: House, town: Provisioned, line: str, field: str
) -> None:
    with pytest.raises(InvalidFields) as refusal:
        await house(importing(house, f"{YEAR_2027}{line}\n"))

    assert [each.field for each in refusal.value.violations] == [field]
    assert (await the_day(house, house.town, "2027-01-01")).provisional
    assert await calendar_events(house, house.county) == []


@pytest.mark.parametrize("year", [2003, 2028])
async def test_a_year_that_can_have_no_notice_yet_or_any_more_is_refused(
    house: House, county: Provisioned, year: int
) -> None:
    holidays = "".join(f"{year}-{day},放假,假日\n" for day in ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03"))

    with pytest.raises(InvalidFields) as refusal:
        await house(importing(house, f"# {year}\ndate,kind,reason\n{holidays}"))

    assert [each.field for each in refusal.value.violations] == ["lines[1].notice"]
    assert await calendar_events(house, house.county) == []


async def test_a_file_with_a_day_twice_does_not_replace_the_year_that_was_imported(
    house: House, county: Provisioned
) -> None:
    await house(importing(house))

    with pytest.raises(InvalidFields):
        await house(importing(house, YEAR_2027.replace("2026-12-31", "2026-12-27")))

    assert (await the_day(house, house.county, "2026-12-31")).kind == OFF


async def test_a_year_is_imported_for_a_county_and_not_for_a_town(house: House, town: Provisioned) -> None:
    with pytest.raises(Invalid):
        await house(gateway.ImportArrangementRequest(parent=f"tenants/{house.town}", text=YEAR_2027))


async def test_published_years_are_listed_with_notice_and_source(house: House, town: Provisioned) -> None:
    await house(importing(house))

    listed = (await house(gateway.ListArrangementsRequest(parent=f"tenants/{house.town}"))).arrangements

    assert [each.year for each in listed] == list(range(2004, 2028))
    *_, of_product, imported = listed
    assert (of_product.notice_number, of_product.notice_date) == ("国办发明电〔2025〕7号", "2025-11-04")
    assert of_product.source == gateway.CalendarArrangement.SOURCE_SHIPPED
    assert not of_product.HasField("import_time")
    assert imported.source == gateway.CalendarArrangement.SOURCE_IMPORTED
    assert imported.import_time.ToDatetime() == house.clock.now().replace(tzinfo=None)
    assert imported.name == f"tenants/{house.county}/calendarArrangements/2027"


async def test_what_the_county_sets_is_told_in_each_tenant_that_it_counts_in(
    house: House, towns: tuple[str, str]
) -> None:
    town, other = towns
    await house(setting(town), party(town))
    await house(importing(house))
    await house(setting(house.county, "2026-03-05", reason="防汛演练"))
    await house(clearing(house.county, "2026-03-05"))

    of_town = await calendar_events(house, town)
    of_other = await calendar_events(house, other)
    of_county = await calendar_events(house, house.county)

    assert [event.revision for event in of_town] == [1, 2, 3, 4]
    assert [event.revision for event in of_other] == [event.revision for event in of_county] == [1, 2, 3]
    snow, year, drill, cleared = of_town
    assert isinstance(snow, gateway.CalendarDaysSet)
    assert (snow.level, [(each.date, each.kind, each.reason) for each in snow.days]) == (
        Day.LEVEL_TOWN,
        [(SNOW, OFF, "雪灾放假")],
    )
    assert isinstance(year, gateway.CalendarArrangementPublished)
    assert (year.year, year.notice_number, year.notice_date) == (2027, "国办发明电〔2026〕9号", "2026-11-10")
    assert [each.date for each in year.days] == ["2026-12-27", "2026-12-31", "2027-01-01", "2027-10-01"]
    assert isinstance(drill, gateway.CalendarDaysSet)
    assert (drill.level, [each.date for each in drill.days]) == (Day.LEVEL_COUNTY, ["2026-03-05"])
    assert isinstance(cleared, gateway.CalendarDaysSet)
    assert (cleared.level, list(cleared.days), list(cleared.cleared_dates)) == (Day.LEVEL_COUNTY, [], ["2026-03-05"])


async def test_a_town_that_is_provisioned_later_is_told_all_that_counts_in_it(house: House, town: Provisioned) -> None:
    await house(importing(house))
    await house(setting(house.county))
    await house(setting(house.county, "2026-03-07", WORKING, "补班"))
    await house(setting(house.town, "2026-03-09"), party(house.town))

    await house(other_town_file(house))

    later = other_town(house)
    provisioned, *_ = await house.event_types(later)
    year, set_days = await calendar_events(house, later)
    assert provisioned == "gateway.tenant.provisioned"
    assert isinstance(year, gateway.CalendarArrangementPublished)
    assert (year.year, year.revision, len(year.days)) == (2027, 1, 4)
    assert isinstance(set_days, gateway.CalendarDaysSet)
    assert (set_days.level, set_days.revision) == (Day.LEVEL_COUNTY, 2)
    assert [(each.date, each.kind) for each in set_days.days] == [(SNOW, OFF), ("2026-03-07", WORKING)]
    assert (await the_day(house, later)).kind == OFF
    assert not (await the_day(house, later, "2027-01-01")).provisional


async def test_a_town_that_grows_by_another_file_is_not_told_again(house: House, town: Provisioned) -> None:
    await house(setting(house.county))

    await house(town_file(house, units=[unit(house.town, "finance"), unit(house.town, "204", "西村")]))

    assert len(await calendar_events(house, house.town)) == 1


async def test_a_town_that_is_provisioned_while_the_county_sets_a_day_is_told_once(
    house: House, county: Provisioned
) -> None:
    await asyncio.gather(house(town_file(house)), house(setting(house.county)), house(other_town_file(house)))

    for tenant in (house.town, other_town(house)):
        [told] = await calendar_events(house, tenant)
        assert isinstance(told, gateway.CalendarDaysSet)
        assert [each.date for each in told.days] == [SNOW]


async def test_the_calendar_of_a_town_counts_its_snow_day(house: House, town: Provisioned) -> None:
    await house(setting(house.town), party(house.town))

    async with house.database.transaction(house.town) as tx:
        calendar = await calendar_of_tenant(tx)

    due = deadline(date(2026, 3, 2), 5, calendar)
    assert due is not None
    assert due.last_day == date(2026, 3, 10)


async def test_a_long_span_comes_in_pages_that_lose_no_day(house: House, county: Provisioned) -> None:
    request = gateway.ListCalendarDaysRequest(
        parent=f"tenants/{house.county}", first_day="2026-01-01", last_day="2027-02-04", page_size=150
    )
    pages: list[list[str]] = []
    while not pages or request.page_token:
        answer = await house(request)
        pages.append([each.date for each in answer.days])
        request.page_token = answer.next_page_token

    assert [len(page) for page in pages] == [150, 150, 100]
    every = [day for page in pages for day in page]
    assert every == sorted(set(every))
    assert (every[0], every[-1]) == ("2026-01-01", "2027-02-04")


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2027-02-05"),
        ("2026-01-02", "2026-01-01"),
        ("2026-02-30", "2026-03-01"),
        ("2026-01-01", "9999-12-31"),
        ("", "2026-01-01"),
    ],
)
async def test_a_span_that_is_too_long_or_none_is_refused(
    house: House, county: Provisioned, first: str, last: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        await days(house, house.county, first, last)

    assert isinstance(refusal.value, InvalidFields)


async def test_days_beyond_the_last_published_year_are_answered_as_provisional(
    house: House, county: Provisioned
) -> None:
    shown = await days(house, house.county, "2150-01-01", "2150-01-07")

    assert all(each.provisional for each in shown)
    assert [each.kind for each in shown].count(WORKING) == 5
