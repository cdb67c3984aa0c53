"""NATS with JetStream from its wheel, run as a child process with a configuration of our own."""

from __future__ import annotations

import json
import shutil
import socket
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from deploy.local.passwords import derived_password
from deploy.local.processes import LOOPBACK, Child
from deploy.local.subjects import MESSENGERS


@dataclass
class Nats:
    """One NATS server with JetStream, each message synced to disk before it is acknowledged.

    Every account is a world of its own, with its own streams: `MINSHAO` for a running county, and as many others
    as tests ask for. In each there is one user per service, limited to what that service may do, and `admin`.
    """

    home: Path
    """The folder of everything that one local county keeps."""
    port: int
    secret: str
    """From it come the passwords of all users."""
    accounts: Sequence[str] = ("MINSHAO",)

    @cached_property
    def child(self) -> Child:
        """The server's process."""
        program = Path(sysconfig.get_path("scripts")) / "nats-server"
        return Child(
            name="nats",
            command=(str(program), "--config", str(self._configuration)),
            home=self.home,
        )

    @property
    def url(self) -> str:
        return f"nats://{LOOPBACK}:{self.port}"

    @property
    def store(self) -> Path:
        """Where its streams are."""
        return self.home.absolute() / "nats"

    @property
    def _configuration(self) -> Path:
        return self.home.absolute() / "nats.conf"

    def start(self) -> None:
        """Returns when JetStream is ready; does nothing when it runs already. Raises StartFailed."""
        if self.child.process() is None:
            self.store.mkdir(parents=True, exist_ok=True)
            self._configuration.touch(mode=0o600)
            self._configuration.write_text(json.dumps(self._settings(), indent=1))
            self.child.start()
        self.child.wait_until(self.is_ready)

    def stop(self) -> None:
        """Ends it in order."""
        self.child.stop()

    def kill(self) -> None:
        """Ends it at once."""
        self.child.kill()

    def delete_store(self) -> None:
        """Loses every stream and consumer; only while the server is down."""
        shutil.rmtree(self.store, ignore_errors=True)

    def user(self, name: str, account: str = "MINSHAO") -> tuple[str, str]:
        """Login and password of a service, or of `admin`. Logins are unique over all accounts."""
        login = name if account == self.accounts[0] else f"{name}.{account}"
        return login, derived_password(self.secret, login)

    def _settings(self) -> dict[str, object]:
        return {
            "server_name": "minshao",
            "listen": f"{LOOPBACK}:{self.port}",
            "max_payload": 1024 * 1024,
            "jetstream": {"store_dir": str(self.store), "sync_interval": "always"},
            "accounts": {
                account: {"jetstream": "enabled", "users": [*self._users(account)]} for account in self.accounts
            },
        }

    def _users(self, account: str) -> list[dict[str, object]]:
        everything: dict[str, object] = {"publish": [">"], "subscribe": [">"]}
        rights = {"admin": everything}
        for messenger in MESSENGERS:
            rights[messenger.service] = {
                "publish": [*messenger.may_publish()],
                "subscribe": [*messenger.may_subscribe()],
            }
        logins = {name: self.user(name, account) for name in rights}
        return [
            {"user": logins[name][0], "password": logins[name][1], "permissions": allowed}
            for name, allowed in rights.items()
        ]

    def is_ready(self) -> bool:
        """Whether it greets who connects: the server starts JetStream before it greets the first client."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as greeting:
                return greeting.recv(4) == b"INFO"
        except OSError:
            return False
