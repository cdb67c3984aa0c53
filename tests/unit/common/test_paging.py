"""Page tokens: they lead on in their own query, and nowhere else."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from minshao.watch import v1 as watch

from services.common import paging
from services.common.errors import Invalid
from services.common.paging import decode_token, encode_token, read_instant_of

Position = tuple[datetime, str]
INSTANTS = st.datetimes(datetime(1970, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - UTC is drawn


def request(**fields: object) -> watch.ListNominationsRequest:
    return watch.ListNominationsRequest(**{"parent": "tenants/611021101", **fields})  # type: ignore[arg-type]


@given(INSTANTS, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=1000))
def test_a_token_gives_back_its_position(instant: datetime, name: str) -> None:
    query = paging.fingerprint(request())

    token = paging.encode_token((instant, name), query)

    assert paging.decode_token(token, query, Position) == (instant, name)
    assert token.isascii()


@given(st.integers(1, 9), st.integers(0, 40))
def test_pages_together_are_the_whole_list(size: int, length: int) -> None:
    everything = list(range(length))
    shown: list[int] = []
    token = ""

    while True:
        page = paging.page(request(page_size=size, page_token=token), tuple[int])
        rest = [row for row in everything if page.after is None or row > page.after[0]]
        rows, token = page.cut(rest[: page.limit], lambda row: (row,))
        assert len(rows) <= size
        shown.extend(rows)
        if not token:
            break

    assert shown == everything


@pytest.mark.parametrize(("asked", "given_"), [(0, 50), (1, 1), (200, 200), (201, 200), (2**31 - 1, 200)])
def test_sizes_have_a_default_and_a_limit(asked: int, given_: int) -> None:
    assert paging.page(request(page_size=asked), Position).size == given_


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        paging.page(request(page_size=-1), Position)

    assert refusal.value.violations[0].field == "page_size"


@pytest.mark.parametrize(
    "other",
    [
        {"parent": "tenants/611021102"},
        {"unit": "tenants/611021101/units/611021101.finance"},
        {"state": watch.Nomination.STATE_APPROVED},
    ],
)
def test_a_token_of_another_query_is_refused(other: dict[str, object]) -> None:
    token = paging.encode_token((datetime(2026, 3, 2, tzinfo=UTC), "a"), paging.fingerprint(request()))

    with pytest.raises(Invalid) as refusal:
        paging.page(request(page_token=token, **other), Position)

    assert refusal.value.violations[0].field == "page_token"


def test_a_token_leads_on_with_another_page_size() -> None:
    query = paging.fingerprint(request(page_size=10))

    page = paging.page(request(page_size=20, page_token=paging.encode_token((3,), query)), tuple[int])

    assert (page.after, page.size) == ((3,), 20)


@given(st.text() | st.binary(max_size=40).map(lambda content: urlsafe_b64encode(content).decode()))
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(Invalid):
        paging.decode_token(token, paging.fingerprint(request()), Position)


@given(st.lists(st.none() | st.integers(-(2**63), 2**63) | st.text() | st.booleans(), max_size=3))
def test_a_forged_position_of_other_types_is_refused(position: list[object]) -> None:
    query = paging.fingerprint(request())
    forged = urlsafe_b64encode(query + msgspec.msgpack.encode(position)).decode()

    with pytest.raises(Invalid):
        paging.decode_token(forged, query, Position)


@pytest.mark.parametrize("position", [("\0",), ("a" * 1001,)], ids=["nothing that can be stored", "too long"])
def test_a_made_up_position_of_text_that_no_row_can_have_is_refused(position: tuple[str]) -> None:
    token = encode_token(position, b"q" * 8)

    with pytest.raises(Invalid):
        decode_token(token, b"q" * 8, tuple[str])


def test_a_made_up_instant_beyond_all_calendars_and_a_number_beyond_all_columns_are_refused() -> None:
    beyond = encode_token(("9999-12-31T23:59:59.999999-14:00", "a"), b"q" * 8)
    with pytest.raises(Invalid):
        decode_token(beyond, b"q" * 8, tuple[datetime, str])
    with pytest.raises(Invalid):
        decode_token(encode_token((1 << 40,), b"q" * 8), b"q" * 8, tuple[int])


@pytest.mark.parametrize("written", ["xyz", "2026-13-45", "2026-01-01T00:00:00", "9999-12-31T23:59:59-14:00"])
def test_a_made_up_text_that_is_no_instant_is_refused(written: str) -> None:
    with pytest.raises(Invalid):
        read_instant_of(written)
