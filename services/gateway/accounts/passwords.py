"""Passwords: those that the system makes up, those that people choose, and how each is kept.

A first password is random and long enough that a keyed hash keeps it: an account that nobody has used costs
microseconds. A chosen one is kept as argon2id with the parameters that OWASP names (19 MiB, two passes, one lane).
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from services.common.errors import Invalid
from services.common.keys import Hashing

SHORTEST = 10
LONGEST = 128
FEWEST_DIFFERENT = 5
LONG_LOGIN = 4
"""A login of at least this length may not be part of the password."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 3, 4
_PURPOSE = "first-password"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$1bJeH+bv/LdYrcwgA9IAQA$M1MFsKp4rQF14ffSGAf5VI5YqdAdXWcTLE7xMkndl/Y"
"""A hash that no password is known for: checked where there is no account, so that it takes as long."""


def new_first_password() -> str:
    """Twelve letters and digits that are not mistaken for each other, in three groups: 59 random bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def first_password_hash(hashing: Hashing, account: str, password: str) -> bytes:
    """What is kept of a first password; bound to the account's resource name."""
    return hashing.keyed_hash(_PURPOSE, f"{account}\n{password}")


def is_first_password(hashing: Hashing, account: str, password: str, kept: bytes) -> bool:
    return hmac.compare_digest(first_password_hash(hashing, account, password), kept)


class Passwords:
    """Hashes and checks chosen passwords beside the event loop, at most `threads` at a time: each takes 19 MiB."""

    def __init__(self, threads: int = 2) -> None:
        self._threads = ThreadPoolExecutor(threads, "argon2")

    async def hashed(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _HASHER.hash, normal(password))

    async def is_right(self, password: str, kept: str | None) -> bool:
        """Whether it is the password of the hash. Where there is no hash it takes as long, and is False."""
        loop = asyncio.get_running_loop()
        right = await loop.run_in_executor(self._threads, _verify, kept or _NOBODY, normal(password))
        return right and kept is not None


def check_new(password: str, old: str, login: str, person: str) -> None:
    """Raises Invalid with the first rule that a password of somebody's own choice breaks.

    `person` is the name of the account's holder, empty when there is none. Common passwords are looked up without
    regard to case.
    """
    chosen = normal(password)
    if not SHORTEST <= len(chosen) <= LONGEST:
        raise _unfit(f"应当有 {SHORTEST} 到 {LONGEST} 个字符。", "PASSWORD_LENGTH")
    if chosen == normal(old):
        raise _unfit("不能与原密码相同。", "PASSWORD_UNCHANGED")
    folded = chosen.casefold()
    if folded == login or (len(login) >= LONG_LOGIN and login in folded) or (person and person in chosen):
        raise _unfit("不能含有登录名或者姓名。", "PASSWORD_IS_NAME")
    if len(set(folded)) < FEWEST_DIFFERENT or folded in _common():
        raise _unfit("过于常见，容易被猜中。", "PASSWORD_COMMON")


def normal(password: str) -> str:
    """The same text however it was typed: full-width and composed characters alike (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def _unfit(description: str, reason: str) -> Invalid:
    return Invalid("new_password", description, reason=reason)


def _verify(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _common() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text().split())
