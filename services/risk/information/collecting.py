"""Collecting risk information: numbered, once for each source, with what it is about as that stood on its day.

Everything that collects or corrects information, or analyses it, holds the series of its numbers before it locks an
inventory: so two of them never wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.charts.store import does_key_link
from services.risk.forgetting import keep
from services.risk.information import store
from services.risk.information.domain import Collected, Entry, Facts, Information
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.kept import KeptFrom, in_order, units_kept_from
from services.risk.levels import Level
from services.risk.numbers import INFORMATION_SERIES, next_numbers
from services.risk.positions import store as positions
from services.risk.positions.domain import Position
from services.risk.powers import store as powers
from services.risk.powers.domain import Power

COLLECTION = "riskInformation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a piece comes from, and from whom it is kept."""

    source: str
    name: str = ""
    """The report or case: its resource name."""
    kept_from: KeptFrom
    collector_level: Level | None = None
    """That of who collects it by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is to be collected."""

    id: str
    origin: Origin
    facts: Facts
    text: str = ""
    trace: str | None = None
    """The `traceparent` of what it comes from; None: that of the transaction."""


async def collect(acting: Acting, findings: Sequence[Finding]) -> list[Collected]:
    """Writes pieces of sources that are not known yet, and tells of them. Raises NotFound for a unit without
    inventory."""
    keys = {each.id: await acting.risk.sealer.new_key(acting.tx, each.id) for each in findings if each.text}
    numbers = await next_numbers(acting, INFORMATION_SERIES, len(findings))
    await lock_in_turn(acting, {each.facts.unit for each in findings})
    collected = []
    for finding, number in zip(findings, numbers, strict=True):
        origin, id = finding.origin, finding.id
        information = Information(
            id=id,
            number=number,
            source=origin.source,
            origin=origin.name,
            level=origin.kept_from.level,
            cadres=in_order(origin.kept_from.cadres),
            accounts=in_order(origin.kept_from.accounts),
            units=in_order(origin.kept_from.units),
            collector_level=origin.collector_level,
            collect_time=acting.now,
        )
        entry = entry_of(acting, information, 0, finding.facts)
        store.ROWS.insert(acting.tx, information)
        store.ENTRY_ROWS.insert(acting.tx, entry)
        told = pb.RiskInformationCollected()
        if finding.text:
            text_id, mac = store.TEXTS.put(acting.tx, keys[id], "0", finding.text, acting.actor.name, acting.now)
            told.text.CopyFrom(pb.TextEvidence(id=text_id, mac=mac))
            await keep(acting.tx, COLLECTION, id, acting.now)
        piece = Collected(information, entry, finding.trace or acting.tx.trace)
        with acting.tx.traced(piece.trace):
            tell(acting, information, entry, told)
        collected.append(piece)
    return collected


def entry_of(acting: Acting, information: Information, ordinal: int, facts: Facts, known: Entry | None = None) -> Entry:
    """What is written now, and known since now or as long as an earlier entry."""
    return Entry(
        id=uuid4().hex,
        information=information.id,
        level=information.level,
        ordinal=ordinal,
        known_time=known.known_time if known else acting.now,
        author=acting.actor.name,
        create_time=acting.now,
        unit=facts.unit,
        cadre=facts.cadre,
        position=facts.position,
        power=facts.power,
        kind=facts.kind,
        aspect=facts.aspect,
        day=facts.day,
        grade=facts.grade,
        key_area=facts.key_area,
        key_link=facts.key_link,
        withdrawn=facts.withdrawn,
    )


async def placed(acting: Acting, facts: Facts) -> Facts:
    """The facts with the position that the cadre held on the day, if it is just one of the unit, and with its power, if
    that is the only one it has."""
    if not facts.cadre:
        return facts
    held = [each for each in await positions.held_on(acting.tx, facts.cadre, facts.day) if each.unit == facts.unit]
    if len(held) != 1:
        return facts
    of_position = await powers.of_position(acting.tx, held[0].id)
    return await about(acting, facts, held[0], of_position[0] if len(of_position) == 1 else None)


async def about(acting: Acting, facts: Facts, position: Position, power: Power | None) -> Facts:
    """The facts about a position and a power of it, as these and their charts are now."""
    at_key_link = await does_key_link(acting.tx, position.id, power.id if power else None)
    return replace(
        facts,
        position=position.id,
        power=power.id if power else None,
        grade=power.grade if power else position.grade,
        key_area=bool(power and power.key_area),
        key_link=facts.key_link or at_key_link,
    )


def tell(
    acting: Acting,
    information: Information,
    entry: Entry,
    told: pb.RiskInformationCollected | pb.RiskInformationCorrected | pb.RiskInformationRestricted,
) -> None:
    """PENDING: what the ledger holds of a piece as it is now."""
    told.risk_information = acting.named(COLLECTION, information.id)
    told.number, told.unit, told.origin = information.number, entry.unit, information.origin
    told.position, told.power = (
        acting.named("positions", entry.position or ""),
        acting.named("powers", entry.power or ""),
    )
    told.kind, told.aspect = int(entry.kind), int(entry.aspect or 0)
    told.day = str(entry.day)
    told.subject_cadre = next(iter(information.cadres), "")
    told.recused_accounts.extend(information.accounts)
    told.recused_cadres.extend(acting.named("cadres", each) for each in information.cadres)
    told.recused_units.extend(units_kept_from(information))
    told.visible_to = LevelMessage.ValueType(information.level)
    acting.tell("information", information.id, information.version, told)
