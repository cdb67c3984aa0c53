"""Master keys and the hashing key, from a file or an environment variable."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.ciphers import Unreadable
from services.common.keys import BadKeys, KeyRing, new_master_line

TEXT = KeyRing.new_text("2026-01")
MASTER_LINE, HASH_LINE = TEXT.splitlines()


def key_file(folder: Path, text: str, mode: int) -> Path:
    path = folder / "keys"
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440], ids=oct)
def test_a_key_file_that_others_cannot_read_is_taken(tmp_path: Path, mode: int) -> None:
    assert KeyRing.from_file(key_file(tmp_path, TEXT, mode)).newest == "2026-01"


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602, 0o666], ids=oct)
def test_a_key_file_that_others_could_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(BadKeys, match=f"{mode:04o}"):
        KeyRing.from_file(key_file(tmp_path, TEXT, mode))


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="nowhere"):
        KeyRing.from_file(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "text",
    [
        "",
        MASTER_LINE,
        HASH_LINE,
        f"{TEXT}{MASTER_LINE}",
        f"{TEXT}hash second {HASH_LINE.split()[2]}",
        f"{HASH_LINE}\nmaster 1 c2hvcnQ=",
        f"{HASH_LINE}\nmaster 1 ???",
        f"{HASH_LINE}\nmaster {'x' * 65} {MASTER_LINE.split()[2]}",
        f"{TEXT}sm4 1 {HASH_LINE.split()[2]}",
    ],
    ids=["none", "no hash", "no master", "twice", "two hashes", "short", "no base64", "long id", "unknown word"],
)
def test_keys_that_cannot_be_used_are_refused_without_being_shown(text: str) -> None:
    with pytest.raises(BadKeys) as refusal:
        KeyRing.parse(text)

    assert MASTER_LINE.split()[2] not in str(refusal.value)


def test_comments_and_empty_lines_are_passed_over() -> None:
    assert KeyRing.parse(f"# keys of the county\n\n{TEXT}\n").newest == "2026-01"


async def test_the_last_master_key_wraps_and_the_older_still_unwraps() -> None:
    before = KeyRing.parse(TEXT)
    after = KeyRing.parse(f"{TEXT}{new_master_line('2027-01')}")

    wrapped_before = await before.wrap(b"town key", "611021101")
    wrapped_after = await after.wrap(b"town key", "611021101")

    assert after.newest == "2027-01"
    assert await after.unwrap("2026-01", wrapped_before, "611021101") == b"town key"
    assert await after.unwrap("2027-01", wrapped_after, "611021101") == b"town key"


async def test_a_town_key_of_one_town_never_unwraps_for_another() -> None:
    ring = KeyRing.parse(TEXT)
    wrapped = await ring.wrap(b"town key", "611021101")

    with pytest.raises(Unreadable):
        await ring.unwrap(ring.newest, wrapped, "611021102")


async def test_a_master_key_that_was_removed_is_named() -> None:
    with pytest.raises(BadKeys, match="2025-01"):
        await KeyRing.parse(TEXT).unwrap("2025-01", b"", "611021101")


@given(st.text(max_size=20), st.text(max_size=20))
def test_keyed_hashes_agree_exactly_where_purpose_and_value_do(one: str, other: str) -> None:
    ring = KeyRing.parse(TEXT)

    assert (ring.keyed_hash("receipt", one) == ring.keyed_hash("receipt", other)) == (one == other)
    assert (ring.keyed_hash(one, "1") == ring.keyed_hash(other, "1")) == (one == other)


def test_another_installation_hashes_differently() -> None:
    other = KeyRing.parse(KeyRing.new_text("2026-01"))

    assert other.keyed_hash("receipt", "1") != KeyRing.parse(TEXT).keyed_hash("receipt", "1")


def test_a_ring_does_not_show_its_keys() -> None:
    ring = KeyRing.parse(TEXT)

    assert repr(ring) == "KeyRing()"
