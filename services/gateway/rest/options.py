"""What differs between two front doors of the same contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RestOptions:
    """Limits and permissions of REST."""

    body_bytes: int = 4 << 20
    """Largest request body; the services take no larger message either."""
    body_seconds: float = 30.0
    """How long a client may take to send its body."""
    call_seconds: float = 30.0
    """Deadline of a unary call."""
    stream_seconds: float = 1800.0
    """After this an event stream is ended, so that its reader comes back with a fresh token."""
    ping_seconds: float = 15.0
    """An event stream is never silent for longer, so that proxies keep it open."""
    public_rate: float = 5.0
    """Calls a second that one client may make without an account, in the long run; of its sessions as many again."""
    public_burst: int = 60
    """Calls that it may make at once, and of its sessions as many again."""
    origins: tuple[str, ...] = ()
    """Origins of pages that may call from a browser (CORS), such as `https://example.cn`; none by default."""
    title: str = "民哨 Minshao"
    """Title of the contract's documents."""
    version: str = "1"
    """Version of the contract's documents."""
