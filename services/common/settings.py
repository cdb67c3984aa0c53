"""The settings of a service process, read once from environment variables.

`MINSHAO_LISTEN` sets `listen` for every service, `MINSHAO_WATCH_LISTEN` for watch alone, and wins. A secret may also
stand in a file, which `MINSHAO_DATABASE_URL_FILE` names, so that it needs not be in the environment.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ADDRESS_LIMIT = 65535

SERVE = (
    "database_url",
    "relay_database_url",
    "sweeper_database_url",
    "nats_url",
    "nats_user",
    "nats_password",
    "listen",
    "metrics_listen",
)
"""What a serving process cannot do without."""

MIGRATE = ("owner_database_url",)
"""What a migration cannot do without."""


class BadSettings(Exception):
    """The environment does not describe a process that could run. Each line names a variable and what is wrong."""

    def __init__(self, problems: Collection[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def _setting(parse: Callable[[str], T], default: T, meaning: str, *, secret: bool = False) -> T:
    value: T = field(default=default, repr=not secret, metadata={"parse": parse, "meaning": meaning, "secret": secret})
    return value


def _text(value: str) -> str:
    return value


def _switch(value: str) -> bool:
    if value.lower() not in ("true", "false", "1", "0"):
        raise ValueError("must be true or false")
    return value.lower() in ("true", "1")


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            raise ValueError(f"must be a whole number from {lowest} to {highest}")
        return int(value)

    return parse


def _path(value: str) -> Path:
    return Path(value)


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or int(port) > ADDRESS_LIMIT:
        raise ValueError("must be host:port, such as 127.0.0.1:7001")
    return value


def _level(value: str) -> str:
    if value.lower() not in ("debug", "info", "warning", "error"):
        raise ValueError("must be debug, info, warning or error")
    return value.lower()


def _database(value: str) -> str:
    if not value.startswith(("postgresql://", "postgresql+asyncpg://")):
        raise ValueError("must begin with postgresql:// or postgresql+asyncpg://")
    return value.replace("postgresql://", "postgresql+asyncpg://", 1)


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _addresses(value: str) -> tuple[tuple[str, str], ...]:
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    return tuple((name.strip(), _address(address.strip())) for name, _, address in pairs)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two runs of the same code. Empty text is what nobody has set."""

    service: str
    """Which service this is, such as `watch`; not read from the environment."""
    production: bool = _setting(_switch, False, "refuses what is only for demos and tests: a clock file, reflection")
    database_url: str = _setting(_database, "", "where the application role connects", secret=True)
    relay_database_url: str = _setting(_database, "", "where the relay's role connects", secret=True)
    sweeper_database_url: str = _setting(_database, "", "where the sweeper's role connects", secret=True)
    owner_database_url: str = _setting(_database, "", "where the owner connects; for migrations only", secret=True)
    pool_size: int = _setting(_whole(1, 500), 10, "most database connections of the application role per process")
    nats_url: str = _setting(_text, "", "NATS servers, separated by commas")
    nats_user: str = _setting(_text, "", "login of this service at NATS")
    nats_password: str = _setting(_text, "", "password of this service at NATS", secret=True)
    nats_replicas: int = _setting(_whole(1, 5), 1, "on how many NATS servers a stream is kept; 3 in production")
    listen: str = _setting(_address, "", "host:port of gRPC")
    metrics_listen: str = _setting(_address, "", "host:port of the Prometheus metrics")
    http_listen: str = _setting(_address, "", "host:port of REST and pages; gateway only")
    upstreams: tuple[tuple[str, str], ...] = _setting(
        _addresses, (), "gRPC addresses of the services behind the gateway: watch=host:port,…"
    )
    http_proxies: tuple[str, ...] = _setting(
        _words, (), "addresses or networks of proxies whose X-Forwarded-For is believed, separated by commas"
    )
    http_origins: tuple[str, ...] = _setting(
        _words, (), "origins of pages that may call from a browser (CORS), separated by commas; none by default"
    )
    http_public_rate: int = _setting(
        _whole(1, 1_000_000), 5, "calls a second that one client may make without an account, in the long run"
    )
    http_public_burst: int = _setting(
        _whole(1, 1_000_000), 60, "calls that one client may make at once without an account"
    )
    clock_file: Path | None = _setting(_path, None, "file that holds the domain's present instant; never in production")
    master_key: str = _setting(_text, "", "text of the master keys, where no file holds it", secret=True)
    master_key_file: Path | None = _setting(_path, None, "file of the master keys, mode 0600")
    token_issuer: str = _setting(_text, "minshao", "issuer that tokens must name")
    token_keys_file: Path | None = _setting(_path, None, "file of the published token keys (JSON Web Key Set)")
    token_keys_url: str = _setting(_text, "", "where the gateway publishes the token keys")
    token_signing_keys_file: Path | None = _setting(_path, None, "file of the private token keys; gateway only")
    reflection: bool | None = _setting(_switch, None, "whether gRPC describes itself; by default unless in production")
    log_level: str = _setting(_level, "info", "debug, info, warning or error")
    otlp_endpoint: str = _setting(_text, "", "where traces go by OTLP over gRPC; no traces without it")
    drain_seconds: int = _setting(_whole(0, 600), 20, "how long calls in progress may take after SIGTERM")
    concurrent_calls: int = _setting(_whole(1, 100_000), 1000, "calls at once, above which a server refuses")
    message_bytes: int = _setting(_whole(1024, 1 << 28), 4 << 20, "largest message that a server takes")

    @property
    def inbox_prefix(self) -> str:
        """Under which NATS replies to this service; its user may listen nowhere else."""
        return f"_INBOX_{self.service}"

    @property
    def offers_reflection(self) -> bool:
        return not self.production if self.reflection is None else self.reflection

    @classmethod
    def from_environment(
        cls, service: str, needs: Collection[str] = SERVE, environment: Mapping[str, str] = os.environ
    ) -> Settings:
        """The settings of a service. Raises BadSettings with everything that is wrong or missing, at once."""
        values: dict[str, object] = {"service": service}
        problems = []
        for each in fields(cls)[1:]:
            try:
                if (value := _read(each, service, environment)) is not None:
                    values[each.name] = value
                elif each.name in needs and not each.default:
                    problems.append(f"MINSHAO_{each.name.upper()} is not set: {each.metadata['meaning']}")
            except ValueError as error:
                problems.append(str(error))
        settings = cls(**values)  # type: ignore[arg-type]
        problems += settings._contradictions(serving="database_url" in needs)
        if problems:
            raise BadSettings(problems)
        return settings

    def _contradictions(self, *, serving: bool) -> Iterator[str]:
        if self.production and self.clock_file:
            yield "MINSHAO_CLOCK_FILE is refused with MINSHAO_PRODUCTION: the clock of production is the real one"
        if self.production and self.reflection:
            yield "MINSHAO_REFLECTION is refused with MINSHAO_PRODUCTION"
        if self.master_key and self.master_key_file:
            yield "MINSHAO_MASTER_KEY and MINSHAO_MASTER_KEY_FILE are both set: give one"
        if serving and not (self.master_key or self.master_key_file):
            yield "MINSHAO_MASTER_KEY_FILE is not set: the file of the master keys (or MINSHAO_MASTER_KEY, its text)"
        if serving and not (self.token_keys_url or self.token_keys_file):
            yield "MINSHAO_TOKEN_KEYS_URL is not set: the published token keys (or MINSHAO_TOKEN_KEYS_FILE)"


def _read(each: Field[object], service: str, environment: Mapping[str, str]) -> object | None:
    """The parsed value of a setting; None where the environment is silent. Raises ValueError naming the variable."""
    in_file = each.metadata["secret"] and each.name != "master_key"  # whose file is a setting of its own
    for variable in (f"MINSHAO_{service.upper()}_{each.name.upper()}", f"MINSHAO_{each.name.upper()}"):
        if text := environment.get(variable, ""):
            return _parsed(each, variable, text)
        if in_file and (file := environment.get(f"{variable}_FILE")):
            return _parsed(each, f"{variable}_FILE", _content(f"{variable}_FILE", Path(file)))
    return None


def _parsed(each: Field[object], variable: str, text: str) -> object:
    try:
        value: object = each.metadata["parse"](text)
    except ValueError as error:
        raise ValueError(f"{variable} {error}") from error
    return value


def _content(variable: str, file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError as error:
        raise ValueError(f"{variable} names {file}, which cannot be read: {error.strerror}") from error
