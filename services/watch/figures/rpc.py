"""FiguresService: counts of reports, by period and unit."""

from __future__ import annotations

from collections.abc import Iterable

import minshao.watch.v1 as pb

from services.common.errors import Invalid
from services.common.inputs import local_id, read_day
from services.common.rpc.call import Call
from services.common.sight import check_in_sight
from services.common.words import Word
from services.watch.figures.queries import Figures, count
from services.watch.reports.entrance import acting_in
from services.watch.watch import Watch


class FiguresService:
    """Figures of a town; see the contract for what each counts."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    async def get_figures(self, call: Call, request: pb.GetFiguresRequest) -> pb.GetFiguresResponse:
        first_day = read_day("first_day", request.first_day)
        last_day = read_day("last_day", request.last_day)
        if last_day < first_day:
            raise Invalid("last_day", "结束日期不能早于开始日期。")
        unit = local_id("unit", request.unit, call.tenant)
        async with acting_in(self._watch, call) as acting:
            if unit:
                check_in_sight(acting.actor, unit, "单位")
            total, by_unit = await count(acting, first_day, last_day, unit)
        units = [
            pb.UnitFigures(unit=f"tenants/{call.tenant}/units/{code}", figures=encode(figures))
            for code, figures in by_unit.items()
        ]
        return pb.GetFiguresResponse(total=encode(total), units=units)


def encode(figures: Figures) -> pb.Figures:
    """The figures as the contract shows them; words by the names of their enums."""
    return pb.Figures(
        received=figures.received,
        by_kind=_by_word("KIND", figures.by_kind),
        by_matter=_by_word("MATTER", figures.by_matter),
        by_channel=_by_word("CHANNEL", figures.by_channel),
        answered=figures.answered,
        in_time=figures.in_time,
        late=figures.late,
        open=figures.open,
        overdue=figures.overdue,
        substantiated=figures.substantiated,
        substantiated_share=figures.substantiated_share,
        median_days=figures.median_days,
        p90_days=figures.p90_days,
        reopened=figures.reopened,
        not_accepted=figures.not_accepted,
    )


def _by_word(prefix: str, counts: Iterable[tuple[Word, int]]) -> dict[str, int]:
    return {f"{prefix}_{word.name}": number for word, number in counts if number}
