"""What the features of the watch service share."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.keys import Hashing
from services.common.sealing import Sealer


@dataclass(frozen=True, slots=True)
class Watch:
    """Made once, at the start of the process."""

    sealer: Sealer
    """Seals what names people: a data key per report, under the town's key."""
    hashing: Hashing
    """Hashes what is looked up and not kept, such as receipt codes, under a key that is not in the database."""
