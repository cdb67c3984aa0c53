"""What the features of the risk service share."""

from __future__ import annotations

from dataclasses import dataclass

from services.common.keys import Hashing
from services.common.sealing import Sealer
from services.common.typesetting import Typesetter


@dataclass(frozen=True, slots=True)
class Risk:
    """Made once when the service starts, and handed to the implementation of each RPC service."""

    sealer: Sealer
    """Seals and opens what names people."""
    hashing: Hashing
    """Keyed hashes, such as those of receipt codes."""
    typesetter: Typesetter
    """Sets the documents that are printed."""
