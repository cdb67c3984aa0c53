"""What became of risks, told with figures, and one matter from a villager's report to the disposition and back: the
same text for the same plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import cast

from deploy.local.accounts import COUNTY
from deploy.local.demo.life import Life
from deploy.local.demo.telling import Record, local, records, row, title
from deploy.local.demo.watch.living import Lived

OFFICER = f"{COUNTY}/accounts/discipline-officer"

COLUMNS = {
    "风险信息": "informationCollected",
    "黄色": "warningsYellow",
    "橙色": "warningsOrange",
    "红色": "warningsRed",
    "已处置": "warningsAnswered",
    "处置": "dispositions",
}


async def tell_of_risks(life: Life, lived: Mapping[str, Counter[str]]) -> list[str]:
    """Figures, and the first matter that came back to whoever had reported it."""
    return _figures(life, lived) + await _matter(life)


def _figures(life: Life, lived: Mapping[str, Counter[str]]) -> list[str]:
    lines = title("廉政风险防控 · 各镇（街道）情况")
    lines.append(row(["镇（街道）", *COLUMNS], 12, 10))
    total: Counter[str] = Counter()
    for town in life.plan.towns:
        counts = lived.get(town.code, Counter())
        total += counts
        lines.append(row([town.name, *(str(counts[key]) for key in COLUMNS.values())], 12, 10))
    lines.append(row(["合计", *(str(total[key]) for key in COLUMNS.values())], 12, 10))
    return lines


async def _matter(life: Life) -> list[str]:
    lived, disposition, parts = await _first_that_came_back(life)
    lines = title(f"{disposition['number']}：从群众反映到处置，再回到群众")
    for part in parts:
        lines.append(f"  {part.get('number') or str(part['name']).rpartition('/')[0].rpartition('/')[2]}")
        for step in records(part, "steps"):
            lines.append(f"    {local(str(step['eventTime']))}  {step['title']}  {step.get('summary', '')}".rstrip())
    town = f"tenants/{lived.report.town}"
    seen = await life.county.post(life.reports.reader(lived), f"/v1/{town}/receipts:lookUp", {"code": lived.code})
    effects = cast(list[str], cast(Record, seen["view"])["effects"])
    lines.append(f"  反映人凭查询码看到：{''.join(effects)}")
    return lines


async def _first_that_came_back(life: Life) -> tuple[Lived, Record, list[Record]]:
    """The first report on the web behind a disposition, the disposition, and the whole matter."""
    by_name = {each.name: each for each in life.reports.lived.values() if each.report.channel == "CHANNEL_WEB"}
    for disposition in life.warnings.answered:
        name = str(disposition["name"])
        town = name.split("/")[1]
        if town in {each.report.town for each in by_name.values()}:
            parts = [each async for each in _parts(life, name)]
            if lived := next((by_name[str(part["name"])] for part in parts if part["name"] in by_name), None):
                return lived, disposition, parts
    raise LookupError("no report on the web is behind a disposition")


async def _parts(life: Life, name: str) -> AsyncIterator[Record]:
    """All parts of the matter that a thing belongs to."""
    token, more = "", True
    while more:
        page = await life.county.get(OFFICER, f"/v1/{COUNTY}/matter", resource=name, pageSize=200, pageToken=token)
        for part in records(page, "parts"):
            yield part
        token = str(page.get("nextPageToken", ""))
        more = bool(token)
