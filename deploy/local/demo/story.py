"""What happened, told with figures: the same text for the same plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deploy.local.accounts import COUNTY
from deploy.local.demo.agency.story import tell_of_cases
from deploy.local.demo.life import Life
from deploy.local.demo.model import expected
from deploy.local.demo.month import DAYS, at
from deploy.local.demo.people import County
from deploy.local.demo.plan import Plan
from deploy.local.demo.risk.story import tell_of_risks
from deploy.local.demo.telling import Record, local, records, row, title
from deploy.local.demo.watch.living import Lived
from deploy.local.demo.watch.tellings import Way

OFFICER = f"{COUNTY}/accounts/discipline-officer"
VIEWER = f"{COUNTY}/accounts/viewer"
TOLD = (Way.CONTESTED, Way.LEADER, Way.MAYOR, Way.FORGOTTEN, Way.EXTENDED, Way.CONFLICT)


@dataclass(frozen=True)
class Outcome:
    """What the county says of the month, and what the model says of it."""

    lived: dict[str, Counter[str]]
    model: dict[str, Counter[str]]

    @property
    def agrees(self) -> bool:
        return self.lived == self.model

    def differences(self) -> Iterable[str]:
        """What is otherwise than the model says."""
        for town in sorted({*self.lived, *self.model}):
            lived, model = self.lived.get(town, Counter()), self.model.get(town, Counter())
            for name in sorted({*lived, *model}):
                if lived[name] != model[name]:
                    yield f"{town} {name}: {lived[name]}，推算{model[name]}"


async def outcome(plan: Plan, county: County) -> Outcome:
    """The figures of each town over the month, as the county's read model has them, beside the model's."""
    days = {"first_day": str(at(1).date()), "last_day": str(at(DAYS + 1).date())}
    answer = await county.get(VIEWER, f"/v1/{COUNTY}/dailyFigures", **days)
    lived = {}
    for total in records(answer, "totals"):
        counts = {name: int(str(value)) for name, value in total.items() if name not in ("town", "townName", "day")}
        lived[str(total["town"])] = Counter({name: count for name, count in counts.items() if count})
    lived.pop("611021", None)
    overdue = Counter(str(each["town"]) for each in await overdue_board(county))
    moved = Counter(str(each["town"]) for each in await told_of(county, "agency.case.promise_moved"))
    for town, figures in lived.items():
        figures |= Counter({"overdueNow": overdue[town], "promisesMoved": moved[town]})
    return Outcome({town: +figures for town, figures in lived.items()}, expected(plan))


async def overdue_board(county: County) -> list[Record]:
    """Everything that is overdue in the county now, the longest overdue first."""
    answer = await county.get(VIEWER, f"/v1/{COUNTY}/overdue", page_size=200)
    return records(answer, "matters")


async def told_of(county: County, type: str) -> list[Record]:
    """The events of this type in the county's feed; at most 200."""
    answer = await county.get(VIEWER, f"/v1/{COUNTY}/feed", page_size=200, types=type)
    return records(answer, "entries")


async def tell(life: Life) -> Iterable[str]:
    """The story, line by line."""
    lines = [*title("洛南县 · 2026年9月1日至11月30日")]
    lines += await _figures(life)
    for way in TOLD:
        if lived := next((each for each in life.reports.lived.values() if each.report.way is way and each.name), None):
            lines += await _report(life, lived)
    figures = (await outcome(life.plan, life.county)).lived
    lines += await tell_of_cases(life, figures)
    lines += await tell_of_risks(life, figures)
    lines += await _feed(life)
    lines += await _board(life)
    lines += await _register(life)
    return lines


