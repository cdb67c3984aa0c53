"""Beginning, refreshing and ending sessions. How a person proves to be the holder of an account is in `proof`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from minshao.gateway import v1 as gateway

from services.common import ledger
from services.common.database import Tx
from services.common.keys import Hashing
from services.gateway.accounts import credentials
from services.gateway.accounts.domain import Account
from services.gateway.accounts.use_cases import visible_to
from services.gateway.names import account_name
from services.gateway.sessions import store
from services.gateway.sessions.domain import (
    LONGEST,
    Session,
    Verdict,
    judge,
    read_refresh_token,
    refreshed,
    session_ended,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The two times of a call: sessions and guards go by the real one, the ledger by that of the domain."""

    real: datetime
    domain: datetime


def start_session(tx: Tx, account: Account, moment: Moment) -> Session:
    """Begins a session of an account whose holder has proved to be it, and forgets those long past."""
    session = Session(uuid4(), account.login, account.epoch, moment.real, moment.real)
    store.drop_started_before(tx, account.login, moment.real - LONGEST)
    store.add(tx, session)
    told = gateway.SessionStarted(
        account=account_name(tx.tenant, account.login), session=session.id.hex, visible_to=visible_to(tx.tenant)
    )
    ledger.append(tx, credentials.holder(tx, account), "session", session.id.hex, 1, told, moment.domain)
    return session


async def refresh(tx: Tx, hashing: Hashing, token: str, moment: Moment) -> tuple[Account, Session] | None:
    """The next generation of a session, with its account as it is now.

    None when the token was used before: the session has then been ended, which the caller must commit before saying
    so. Raises Unauthenticated for any other token that is not good.
    """
    if (found := await _good_session(tx, hashing, token, moment)) is None:
        return None
    account, session = found
    following = refreshed(session, moment.real)
    store.save(tx, following)
    return account, following


async def sign_out(tx: Tx, hashing: Hashing, token: str, moment: Moment) -> None:
    """Ends the session of a token that we issued, of whatever generation."""
    identifier, _ = read_refresh_token(hashing, tx.tenant, token)
    session = await store.lock(tx, identifier)
    if session is not None and session.end_time is None:
        store.save(tx, replace(session, end_time=moment.real))


async def sign_out_everywhere(tx: Tx, hashing: Hashing, token: str, moment: Moment) -> int | None:
    """Ends all sessions of the token's account, and says how many there were. None as for `refresh`."""
    if (found := await _good_session(tx, hashing, token, moment)) is None:
        return None
    _, session = found
    account, _ = await credentials.lock(tx, session.login)
    if account is None or account.epoch != session.epoch:
        raise session_ended()
    ended = await store.count_open(tx, account.login, account.epoch)
    credentials.end_sessions(tx, account, ended, moment.domain)
    return ended


async def _good_session(tx: Tx, hashing: Hashing, token: str, moment: Moment) -> tuple[Account, Session] | None:
    identifier, generation = read_refresh_token(hashing, tx.tenant, token)
    if (session := await store.lock(tx, identifier)) is None:
        raise session_ended()
    account, _ = await credentials.look_up(tx, session.login)
    verdict = judge(session, generation, account.epoch, moment.real) if account else Verdict.ENDED
    if account is None or verdict is Verdict.ENDED:
        raise session_ended()
    if verdict is Verdict.REUSED:
        _revoke(tx, account, session, moment)
        return None
    return account, session


def _revoke(tx: Tx, account: Account, session: Session, moment: Moment) -> None:
    store.save(tx, replace(session, end_time=moment.real))
    told = gateway.SessionRevoked(
        account=account_name(tx.tenant, account.login), session=session.id.hex, visible_to=visible_to(tx.tenant)
    )
    ledger.append(tx, credentials.holder(tx, account), "session", session.id.hex, 2, told, moment.domain)
