"""The collection on which every feature's `store.py` defines its tables; the service's migrations build it."""

from __future__ import annotations

import sqlalchemy as sa

from services.common import schema

metadata = schema.metadata()

Row = sa.Row[*tuple[object, ...]]
"""A row of any query; its columns are read as attributes."""
