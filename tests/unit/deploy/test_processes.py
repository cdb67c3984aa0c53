"""Child processes: found again by their pid file, and never mistaken for another."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import processes
from deploy.local.processes import LOOPBACK, Child, StartFailed, free_port, is_free

ROOT = Path(__file__).parents[3]
SLEEPER = (sys.executable, "-c", "import signal; print('ready', flush=True); signal.pause()")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal; signal.signal(15, signal.SIG_IGN); print('ready', flush=True)\nwhile True: signal.pause()",
)


def child(home: Path, command: tuple[str, ...] = SLEEPER) -> Child:
    return Child("sleeper", command, home)


OTHER_PROCESS = """
from deploy.local import processes
processes.QUIET_PORTS = range(31900, 31900 + 200)
print(*(processes.free_port() for _ in range(50)))
"""


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Child]:
    sleeper = child(tmp_path)
    sleeper.start()
    yield sleeper
    sleeper.kill()


def is_ready(sleeper: Child) -> bool:
    return "ready" in sleeper.log.read_text()


def test_a_process_is_found_again_by_its_pid_file(running: Child, tmp_path: Path) -> None:
    found = child(tmp_path).process()

    assert found is not None
    assert found.pid == int(running.pid_file.read_text().split()[0])


def test_a_pid_that_was_given_to_another_process_is_nobody(tmp_path: Path) -> None:
    stranger = child(tmp_path)
    stranger.pid_file.parent.mkdir()
    stranger.pid_file.write_text(f"{os.getpid()} {psutil.Process().create_time() - 60}\n")

    assert stranger.process() is None
    stranger.stop()
    assert psutil.Process().is_running()


@pytest.mark.parametrize("content", ["", "12", "no pid", "999999999 1.0"])
def test_a_pid_file_that_says_nothing_is_nobody(tmp_path: Path, content: str) -> None:
    stranger = child(tmp_path)
    stranger.pid_file.parent.mkdir()
    stranger.pid_file.write_text(content)

    assert stranger.process() is None


def test_a_process_that_died_is_told_from_one_that_was_stopped(running: Child) -> None:
    process = running.process()
    assert process is not None
    process.kill()
    process.wait()

    assert running.process() is None
    assert running.was_started
    running.stop()
    assert not running.was_started


def test_what_does_not_end_when_asked_is_killed(tmp_path: Path) -> None:
    stubborn = child(tmp_path, STUBBORN)
    stubborn.start()
    stubborn.wait_until(lambda: is_ready(stubborn))

    stubborn.stop(seconds=0.1)

    assert stubborn.process() is None


def test_a_program_that_ends_at_once_is_quoted_in_the_error(tmp_path: Path) -> None:
    broken = child(tmp_path, (sys.executable, "-c", "raise SystemExit('no bread in the house')"))
    broken.start()

    with pytest.raises(StartFailed, match="ended while it was starting") as failed:
        broken.wait_until(lambda: False)

    assert failed.value.said == "no bread in the house"


def test_waiting_for_what_never_comes_ends(running: Child) -> None:
    with pytest.raises(StartFailed, match="was not ready after"):
        running.wait_until(lambda: False, seconds=0.05)


def test_a_port_with_a_listener_is_not_free() -> None:
    port = free_port()
    with socket.create_server((LOOPBACK, port)):
        assert not is_free(port)
    assert is_free(port)


def test_a_port_is_given_once_as_long_as_whoever_got_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "QUIET_PORTS", range(31900, 31900 + 200))
    given = [free_port() for _ in range(100)]

    other = subprocess.run(
        (sys.executable, "-c", OTHER_PROCESS), capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()

    assert len(set(given)) == len(given)
    assert not {str(port) for port in given} & set(other)
