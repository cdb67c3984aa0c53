from __future__ import annotations

import pytest

from services.gateway.rest.limits import REMEMBERED, TokenBuckets


class Seconds:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_call_so_often_and_then_as_the_bucket_fills() -> None:
    clock = Seconds()
    buckets = TokenBuckets(2, 3, clock)

    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now = 0.5
    assert [buckets.take("a"), buckets.take("a")] == [0, 0.5]


def test_clients_do_not_use_up_each_others_calls() -> None:
    buckets = TokenBuckets(1, 1, Seconds())

    assert [buckets.take("a"), buckets.take("b"), buckets.take("a")] == [0, 0, 1]


def test_a_bucket_never_holds_more_than_a_burst() -> None:
    clock = Seconds()
    buckets = TokenBuckets(10, 2, clock)
    buckets.take("a")
    clock.now = 1000

    assert [buckets.take("a") for _ in range(3)] == [0, 0, pytest.approx(0.1)]


def test_only_so_many_clients_are_remembered_and_the_busy_ones_first() -> None:
    buckets = TokenBuckets(1, 1, Seconds())
    buckets.take("first")
    for number in range(REMEMBERED - 1):
        buckets.take(str(number))
    buckets.take("first")

    buckets.take("one more")

    assert buckets.take("first") > 0
    assert buckets.take("0") == 0
