"""The keys of a local county: made once, kept under `keys/` where only its owner can read them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from services.common.keys import KeyRing
from services.common.token_keys import new_key, to_document


@dataclass(frozen=True)
class Keys:
    """Where they are."""

    folder: Path

    @property
    def master_key(self) -> Path:
        """The keys that wrap the keys of towns."""
        return self.folder / "master"

    @property
    def token_signing_keys(self) -> Path:
        """The private keys of tokens, for the gateway alone."""
        return self.folder / "token-signing.json"

    @property
    def token_keys(self) -> Path:
        """The published keys of tokens."""
        return self.folder / "token.json"

    @property
    def engines(self) -> Path:
        """The secret from which come the passwords of all roles and users of the engines."""
        return self.folder / "engines"

    def make(self) -> None:
        """Makes those that are missing; what is there stays."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.token_signing_keys.exists():
            key = new_key()
            _keep(self.token_keys, to_document([key]))
            _keep(self.token_signing_keys, to_document([key], private=True))
        if not self.master_key.exists():
            _keep(self.master_key, KeyRing.new_text("local"))
        if not self.engines.exists():
            _keep(self.engines, secrets.token_hex())


def _keep(file: Path, content: str) -> None:
    """In one step, so that a crash or a full disk leaves no half of a key behind."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(content)
    unfinished.rename(file)
