"""Positions and powers that come as a spreadsheet: all of it, or nothing."""

from __future__ import annotations

import tracemalloc

import pytest
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import InvalidFields, NotFound, Refused
from tests.integration.risk.charting import a_business_chart
from tests.integration.risk.house import House
from tests.integration.risk.inventory_sheets.files import GOOD, a_file, a_zip, book, letter, stored, with_part
from tests.town_house import LONG_AGO

ADDED, CHANGED, RETIRED = (
    pb.InventoryChange.KIND_ADDED,
    pb.InventoryChange.KIND_CHANGED,
    pb.InventoryChange.KIND_RETIRED,
)
SHEET = "xl/worksheets/sheet1.xml"


async def imported(
    house: House, content: bytes, who: str = "officer", *, retire_missing: bool = False, dry_run: bool = False
) -> list[pb.InventoryChange]:
    request = pb.ImportInventoryRequest(
        name=house.inventory(), content=content, retire_missing=retire_missing, dry_run=dry_run
    )
    return list((await house(who, request)).changes)


async def refused(house: House, content: bytes) -> list[tuple[str, str]]:
    """The cells that are told, with the reasons; nothing has changed."""
    size = await house.ledger_size()
    with pytest.raises(InvalidFields) as told:
        await imported(house, content)
    assert await house.ledger_size() == size
    return [(each.field, each.reason) for each in told.value.violations]


async def test_rows_become_positions_and_powers(house: House) -> None:
    cash = {**GOOD, "岗位": "出纳", "权力事项": "现金收付", "权力类别": "执行"}

    done = await imported(
        house, a_file(GOOD, {**GOOD, "权力事项": "凭证审核"}, cash, {"岗位": "档案员", "岗位性质": "其他"})
    )

    assert [(each.kind, each.row, each.position_title, each.power_title) for each in done] == [
        (ADDED, 2, "会计", ""),
        (ADDED, 2, "会计", "资金拨付审核"),
        (ADDED, 3, "会计", "凭证审核"),
        (ADDED, 4, "出纳", ""),
        (ADDED, 4, "出纳", "现金收付"),
        (ADDED, 5, "档案员", ""),
    ]
    assert (len(await house.events(pb.PositionCreated)), len(await house.events(pb.PowerCreated))) == (3, 3)
    shown = (await house("officer", pb.ListPowersRequest(parent=f"tenants/{house.town}"))).powers
    assert {each.content.title for each in shown} == {"资金拨付审核", "凭证审核", "现金收付"}


async def test_what_was_exported_is_taken_in_again_and_changes_nothing(house: House) -> None:
    await imported(house, a_file(GOOD, {"岗位": "档案员", "岗位性质": "其他"}))
    size = await house.ledger_size()

    answer = await house("party", pb.ExportInventoryRequest(name=house.inventory()))
    again = await imported(house, answer.content, retire_missing=True)

    assert (again, await house.ledger_size()) == ([], size)
    assert (answer.file_name, answer.row_count) == ("景村镇财政所权力清单.xlsx", 2)


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\ufe0f", "\U000e0100"])
async def test_what_nobody_sees_in_a_title_makes_no_other_one_of_it(house: House, hidden: str) -> None:
    await imported(house, a_file(GOOD))
    typed = {heading: f"{str(GOOD[heading])[:1]}{hidden}{str(GOOD[heading])[1:]}" for heading in ("岗位", "权力事项")}

    assert await imported(house, a_file({**GOOD, **typed}), retire_missing=True) == []
    assert await refused(house, a_file(GOOD, {**GOOD, **typed})) == [(f"{letter('权力事项')}3", "TWICE")]


async def test_a_dry_run_shows_what_would_change_and_changes_nothing(house: House) -> None:
    await imported(house, a_file(GOOD, {**GOOD, "权力事项": "凭证审核"}))
    size = await house.ledger_size()
    corrected = a_file({**GOOD, "依据": "《会计法》第十四条", "重要程度": 3}, {**GOOD, "岗位": "出纳"})

    shown = await imported(house, corrected, dry_run=True, retire_missing=True)

    assert [(each.kind, each.row, each.power_title, list(each.columns)) for each in shown] == [
        (CHANGED, 2, "资金拨付审核", ["依据", "重要程度"]),
        (ADDED, 3, "", []),
        (ADDED, 3, "资金拨付审核", []),
        (RETIRED, 0, "凭证审核", []),
    ]
    assert await house.ledger_size() == size
    assert await imported(house, corrected, retire_missing=True) == shown
    assert await house.ledger_size() == size + 4


@pytest.mark.parametrize("dry_run", [False, True])
async def test_a_position_that_does_a_step_of_a_flow_chart_does_not_go(house: House, dry_run: bool) -> None:
    await a_business_chart(house, (await house.position("出纳")).name)
    size = await house.ledger_size()

    with pytest.raises(Refused) as told:
        await imported(house, a_file(GOOD), retire_missing=True, dry_run=dry_run)

    assert told.value.reason == "POSITION_IN_FLOW_CHART"
    assert await house.ledger_size() == size


