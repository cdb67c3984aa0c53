"""How bytes are sealed: one compact format that names its cipher and its key, so that either can be replaced.

    version (1) | cipher (1) | length of key id (1) | key id | nonce (12) | ciphertext and tag (plaintext + 16)

All that stands before the nonce is authenticated, and so is the binding that the caller names. A second cipher
(SM4-GCM) is one more entry in `CIPHERS`; values sealed before keep naming theirs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = 1
NONCE_BYTES = 12


@dataclass(frozen=True)
class Cipher:
    """An authenticated cipher with a 96-bit nonce and a 128-bit tag."""

    number: int
    """Stands in every sealed value: never given to another cipher."""
    name: str
    """Stands in the `algorithm` columns."""
    key_bytes: int
    make: Callable[[bytes], AESGCM]

    def new_key(self, key_id: bytes) -> Key:
        """A fresh random key for this cipher."""
        return Key(key_id, os.urandom(self.key_bytes), self)


AES_256_GCM = Cipher(number=1, name="AES-256-GCM", key_bytes=32, make=AESGCM)
CIPHERS = {cipher.number: cipher for cipher in (AES_256_GCM,)}
CURRENT = AES_256_GCM


@dataclass(frozen=True)
class Key:
    """A secret with the name under which sealed values refer to it; its repr does not show the secret."""

    id: bytes
    secret: bytes = field(repr=False)
    cipher: Cipher = field(default=CURRENT, repr=False)


class Unreadable(Exception):
    """Sealed bytes that do not open: altered, moved to another place, or sealed under another key.

    Says nothing of the content. It never stems from what a user typed, so it is an internal error, not a refusal.
    """


def seal(key: Key, plaintext: bytes, *binding: str) -> bytes:
    """The plaintext sealed under the key; opens only with the same key and the same binding."""
    header = _header(key)
    nonce = os.urandom(NONCE_BYTES)
    return header + nonce + key.cipher.make(key.secret).encrypt(nonce, plaintext, header + _bound(binding))


def unseal(key: Key, sealed: bytes, *binding: str) -> bytes:
    """What `seal` was given. Raises `Unreadable`."""
    header = _header(key)
    nonce, ciphertext = sealed[len(header) :][:NONCE_BYTES], sealed[len(header) + NONCE_BYTES :]
    if not sealed.startswith(header) or len(nonce) < NONCE_BYTES:
        raise Unreadable("sealed under another key, cipher or format")
    try:
        return key.cipher.make(key.secret).decrypt(nonce, ciphertext, header + _bound(binding))
    except InvalidTag:
        raise Unreadable("altered, or not of this place") from None


def cipher_named(name: str) -> Cipher:
    """The cipher of an `algorithm` column. Raises `Unreadable` for one that this version does not know."""
    for cipher in CIPHERS.values():
        if cipher.name == name:
            return cipher
    raise Unreadable(f"unknown cipher {name}")


def _header(key: Key) -> bytes:
    return bytes((VERSION, key.cipher.number, len(key.id))) + key.id


def _bound(parts: tuple[str, ...]) -> bytes:
    """The parts, each with its length, so that ("ab", "c") and ("a", "bc") differ."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)
