"""`minshao calendar`: shows working days, imports a published year, and sets days of a town or the county."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

from services.commands.installation import resources, tenant_code
from services.commands.saying import say
from services.common.access import SYSTEM, is_county
from services.common.database import Tx
from services.common.errors import Invalid, InvalidFields
from services.common.inputs import read_day
from services.common.periods import local_date
from services.common.service import Resources
from services.common.workdays import CalendarDay, Kind, read_arrangement
from services.gateway.calendar import use_cases
from services.gateway.organisation import use_cases as organisation

SERVICE = "gateway"
ACTOR = SYSTEM(SERVICE)
SHOWN_DAYS = 30


def describe(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="command")
    days = commands.add_parser("show", help="the days, one a line, each with its reason")
    days.add_argument(
        "--town", type=tenant_code, metavar="CODE", help="of this town or county (default: of each county)"
    )
    days.add_argument("--from", dest="first", type=_day, metavar="DATE", help="first day (default: today)")
    days.add_argument("--to", dest="last", type=_day, metavar="DATE", help=f"last day (default: {SHOWN_DAYS} days)")
    days.set_defaults(run=show)
    year = commands.add_parser("import", help="let a published year count in a county and all its towns")
    year.add_argument("file", type=Path, metavar="FILE", help="as docs/working-days.md describes it")
    year.add_argument("--county", required=True, type=_county, metavar="CODE", help="such as 611021")
    year.set_defaults(run=import_year)
    setting = commands.add_parser("set-day", help="set a day of a town, or of a county and all its towns")
    _of_one_day(setting)
    kinds = setting.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--working", dest="kind", action="store_const", const=Kind.WORKING, help="it is worked")
    kinds.add_argument("--off", dest="kind", action="store_const", const=Kind.OFF, help="it is off")
    setting.add_argument("--reason", required=True, help="as everybody may read it, such as 雪灾放假")
    setting.set_defaults(run=set_day)
    clearing = commands.add_parser("clear-day", help="take back what was set for a day")
    _of_one_day(clearing)
    clearing.set_defaults(run=clear_day)


async def show(options: Namespace) -> int:
    """Prints a line for each day, below the name of whose calendar it is."""
    async with resources(SERVICE) as opened:
        first = options.first or local_date(opened.clock.now())
        last = options.last or first + timedelta(days=SHOWN_DAYS - 1)
        if last < first:
            raise Invalid("--to", "不能早于 --from。")
        for tenant in [options.town] if options.town else await _counties(opened):
            async with opened.database.transaction(tenant) as tx:
                name = (await organisation.tenant_in(tx)).display_name
                calendar = await use_cases.calendar_of_tenant(tx)
            say(f"{tenant} {name}")
            for ordinal in range(first.toordinal(), last.toordinal() + 1):
                say(_in_words(calendar.day(date.fromordinal(ordinal))))
    return 0


async def import_year(options: Namespace) -> int:
    """Imports the year; of a file that is refused, prints each line that is wrong, and 1."""
    try:
        arrangement = read_arrangement(options.file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise Invalid("FILE", "不是 UTF-8 编码的文本。") from None
    except InvalidFields as refused:
        for each in refused.violations:
            sys.stderr.write(f"minshao: {each.field}：{each.description}\n")
        return 1
    async with _acting(options.county) as (opened, tx):
        await use_cases.import_arrangement(tx, ACTOR, arrangement, opened.clock.now())
    say(f"{options.county} {arrangement.notice.year} 年：{len(arrangement.days)} 天，已生效")
    return 0


async def set_day(options: Namespace) -> int:
    """Sets the day, and prints what it is now."""
    async with _acting(options.tenant) as (opened, tx):
        await use_cases.set_day(tx, ACTOR, options.day, options.kind, options.reason, opened.clock.now())
        say(_in_words((await use_cases.calendar_of_tenant(tx)).day(options.day)))
    return 0


async def clear_day(options: Namespace) -> int:
    """Takes back what was set for the day, and prints what it is now."""
    async with _acting(options.tenant) as (opened, tx):
        await use_cases.clear_day(tx, ACTOR, options.day, opened.clock.now())
        say(_in_words((await use_cases.calendar_of_tenant(tx)).day(options.day)))
    return 0


@asynccontextmanager
async def _acting(tenant: str) -> AsyncIterator[tuple[Resources, Tx]]:
    async with resources(SERVICE) as opened, opened.database.transaction(tenant) as tx:
        yield opened, tx


async def _counties(opened: Resources) -> list[str]:
    async with opened.database.platform() as tx:
        return await organisation.counties(tx)


def _of_one_day(parser: ArgumentParser) -> None:
    parser.add_argument("day", type=_day, metavar="DATE", help="such as 2026-02-26")
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--town", dest="tenant", type=_town, metavar="CODE", help="such as 611021101")
    whose.add_argument("--county", dest="tenant", type=_county, metavar="CODE", help="such as 611021")


def _in_words(day: CalendarDay) -> str:
    return f"{day.day} {day.kind.label} {day.words}{'（暂定）' if day.provisional else ''}"


def _day(text: str) -> date:
    try:
        return read_day("日期", text)
    except Invalid as wrong:
        raise ArgumentTypeError(wrong.message) from wrong


def _town(text: str) -> str:
    if is_county(tenant_code(text)):
        raise ArgumentTypeError("镇、街道的代码为 9 位数字。")
    return text


def _county(text: str) -> str:
    if not is_county(tenant_code(text)):
        raise ArgumentTypeError("县的代码为 6 位数字。")
    return text