async def test_what_no_row_is_about_stays_unless_it_is_asked_to_go(house: House) -> None:
    await imported(house, a_file(GOOD, {**GOOD, "岗位": "出纳"}))

    assert await imported(house, a_file(GOOD)) == []
    gone = await imported(house, a_file(GOOD), retire_missing=True)

    assert [(each.kind, each.position_title, each.power_title) for each in gone] == [
        (RETIRED, "出纳", "资金拨付审核"),
        (RETIRED, "出纳", ""),
    ]
    shown = (await house("officer", pb.GetInventoryRequest(name=house.inventory()))).inventory
    assert (shown.position_count, shown.power_count) == (1, 1)


async def test_a_power_keeps_its_number_when_it_is_called_otherwise(house: House) -> None:
    power = await house.power((await house.position()).name)
    number = power.name.rpartition("/")[2]

    await imported(house, a_file({**GOOD, "权力事项": "支付审核", "编号": number}))

    shown = (await house("officer", pb.GetPowerRequest(name=power.name))).power
    assert (shown.content.title, shown.version) == ("支付审核", 2)


async def test_another_standing_grades_the_powers_anew(house: House) -> None:
    await imported(house, a_file({**GOOD, "权力程度": "决定性"}))

    [change] = await imported(house, a_file({**GOOD, "权力程度": "决定性", "岗位性质": "领导"}))

    assert (change.kind, list(change.columns)) == (CHANGED, ["岗位性质"])
    [told] = await house.events(pb.PowerGraded)
    assert (told.grade, told.position_grade) == (1, 1)


async def test_a_title_that_looks_like_a_formula_stays_text(house: House) -> None:
    made, sheet = book(GOOD)
    cell = sheet[f"{letter('权力事项')}2"]
    cell.value, cell.data_type = "=cmd|' /C calc'!A0", "s"

    await imported(house, stored(made))

    file = (await house("officer", pb.ExportInventoryRequest(name=house.inventory()))).content
    assert await imported(house, file, retire_missing=True) == []


async def test_a_formula_is_told_by_its_cell(house: House) -> None:
    made, sheet = book(GOOD, GOOD | {"权力事项": "凭证审核"})
    sheet["D3"] = "=cmd|' /C calc'!A0"

    assert await refused(house, stored(made)) == [("D3", "FORMULA")]


@pytest.mark.parametrize("merged", ["A1:B1", "A1:A2", "D2:D3"])
async def test_merged_cells_in_the_header_or_under_it_are_told(house: House, merged: str) -> None:
    made, sheet = book(GOOD, GOOD)
    sheet.merge_cells(merged)

    assert await refused(house, stored(made)) == [(merged.partition(":")[0], "MERGED")]


async def test_100_001_rows_are_too_many(house: House) -> None:
    line = [GOOD.get(each) for each in ("岗位", "岗位性质")]
    made, sheet = book(headings=("岗位", "岗位性质"))
    for _ in range(100_001):
        sheet.append(line)

    assert await refused(house, stored(made)) == [("content", "TOO_MANY_ROWS")]


async def test_a_row_far_below_costs_nothing(house: House) -> None:
    far = with_part(
        a_file(GOOD),
        SHEET,
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="2000000000"><c r="A2000000000" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>',
    )

    [(field, _)] = await refused(house, far)

    assert field == "content"


NOT_SPREADSHEETS: dict[str, bytes] = {
    "a csv": "岗位,岗位性质\n会计,承办\n".encode(),
    "a zip": a_zip([("readme.txt", b"hello")]),
    "a word document": a_zip([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]),
    "half of a file": a_file(GOOD)[:2000],
    "a sheet that is no xml": with_part(a_file(GOOD), SHEET, b"<worksheet><sheetData><row>"),
    "an old or encrypted file": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4000),
    "entities without end": with_part(
        a_file(GOOD),
        SHEET,
        b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 9000 + b'"><!ENTITY b "' + b"&a;" * 9000 + b'">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        b'<c r="A1" t="inlineStr"><is><t>&b;&b;&b;&b;</t></is></c></row></sheetData></worksheet>',
    ),
}


@pytest.mark.parametrize("kind", NOT_SPREADSHEETS)
async def test_another_kind_of_file_under_the_name_is_refused(house: House, kind: str) -> None:
    assert await refused(house, NOT_SPREADSHEETS[kind]) == [("content", "NOT_A_SPREADSHEET")]


async def test_a_file_that_unpacks_to_gigabytes_is_not_unpacked(house: House) -> None:
    bomb = with_part(a_file(GOOD), "xl/media/image1.png", bytes(64 << 20))
    assert len(bomb) < 200_000

    tracemalloc.start()
    try:
        assert await refused(house, bomb) == [("content", "TOO_LARGE")]
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


