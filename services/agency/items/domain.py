"""Service items 事项: what they promise, by which route, and what a town may make of them (domain §3).

A published version never changes. A case keeps the version and the route that it was accepted with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import pairwise

from services.agency.points.domain import Tier
from services.common.errors import InvalidFields, Refused, Violation
from services.common.words import Word


class Category(Word):
    """What an item is about."""

    PARTY = 1, "党务"
    GOVERNMENT = 2, "政务"
    ECONOMY = 3, "经济发展"
    SOCIAL = 4, "社会生活"
    OTHER = 5, "其他"


class Handling(Word):
    """The kind of handling."""

    AT_ONCE = 1, "即办"
    PROMISED = 2, "承诺"
    JOINT = 3, "联办"
    REPORT_UP = 4, "上报"


LIMITS: Mapping[Tier, int] = {Tier.VILLAGE: 2, Tier.TOWN: 5, Tier.COUNTY: 10}
"""The longest promise of each tier, in working days (domain §3)."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one desk does in a step."""

    days: int
    """The promise, in working days; 0 for what is done at once."""
    department: str = ""
    """Code of the county department; empty below the county, where the point of the tier does it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a route; several parts are done side by side 联办."""

    tier: Tier
    parts: tuple[Part, ...]

    @property
    def days(self) -> int:
        """A joint step counts its longest department."""
        return max(part.days for part in self.parts)


@dataclass(frozen=True, slots=True)
class Material:
    """Something that the applicant brings."""

    name: str
    required: bool = True
    may_follow: bool = False
    """容缺: whether the case is accepted without it, and it comes later."""


@dataclass(frozen=True, slots=True)
class Item:
    """One version of an item. It costs nothing, ever."""

    code: str
    name: str
    category: Category
    handling: Handling
    route: tuple[Step, ...]
    applicants: str = ""
    """Who may apply."""
    conditions: str = ""
    legal_basis: str = ""
    materials: tuple[Material, ...] = field(default=())

    @property
    def days(self) -> int:
        """What the whole route promises, in working days."""
        return sum(step.days for step in self.route)

    @property
    def departments(self) -> frozenset[str]:
        """The codes of the county departments that have a part in it."""
        return frozenset(part.department for step in self.route for part in step.parts if part.department)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a town makes of an item: shorter promises of its own tiers, or nothing at all."""

    days: Mapping[Tier, int] = field(default_factory=dict)
    withdrawn: bool = False
    version: int = 0
    """Rises with each change; 0 where the town has set nothing yet."""


@dataclass(frozen=True, slots=True)
class Published:
    """A version of an item in the county's catalogue, and what became of the item."""

    item: Item
    version: int
    """From 1, without gaps."""
    publish_time: datetime
    retired: bool
    revision: int
    """Rises with each change of the item: each version, and its retirement."""

    def check_open(self) -> None:
        """Raises Refused where the county has retired it."""
        if self.retired:
            raise Refused("ITEM_RETIRED", "该事项已停办，不再受理新件。")


@dataclass(frozen=True, slots=True)
class Offering:
    """An item as it is offered in a town, or in the county itself, which has no terms."""

    published: Published
    terms: Terms = field(default_factory=Terms)

    @property
    def item(self) -> Item:
        """With the town's own promises."""
        return at(self.published.item, self.terms)

    def check_open(self) -> None:
        """Raises Refused where the county has retired it, or the town has withdrawn it."""
        self.published.check_open()
        check_offered(self.terms)

    def route(self, point: Tier) -> tuple[Step, ...]:
        """The route of a new case that comes in at a point of this tier. Raises Refused."""
        self.published.check_open()
        return route_at(self.published.item, self.terms, point)


def check_item(item: Item, departments: Collection[str]) -> None:
    """Raises InvalidFields with everything that is wrong; `departments` are the county's, by code."""
    wrong = [*_route_violations(item), *_handling_violations(item), *_material_violations(item.materials)]
    for place, part, tier in _parts(item.route):
        wrong += _part_violations(place, part, tier, item.handling, departments)
    if wrong:
        raise InvalidFields(wrong)


def check_terms(item: Item, terms: Terms) -> None:
    """Raises InvalidFields where a town would lengthen a promise, touch the county's, or set what has no step."""
    own = {step.tier: step.days for step in item.route if step.tier is not Tier.COUNTY and step.days}
    wrong = []
    for tier, days in terms.days.items():
        if tier not in own:
            wrong.append(Violation("days", f"该事项没有可由镇调整的{tier.label}环节。", "NOT_OWN_STEP"))
        elif not 1 <= days <= own[tier]:
            wrong.append(
                Violation("days", f"{tier.label}的时限只能缩短，应为 1 至 {own[tier]} 个工作日。", "LENGTHENED")
            )
    if wrong:
        raise InvalidFields(wrong)


