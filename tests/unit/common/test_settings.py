"""A process that is set up wrongly does not start, and says which variable is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.common.settings import MIGRATE, BadSettings, Settings

SERVING = {
    "MINSHAO_DATABASE_URL": "postgresql://watch_app:secret@db:5432/minshao_watch",
    "MINSHAO_RELAY_DATABASE_URL": "postgresql://watch_relay:secret@db:5432/minshao_watch",
    "MINSHAO_SWEEPER_DATABASE_URL": "postgresql://watch_sweeper:secret@db:5432/minshao_watch",
    "MINSHAO_NATS_URL": "nats://nats:4222",
    "MINSHAO_NATS_USER": "watch",
    "MINSHAO_NATS_PASSWORD": "secret",
    "MINSHAO_LISTEN": "0.0.0.0:7001",
    "MINSHAO_METRICS_LISTEN": "0.0.0.0:9001",
    "MINSHAO_MASTER_KEY_FILE": "/keys/master",
    "MINSHAO_TOKEN_KEYS_URL": "http://gateway/keys",
}


def settings(**changes: str) -> Settings:
    return Settings.from_environment("watch", environment=SERVING | changes)


def problems(**changes: str) -> tuple[str, ...]:
    with pytest.raises(BadSettings) as refused:
        settings(**changes)
    return refused.value.problems


def test_an_empty_environment_is_told_everything_that_is_missing() -> None:
    with pytest.raises(BadSettings) as refused:
        Settings.from_environment("watch", environment={})

    missing = {problem.split()[0] for problem in refused.value.problems}
    assert missing == set(SERVING)  # and nothing that has a default


def test_a_migration_needs_the_owner_alone() -> None:
    owner = {"MINSHAO_OWNER_DATABASE_URL": "postgresql://watch_owner@db/minshao_watch"}

    assert Settings.from_environment("watch", MIGRATE, owner).owner_database_url.startswith("postgresql+asyncpg://")


def test_the_variable_of_the_service_wins_over_that_of_all() -> None:
    found = settings(MINSHAO_WATCH_LISTEN="127.0.0.1:1", MINSHAO_GATEWAY_LISTEN="127.0.0.1:2")

    assert found.listen == "127.0.0.1:1"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("from a file\n")

    assert settings(MINSHAO_NATS_PASSWORD="", MINSHAO_NATS_PASSWORD_FILE=str(secret)).nats_password == "from a file"


def test_a_file_that_is_not_there_is_named() -> None:
    assert problems(MINSHAO_NATS_PASSWORD="", MINSHAO_NATS_PASSWORD_FILE="/nowhere") == (
        "MINSHAO_NATS_PASSWORD_FILE names /nowhere, which cannot be read: No such file or directory",
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MINSHAO_LISTEN", "7001"),
        ("MINSHAO_LISTEN", "localhost:70000"),
        ("MINSHAO_POOL_SIZE", "0"),
        ("MINSHAO_POOL_SIZE", "many"),
        ("MINSHAO_PRODUCTION", "yes please"),
        ("MINSHAO_DATABASE_URL", "mysql://db"),
        ("MINSHAO_LOG_LEVEL", "loud"),
        ("MINSHAO_WATCH_UPSTREAMS", "watch=nowhere"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    [problem] = problems(**{variable: value})

    assert problem.startswith(f"{variable} must ")


@pytest.mark.parametrize(("variable", "value"), [("MINSHAO_CLOCK_FILE", "/clock"), ("MINSHAO_REFLECTION", "true")])
def test_production_refuses_what_is_for_demos(variable: str, value: str) -> None:
    assert settings(**{variable: value}).production is False

    assert problems(MINSHAO_PRODUCTION="true", **{variable: value})[0].startswith(f"{variable} is refused")


def test_production_does_not_describe_itself_unless_it_is_no_production() -> None:
    assert settings().offers_reflection
    assert not settings(MINSHAO_PRODUCTION="true").offers_reflection


def test_two_master_keys_are_one_too_many() -> None:
    assert problems(MINSHAO_MASTER_KEY="master 1 AAAA") == (
        "MINSHAO_MASTER_KEY and MINSHAO_MASTER_KEY_FILE are both set: give one",
    )


def test_no_secret_shows_when_settings_are_printed() -> None:
    assert "secret" not in repr(settings(MINSHAO_MASTER_KEY="a secret", MINSHAO_MASTER_KEY_FILE=""))


def test_the_addresses_behind_the_gateway_are_named() -> None:
    assert settings(MINSHAO_UPSTREAMS="watch=10.0.0.1:7001, risk=[::1]:7002").upstreams == (
        ("watch", "10.0.0.1:7001"),
        ("risk", "[::1]:7002"),
    )
