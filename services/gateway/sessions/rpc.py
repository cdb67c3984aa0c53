"""The session service of the contract. A sign-in takes two transactions: see `proof`."""

from __future__ import annotations

from dataclasses import dataclass

from minshao.gateway import v1 as gateway

from services.common.clock import Clock
from services.common.instants import stamp
from services.common.keys import Hashing
from services.common.rpc.call import Call
from services.gateway.accounts.credentials import choose_password
from services.gateway.accounts.domain import Account
from services.gateway.accounts.messages import account_message
from services.gateway.accounts.passwords import Passwords, check_new
from services.gateway.names import account_name, cadre_name
from services.gateway.organisation import use_cases as organisation
from services.gateway.sessions import use_cases
from services.gateway.sessions.domain import Session, refresh_token, session_ended
from services.gateway.sessions.key_file import SigningKeys
from services.gateway.sessions.proof import Try, confirmed, forgive, prove
from services.gateway.sessions.use_cases import Moment


@dataclass(frozen=True, slots=True)
class Doorkeeping:
    """What signing in needs."""

    hashing: Hashing
    passwords: Passwords
    keys: SigningKeys
    clock: Clock
    """Real time, which nobody moves."""


class SessionService:
    """Implements `minshao.gateway.v1.SessionService`."""

    def __init__(self, doors: Doorkeeping) -> None:
        self._doors = doors

    async def sign_in(self, call: Call, request: gateway.SignInRequest) -> gateway.SignInResponse:
        attempt = self._try(call, request.login, request.password)
        _, secret = await prove(attempt, self._doors.hashing, self._doors.passwords)
        async with call.transaction() as tx:
            await forgive(tx, attempt)
            account = await confirmed(tx, attempt, secret)
            if account.must_change_password:
                return gateway.SignInResponse(must_change_password=True)
            session = use_cases.start_session(tx, account, attempt.moment)
        return gateway.SignInResponse(
            tokens=self._tokens(call, account, session), account=account_message(call.tenant, account)
        )

    async def change_password(
        self, call: Call, request: gateway.ChangePasswordRequest
    ) -> gateway.ChangePasswordResponse:
        attempt = self._try(call, request.login, request.old_password)
        known, secret = await prove(attempt, self._doors.hashing, self._doors.passwords)
        async with call.transaction() as tx:
            await forgive(tx, attempt)
            person = await organisation.name_of(tx, known.cadre) if known.cadre else ""
        check_new(request.new_password, request.old_password, request.login, person)
        password_hash = await self._doors.passwords.hashed(request.new_password)
        async with call.transaction() as tx:
            account = await confirmed(tx, attempt, secret)
            changed = choose_password(tx, account, password_hash, call.now)
            session = use_cases.start_session(tx, changed, attempt.moment)
        return gateway.ChangePasswordResponse(
            tokens=self._tokens(call, changed, session), account=account_message(call.tenant, changed)
        )

    async def refresh(self, call: Call, request: gateway.RefreshRequest) -> gateway.RefreshResponse:
        async with call.transaction() as tx:
            found = await use_cases.refresh(tx, self._doors.hashing, request.refresh_token, self._moment(call))
        if found is None:
            raise session_ended()
        account, session = found
        return gateway.RefreshResponse(
            tokens=self._tokens(call, account, session), account=account_message(call.tenant, account)
        )

    async def sign_out(self, call: Call, request: gateway.SignOutRequest) -> gateway.SignOutResponse:
        async with call.transaction() as tx:
            await use_cases.sign_out(tx, self._doors.hashing, request.refresh_token, self._moment(call))
        return gateway.SignOutResponse()

    async def sign_out_everywhere(
        self, call: Call, request: gateway.SignOutEverywhereRequest
    ) -> gateway.SignOutEverywhereResponse:
        async with call.transaction() as tx:
            ended = await use_cases.sign_out_everywhere(
                tx, self._doors.hashing, request.refresh_token, self._moment(call)
            )
        if ended is None:
            raise session_ended()
        return gateway.SignOutEverywhereResponse(ended_session_count=ended)

    async def get_keys(self, call: Call, request: gateway.GetKeysRequest) -> gateway.GetKeysResponse:
        keys = [key.as_dict(private=False) for key in self._doors.keys.public()]
        members = ("kid", "kty", "crv", "x", "alg", "use")
        return gateway.GetKeysResponse(
            keys=[gateway.GetKeysResponse.Key(**{name: str(key[name]) for name in members}) for key in keys]
        )

    def _try(self, call: Call, login: str, password: str) -> Try:
        mark = self._doors.hashing.keyed_hash("sign-in", f"{call.tenant}/{login}").hex()
        return Try(call.transaction, call.actor, login, mark, password, self._moment(call))

    def _moment(self, call: Call) -> Moment:
        return Moment(self._doors.clock.now(), call.now)

    def _tokens(self, call: Call, account: Account, session: Session) -> gateway.Tokens:
        token, expires = self._doors.keys.signer().sign(
            account_name(call.tenant, account.login),
            account.grants,
            cadre=cadre_name(call.tenant, account.cadre) if account.cadre else None,
            epoch=account.epoch,
        )
        return gateway.Tokens(
            access_token=token,
            access_expire_time=stamp(expires),
            refresh_token=refresh_token(self._doors.hashing, call.tenant, session),
            refresh_expire_time=stamp(session.expire_time),
        )
