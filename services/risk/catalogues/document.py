"""The printed catalogue, with the flow charts. On one day the same edition gives the same PDF to who sees the same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from services.common.database import Tx
from services.common.periods import in_words
from services.common.typesetting import Typesetter
from services.risk.catalogues.content import Content, PositionEntry, PowerEntry, RiskPointEntry
from services.risk.catalogues.printed import TITLE, Printed
from services.risk.catalogues.words import control_in_words, place_of
from services.risk.charts import store as charts
from services.risk.charts.domain.marks import Place, marks
from services.risk.charts.drawing.svg import Sheet, draw
from services.risk.powers.domain import grade_in_words
from services.risk.risk_points.domain import Level

TEMPLATE = Path(__file__).parent / "catalogue.typ"

LONG = 500
"""Characters in a column. A power with more may go on at the next page; it might not fit on one."""


async def pictures(tx: Tx, content: Content) -> list[bytes]:
    """The flow charts as SVG, as things were called when the edition was compiled, with the edition's risk points."""
    shown = await charts.those(tx, [(each.id, each.version) for each in content.charts])
    places = list(_places(content))
    sheets = [
        Sheet(
            content=shown[each.id, each.version].content,
            subtitle=f"{each.kind.label} · {content.unit_title} · 第 {each.version} 版",
            positions=each.positions,
            business_steps=each.business_steps,
            marks=marks(
                shown[each.id, each.version].content,
                places,
                [other.content for other in shown.values() if other.content.business_chart == each.id],
            ),
        )
        for each in content.charts
    ]
    return await asyncio.to_thread(lambda: [draw(each) for each in sheets])


async def catalogue_pdf(printed: Printed, drawn: Sequence[bytes], typesetter: Typesetter) -> bytes:
    """A4 across, with the header on every page, and a page for each flow chart."""
    content, approval = printed.content, printed.approval
    voters = approval.voters if approval else ()
    data = {
        "title": TITLE,
        "which": printed.which,
        "unit": content.unit_title,
        "dated": printed.dated,
        "voted": printed.voted,
        "voters": [{"name": name, "vote": vote.label} for _, name, vote in voters],
        "hash": printed.edition.content_hash.hex(),
        "printed": in_words(printed.printed),
        "positions": [_position(each) for each in content.positions],
        "others": _risk_points(content.risk_points),
        "charts": [f"{each.kind.label}：{each.title}" for each in content.charts],
    }
    return await typesetter.pdf(TEMPLATE, data, printed.printed, drawn)


def _position(position: PositionEntry) -> dict[str, object]:
    return {
        "title": f"{place_of(position)}（{position.standing.label}）",
        "grade": grade_in_words(position.grade),
        "powers": [_power(each) for each in position.powers],
        "risk_points": _risk_points(position.risk_points),
    }


def _power(power: PowerEntry) -> dict[str, object]:
    return {
        "title": power.title,
        "kind": f"{power.kind.label} · {power.extent.label}",
        "exercised": f"{power.frequency.label}行使 · 重要程度 {power.importance}",
        "key_area": power.key_area,
        "basis": power.basis,
        "boundary": power.boundary,
        "responsibility": power.responsibility,
        "discretion": power.discretion,
        "grade": grade_in_words(power.grade),
        "reason": power.grade_reason,
        "risk_points": _risk_points(power.risk_points),
        "long": max(map(len, (power.basis, power.boundary, power.responsibility))) > LONG
        or sum(_length(each) for each in power.risk_points) > LONG,
    }


def _length(risk_point: RiskPointEntry) -> int:
    """About how many characters stand in the fuller one of its two columns."""
    return max(len(risk_point.manifestation), sum(len(control_in_words(each)) for each in risk_point.controls))


def _risk_points(risk_points: Iterable[RiskPointEntry]) -> list[dict[str, object]]:
    return [
        {
            "place": each.section or ("本单位" if each.level is Level.UNIT else ""),
            "aspect": each.aspect.label,
            "method": each.method.label,
            "manifestation": each.manifestation,
            "controls": [control_in_words(control) for control in each.controls],
        }
        for each in risk_points
    ]


def _places(content: Content) -> Iterator[Place]:
    for position in content.positions:
        yield from (Place(position.id, None, position.grade) for _ in position.risk_points)
        for power in position.powers:
            yield from (Place(position.id, power.id, power.grade) for _ in power.risk_points)
