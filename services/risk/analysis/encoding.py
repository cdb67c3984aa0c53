"""Rules between the contract and the domain."""

from __future__ import annotations

from collections.abc import Sequence

from minshao.risk import v1 as pb

from services.common.errors import Invalid
from services.common.instants import stamp
from services.risk.acting import Acting
from services.risk.analysis.domain import Rule, Rules, Step, Subject, SubjectId, check, hundredths
from services.risk.information.domain import Kind
from services.risk.powers.domain import Power


def read_rules(rules: Sequence[pb.AnalysisRules.Rule]) -> tuple[Rule, ...]:
    """Raises Invalid for what is no set of rules."""
    read = tuple(_read(rule, f"rules[{place}]") for place, rule in enumerate(rules))
    check(read, "rules")
    return read


def rules_message(acting: Acting, rules: Rules) -> pb.AnalysisRules:
    return pb.AnalysisRules(
        name=acting.named("analysisRules", rules.id),
        number=rules.number,
        rules=[_message(each) for each in rules.rules],
        author=rules.author,
        create_time=stamp(rules.create_time),
    )


def would_be(
    tenant: str, subject: SubjectId, unit: str, power: Power | None, steps: Sequence[Step]
) -> pb.WouldBeWarning:
    """What rules would have raised of a subject; of a power it is given too."""
    kind, id = subject
    parent = f"tenants/{tenant}"
    position = id if kind is Subject.POSITION else power.position if power else ""
    return pb.WouldBeWarning(
        subject=pb.AnalysisRules.Subject.ValueType(kind),
        unit=f"{parent}/units/{unit}",
        position=f"{parent}/positions/{position}" if position else "",
        power=f"{parent}/powers/{id}" if kind is Subject.POWER else "",
        steps=[
            pb.WouldBeWarning.Step(
                day=str(each.day),
                colour=pb.Warning.Colour.ValueType(each.found.colour),
                points=hundredths(each.found.score) / 100,
                rule=each.found.rule.title,
            )
            for each in steps
        ],
    )


def _read(rule: pb.AnalysisRules.Rule, field: str) -> Rule:
    weights = {Kind(each.kind): each.points for each in rule.weights}
    if len(weights) < len(rule.weights):
        raise Invalid(f"{field}.weights", "每类信息只能有一个分值。", reason="TWICE")
    first, second, third = rule.grade_percents
    return Rule(
        title=rule.title.strip(),
        subject=Subject(rule.subject),
        weights=weights,
        window_days=rule.window_days,
        decay_per_mille=rule.decay_per_mille,
        key_area_percent=rule.key_area_percent,
        key_link_percent=rule.key_link_percent,
        grade_percents=(first, second, third),
        yellow=rule.yellow,
        orange=rule.orange,
        red=rule.red,
    )


def _message(rule: Rule) -> pb.AnalysisRules.Rule:
    return pb.AnalysisRules.Rule(
        title=rule.title,
        subject=pb.AnalysisRules.Subject.ValueType(rule.subject),
        weights=[
            pb.AnalysisRules.Weight(kind=pb.RiskInformation.Kind.ValueType(kind), points=points)
            for kind, points in rule.weights.items()
        ],
        window_days=rule.window_days,
        decay_per_mille=rule.decay_per_mille,
        key_area_percent=rule.key_area_percent,
        key_link_percent=rule.key_link_percent,
        grade_percents=rule.grade_percents,
        yellow=rule.yellow,
        orange=rule.orange,
        red=rule.red,
    )
