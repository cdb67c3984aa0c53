"""What was told in confidence is found nowhere: not in logs, events, streams on disk, metrics, errors, nor in a dump.

Reports are lived through on a real county with words in them that stand nowhere else; then every byte that the county
has left behind is searched for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.sentinel.conftest import Lived
from tests.sentinel.refusals import TYPED_AS_LOGIN
from tests.sentinel.spellings import found, spellings
from tests.sentinel.story import COUNTY_HEAD, OBJECTIVES

pytestmark = pytest.mark.timeout(300)

HEX = re.compile(rb"\\\\?x((?:[0-9a-f]{2})+)")


def test_who_may_read_is_shown_it(lived: Lived) -> None:
    shown = lived.story.read

    assert {what: lived.told[what] in text for what, text in shown.items()} == dict.fromkeys(shown, True)


def test_no_refusal_repeats_it(lived: Lived) -> None:
    assert found(lived.told.words, "\n".join(lived.refusals).encode()) == {}


def test_no_internal_error_tells_more_than_its_number(lived: Lived) -> None:
    assert found(lived.told.words, "\n".join(lived.failures).encode()) == {}
    assert all("INTERNAL" in each for each in lived.failures)


def test_who_may_not_read_is_shown_nothing_of_it(lived: Lived) -> None:
    shown = lived.story.shown
    told = {by: found(words_kept_from(by, lived), text.encode()) for by, text in shown.items()}

    assert any(lived.story.number in text for text in shown.values())
    assert {by: words for by, words in told.items() if words} == {}


@pytest.mark.parametrize("process", ["watch", "agency", "risk", "gateway", "nats"])
def test_no_log_holds_it(lived: Lived, process: str) -> None:
    log = lived.stack.children[process].log.read_bytes()

    assert log
    assert found(lived.told.words, log) == {}


def test_postgresql_is_never_even_told_it(lived: Lived) -> None:
    """Its log holds every statement with its parameters here, which it does only when it is asked to."""
    log = with_hex_decoded(lived.stack.postgres.child.log.read_bytes())
    # There is no other way to find out that nobody has such a login.
    words = {name: word for name, word in lived.told.words.items() if name != TYPED_AS_LOGIN}

    assert b"INSERT INTO report_texts" in log
    assert b"INSERT INTO case_texts" in log
    assert found(words, log) == {}


def test_the_logs_are_those_of_what_happened(lived: Lived) -> None:
    """Else nothing would be found in them either."""
    logs = {name: child.log.read_text() for name, child in lived.stack.children.items()}

    assert '"method":"minshao.watch.v1.ReportService/RevealIdentity"' in logs["watch"]
    assert '"event":"internal_error"' in logs["watch"]
    assert '"event":"internal_error"' in logs["gateway"]
    assert 'violates check constraint "refusing"' in logs["postgres"]


def test_no_stream_on_disk_holds_it(lived: Lived) -> None:
    streams = everything_in(lived.stack.nats.store)

    assert lived.story.number.encode() in streams
    assert found(lived.told.words, streams) == {}


def test_no_metric_holds_it(lived: Lived) -> None:
    assert "minshao_rpc_calls_total" in lived.metrics
    assert found(lived.told.words, lived.metrics.encode()) == {}


def test_no_trace_holds_it(lived: Lived) -> None:
    assert b"minshao.watch.v1.ReportService/RevealIdentity" in lived.collector.received
    assert found(lived.told.words, lived.collector.received) == {}


@pytest.mark.parametrize("service", ["watch", "agency", "risk", "gateway"])
def test_no_dump_of_the_database_holds_it(lived: Lived, service: str) -> None:
    dump = with_hex_decoded(lived.dump(service))

    known = {"agency": "下涧村委会代〔", "risk": OBJECTIVES}.get(service, lived.story.number)
    assert known.encode() in dump
    assert found(lived.told.words, dump) == {}


def test_nothing_else_on_the_disk_of_the_county_holds_it(lived: Lived) -> None:
    searched = (lived.stack.postgres.place, lived.stack.nats.store, lived.stack.home / "logs")

    assert found(lived.told.words, everything_in(lived.stack.home, besides=searched)) == {}


def test_a_word_is_found_however_it_is_spelled() -> None:
    for spelling in spellings("赵abc123"):
        assert found({"identity": "赵abc123"}, b"\x00{" + spelling + b"}") != {}


def words_kept_from(by: str, lived: Lived) -> dict[str, str]:
    """All, but that the county reads why more time was asked for, since it decides on that."""
    decided = ("more time", "more time's decision") if by.startswith(COUNTY_HEAD) else ()
    return {name: word for name, word in lived.told.words.items() if name not in decided}


def with_hex_decoded(content: bytes) -> bytes:
    """The content, and what stands in it as the hexadecimal digits of PostgreSQL."""
    return content + b"\n".join(bytes.fromhex(match.decode()) for match in HEX.findall(content))


def everything_in(folder: Path, besides: Sequence[Path] = ()) -> bytes:
    """Every byte of every file below a folder, besides those in some folders."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"\n".join(file.read_bytes() for file in files if not any(map(file.is_relative_to, besides)))
