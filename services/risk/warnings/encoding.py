"""Warnings as the contract shows them."""

from __future__ import annotations

from collections.abc import Sequence

from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.sight import units_in_sight
from services.risk.acting import Acting
from services.risk.dispositions import store as dispositions
from services.risk.information import store as information
from services.risk.information.domain import Information
from services.risk.positions import store as positions
from services.risk.powers import store as powers
from services.risk.sight import reads_texts, sees
from services.risk.warnings import reasons, store
from services.risk.warnings.domain import Warning

MOST_SHOWN = 200


async def whole(acting: Acting, warning: Warning) -> pb.Warning:
    """A warning with the information behind it, and how it was lowered."""
    [shown] = await encoded(acting, [warning])
    shown.evidence.extend(await _evidence(acting, warning))
    readable = reads_texts(acting.actor, acting.tx.tenant, warning.level)
    for lowering, reason in await reasons.of_warning(acting, warning.id):
        shown.lowerings.add(
            from_colour=pb.Warning.Colour.ValueType(lowering.from_colour),
            to_colour=pb.Warning.Colour.ValueType(lowering.to_colour),
            reason=reason if readable else "",
            author=lowering.author,
            create_time=stamp(lowering.create_time),
        )
    return shown


async def encoded(acting: Acting, warnings: Sequence[Warning]) -> list[pb.Warning]:
    """Warnings with what they are about in words, in four queries. That one was answered everybody sees who sees it; by
    what, only who sees that disposition."""
    tx = acting.tx
    answers = await dispositions.seen_among(
        tx, acting.actor, {each.disposition for each in warnings if each.disposition}
    )
    units = await organisation.units(tx, {each.unit for each in warnings})
    about = await positions.by_id(tx, {each.position for each in warnings if each.position})
    exercised = await powers.by_id(tx, {each.power for each in warnings if each.power})
    return [
        pb.Warning(
            name=acting.named("warnings", each.id),
            number=each.number,
            subject=pb.AnalysisRules.Subject.ValueType(each.subject),
            unit=acting.named("units", each.unit),
            position=acting.named("positions", each.position or ""),
            power=acting.named("powers", each.power or ""),
            title=" ".join(
                [
                    units[each.unit].name,
                    *([about[each.position].title] if each.position else []),
                    *([exercised[each.power].title] if each.power else []),
                ]
            ),
            colour=pb.Warning.Colour.ValueType(each.colour),
            highest_colour=pb.Warning.Colour.ValueType(each.highest_colour),
            points=each.points / 100,
            rule=each.rule,
            analysis_rules=acting.named("analysisRules", str(each.rules)),
            aspect=pb.RiskInformation.Aspect.ValueType(each.aspect or 0),
            state=pb.Warning.State.ValueType(each.state),
            owner_level=LevelMessage.ValueType(each.owner_level),
            owner=each.owner or "",
            last_day=str(each.last_day),
            late=each.late,
            raise_time=stamp(each.raise_time),
            colour_time=stamp(each.colour_time),
            disposition=acting.named("dispositions", (each.disposition in answers and each.disposition) or ""),
            answer_time=stamp(each.answer_time),
            level=LevelMessage.ValueType(each.level),
            information_count=each.information_count,
        )
        for each in warnings
    ]


def _seen(acting: Acting, piece: Information) -> bool:
    """Whether a piece behind a warning, which stays below on account of others, is not hidden above."""
    return sees(acting.actor, acting.tx.tenant, piece)


async def _evidence(acting: Acting, warning: Warning) -> list[pb.Warning.Evidence]:
    """What is behind a warning, as far as the actor sees it: a piece may be about another unit by now."""
    behind = await store.behind(acting.tx, warning.id, MOST_SHOWN)
    those = await information.by_id(acting.tx, (each.information for each in behind))
    held, units = await information.current(acting.tx, those), units_in_sight(acting.actor)
    return [
        pb.Warning.Evidence(
            risk_information=acting.named("riskInformation", each.information),
            number=those[each.information].number,
            kind=pb.RiskInformation.Kind.ValueType(held[each.information].kind),
            points=each.points / 100,
            words=each.words,
            day=str(each.day),
            withdrawn=held[each.information].withdrawn,
        )
        for each in behind
        if (units is None or held[each.information].unit in units) and _seen(acting, those[each.information])
    ]
