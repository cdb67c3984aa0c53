"""`minshao calendar`, as an operator types it on the platform's own machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from minshao.gateway import v1 as gateway

from deploy.local.databases import ServiceDatabase
from services.__main__ import main
from services.common import logs
from services.common.keys import KeyRing
from tests.integration.gateway.house import NOW, House
from tests.integration.gateway.test_calendar import YEAR_2027, calendar_events, importing, setting, the_day

Provisioned = gateway.ProvisionTenantResponse
Shell = Callable[..., Awaitable[tuple[int, list[str], str]]]


@pytest.fixture
def minshao(
    addresses: ServiceDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Shell:
    """Runs the command on this gateway; its status, the lines that it printed, and what it complained of."""
    # A command sets up the logs of its process; this process has some already.
    monkeypatch.setattr(logs, "configure", lambda service, level: None)
    clock = tmp_path / "clock"
    clock.write_text(NOW.isoformat())
    monkeypatch.setenv("MINSHAO_CLOCK_FILE", str(clock))
    monkeypatch.setenv("MINSHAO_GATEWAY_DATABASE_URL", addresses.app)
    monkeypatch.setenv("MINSHAO_MASTER_KEY", KeyRing.new_text("test"))
    monkeypatch.setenv("MINSHAO_TOKEN_KEYS_URL", "http://127.0.0.1:1/")

    def ended(arguments: Sequence[str]) -> int | str:
        with pytest.raises(SystemExit) as end:
            main(["calendar", *arguments])
        return end.value.code or 0

    async def run(*arguments: str) -> tuple[int, list[str], str]:
        # The command has an event loop of its own, which a thread can run beside the one of the test.
        end = await asyncio.to_thread(ended, arguments)
        said = capsys.readouterr()
        if isinstance(end, str):
            return 1, said.out.splitlines(), f"{said.err}{end}"
        return end, said.out.splitlines(), said.err

    return run


async def test_days_are_shown_a_line_for_each(house: House, town: Provisioned, minshao: Shell) -> None:
    await house(setting(house.county, "2026-10-09", reason="防汛演练"))

    status, lines, _ = await minshao("show", "--town", house.town, "--from", "2026-10-08", "--to", "2026-10-10")

    assert status == 0
    assert lines == [
        f"{house.town} 景村镇",
        "2026-10-08 上班 周四",
        "2026-10-09 放假 周五，防汛演练（县）",
        "2026-10-10 上班 周六，国庆调休上班",
    ]


async def test_without_a_town_the_counties_are_shown_and_what_is_provisional_says_so(
    house: House, town: Provisioned, minshao: Shell
) -> None:
    status, lines, _ = await minshao("show", "--from", "2090-03-01", "--to", "2090-03-01")

    assert status == 0
    assert f"{house.county} 洛南县" in lines
    assert f"{house.town} 景村镇" not in lines
    assert lines[lines.index(f"{house.county} 洛南县") + 1] == "2090-03-01 上班 周三（暂定）"


async def test_a_published_year_is_imported_with_one_command_and_one_file(
    house: House, town: Provisioned, minshao: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(YEAR_2027)

    status, lines, _ = await minshao("import", str(file), "--county", house.county)

    assert (status, lines) == (0, [f"{house.county} 2027 年：4 天，已生效"])
    assert (await the_day(house, house.town, "2026-12-31")).words == "周四，元旦调休放假"
    [told] = await calendar_events(house, house.town)
    assert isinstance(told, gateway.CalendarArrangementPublished)


async def test_each_wrong_line_of_a_file_is_named_and_nothing_is_imported(
    house: House, town: Provisioned, minshao: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "2027.csv"
    file.write_text(f"{YEAR_2027}2027-10-01,放假,又一次\n2029-01-01,放假,元旦\n")

    status, _, complaint = await minshao("import", str(file), "--county", house.county)

    assert status == 1
    assert [line.partition("：")[0] for line in complaint.splitlines()] == [
        "minshao: lines[7].date",
        "minshao: lines[8].date",
    ]
    assert "与第 6 行是同一天" in complaint
    assert (await the_day(house, house.town, "2027-01-01")).provisional


async def test_a_day_is_set_and_taken_back(house: House, town: Provisioned, minshao: Shell) -> None:
    snow = ("2026-03-04", "--town", house.town)

    assert await minshao("set-day", *snow, "--off", "--reason", "雪灾放假") == (
        0,
        ["2026-03-04 放假 周三，雪灾放假（镇）"],
        "",
    )
    assert await minshao("clear-day", *snow) == (0, ["2026-03-04 上班 周三"], "")
    assert await minshao("set-day", "2026-03-07", "--county", house.county, "--working", "--reason", "补班") == (
        0,
        ["2026-03-07 上班 周六，补班（县）"],
        "",
    )
    assert (await the_day(house, house.town, "2026-03-07")).words == "周六，补班（县）"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("show", "--from", "2026-02-30"), "没有这一天"),
        (("show", "--from", "2026-03-02", "--to", "2026-03-01"), "不能早于 --from"),
        (("show", "--town", "61102"), "县的代码为 6 位数字，镇、街道的代码为 9 位数字"),
        (("show", "--town", "999999999"), "没有找到"),
        (("set-day", "2026-03-04", "--town", "{county}101", "--off", "--reason", "雪" * 41), "不超过 40 个字"),
        (("set-day", "2026-03-04", "--town", "{county}101", "--off", "--reason", ""), "必须写明"),
        (("set-day", "2026-03-04", "--town", "{county}", "--off", "--reason", "雪灾放假"), "9 位数字"),
        (("set-day", "2026-03-04", "--county", "{county}101", "--off", "--reason", "雪灾放假"), "6 位数字"),
        (("set-day", "2026-03-04", "--town", "{county}109", "--off", "--reason", "雪灾放假"), "没有找到"),
        (("import", "{absent}", "--county", "{county}"), "absent.csv"),
        (("import", "{binary}", "--county", "{county}"), "UTF-8"),
    ],
)
async def test_a_slip_is_told_in_one_line_with_a_status_and_changes_nothing(
    house: House, town: Provisioned, minshao: Shell, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"# 2027\n\xff\xfe")
    places = {"county": house.county, "absent": tmp_path / "absent.csv", "binary": binary}

    status, lines, told = await minshao(*(each.format(**places) for each in arguments))

    assert status in {1, 2}
    assert complaint in told.splitlines()[-1]
    assert lines == []
    assert await calendar_events(house, house.town) == []


async def test_importing_what_counts_already_is_harmless(
    house: House, town: Provisioned, minshao: Shell, tmp_path: Path
) -> None:
    await house(importing(house))
    file = tmp_path / "2027.csv"
    file.write_text(YEAR_2027)

    status, _, _ = await minshao("import", str(file), "--county", house.county)

    assert status == 0
    assert len(await calendar_events(house, house.town)) == 1
