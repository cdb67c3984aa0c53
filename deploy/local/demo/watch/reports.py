"""The reports of the demo, decided beforehand: the same for the same seed. Pure; `living` lives them, `model` says what
must come of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from deploy.local.demo.month import DAYS, Town, Unit
from deploy.local.demo.watch.tellings import (
    ACCUSATIONS,
    ANSWERS,
    CHANNELS,
    OPINION_CHANNELS,
    OPINIONS,
    WAYS,
    Telling,
    Way,
)

BOX_DAYS = tuple(range(4, DAYS + 1, 7))
"""The days on which the boxes of the posts at work are opened."""
MEETING_DAYS = (15, 45, 76)
"""The fifteenth of each month."""
TOP_REPORTS = {Way.MAYOR: 0, Way.EXTENDED: 1, Way.CONFLICT: 2, Way.SUPERVISED: 3}
"""What happens once in the county, and in which town, counted in the order of the codes."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report and what becomes of it. Days are those of the demo; None: it does not happen in it."""

    town: str
    unit: Unit
    index: int
    way: Way
    channel: str
    mode: str
    telling: Telling
    finding: str
    day: int
    hour: int
    answer_day: int | None
    second_answer_day: int | None = None
    """When the level above answers after the reporter contested."""
    accepted: bool = False
    """Whether the reporter says to be satisfied, the day after the last answer."""

    @property
    def opinion(self) -> bool:
        return self.way is Way.OPINION


def reports_of(seed: int, towns: Sequence[Town]) -> tuple[Report, ...]:
    """What is told in these towns, in the order in which it is."""
    found = [report for number, town in enumerate(towns) for report in _reports(seed, number, town)]
    return tuple(sorted(found, key=lambda report: (report.day, report.hour, report.town, report.index)))


def _reports(seed: int, number: int, town: Town) -> Iterator[Report]:
    random = Random(f"{seed}/{town.code}")  # noqa: S311 - it is to be the same again
    ways = list(WAYS)
    random.shuffle(ways)
    ways += [way for way, place in TOP_REPORTS.items() if place == number]
    for index, way in enumerate(ways):
        yield _report(random, town, index, way)


def _report(random: Random, town: Town, index: int, way: Way) -> Report:
    opinion = way is Way.OPINION
    channel = random.choice(OPINION_CHANNELS) if opinion else CHANNELS[index % len(CHANNELS)]
    report = Report(
        town=town.code,
        unit=random.choice(town.units),
        index=index,
        way=way,
        channel=channel,
        mode=_mode(random, channel),
        telling=random.choice(OPINIONS if opinion else ACCUSATIONS),
        finding=random.choice(list(ANSWERS)),
        day=random.choice(BOX_DAYS[:10]) if channel.endswith("_BOX") else random.randint(2, 70),
        hour=10 if channel.endswith("_BOX") else random.randint(9, 17),
        answer_day=None,
    )
    return _with_answers(random, _made_regular(report))


def _made_regular(report: Report) -> Report:
    """What a rare way needs: early enough to be seen to its end, on the web where its reporter must act."""
    if report.way in (Way.MAYOR, Way.EXTENDED, Way.CONFLICT, Way.SUPERVISED, Way.CONTESTED, Way.MAJOR, Way.FORGOTTEN):
        day = 2 + report.index % 4
        web = report.way in (Way.CONTESTED, Way.MAYOR, Way.CONFLICT)
        if web or report.channel.endswith("_BOX"):
            return replace(report, day=day, channel="CHANNEL_WEB", mode="REPORTER_MODE_ANONYMOUS", hour=11)
        return replace(report, day=day)
    return report


def _with_answers(random: Random, report: Report) -> Report:
    first = {
        Way.LATE: report.day + random.randint(9, 12),
        Way.FORGOTTEN: None,
        Way.REFUSED: None,
        Way.MAJOR: report.day + random.randint(10, 20),
        Way.MAYOR: report.day + 6,
        Way.EXTENDED: report.day + 11,
        Way.SUPERVISED: report.day + 12,
    }.get(report.way, report.day + random.randint(3, 7))
    second = first + random.randint(3, 6) if report.way is Way.CONTESTED and first else None
    reached = [day if day and day <= DAYS - 1 else None for day in (first, second)]
    return replace(report, answer_day=reached[0], second_answer_day=reached[1], accepted=random.random() < 0.6)


def _mode(random: Random, channel: str) -> str:
    if channel == "CHANNEL_SUPERVISOR":
        return "REPORTER_MODE_THROUGH_SUPERVISOR"
    named = random.random() < (0.2 if channel.endswith("_BOX") else 0.4)
    return "REPORTER_MODE_NAMED" if named else "REPORTER_MODE_ANONYMOUS"
