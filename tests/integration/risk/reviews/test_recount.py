"""Whatever happens in a town, its risk reviews hold what a recount of the ledger by hand comes to, for every reader."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from minshao.common import v1 as common
from minshao.risk import v1 as pb

from services.common.periods import local_date
from tests.integration.risk.house import House
from tests.integration.risk.reviews.recount import Reader, Recount
from tests.integration.risk.reviews.steps import published, read, recorded, unit_name
from tests.unit.watch.reports.builders import local

PERIODS = {"2026-09": (date(2026, 9, 1), date(2026, 9, 30)), "2026Q4": (date(2026, 10, 1), date(2026, 12, 31))}
BY_HAND = range(pb.RiskInformation.KIND_INSPECTION, pb.RiskInformation.KIND_OTHER + 1)
SEVERITIES = [each for each in pb.Disposition.Severity.values() if each]
RESULTS = [each for each in pb.Disposition.Result.values() if each]
WRITERS = {"finance": "officer", "village": "village-officer"}


@dataclass
class Life:
    """Months of a town in which things are collected, corrected, lowered, written down and dropped."""

    house: House
    random: Random
    pieces: list[tuple[str, str]] = field(default_factory=list)
    positions: list[tuple[str, str]] = field(default_factory=list)
    powers: list[tuple[str, str]] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    step: int = 0

    async def lived(self, steps: int) -> None:
        ways = (
            self.tell,
            self.record,
            self.correct,
            self.lower,
            self.fill,
            self.empower,
            self.drop,
            self.confirm,
            self.withdraw,
        )
        for self.step in range(steps):
            await self.random.choice(
                (*ways, self.tell, self.dispose, self.dispose, self.follow, self.wait, self.wait)
            )()

    async def tell(self) -> None:
        accounts = [f"tenants/{self.house.town}/accounts/{self.random.choice(['leader', 'party'])}"]
        level = self.random.choice([common.LEVEL_UNIT, common.LEVEL_UNIT, common.LEVEL_TOWN, common.LEVEL_COUNTY])
        about = {"matter": self.random.randint(1, 5), "recused_accounts": self.random.choice([[], [], accounts])}
        accused = level > common.LEVEL_UNIT and self.random.random() < 0.5
        tell = self.house.accused if accused else self.house.substantiated
        await tell(f"r{self.step}", self._slug(), visible_to=level, **about)

    async def record(self) -> None:
        slug, kind, aspect = self._slug(), self.random.choice(BY_HAND), self.random.randint(0, 5)
        piece = await recorded(self.house, slug, WRITERS[slug], kind=kind, aspect=aspect)
        self.pieces.append((slug, piece.name))

    async def correct(self) -> None:
        if self.pieces:
            slug, name = self.pieces.pop(self.random.randrange(len(self.pieces)))
            correction = pb.CorrectRiskInformationRequest(
                name=name,
                unit=unit_name(self.house, slug),
                kind=pb.RiskInformation.Kind.ValueType(self.random.choice(BY_HAND)),
                day="2026-09-01",
                withdrawn=self.random.random() < 0.5,
                text="更正。",
            )
            await self.house(WRITERS[slug], correction)

    async def lower(self) -> None:
        listed = await self.house("commission", pb.ListWarningsRequest(parent=f"tenants/{self.house.town}"))
        opened = [each for each in listed.warnings if each.state == pb.Warning.STATE_OPEN]
        if severe := [each for each in opened if each.colour > pb.Warning.COLOUR_YELLOW]:
            warning = self.random.choice(severe)
            yellow = pb.LowerWarningRequest(name=warning.name, colour=pb.Warning.COLOUR_YELLOW, reason="已核实。")
            await self.house(_organ(max(warning.owner_level, warning.level)), yellow)

    async def dispose(self) -> None:
        listed = pb.ListWarningsRequest(parent=f"tenants/{self.house.town}")
        warnings = [
            each for each in (await self.house("commission", listed)).warnings if each.state == pb.Warning.STATE_OPEN
        ]
        if warnings:
            warning, severity = self.random.choice(warnings), self.random.choice(SEVERITIES)
            ordered = severity == pb.Disposition.SEVERITY_CORRECTION
            draft = pb.RecordDispositionRequest(
                parent=f"tenants/{self.house.town}",
                warning=warning.name,
                severity=severity,
                note="已作处置。",
                milder_reason="情节较轻。",
                last_day=str(local_date(self.house.clock.now()) + timedelta(days=3)) if ordered else "",
            )
            await self.house(_organ(max(warning.owner_level, warning.level)), draft)

    async def follow(self) -> None:
        """Takes the next step with something that is owed."""
        owed = pb.ListDispositionsRequest(
            parent=f"tenants/{self.house.town}", filter=pb.ListDispositionsRequest.Filter(open=True)
        )
        if not (listed := (await self.house("commission", owed)).dispositions):
            return
        each = self.random.choice(listed)
        match each.state:
            case pb.Disposition.STATE_CORRECTING:
                check = pb.CheckCorrectionRequest(name=each.name, done=True, note="已改。")
                await self.house(_organ(each.organ_level), check)
            case pb.Disposition.STATE_HANDED_OVER:
                await self.house("commission", pb.AcceptInvestigationRequest(name=each.name))
            case pb.Disposition.STATE_ACCEPTED:
                result = self.random.choice(RESULTS)
                answer = pb.ReturnInvestigationResultRequest(name=each.name, result=result, note="已查结。")
                await self.house("commission", answer)

    async def fill(self) -> None:
        slug, standing = self._slug(), pb.Position.Standing.ValueType(self.random.randint(1, 3))
        made = await self.house.position(f"岗位{self.step}", slug, WRITERS[slug], standing=standing)
        self.positions.append((slug, made.name))

    async def empower(self) -> None:
        if self.positions:
            slug, position = self.random.choice(self.positions)
            kind = pb.Power.Kind.ValueType(self.random.randint(1, 7))
            made = await self.house.power(position, f"权力{self.step}", WRITERS[slug], kind=kind)
            self.powers.append((slug, made.name))

    async def drop(self) -> None:
        if self.powers:
            slug, name = self.powers.pop(self.random.randrange(len(self.powers)))
            await self.house(WRITERS[slug], pb.RetirePowerRequest(name=name))

    async def confirm(self) -> None:
        """A risk point of the finance office is confirmed, maybe in the place of another one."""
        facts: dict[str, Any] = {"aspect": self.random.randint(1, 5)}
        own = [name for slug, name in self.positions if slug == "finance"]
        if own and self.random.random() < 0.7:
            facts |= {"level": pb.RiskPoint.LEVEL_POSITION, "position": self.random.choice(own)}
        if self.points and self.random.random() < 0.3:
            facts["replaces"] = self.points.pop(self.random.randrange(len(self.points)))
        self.points.append((await self.house.confirmed(**facts)).name)

    async def withdraw(self) -> None:
        if len(self.points) > 1:
            name = self.points.pop(self.random.randrange(len(self.points)))
            await self.house("officer", pb.WithdrawRiskPointRequest(name=name, reason="不再存在。"))

    async def wait(self) -> None:
        days = timedelta(days=self.random.choice([0, 1, 3]))
        await self.house.sweep_at(self.house.clock.now() + days)

    def _slug(self) -> str:
        return self.random.choice(list(WRITERS))


def _organ(level: int) -> str:
    """Who acts for a level, and for those below it."""
    return "commission" if level == common.LEVEL_COUNTY else "discipline"


def counted(figures: pb.RiskFigures) -> Counter[str]:
    """The figures that are not 0, without what no event says."""
    aspects = {f"warnings_{aspect}" for aspect in ("ethics", "duty", "process", "institution", "environment")}
    return Counter({each.name: number for each, number in figures.ListFields() if each.name not in aspects})


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_figure_of_every_reader_is_what_a_recount_of_the_ledger_comes_to(house: House, seed: int) -> None:
    await house.deputy()
    await Life(house, Random(seed)).lived(150)
    house.clock.set(max(house.clock.now(), local(2027, 1, 4)))
    async with house.database.transaction(house.town) as tx:
        recount = await Recount().read(tx)
    assert local_date(house.clock.now()).year == 2027

    for period, (first, last) in PERIODS.items():
        town = await published(house, period=period)
        unit = await published(house, "officer", "finance", period=period)
        for name, limit in ((town.name, ""), (unit.name, house.unit("finance"))):
            for who, level in (("discipline", 2), ("deputy", 2), ("party", 2), ("commission", 3), ("viewer", 3)):
                home = house.county if who in ("commission", "viewer") else house.town
                belongs_to = house.unit("finance") if who == "deputy" else ""
                reader = Reader(level, f"tenants/{home}/accounts/{who}", limit, belongs_to)
                review = await read(house, who, name)
                assert counted(review.figures) == recount.figures(reader, first, last), (period, who, limit)
        for who in ("officer", "leader"):
            reader = Reader(1, f"tenants/{house.town}/accounts/{who}", house.unit("finance"), house.unit("finance"))
            assert counted((await read(house, who, unit.name)).figures) == recount.figures(reader, first, last), who
    year = recount.figures(Reader(3, ""), date(2026, 1, 1), date(2026, 12, 31))
    for figure in (
        "information_report_substantiated",
        "warnings_answered_in_time",
        "dispositions_correction",
        "risk_points_standing",
    ):
        assert year[figure] > 0, f"{figure} has happened"
