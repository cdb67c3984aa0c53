"""What a report and its answer must hold, and how long a text may be."""

from __future__ import annotations

import pytest
from minshao.watch import v1 as pb

from services.common.errors import Invalid
from tests.integration.watch.house import House
from tests.integration.watch.reports.steps import filed, investigated, shown

LONGEST = 20_000


async def test_a_text_of_twenty_thousand_characters_is_taken_whole(house: House) -> None:
    name = await filed(house, text="长" * LONGEST)

    assert (await shown(house, name, "village-secretary")).text == "长" * LONGEST


async def test_one_character_more_is_refused_with_its_field_and_takes_no_number(house: House) -> None:
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await filed(house, text="长" * (LONGEST + 1))

    assert [violation.field for violation in refusal.value.violations] == ["text"]
    assert await house.ledger_size() == before
    assert (await shown(house, await filed(house))).number == "景村监〔2026〕1号"


@pytest.mark.parametrize(
    ("finding", "text", "field"),
    [(pb.Report.FINDING_UNSPECIFIED, "已办。", "finding"), (pb.Report.FINDING_PARTLY, "", "text")],
    ids=["no finding", "no text"],
)
async def test_an_answer_has_a_finding_and_a_text_for_the_reporter(
    house: House, finding: pb.Report.Finding.ValueType, text: str, field: str
) -> None:
    name = await filed(house)
    officer = await investigated(house, name)
    before = await house.ledger_size()

    with pytest.raises(Invalid) as refusal:
        await house(officer, pb.AnswerReportRequest(name=name, finding=finding, text=text))

    assert field in {violation.field for violation in refusal.value.violations}
    assert (await shown(house, name)).state == pb.Report.STATE_INVESTIGATING
    assert await house.ledger_size() == before
