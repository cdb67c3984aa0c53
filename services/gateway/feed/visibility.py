"""`domain.sees` as SQL, for lists and counts. A property test holds the two together."""

from __future__ import annotations

import sqlalchemy as sa

from services.gateway.feed.domain import Viewer
from services.gateway.feed.store import FEED, MATTERS


def visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The entries that exist for the viewer; in a query that joins their matters, as `store.WITH_MATTERS` does."""
    return sa.and_(_shown(FEED, viewer), matter_visible(viewer))


def matter_visible(viewer: Viewer) -> sa.ColumnElement[bool]:
    """The matters that exist for the viewer, and what has none."""
    return sa.or_(MATTERS.c.matter.is_(None), _shown(MATTERS, viewer))


def _shown(table: sa.Table, viewer: Viewer) -> sa.ColumnElement[bool]:
    about_another = table.c.subject.is_distinct_from(viewer.cadre) if viewer.cadre is not None else sa.true()
    not_kept = sa.not_(table.c.recused.overlap(sorted(viewer.names)))
    return sa.and_(table.c.level <= viewer.highest, about_another, not_kept)
