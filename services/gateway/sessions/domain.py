"""Sessions, and the guards against guessing. Times here are real ones: sign-in does not follow the domain's clock.

A refresh token is `{session}.{generation}.{mac}`: its mac proves that we issued it, so that a generation of the past
is a token used twice, and anything else is noise that ends no session.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from services.common.errors import Unauthenticated
from services.common.keys import Hashing

IDLE = timedelta(hours=12)
"""How long a session lasts without a refresh."""

LONGEST = timedelta(days=7)
"""How long a session lasts at most, counted from the sign-in."""

_PURPOSE = "refresh-token"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in and what was refreshed from it."""

    id: UUID
    login: str
    epoch: int
    """That of the account at sign-in; when the account's is another, the session has ended."""
    start_time: datetime
    refresh_time: datetime
    generation: int = 1
    """The number of the refresh token that is good now."""
    end_time: datetime | None = None

    @property
    def expire_time(self) -> datetime:
        return min(self.refresh_time + IDLE, self.start_time + LONGEST)


class Verdict(Enum):
    """What a refresh token is good for."""

    GOOD = "good"
    ENDED = "ended"
    REUSED = "reused"
    """It was exchanged before: somebody has a copy."""


def judge(session: Session, generation: int, epoch: int, now: datetime) -> Verdict:
    """What a genuine refresh token of the session is good for; `epoch` is the account's now."""
    if session.end_time is not None or session.epoch != epoch or now >= session.expire_time:
        return Verdict.ENDED
    return Verdict.GOOD if generation == session.generation else Verdict.REUSED


def refreshed(session: Session, now: datetime) -> Session:
    return replace(session, generation=session.generation + 1, refresh_time=now)


def refresh_token(hashing: Hashing, tenant: str, session: Session) -> str:
    """The token of the session's generation."""
    return f"{session.id.hex}.{session.generation}.{_mac(hashing, tenant, session.id, session.generation)}"


def read_refresh_token(hashing: Hashing, tenant: str, token: str) -> tuple[UUID, int]:
    """Session and generation of a token that we issued in this tenant. Raises Unauthenticated for any other."""
    try:
        identifier, number, mac = token.split(".")
        session, generation = UUID(hex=identifier), int(number)
    except ValueError as error:
        raise session_ended() from error
    if not hmac.compare_digest(_mac(hashing, tenant, session, generation).encode(), mac.encode()):
        raise session_ended()
    return session, generation


def session_ended() -> Unauthenticated:
    return Unauthenticated("登录已失效，请重新登录。", "SESSION_ENDED")


def _mac(hashing: Hashing, tenant: str, session: UUID, generation: int) -> str:
    mac = hashing.keyed_hash(_PURPOSE, f"{tenant}/{session.hex}/{generation}")
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")
