"""The collection on which every feature's `store.py` defines its tables; the service's migrations build it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.common import schema

metadata = schema.metadata()

Row = sa.Row[Any]
"""A row of any query; its columns are read as attributes."""
