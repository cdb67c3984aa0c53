"""Sealed bytes open in their place only, and only whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common import ciphers
from services.common.ciphers import Unreadable, seal, unseal

KEY = ciphers.CURRENT.new_key(b"7")
bindings = st.lists(st.text(max_size=8), min_size=4, max_size=4)


@given(st.binary(max_size=200), bindings)
def test_what_was_sealed_opens_in_its_place(plaintext: bytes, binding: list[str]) -> None:
    sealed = seal(KEY, plaintext, *binding)

    assert unseal(KEY, sealed, *binding) == plaintext
    assert plaintext not in sealed or len(plaintext) < 4


@given(bindings, bindings)
def test_any_other_tenant_table_column_or_row_never_opens_it(place: list[str], other: list[str]) -> None:
    sealed = seal(KEY, "张三".encode(), *place)

    if place != other:
        with pytest.raises(Unreadable):
            unseal(KEY, sealed, *other)


@given(st.data(), bindings)
def test_one_part_of_the_place_changed_never_opens_it(data: st.DataObject, place: list[str]) -> None:
    sealed = seal(KEY, b"secret", *place)
    part = data.draw(st.integers(0, 3))
    moved = list(place)
    moved[part] += data.draw(st.text(min_size=1, max_size=3))

    with pytest.raises(Unreadable):
        unseal(KEY, sealed, *moved)


def test_text_that_slides_from_one_part_of_the_place_to_the_next_never_opens_it() -> None:
    sealed = seal(KEY, b"secret", "611021", "101")

    with pytest.raises(Unreadable):
        unseal(KEY, sealed, "61102", "1101")


@given(st.binary(max_size=40), st.data())
def test_a_flipped_bit_never_opens(plaintext: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, plaintext, "place"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))

    sealed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(Unreadable):
        unseal(KEY, bytes(sealed), "place")


@given(st.binary(max_size=100))
def test_bytes_that_nobody_sealed_never_open(noise: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(KEY, noise, "place")


@given(st.integers(0, 60))
def test_sealed_bytes_cut_short_never_open(length: int) -> None:
    sealed = seal(KEY, b"x" * 60, "place")

    with pytest.raises(Unreadable):
        unseal(KEY, sealed[:length], "place")


def test_another_key_with_the_same_id_never_opens() -> None:
    sealed = seal(KEY, b"secret", "place")

    with pytest.raises(Unreadable):
        unseal(ciphers.CURRENT.new_key(KEY.id), sealed, "place")


def test_a_sealed_value_names_its_format_cipher_and_key() -> None:
    sealed = seal(KEY, b"secret", "place")

    assert sealed[:4] == bytes((1, ciphers.AES_256_GCM.number, 1)) + b"7"
    assert len(sealed) == 4 + ciphers.NONCE_BYTES + len(b"secret") + 16


def test_sealing_twice_never_gives_the_same_bytes() -> None:
    assert seal(KEY, b"secret", "place") != seal(KEY, b"secret", "place")


def test_a_key_does_not_show_its_secret() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert repr(KEY.secret) not in repr(KEY)


def test_a_cipher_of_a_later_version_is_refused() -> None:
    with pytest.raises(Unreadable):
        ciphers.cipher_named("SM4-GCM")
