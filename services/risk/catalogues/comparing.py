"""What is not the same in two editions: what was added, removed, and changed, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.common.words import Word
from services.risk.catalogues.content import Content, RiskPointEntry
from services.risk.catalogues.words import controls_in_words, place_of
from services.risk.powers.domain import grade_in_words


class Kind(Word):
    ADDED = 1, "新增"
    REMOVED = 2, "删除"
    CHANGED = 3, "修改"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that says something else."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is in one edition only, or says something else in the other."""

    kind: Kind
    collection: str
    """Of its resource name."""
    id: str
    title: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What an edition says of one thing."""

    title: str
    fields: Mapping[str, str]


def differences(base: Content, other: Content) -> list[Difference]:
    """From the base to the other: by kind of thing, in the order of the editions."""
    before, after = dict(_things(base)), dict(_things(other))
    found = []
    for key in dict.fromkeys((*before, *after)):
        if key not in before:
            found.append(Difference(Kind.ADDED, *key, after[key].title))
        elif key not in after:
            found.append(Difference(Kind.REMOVED, *key, before[key].title))
        elif changed := tuple(_changes(before[key].fields, after[key].fields)):
            found.append(Difference(Kind.CHANGED, *key, after[key].title, changed))
    return sorted(found, key=lambda each: COLLECTIONS.index(each.collection))


COLLECTIONS = ("positions", "powers", "riskPoints", "flowCharts")


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[FieldChange]:
    for title, said in after.items():
        if before[title] != said:
            yield FieldChange(title, before[title], said)


def _things(content: Content) -> Iterator[tuple[tuple[str, str], _Said]]:
    for position in content.positions:
        said = {
            "股室": position.section,
            "岗位": position.title,
            "岗位性质": position.standing.label,
            "风险等级": grade_in_words(position.grade),
        }
        yield ("positions", position.id), _Said(place_of(position), said)
        yield from _risk_points(position.risk_points, place_of(position), "")
    for position, power in content.powers():
        said = {
            "岗位": place_of(position),
            "权力事项": power.title,
            "权力类别": power.kind.label,
            "权力程度": power.extent.label,
            "依据": power.basis,
            "界限": power.boundary,
            "责任": power.responsibility,
            "重要程度": str(power.importance),
            "行使频率": power.frequency.label,
            "自由裁量": power.discretion,
            "重点领域": power.key_area,
            "风险等级": grade_in_words(power.grade),
            "定级理由": power.grade_reason,
        }
        yield ("powers", power.id), _Said(f"{place_of(position)} · {power.title}", said)
        yield from _risk_points(power.risk_points, place_of(position), power.title)
    yield from _risk_points(content.risk_points, "", "")
    for chart in content.charts:
        said = {"图名": chart.title, "类别": chart.kind.label, "版本": f"第 {chart.version} 版"}
        yield ("flowCharts", chart.id), _Said(chart.title, said)


def _risk_points(
    risk_points: Iterable[RiskPointEntry], place: str, power: str
) -> Iterator[tuple[tuple[str, str], _Said]]:
    for each in risk_points:
        said = {
            "层面": each.level.label,
            "所在": each.section or place,
            "权力事项": power,
            "方面": each.aspect.label,
            "查找方式": each.method.label,
            "表现形式": each.manifestation,
            "防控措施": controls_in_words(each.controls),
        }
        yield ("riskPoints", each.id), _Said(each.manifestation, said)
