"""What the `holidays` package knows of China, as the files of `services.common.workdays.arrangements`.

    python -m deploy.arrangements

writes them anew. A new year: its notice into the list of arrangements, the package in a version that knows it, this
command, and a look at the difference. The package is among those of the checks: nothing that runs needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from holidays import HolidayBase, country_holidays

from services.common.workdays.arrangements import FILES, LAW, NOTICES
from services.common.workdays.calendar import DECEMBER_OPENS
from services.common.workdays.days import Kind, SetDay
from services.common.workdays.publication import Arrangement, Notice, write_arrangement

LAST_YEAR = 2099
"""As far as the package knows the moon's calendar without estimating."""

SHORT_NAMES = {
    "元旦": "元旦",
    "农历除夕": "春节",
    "春节": "春节",
    "春节延长假期": "春节",
    "清明节": "清明",
    "劳动节": "劳动节",
    "端午节": "端午",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利纪念日",
    "中秋节": "中秋",
    "国庆节": "国庆",
}
"""Each holiday of the package, and its name as people say it."""

NAMES = {"农历除夕": "除夕", "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利纪念日"}
"""Names of whole holidays that we write otherwise."""

_IN_LIEU = "（补假）"
_SHIFTED = re.compile(r"休息日（由 ([0-9-]+) 调休）")
_DAY = timedelta(days=1)


def files() -> dict[str, str]:
    """The text of each file, by its name in the folder of the package."""
    china = country_holidays("CN", years=range(NOTICES[0].year - 1, LAST_YEAR + 2), language="zh_CN")
    texts = {f"{FILES.name}/{each.year}.csv": write_arrangement(_arrangement(china, each)) for each in NOTICES}
    law = [each for each in _days(china) if NOTICES[-1].year < each.day.year <= LAST_YEAR]
    texts[LAW.name] = "date,reason\n" + "".join(f"{each.day},{each.reason}\n" for each in law)
    return texts


def _arrangement(china: HolidayBase, notice: Notice) -> Arrangement:
    """The days of its year up to where December waits for the next notice, and those of the December before."""
    first, behind = date(notice.year - 1, 12, DECEMBER_OPENS), date(notice.year, 12, DECEMBER_OPENS)
    return Arrangement(notice, tuple(each for each in _days(china) if first <= each.day < behind))


def _days(china: HolidayBase) -> Iterator[SetDay]:
    """All that the package knows, by date."""
    working: dict[date, date] = {}
    for day, name in china.items():
        if shifted := _SHIFTED.fullmatch(name):
            working[date.fromisoformat(shifted[1])] = day
    for day in sorted({*china, *working}):
        if day in working:
            yield SetDay(day, Kind.WORKING, f"{_festival(china, working[day])}调休上班")
        elif _SHIFTED.fullmatch(china[day]):
            yield SetDay(day, Kind.OFF, f"{_festival(china, day)}调休放假")
        else:
            yield SetDay(day, Kind.OFF, "、".join(dict.fromkeys(_name(each) for each in china[day].split("; "))))


def _name(name: str) -> str:
    if name.endswith(_IN_LIEU):
        return f"{SHORT_NAMES[name.removesuffix(_IN_LIEU)]}补假"
    return NAMES.get(name, name)


def _festival(china: HolidayBase, day: date) -> str:
    """The holiday in whose days off this day lies; National Day where Mid-Autumn lies in them too."""
    first = last = day
    while not china.is_working_day(first - _DAY):
        first -= _DAY
    while not china.is_working_day(last + _DAY):
        last += _DAY
    span = [first + _DAY * n for n in range((last - first).days + 1)]
    found = {
        SHORT_NAMES[name.removesuffix(_IN_LIEU)]
        for each in span
        for name in china.get(each, "").split("; ")
        if name and not _SHIFTED.fullmatch(name)
    }
    if found == {"国庆", "中秋"}:
        return "国庆"
    (only,) = found
    return only


def main() -> None:
    """Writes the files."""
    for name, text in files().items():
        (LAW.parent / name).write_text(text)


if __name__ == "__main__":
    main()