async def _figures(life: Life) -> list[str]:
    found = await outcome(life.plan, life.county)
    columns = {
        "登记": "registered",
        "答复": "answered",
        "按期": "answeredInTime",
        "逾期答复": "answeredLate",
        "逾期": "overdue",
        "上报": "escalated",
        "督办": "oversights",
        "查实": "substantiated",
        "重办": "reopened",
        "不受理": "notAccepted",
        "办结": "closed",
    }
    lines = title("各镇（街道）情况")
    lines.append(row(["镇（街道）", *columns], 12, 8))
    total: Counter[str] = Counter()
    for town in life.plan.towns:
        counts = found.lived.get(town.code, Counter())
        total += counts
        lines.append(row([town.name, *(str(counts[key]) for key in columns.values())], 12, 8))
    lines.append(row(["合计", *(str(total[key]) for key in columns.values())], 12, 8))
    lines.append(
        f"座谈会召开{total['meetingsHeld']}次，当月未开{total['meetingsMissed']}个哨；"
        f"信箱超过14天未开{total['boxesForgotten']}个；现有逾期未答复{total['overdueNow']}件。"
    )
    verdict = "一致" if found.agrees else "不一致"
    lines.append(f"以上数字与按规则另行推算的结果{verdict}。")
    lines += [f"  {difference}" for difference in found.differences()]
    return lines


async def _report(life: Life, lived: Lived) -> list[str]:
    """One report from its first word to its last."""
    report = lived.report
    reader = (
        OFFICER
        if report.way in (Way.MAYOR, Way.CONTESTED, Way.LEADER, Way.FORGOTTEN)
        else life.reports.head(report.town)
    )
    answer = await life.county.get(reader, f"/v1/{lived.name}/timeline")
    lines = title(f"{lived.number}  {report.telling.text}")
    for entry in records(answer, "entries"):
        when = local(str(entry["eventTime"]))
        who = "" if str(entry["actor"]).startswith("system/") else str(entry["actor"]).rpartition("/")[2]
        lines.append(f"  {when}  {entry['title']}  {entry.get('summary', '')}  {who}".rstrip())
    return lines


async def _feed(life: Life) -> list[str]:
    answer = await life.county.get(OFFICER, f"/v1/{COUNTY}/feed", page_size=200, newest_first="true")
    entries = sorted(records(answer, "entries"), key=_place)
    lines = title("县级动态（最后二十条）")
    for entry in [each for each in entries if each.get("number")][-20:]:
        lines.append(f"  {local(str(entry['eventTime']))}  {entry['townName']}  {entry['number']}  {entry['title']}")
    return lines


def _place(entry: Record) -> tuple[str, ...]:
    """What two services tell of one instant comes in any order."""
    return tuple(str(entry.get(name, "")) for name in ("eventTime", "town", "service", "number", "title"))


async def _board(life: Life) -> list[str]:
    lines = title("逾期未答复、未办结")
    matters = await overdue_board(life.county)
    for matter in sorted(matters, key=lambda each: (str(each["dueTime"]), str(each["number"]))):
        days = (at(DAYS + 1) - datetime.fromisoformat(str(matter["dueTime"]))).days
        lines.append(f"  {matter['townName']}  {matter['number']}  已逾期{days}天")
    return lines


async def _register(life: Life) -> list[str]:
    """The register page of the first town."""
    town = life.plan.towns[0]
    answer = await life.county.get(
        life.reports.head(town.code), f"/v1/tenants/{town.code}/reports", order_by="register_time", page_size=25
    )
    lines = title(f"{town.name}投诉备案登记表（第一页）")
    for report in sorted(
        records(answer, "reports"), key=lambda each: (each["registerTime"], len(str(each["number"])), each["number"])
    ):
        flags = [
            word
            for key, word in (("late", "逾期"), ("reopened", "重办"), ("underOversight", "督办"))
            if report.get(key)
        ]
        state = STATES[str(report["state"])]
        lines.append(
            f"  {report['number']}  {local(str(report['registerTime']))}  期限{report['lastDay']}"
            f"  {state}  {' '.join(flags)}".rstrip()
        )
    return lines


STATES = {
    "STATE_REGISTERED": "已登记",
    "STATE_ASSIGNED": "已交办",
    "STATE_INVESTIGATING": "调查中",
    "STATE_ANSWERED": "已答复",
    "STATE_CLOSED": "已办结",
    "STATE_NOT_ACCEPTED": "不予受理",
}