def at(item: Item, terms: Terms) -> Item:
    """The item with a town's own promises. A later version may promise less than the town does: then that counts."""
    return replace(item, route=tuple(_shortened(step, terms) for step in item.route))


def check_offered(terms: Terms) -> None:
    """Raises Refused where the town has withdrawn it."""
    if terms.withdrawn:
        raise Refused("ITEM_WITHDRAWN", "本镇（街道）不办理该事项。")


def taken_at(item: Item, point: Tier) -> bool:
    """Whether a point of this tier takes it: not where it is decided below."""
    return any(step.tier >= point for step in item.route)


def route_at(item: Item, terms: Terms, point: Tier) -> tuple[Step, ...]:
    """The route of a case that comes in at a point of this tier, with the town's own promises.

    Raises Refused where the town has withdrawn the item, or where it is decided below the point.
    """
    check_offered(terms)
    if not taken_at(item, point):
        raise Refused("ITEM_NOT_HERE", f"该事项不在{point.label}办理。")
    return tuple(step for step in at(item, terms).route if step.tier >= point)


def _shortened(step: Step, terms: Terms) -> Step:
    if (days := terms.days.get(step.tier)) is None:
        return step
    return replace(step, parts=tuple(replace(part, days=min(part.days, days)) for part in step.parts))


def _parts(route: Sequence[Step]) -> Iterator[tuple[str, Part, Tier]]:
    for number, step in enumerate(route):
        for index, part in enumerate(step.parts):
            yield f"route[{number}].parts[{index}]", part, step.tier


def _route_violations(item: Item) -> Iterator[Violation]:
    if not item.route:
        yield Violation("route", "至少应有一个办理环节。", "NO_STEP")
    for number, step in enumerate(item.route):
        place = f"route[{number}]"
        named = [part.department for part in step.parts]
        if not step.parts:
            yield Violation(place, "环节应写明由谁办理。", "NO_PART")
        elif len(set(named)) < len(named):
            yield Violation(place, "同一环节不能两次由同一部门办理。", "DEPARTMENT_TWICE")
        if step.tier is not Tier.COUNTY and len(step.parts) > 1:
            yield Violation(place, "只有县直部门可以联办。", "JOINT_BELOW_COUNTY")
    for number, (before, step) in enumerate(pairwise(item.route), 1):
        if step.tier < before.tier or (step.tier is before.tier and step.tier is not Tier.COUNTY):
            yield Violation(f"route[{number}]", "办理环节应由村到镇、由镇到县。", "ROUTE_ORDER")


def _handling_violations(item: Item) -> Iterator[Violation]:
    joint = any(len(step.parts) > 1 for step in item.route)
    if joint is not (item.handling is Handling.JOINT):
        yield Violation("handling", "联办事项应有、并且只有联办事项才有由几个部门同时办理的环节。", "JOINT")
    if item.handling is Handling.AT_ONCE and len(item.route) != 1:
        yield Violation("route", "即办事项只有一个环节。", "AT_ONCE_ROUTE")
    if item.handling is Handling.REPORT_UP and not any(
        step.tier > before.tier for before, step in pairwise(item.route)
    ):
        yield Violation("route", "上报事项应有上一级的环节。", "NOTHING_ABOVE")


def _part_violations(
    place: str, part: Part, tier: Tier, handling: Handling, departments: Collection[str]
) -> Iterator[Violation]:
    if handling is Handling.AT_ONCE:
        if part.days:
            yield Violation(f"{place}.days", "即办事项的时限为 0 个工作日。", "AT_ONCE_DAYS")
    elif part.days == 0:
        yield Violation(f"{place}.days", "只有即办事项的时限可以为 0 个工作日。", "NOT_AT_ONCE")
    elif not 1 <= part.days <= LIMITS[tier]:
        yield Violation(f"{place}.days", f"{tier.label}的时限不得超过 {LIMITS[tier]} 个工作日。", "OVER_LIMIT")
    if tier is Tier.COUNTY:
        if part.department not in departments:
            yield Violation(f"{place}.department", "没有这个县直部门。", "UNKNOWN_DEPARTMENT")
    elif part.department:
        yield Violation(f"{place}.department", "村、镇环节由代理点办理，不写部门。", "DEPARTMENT_BELOW_COUNTY")


def _material_violations(materials: Sequence[Material]) -> Iterator[Violation]:
    seen: set[str] = set()
    for index, material in enumerate(materials):
        if material.name in seen:
            yield Violation(f"materials[{index}].name", "材料重复。", "MATERIAL_TWICE")
        seen.add(material.name)
        if material.may_follow and not material.required:
            yield Violation(f"materials[{index}].may_follow", "只有必须的材料才有容缺。", "NOT_REQUIRED")
