"""Whatever stops the local county is one line that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
import socket
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.local.ports import Ports
from deploy.local.processes import LOOPBACK, StartFailed, free_port
from deploy.local.troubles import Trouble, expect_free, expect_room, explained


class Usage(NamedTuple):
    total: int
    used: int
    free: int


def failure(tmp_path: Path, *said: str) -> StartFailed:
    log = tmp_path / "postgres.log"
    log.write_text("\n".join(said))
    return StartFailed("postgres", "ended while it was starting", log)


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(100 << 30, 100 << 30, 12 << 20))

    with pytest.raises(Trouble, match=r"only 12 MB are free .* free some space"):
        expect_room(tmp_path / "home")


def test_a_disk_that_fills_up_while_starting_is_said() -> None:
    assert "disk is full" in str(explained(OSError(errno.ENOSPC, "No space left on device")))


def test_a_taken_port_is_said_with_the_program_that_has_it() -> None:
    port = free_port()

    with socket.create_server((LOOPBACK, port)), pytest.raises(Trouble) as trouble:
        expect_free(port, "REST and pages")

    assert str(port) in str(trouble.value)
    assert f"process {os.getpid()}" in str(trouble.value)
    assert "PORT=" in str(trouble.value)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("FATAL:  could not write lock file: No space left on device", "the disk is full"),
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', "choose others by PORT="),
        ("FATAL:  database files are incompatible with server", "another version of PostgreSQL"),
        ("something that nobody has seen before", "something that nobody has seen before"),
        ("", "it said nothing"),
    ],
)
def test_a_log_is_read_for_its_reader(tmp_path: Path, said: str, advice: str) -> None:
    trouble = str(explained(failure(tmp_path, "LOG:  starting", said) if said else failure(tmp_path)))

    assert advice in trouble
    assert "\n" not in trouble
    assert "postgres.log" in trouble


def test_settings_that_are_wrong_are_repeated_by_name(tmp_path: Path) -> None:
    trouble = explained(failure(tmp_path, "MINSHAO_LISTEN must be host:port, such as 127.0.0.1:7001"))

    assert "MINSHAO_LISTEN must be host:port" in str(trouble)


def test_a_county_of_a_version_with_fewer_processes_is_found_on_its_ports() -> None:
    of_before = {"rest": 7600, "gateway": 7601, "watch": 7602, "postgres": 7605, "nats": 7606, "gone": 7607}

    ports = asdict(Ports.kept(of_before))

    assert {name: ports[name] for name in of_before if name != "gone"} == {
        name: port for name, port in of_before.items() if name != "gone"
    }
    assert len(set(ports.values())) == len(ports)


def test_ports_are_neighbours() -> None:
    ports = Ports.from_first(8600)

    assert (ports.rest, ports.nats) == (8600, 8610)
