"""Keeping and forgetting what is sealed of meetings, and of oversights that have no report: see
`services.common.forgetting`."""

from __future__ import annotations

from minshao.watch.v1 import RecordShredded

from services.common.forgetting import Forgetting
from services.watch.settings.store import TOWN_SETTINGS

FORGETTING = Forgetting(TOWN_SETTINGS, RecordShredded)
