"""A county on one machine: PostgreSQL, NATS and the services as processes, with all that they keep in one folder.

stack = Stack(Path(".minshao"), Ports.from_first())
stack.start()    # harmless when it runs; starts again what has died
stack.stop()     # the data stay
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from deploy.local.databases import DUTIES, create_database, service_database
from deploy.local.engines import THROWAWAY, Nats, Postgres
from deploy.local.health import answers, serves
from deploy.local.keys import Keys
from deploy.local.ports import Ports, address
from deploy.local.processes import Child, StartFailed
from deploy.local.troubles import Trouble, expect_free, expect_room, explained
from services.common.migrations import upgrade

SERVICES = ("gateway", "watch", "agency", "risk")

PURPOSES = {
    "rest": "REST and pages",
    "gateway": "gRPC of the gateway",
    "watch": "gRPC of watch",
    "agency": "gRPC of agency",
    "risk": "gRPC of risk",
    "gateway_metrics": "metrics of the gateway",
    "watch_metrics": "metrics of watch",
    "agency_metrics": "metrics of agency",
    "risk_metrics": "metrics of risk",
    "postgres": "PostgreSQL",
    "nats": "NATS",
}


@dataclass
class Stack:
    """All processes of one county."""

    home: Path
    ports: Ports
    throwaway: bool = False
    """Whether the data will be thrown away: PostgreSQL then does not wait for the disk."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of the services over those that are set here."""
    names: tuple[str, ...] = SERVICES
    """The services that take part."""

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.home / "keys")

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(self.home, self.ports.postgres, self._secret, THROWAWAY if self.throwaway else {})

    @cached_property
    def nats(self) -> Nats:
        return Nats(self.home, self.ports.nats, self._secret)

    @cached_property
    def services(self) -> dict[str, Child]:
        """The process of each service."""
        environment = self.process_environment()
        return {
            name: Child(name, (sys.executable, "-m", f"services.{name}", "serve"), self.home, environment)
            for name in self.names
        }

    @property
    def children(self) -> dict[str, Child]:
        """Every process by its name, in the order in which they start."""
        return {"postgres": self.postgres.child, "nats": self.nats.child, **self.services}

    @property
    def rest(self) -> str:
        """Where citizens, cadres and programs find the county."""
        return f"http://{address(self.ports.rest)}"

    @cached_property
    def _secret(self) -> str:
        self.keys.make()
        return self.keys.engines.read_text()

    def environment(self) -> dict[str, str]:
        """The variables that services, and the command `minshao`, are set up with."""
        ports = asdict(self.ports)
        found = {
            "MINSHAO_NATS_URL": self.nats.url,
            "MINSHAO_MASTER_KEY_FILE": str(self.keys.master_key.absolute()),
            "MINSHAO_TOKEN_KEYS_FILE": str(self.keys.token_keys.absolute()),
            "MINSHAO_GATEWAY_TOKEN_SIGNING_KEYS_FILE": str(self.keys.token_signing_keys.absolute()),
            "MINSHAO_GATEWAY_HTTP_LISTEN": address(self.ports.rest),
            "MINSHAO_GATEWAY_UPSTREAMS": ",".join(
                f"{name}={address(ports[name])}" for name in SERVICES if name != "gateway"
            ),
        }
        for name in self.names:
            database, (login, password) = service_database(self.postgres, name), self.nats.user(name)
            urls = dict(zip(DUTIES, (database.owner, database.app, database.relay, database.sweeper), strict=True))
            found |= {
                f"MINSHAO_{name.upper()}_{variable}": value
                for variable, value in {
                    "DATABASE_URL": urls["app"],
                    "RELAY_DATABASE_URL": urls["relay"],
                    "SWEEPER_DATABASE_URL": urls["sweeper"],
                    "OWNER_DATABASE_URL": urls["owner"],
                    "NATS_USER": login,
                    "NATS_PASSWORD": password,
                    "LISTEN": address(ports[name]),
                    "METRICS_LISTEN": address(ports[f"{name}_metrics"]),
                }.items()
            }
        return {**found, **self.settings}

    def process_environment(self) -> dict[str, str]:
        """All variables of a process of this county, those that the machine sets included."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("MINSHAO_")}
        return {**inherited, **self.environment(), "PYTHONUNBUFFERED": "1"}

    def start(self) -> None:
        """Starts what does not run, and returns when all of it is healthy. Raises Trouble.

        Runs an event loop of its own for the databases: inside of one, call it in a thread.
        """
        try:
            self._expect_to_fit()
            self.postgres.start()
            self.nats.start()
            asyncio.run(self._prepare_databases())
            self._write_environment()
            for child in self.services.values():
                if child.process() is None:
                    child.start()
            for name, child in self.services.items():
                child.wait_until(lambda name=name: self.is_healthy(name))  # type: ignore[misc]
        except (StartFailed, OSError) as error:
            raise explained(error) from error

    def stop(self) -> None:
        """Ends the services in order, then the engines; only processes that were started here."""
        for child in self.services.values():
            child.stop()
        self.nats.stop()
        self.postgres.stop()

    def remove(self) -> None:
        """Stops it, also when another process had started it, and removes all that it kept, its secret too."""
        if self.home.exists():
            self.stop()
            self.postgres.remove()
            shutil.rmtree(self.home)
        for made_from_secret in ("_secret", "postgres", "nats", "services"):
            self.__dict__.pop(made_from_secret, None)

    def is_healthy(self, name: str) -> bool:
        """Whether a process not only runs but works. Not to be called inside of an event loop."""
        if name == "postgres":
            return answers(self.postgres)
        return self.nats.is_ready() if name == "nats" else serves(address(asdict(self.ports)[name]))

    def _expect_to_fit(self) -> None:
        """Before anything is touched. A port that a process of ours holds is not taken."""
        expect_room(self.home)
        children = self.children
        for port, purpose in PURPOSES.items():
            owner = children.get("gateway" if port == "rest" else port.removesuffix("_metrics"))
            if owner and owner.process() is None:
                expect_free(asdict(self.ports)[port], purpose)

    async def _prepare_databases(self) -> None:
        for name in self.names:
            database = await create_database(self.postgres, name)
            try:
                await upgrade(database.owner, name)
            except (SQLAlchemyError, CommandError) as error:
                raise Trouble(
                    f"the database of {name} cannot be brought up to date: {str(error).splitlines()[0]}"
                ) from error

    def _write_environment(self) -> None:
        file = self.home / "environment"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name}='{value}'\n" for name, value in sorted(self.environment().items())))
        (self.home / "ports.json").write_text(json.dumps(asdict(self.ports)))
