"""Whose key wraps whose: the master key, held outside the database, wraps one key per town and service.

`MasterKey` is the small door behind which a key service can stand; `KeyRing` is the one that needs none. Town keys
wrap the data keys of `sealing`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from services.common.ciphers import CURRENT, Key, seal, unseal


class BadKeys(Exception):
    """The master keys cannot be used as they are configured; the message says what to do and shows no key."""


class MasterKey(Protocol):
    """Wraps town keys without giving itself away: local keys, or a key service of the operator's."""

    @property
    def newest(self) -> str:
        """The id of the key that wraps from now on; older ones only unwrap."""

    async def wrap(self, plain: bytes, *binding: str) -> bytes:
        """The plain key wrapped under the newest master key, bound to the given names."""

    async def unwrap(self, key_id: str, wrapped: bytes, *binding: str) -> bytes:
        """What `wrap` was given. Raises `BadKeys` for an unknown id and `Unreadable` for anything else."""


class Hashing(Protocol):
    """Hashes under a key that is not in the database, so that a stolen dump cannot be searched by trying."""

    def keyed_hash(self, purpose: str, value: str) -> bytes:
        """32 bytes, the same for the same purpose and value, unrelated between purposes."""


@dataclass(frozen=True)
class KeyRing:
    """Master keys and the hashing key, read from a text of three words per line; `#` starts a comment:

        master 2026-01 <32 bytes as base64>
        master 2027-01 <32 bytes as base64>
        hash   lookup  <32 bytes as base64>

    The last master key is the newest. There is exactly one hash key and it stays: with another one no stored
    keyed hash (receipt codes) would be found again.
    """

    masters: dict[str, Key] = field(repr=False)
    hash_secret: bytes = field(repr=False)

    @classmethod
    def from_file(cls, path: Path) -> KeyRing:
        """Raises `BadKeys` where the file is missing or malformed, or others on the machine could read or write it."""
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            # Reading by the group stays allowed: that is how a mounted secret reaches a process that is not root.
            if mode & 0o037:
                raise BadKeys(f"key file {path} has mode {mode:04o}; make it 0600 (or 0440 for a mounted secret)")
            return cls.parse(path.read_text())
        except OSError as error:
            raise BadKeys(f"key file {path} cannot be read: {error.strerror}") from error

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """The keys of such a text, as it stands in a file or an environment variable. Raises `BadKeys`."""
        found: dict[str, dict[str, bytes]] = {"master": {}, "hash": {}}
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if len(words) != 3 or words[0] not in found or words[1] in found[words[0]] or len(words[1]) > 64:
                raise BadKeys(f"line {number} of the keys: expected 'master|hash <new id> <base64>'")
            found[words[0]][words[1]] = _secret(words[2], number)
        if not found["master"] or len(found["hash"]) != 1:
            raise BadKeys("the keys need at least one line 'master' and exactly one line 'hash'")
        [hash_secret] = found["hash"].values()
        return cls({key_id: Key(key_id.encode(), secret) for key_id, secret in found["master"].items()}, hash_secret)

    @staticmethod
    def new_text(master_id: str) -> str:
        """The text of a fresh ring with one random master key, for a new installation."""
        return f"{new_master_line(master_id)}\nhash lookup {base64.b64encode(secrets.token_bytes(32)).decode()}\n"

    @property
    def newest(self) -> str:
        return next(reversed(self.masters))

    async def wrap(self, plain: bytes, *binding: str) -> bytes:
        return seal(self.masters[self.newest], plain, *binding)

    async def unwrap(self, key_id: str, wrapped: bytes, *binding: str) -> bytes:
        if key_id not in self.masters:
            raise BadKeys(f"master key {key_id} is still in use but not configured; add it again, or rotate first")
        return unseal(self.masters[key_id], wrapped, *binding)

    def keyed_hash(self, purpose: str, value: str) -> bytes:
        purpose_key = hmac.digest(self.hash_secret, purpose.encode(), "sha256")
        return hmac.digest(purpose_key, value.encode(), "sha256")


def new_master_line(master_id: str) -> str:
    """A line with a random master key, to append to a key file before `minshao keys rotate`."""
    return f"master {master_id} {base64.b64encode(secrets.token_bytes(CURRENT.key_bytes)).decode()}"


def _secret(word: str, line: int) -> bytes:
    try:
        secret = base64.b64decode(word, validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != CURRENT.key_bytes:
        raise BadKeys(f"line {line} of the keys: the last word is not the base64 of {CURRENT.key_bytes} bytes")
    return secret
