"""The agency, which counts few cases again at a time."""

from __future__ import annotations

from unittest.mock import patch

from services.agency.cases import recounting
from services.agency.parts import parts
from services.common.service import Service, run

if __name__ == "__main__":
    with patch.object(recounting, "BATCH", 8):
        run(Service("agency", parts))
