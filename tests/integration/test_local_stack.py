"""What `make up`, `make down` and `make status` stand on."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.local import __main__ as command
from deploy.local.accounts import CAST, Accounts, Passwords
from deploy.local.alone import alone
from deploy.local.ports import Ports
from deploy.local.processes import LOOPBACK, Child
from deploy.local.stack import SERVICES, Stack
from deploy.local.troubles import Trouble
from tests.engines import engine_folder


@contextmanager
def local_county(*names: str) -> Iterator[Stack]:
    stack = Stack(engine_folder(), Ports.any_free(), throwaway=True, names=names)
    try:
        yield stack
    finally:
        stack.remove()


@pytest.fixture
def stack() -> Iterator[Stack]:
    with local_county("watch") as stack:
        yield stack


@pytest.fixture
def whole_stack() -> Iterator[Stack]:
    with local_county(*SERVICES) as stack:
        yield stack


def pids(stack: Stack) -> dict[str, int | None]:
    def pid(child: Child) -> int | None:
        process = child.process()
        return process.pid if process else None

    return {name: pid(child) for name, child in stack.children.items()}


def test_starting_twice_leaves_every_process_as_it_is(stack: Stack) -> None:
    stack.start()
    before = pids(stack)

    Stack(stack.home, stack.ports, throwaway=True, names=("watch",)).start()

    assert None not in before.values()
    assert pids(stack) == before
    assert all(stack.is_healthy(name) for name in stack.children)


def test_a_postgresql_that_died_is_told_and_started_again_under_the_running_service(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.start()
    before = pids(stack)
    process = stack.postgres.child.process()
    assert process is not None
    process.kill()
    process.wait()
    monkeypatch.setattr(command, "HOME", stack.home)
    monkeypatch.setattr(command, "found", lambda: stack)

    command.status()
    stack.start()

    assert "postgres  died         `make up` starts it again" in capsys.readouterr().out
    assert pids(stack)["watch"] == before["watch"]
    assert stack.is_healthy("postgres")
    assert stack.is_healthy("watch")


def test_a_taken_port_is_told_before_anything_has_started(stack: Stack) -> None:
    with socket.create_server((LOOPBACK, stack.ports.watch)), pytest.raises(Trouble, match="gRPC of watch, is taken"):
        stack.start()

    assert set(pids(stack).values()) == {None}
    assert not stack.postgres.place.exists()


def test_stopping_ends_every_process_and_keeps_the_data(stack: Stack) -> None:
    stack.start()

    stack.stop()

    assert set(pids(stack).values()) == {None}
    assert stack.postgres.data.exists()
    assert not any(child.was_started for child in stack.children.values())


def test_settings_of_a_service_that_are_wrong_are_told_by_name(stack: Stack) -> None:
    stack.settings = {"MINSHAO_WATCH_POOL_SIZE": "none"}

    with pytest.raises(Trouble, match="MINSHAO_WATCH_POOL_SIZE must be a whole number"):
        stack.start()


def interrupted_with_the_town_of_the_cast(keep: Callable[[Accounts, Passwords], None]) -> Callable[..., None]:
    """Keeps what is known so far, but for the passwords of the town whose people can be tried: there it ends, once."""
    ended = False

    def interrupted(accounts: Accounts, passwords: Passwords) -> None:
        nonlocal ended
        if not ended and any(account.startswith("tenants/611021101/") for account in passwords.first_passwords):
            ended = True
            raise KeyboardInterrupt
        keep(accounts, passwords)

    return interrupted


def test_luonan_is_provisioned_once_however_often_interrupted_with_its_items_and_accounts_that_can_sign_in(
    whole_stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "HOME", whole_stack.home)
    monkeypatch.setattr(command, "wanted", lambda: whole_stack)
    monkeypatch.setattr(Accounts, "keep", interrupted_with_the_town_of_the_cast(Accounts.keep))

    with pytest.raises(KeyboardInterrupt):
        command.up()
    capsys.readouterr()
    command.up()
    first = capsys.readouterr().out
    command.up()
    second = capsys.readouterr().out

    assert first == f"Provisioning Luonan …\n{second}"
    accounts = Accounts(whole_stack.home / "accounts.json")
    for account in CAST:
        tenant, _, login = account.partition("/accounts/")
        body = {"login": login, "password": accounts.password}
        answer = httpx.post(f"{whole_stack.rest}/v1/{tenant}:signIn", json=body, trust_env=False)
        assert answer.json()["mustChangePassword"] is False
    items = httpx.get(f"{whole_stack.rest}/v1/tenants/611021101/items", trust_env=False).json()["items"]
    assert [item["version"] for item in items] == [1] * 15


@pytest.mark.parametrize(("first", "answer"), [("80", "no port"), ("many", "no port")])
def test_a_port_that_cannot_be_is_refused(first: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", first)
    monkeypatch.setattr(command, "found", lambda: None)

    with pytest.raises(Trouble, match=answer):
        command.wanted()


def test_nothing_is_made_by_asking_how_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "none"
    monkeypatch.setattr(command, "HOME", home)

    command.status()
    command.down()

    assert capsys.readouterr().out == "Nothing was started here.\n" * 2
    assert not home.exists()


def test_a_second_command_does_not_get_in_the_way_of_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "home" / "lock"

    with (
        alone(lock, "`make up`"),
        pytest.raises(Trouble, match="another `make up` is at work"),
        alone(lock, "`make up`"),
    ):
        pass
    with alone(lock, "`make up`"):
        pass


def test_what_is_removed_can_be_started_afresh(stack: Stack) -> None:
    stack.start()

    stack.remove()
    stack.start()

    assert all(stack.is_healthy(name) for name in stack.children)
