"""The story of `make demo`: lived on real processes, its figures those of the model, the same for the same seed."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from deploy.local.demo.agency.cases import Way as CaseWay
from deploy.local.demo.agency.cases import items
from deploy.local.demo.model import expected
from deploy.local.demo.plan import plan
from deploy.local.demo.risk.model import figures_of
from deploy.local.demo.watch.tellings import Way
from tests.engines import engine_folder

ROOT = Path(__file__).parents[2]
TOWNS = "1"
CHANGING = re.compile(r"用时\d+秒|head [0-9a-f]{64}|http://\S+|(?<=[险警处])〔2026〕\d+号|(?<=risk)\s+\d+ entries")
"""What no seed decides: which of two services' news of one instant the third hears first, and so numbers."""


async def told(seed: int) -> tuple[int, str]:
    """The status of a demo of one town and what it printed, without what no seed decides."""
    folder = engine_folder()
    command = (sys.executable, "-m", "deploy.local.demo", "--towns", TOWNS, "--seed", str(seed))
    demo = await asyncio.create_subprocess_exec(
        *command, "--home", str(folder / "county"), cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    try:
        out, err = await demo.communicate()
    finally:
        shutil.rmtree(folder)
    assert not err, err.decode()
    return demo.returncode or 0, CHANGING.sub("…", out.decode())


@pytest.mark.timeout(600)
async def test_three_months_in_the_county_have_the_figures_of_the_model_and_the_same_seed_tells_the_same() -> None:
    first, again = await asyncio.gather(told(seed=1), told(seed=1))

    status, story = first
    assert status == 0, story
    assert "推算的结果一致" in story
    assert "10月10日（周六，国庆调休上班）计 1 天" in story
    assert "大雪封路停止办公（镇））不计" in story
    assert "转为意见建议" in story
    assert "反映人凭查询码看到：因您的反映" in story
    assert again[1].splitlines() == story.splitlines()


def test_the_plan_of_the_whole_county_has_some_hundreds_of_reports_by_all_seven_channels() -> None:
    planned = plan(1)

    assert len(planned.towns) == 16
    assert 300 <= len(planned.reports) <= 999
    assert len({report.channel for report in planned.reports}) == 7
    assert len({report.mode for report in planned.reports}) == 3
    assert {report.way for report in planned.reports} == set(Way)


def test_the_plan_has_some_thousand_cases_of_all_items_over_the_holidays_and_the_worked_saturday() -> None:
    planned = plan(1)

    assert 1000 <= len(planned.cases) <= 9999
    assert {case.item for case in planned.cases} == set(items())
    assert {case.way for case in planned.cases} == set(CaseWay)
    over = [case for case in planned.cases if case.day <= 30 < case.steps[-1].day]
    assert len(over) > 100
    assert any(step.day == 40 for case in planned.cases for step in case.steps)


def test_in_each_town_the_loop_closes_at_least_once_for_what_people_report() -> None:
    planned = plan(1)

    told = {town.code: [each for each in planned.reports if each.town == town.code] for town in planned.towns}

    assert all(figures["dispositions"] for figures in expected(planned).values())
    assert all(figures_of(reports, (), frozenset())["dispositions"] for reports in told.values())


def test_another_seed_tells_another_story() -> None:
    assert plan(1).reports != plan(2).reports
    assert plan(1).cases != plan(2).cases
    assert expected(plan(1)) == expected(plan(1))
