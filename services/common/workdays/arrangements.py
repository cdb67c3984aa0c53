"""The national arrangement of working days: the years whose notice is published, and what the law says of the others.

The list of published years is kept by hand from the notices of the General Office of the State Council. Their days lie
beside it, a file for each year (`notices/`), and are what the `holidays` package knows of China
(`deploy.arrangements` writes them, a test compares). They are files, and the package is not asked,
for two reasons: loading it takes half a second and 45 MB in each process, and a newer version of a package must not
move the dates that people were promised.

A year without a notice has the holidays that the law itself fixes, with days in lieu of those on a weekend
(全国年节及纪念日放假办法 §2 and §6, on the nearest working days), and no shifted weekends: `law.csv`. A calendar
calls such a year provisional.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from services.common.workdays.calendar import Calendar
from services.common.workdays.days import Kind, SetDay
from services.common.workdays.publication import Arrangement, Notice, read_arrangement

NOTICES = (
    Notice(2004),
    Notice(2005),
    Notice(2006, "国办发明电〔2005〕35号", date(2005, 12, 16)),
    Notice(2007, "国办发明电〔2006〕49号", date(2006, 12, 14)),
    Notice(2008),
    Notice(2009, "国办发明电〔2008〕42号"),
    Notice(2010, "国办发明电〔2009〕27号", date(2009, 12, 7)),
    Notice(2011, "国办发明电〔2010〕40号", date(2010, 12, 9)),
    Notice(2012, "国办发明电〔2011〕45号", date(2011, 12, 5)),
    Notice(2013, "国办发明电〔2012〕33号", date(2012, 12, 8)),
    Notice(2014, "国办发明电〔2013〕28号", date(2013, 12, 11)),
    # With the day off of 3 September and the working day of 6 September that a notice of May 2015 added.
    Notice(2015, "国办发明电〔2014〕28号", date(2014, 12, 16)),
    Notice(2016, "国办发明电〔2015〕18号", date(2015, 12, 10)),
    Notice(2017, "国办发明电〔2016〕17号", date(2016, 12, 1)),
    Notice(2018, "国办发明电〔2017〕12号", date(2017, 11, 30)),
    # With Labour Day as the notice of 22 March 2019 changed it.
    Notice(2019, "国办发明电〔2018〕15号", date(2018, 12, 4)),
    # With Spring Festival as 国办发明电〔2020〕1号 extended it to 2 February.
    Notice(2020, "国办发明电〔2019〕16号", date(2019, 11, 21)),
    Notice(2021, "国办发明电〔2020〕27号", date(2020, 11, 25)),
    Notice(2022, "国办发明电〔2021〕11号", date(2021, 10, 25)),
    Notice(2023, "国办发明电〔2022〕16号", date(2022, 12, 8)),
    Notice(2024, "国办发明电〔2023〕7号", date(2023, 10, 25)),
    Notice(2025, "国办发明电〔2024〕12号", date(2024, 11, 12)),
    Notice(2026, "国办发明电〔2025〕7号", date(2025, 11, 4)),
)
"""The published years. Numbers and dates were read in reprints of the notices; what was not found is empty."""

FILES = Path(__file__).with_name("notices")
LAW = Path(__file__).with_name("law.csv")


def calendar_of(imported: Iterable[Arrangement] = (), own: Iterable[SetDay] = ()) -> Calendar:
    """The calendar of a tenant: the nation's days, and those that its county and the town itself set.

    An imported arrangement takes the place of the one of its year, or publishes a year that was provisional. Where two
    notices set the same day of a December, the later year's stands.
    """
    arrangements = {each.notice.year: each for each in (*shipped(), *imported)}
    national = {
        day.day: day
        for day in (
            *(day for day in by_law() if day.day.year not in arrangements),
            *(day for year in sorted(arrangements) for day in arrangements[year].days),
        )
    }
    return Calendar((*national.values(), *own), arrangements.keys())


@cache
def shipped() -> tuple[Arrangement, ...]:
    """The arrangements of the published years, as they come with the product."""
    return tuple(read_arrangement((FILES / f"{notice.year}.csv").read_text()) for notice in NOTICES)


@cache
def by_law() -> tuple[SetDay, ...]:
    """The holidays of the years after the last published one, to 2099, as far as the law fixes them."""
    rows = list(csv.reader(LAW.read_text().splitlines()))
    return tuple(SetDay(date.fromisoformat(day), Kind.OFF, reason) for day, reason in rows[1:])
