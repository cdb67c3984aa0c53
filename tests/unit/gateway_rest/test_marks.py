from __future__ import annotations

from datetime import UTC, datetime

from services.common.clock import FixedClock
from services.gateway.rest.marks import ClientMarks, derived_keys

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def marks(secret: bytes = b"secret", instant: datetime = NOON) -> ClientMarks:
    return ClientMarks(derived_keys(secret), FixedClock(instant))


def test_a_client_has_one_mark_a_day_at_every_replica() -> None:
    assert marks()("192.0.2.1") == marks()("192.0.2.1")
    assert marks()("192.0.2.1") != marks()("192.0.2.2")
    assert marks()("192.0.2.1") != marks(b"other")("192.0.2.1")


def test_marks_of_two_days_cannot_be_joined() -> None:
    clock = FixedClock(NOON)
    mark = ClientMarks(derived_keys(b"secret"), clock)
    today = mark("192.0.2.1")

    clock.set(datetime(2026, 3, 2, tzinfo=UTC))

    assert mark("192.0.2.1") != today


def test_all_addresses_of_one_ipv6_network_are_one_client() -> None:
    assert marks()("2001:db8:0:1::1") == marks()("2001:db8:0:1:ffff::2")
    assert marks()("2001:db8:0:1::1") != marks()("2001:db8:0:2::1")


def test_an_ipv4_address_inside_ipv6_is_the_same_client() -> None:
    assert marks()("::ffff:192.0.2.1") == marks()("192.0.2.1")


def test_what_is_no_address_has_a_mark_too() -> None:
    assert len(marks()("")) == 32
