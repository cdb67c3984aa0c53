"""What must hold in the end, whatever was killed: all that was filed is there once, wherever one looks."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from deploy.local.stack import SERVICES
from services.common.broker import jetstream
from tests.faults.county.luonan import TOWNS, Luonan, Record
from tests.faults.county.writing import Writer
from tests.messaging import as_user

REGISTERED = "watch.report.registered"
NUMBER = re.compile(r"\w+[监代]〔(?P<year>\d{4})〕(?P<serial>\d+)号")
PROVEN = re.compile(r"(?P<service>\w+) (?P<tenant>\d+): (?P<count>\d+) entries hold; head [0-9a-f]{64}")

T = TypeVar("T")

Counts = Mapping[tuple[str, str], int]
"""By service and tenant."""


async def assert_all_is_there_once(luonan: Luonan, writer: Writer) -> None:
    """Filed = in the registers, without gaps = in the county's feed; ledgers = streams; and the county is healthy."""
    await assert_healthy(luonan)
    await luonan.settled()
    await assert_registered_once(luonan, writer)
    await assert_repeating_changes_nothing(luonan, writer)
    await assert_ledgers_are_told(luonan)


async def assert_ledgers_are_told(luonan: Luonan) -> None:
    """Every chain holds, the streams have each of its entries once, and nobody has put one aside."""
    await luonan.settled()
    assert await streamed(luonan) == await proven(luonan)
    assert (await luonan.command("dead-letters", "list")).stdout == ""


async def assert_healthy(luonan: Luonan) -> None:
    healthy = {name: await asyncio.to_thread(luonan.stack.is_healthy, name) for name in luonan.stack.children}
    assert all(healthy.values()), healthy


async def assert_registered_once(luonan: Luonan, writer: Writer) -> None:
    """What was filed stands in the register of its town and in the county's feed, once, and nothing else does."""
    in_registers = []
    for town in TOWNS:
        reports = await luonan.reports(town)
        filed = [got.name for filing, got in writer.registered.items() if filing.town == town]
        assert sorted(str(report["name"]) for report in reports) == sorted(filed)
        assert_gapless(reports)
        in_registers += filed
    told = await luonan.feed(REGISTERED)
    assert sorted(str(entry["resource"]) for entry in told) == sorted(in_registers)
    assert len({entry["event"] for entry in told}) == len(told)


def assert_gapless(numbered: Iterable[Record]) -> None:
    """The numbers of each year are 1, 2, 3 …, none twice."""
    for serials in serials_by_year(numbered).values():
        assert sorted(serials) == list(range(1, len(serials) + 1))


def serials_by_year(numbered: Iterable[Record]) -> dict[int, list[int]]:
    """The numbers of a register, or of the cases of a point."""
    serials = defaultdict(list)
    for each in numbered:
        number = NUMBER.fullmatch(str(each["number"]))
        assert number is not None
        serials[int(number["year"])].append(int(number["serial"]))
    return serials


async def assert_repeating_changes_nothing(luonan: Luonan, writer: Writer) -> None:
    """Whoever files the same once more is answered as before, receipt code included, and nothing is added."""
    before = {town: len(await luonan.reports(town)) for town in TOWNS}
    for filing, registered in list(writer.registered.items())[::5]:
        assert await writer.repeat(filing) == registered
    assert {town: len(await luonan.reports(town)) for town in TOWNS} == before


async def proven(luonan: Luonan) -> Counts:
    """How many entries each ledger has. All have their numbers, and every chain holds."""
    proof = await luonan.command("ledger", "verify")
    lines = [PROVEN.fullmatch(line) for line in proof.stdout.splitlines()]
    assert proof.returncode == 0, proof.stdout + proof.stderr
    assert all(lines), proof.stdout
    return {(line["service"], line["tenant"]): int(line["count"]) for line in lines if line}


async def streamed(luonan: Luonan) -> Counts:
    """How many events of each ledger are in the streams."""
    found: Counter[tuple[str, str]] = Counter()
    async with as_user(luonan.nats, "admin") as admin:
        for service in SERVICES:
            info = await jetstream(admin).stream_info(service.upper(), subjects_filter=">")
            for subject, count in (info.state.subjects or {}).items():
                found[service, subject.split(".")[1]] += count
    return found


def each(things: Iterable[T]) -> Counter[T]:
    """All of them, once."""
    return Counter(set(things))
