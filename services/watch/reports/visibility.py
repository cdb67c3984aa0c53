"""`recusal.sees` as SQL, for lists, counts and exports."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from services.watch.reports.domain.recusal import Viewer
from services.watch.reports.domain.terms import Kind, Level
from services.watch.reports.store import REPORTS as R


def not_recused(viewer: Viewer) -> ColumnElement[bool]:
    """The rows that `recusal.recused` does not keep from the viewer."""
    own = viewer.belongs_to
    about_own_unit = and_(R.c.kind == Kind.ACCUSATION, R.c.subject_cadre.is_(None), _among(R.c.subject_unit, own))
    return and_(
        R.c.subject_cadre.is_distinct_from(viewer.cadre) if viewer.cadre is not None else true(),
        not_(R.c.conflicted.contains([viewer.account])),
        not_(about_own_unit) if own else true(),
    )


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The rows that exist for the viewer."""
    if viewer.county:
        return not_recused(viewer)
    reasons = [
        and_(R.c.brought_by == viewer.account, _among(R.c.unit, viewer.brings_for)),
        and_(R.c.level == Level.UNIT, or_(_among(R.c.organ, viewer.handles_for), _among(R.c.unit, viewer.post_of))),
    ]
    if viewer.town:
        reasons.append(R.c.level <= Level.TOWN)
    return and_(not_recused(viewer), or_(*reasons))


def counted(viewer: Viewer) -> ColumnElement[bool]:
    """The rows that the viewer's figures count: what exists for them and, without their own, what lies up to the level
    of their figures."""
    if viewer.figures_up_to is None:
        return visible(viewer)
    return or_(visible(viewer), and_(not_recused(viewer), R.c.level <= viewer.figures_up_to))


def _among(column: ColumnElement[str] | ColumnElement[str | None], codes: Iterable[str]) -> ColumnElement[bool]:
    """Membership that is never NULL."""
    known = sorted(codes)
    return and_(column.is_not(None), column.in_(known)) if known else false()
