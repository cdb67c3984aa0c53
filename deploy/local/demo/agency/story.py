"""What happened to people's business, told with figures: the same text for the same plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from deploy.local.accounts import COUNTY
from deploy.local.demo.agency.cases import Way, items
from deploy.local.demo.agency.days import DECLARED, NATIONAL_DAY, SNOW
from deploy.local.demo.agency.living import Lived
from deploy.local.demo.agency.model import live, moves
from deploy.local.demo.life import Life
from deploy.local.demo.month import day_of
from deploy.local.demo.telling import local, records, row, title

COLUMNS = {
    "收件": "casesReceived",
    "受理": "casesAccepted",
    "办结": "casesDecided",
    "逾期办结": "casesDecidedLate",
    "逾期": "casesOverdue",
    "环节逾期": "desksOverdue",
    "催办": "casesUrged",
    "督办": "casesOverseen",
    "上报": "casesEscalated",
    "两次告知": "notifiedTwice",
    "评价": "ratings",
    "差评": "badRatings",
}


async def tell_of_cases(life: Life, lived: Mapping[str, Counter[str]]) -> list[str]:
    """Figures, one promise day by day, a bad rating that became an opinion, and points that came under oversight."""
    lines = _figures(life, lived)
    lines += await _explained(life)
    lines += await _disliked(life)
    lines += await _overseen(life)
    return lines


def _figures(life: Life, lived: Mapping[str, Counter[str]]) -> list[str]:
    lines = title("便民服务代理 · 各镇（街道）情况")
    lines.append(row(["镇（街道）", *COLUMNS], 12, 10))
    total: Counter[str] = Counter()
    for town in life.plan.towns:
        counts = lived.get(town.code, Counter())
        total += counts
        lines.append(row([town.name, *(str(counts[key]) for key in COLUMNS.values())], 12, 10))
    lines.append(row(["合计", *(str(total[key]) for key in COLUMNS.values())], 12, 10))
    snowed_in = next(town for town in life.plan.towns if town.code == life.plan.snowed_in)
    lines.append(
        f"{snowed_in.name}{day_of(DECLARED):%m月%d日}宣布{day_of(SNOW):%m月%d日}因大雪停止办公，"
        f"在办的{total['promisesMoved']}件承诺日期随之顺延，各留一条记录。"
    )
    return lines


async def _explained(life: Life) -> list[str]:
    """Why a promise is what it is: one that the holiday, the shifted Saturday and the snow have moved."""
    case = next(
        each
        for each in life.cases.lived.values()
        if each.case.town == life.plan.snowed_in and each.name and _spans_it_all(each)
    )
    agent = case.case.village.account("registrar")
    explained = await life.county.get(agent, f"/v1/{case.name}:explain")
    shown = cast(Mapping[str, object], (await life.county.get(agent, f"/v1/{case.name}"))["case"])
    lines = title(f"{case.number}  {items()[case.case.item].title}：承诺办结日 {shown['promisedDate']}，逐日说明")
    days = [f"  {day['text']}" for day in records(explained, "days")]
    return lines + days


def _spans_it_all(lived: Lived) -> bool:
    """Whether it was accepted before National Day, and the snow has moved its promise."""
    case = live(lived.case, {SNOW})
    return case.accepted is not None and case.accepted < min(NATIONAL_DAY) and moves(case)


async def _disliked(life: Life) -> list[str]:
    """From two stars to the opinion that the unit answered."""
    case = next(each for each in life.cases.lived.values() if each.case.way is Way.DISLIKED and each.rating)
    unit = case.case.village
    query = {"filter.unit": unit.name, "filter.channel": "CHANNEL_SYSTEM"}
    reports = records(await life.county.get(unit.account("secretary"), f"/v1/{unit.town}/reports", **query), "reports")
    opinion = next(each["name"] for each in reports if each["origin"] == case.rating)
    answer = await life.county.get(unit.account("secretary"), f"/v1/{opinion}/timeline")
    lines = title(f"{case.number} 被评为{case.case.stars}星，转为意见建议")
    lines += [f"  {local(str(entry['eventTime']))}  {entry['title']}" for entry in records(answer, "entries")]
    return lines


async def _overseen(life: Life) -> list[str]:
    """The points that three late cases brought under oversight."""
    lines = title("三十日内三件逾期，纳入督办的代理点")
    for town in life.plan.towns:
        head = town.account("discipline-secretary")
        found = records(await life.county.get(head, f"/v1/tenants/{town.code}/oversights"), "oversights")
        lines += [f"  {town.name}  {_late(each)}" for each in found if each.get("lateCases")]
    officer = f"{COUNTY}/accounts/discipline-officer"
    found = records(await life.county.get(officer, f"/v1/{COUNTY}/oversights"), "oversights")
    lines += [f"  县直部门窗口  {_late(each)}" for each in found if each.get("lateCases")]
    return lines


def _late(oversight: Mapping[str, object]) -> str:
    late = cast(Sequence[Mapping[str, str]], oversight["lateCases"])
    numbers = sorted((each["number"] for each in late), key=lambda number: (len(number), number))[:3]
    more = f"等{len(late)}件" if len(late) > 3 else ""
    return f"{'、'.join(numbers)}{more}，回复期限{oversight['lastDay']}"