async def test_two_sheets_are_refused(house: House) -> None:
    made, _ = book(GOOD)
    made.create_sheet("另一张")

    assert await refused(house, stored(made)) == [("content", "SHEETS")]


async def test_missing_columns_are_named(house: House) -> None:
    with pytest.raises(InvalidFields) as told:
        await imported(house, a_file(GOOD, headings=("股室", "岗位", "岗位性质", "权力事项", "依据")))

    assert told.value.violations[0].field == "A1"
    assert "权力类别、权力程度、界限、责任" in told.value.message
    assert await refused(house, a_file({"x": "y"}, headings=("x",))) == [("content", "NO_HEADINGS")]


async def test_a_heading_twice_is_told(house: House) -> None:
    made, sheet = book(GOOD)
    sheet["R1"] = "依据"

    assert await refused(house, stored(made)) == [("R1", "INVALID_CELL")]


async def test_every_cell_that_is_wrong_is_told_at_once(house: House) -> None:
    bad = {**GOOD, "岗位性质": "领到", "权力类别": "批准", "权力程度": "全部", "行使频率": "经常", "重要程度": 4}
    odd = {**GOOD, "岗位": "出纳", "权力事项": "", "依据": "长" * 501, "界限": "控\u202e制"}

    told = await refused(house, a_file(bad, odd))

    assert [cell for cell, _ in told] == ["C2", "E2", "F2", "J2", "K2", "D3", "G3", "H3"]


async def test_the_words_that_may_stand_in_a_cell_are_told(house: House) -> None:
    with pytest.raises(InvalidFields) as told:
        await imported(house, a_file({**GOOD, "岗位性质": "领到"}))

    [wrong] = told.value.violations
    assert (wrong.field, wrong.description) == ("C2", "应为其中之一：领导、承办、其他。")


async def test_a_title_twice_at_one_position_is_told(house: House) -> None:
    assert await refused(house, a_file(GOOD, GOOD)) == [("D3", "TWICE")]


async def test_one_power_twice_is_told(house: House) -> None:
    power = await house.power((await house.position()).name)
    number = power.name.rpartition("/")[2]

    told = await refused(house, a_file(GOOD | {"编号": number}, GOOD | {"权力事项": "另一项", "编号": number}))

    assert told == [("N3", "TWICE")]


async def test_a_title_that_another_power_still_has_is_told(house: House) -> None:
    position = (await house.position()).name
    await house.power(position, "凭证审核")
    number = (await house.power(position)).name.rpartition("/")[2]

    assert await refused(house, a_file(GOOD | {"权力事项": "凭证审核", "编号": number})) == [("D2", "POWER_EXISTS")]


async def test_numbers_of_others_are_told(house: House) -> None:
    village = await house.position("文书", "village", "village-officer")
    theirs = (await house.power(village.name, who="village-officer")).name.rpartition("/")[2]
    own = (await house.power((await house.position()).name)).name.rpartition("/")[2]

    told = await refused(house, a_file(GOOD | {"编号": theirs}, GOOD | {"岗位": "出纳", "编号": own}))

    assert told == [("N2", "UNKNOWN_NUMBER"), ("B3", "OTHER_POSITION")]


async def test_a_position_has_one_standing(house: House) -> None:
    other = {**GOOD, "权力事项": "凭证审核", "岗位性质": "领导"}

    assert await refused(house, a_file(GOOD, other)) == [("C3", "OTHER_STANDING")]


async def test_a_key_area_that_the_unit_does_not_have_is_told(house: House) -> None:
    await house("officer", pb.SetKeyAreasRequest(name=house.inventory(), key_areas=["资金"]))

    assert await refused(house, a_file(GOOD | {"重点领域": "物资"})) == [("M2", "UNKNOWN_KEY_AREA")]
    assert len(await imported(house, a_file(GOOD | {"重点领域": "资金"}))) == 2


async def test_what_is_neither_text_nor_a_whole_number_is_told(house: House) -> None:
    assert await refused(house, a_file(GOOD | {"依据": True, "重要程度": 2.5})) == [
        ("G2", "NOT_TEXT"),
        ("J2", "NOT_TEXT"),
    ]


async def test_nobody_of_another_unit_takes_anything_in_or_out(house: House) -> None:
    size = await house.ledger_size()

    with pytest.raises(NotFound):
        await imported(house, a_file(GOOD), who="village-officer")
    with pytest.raises(NotFound):
        await house("village-officer", pb.ExportInventoryRequest(name=house.inventory()))

    assert await house.ledger_size() == size


async def test_the_inventory_of_a_unit_that_is_gone_takes_nothing_in(house: House) -> None:
    gone = house.unit_message("finance", revision=2, retire_time=LONG_AGO)
    await house.hear_in(house.town, gateway.UnitChanged(unit=gone))
    size = await house.ledger_size()

    with pytest.raises(Refused):
        await imported(house, a_file(GOOD))

    assert await house.ledger_size() == size
