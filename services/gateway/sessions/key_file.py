"""The private keys that tokens are signed with: a JSON Web Key Set in a file, the key that signs first.

The file is looked at again whenever it has changed, so that a rotation needs no restart. Keys that were rotated out
stay in it, and so published, for two more rotations.
"""

from __future__ import annotations

import os
from pathlib import Path

from joserfc.jwk import OKPKey

from services.common.token_keys import from_document, new_key, to_document
from services.common.tokens import TokenSigner

KEPT = 3
"""How many keys the file holds at most."""


def create(path: Path) -> None:
    """Writes a file with one fresh key, readable by its owner only, unless there is a file."""
    if not path.exists():
        _write(path, [new_key()])


def rotate(path: Path) -> str:
    """Lets a fresh key sign from now on, and returns its id. Raises OSError or ValueError without a key file."""
    keys = [new_key(), *from_document(path.read_bytes())][:KEPT]
    _write(path, keys)
    return str(keys[0].kid)


class SigningKeys:
    """The keys of the file as they are now. Where `published` is given, the public ones are kept written there."""

    def __init__(self, path: Path, issuer: str, published: Path | None = None) -> None:
        self._path = path
        self._issuer = issuer
        self._published = published
        self._seen: tuple[int, int] | None = None
        self._keys: list[OKPKey] = []
        self._signer: TokenSigner | None = None
        self.signer()

    def signer(self) -> TokenSigner:
        """Signs with the first key. Raises OSError or ValueError when the file is gone or holds no keys."""
        stat = self._path.stat()
        if self._signer is None or self._seen != (stat.st_mtime_ns, stat.st_ino):
            self._keys = from_document(self._path.read_bytes())
            self._signer = TokenSigner(self._issuer, self._keys)
            self._seen = (stat.st_mtime_ns, stat.st_ino)
            self._publish()
        return self._signer

    def public(self) -> list[OKPKey]:
        """The keys to publish, the one that signs first."""
        self.signer()
        return self._keys

    def _publish(self) -> None:
        """Writes the public keys where they are kept, unless they stand there: it may be mounted for reading only."""
        document = to_document(self._keys)
        if self._published and not (self._published.exists() and self._published.read_text() == document):
            _replace(self._published, document, 0o644)


def _write(path: Path, keys: list[OKPKey]) -> None:
    _replace(path, to_document(keys, private=True), 0o600)


def _replace(path: Path, document: str, mode: int) -> None:
    """In one step, so that nobody reads half a file; never readable by others, not even for a moment."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.touch(mode, exist_ok=False)
    draft.write_text(document)
    draft.replace(path)
