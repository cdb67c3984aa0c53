"""Marks that tell the clients of one day apart without keeping where they call from.

A mark is a keyed hash of the address, and the key is another one each day: marks of two days cannot be joined. The
address itself is used for nothing else and written nowhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import date
from ipaddress import IPv6Address, ip_address

from services.common.clock import Clock


def derived_keys(secret: bytes) -> Callable[[date], bytes]:
    """Keys of the days, made from one secret, so that all replicas of the gateway give a client the same mark."""
    return lambda day: hmac.digest(secret, b"client mark of " + day.isoformat().encode(), "sha256")


class ClientMarks:
    """Gives each client its mark of the day. The day changes at midnight UTC: its only use is to be another one."""

    def __init__(self, key_of: Callable[[date], bytes], clock: Clock) -> None:
        self._key_of = key_of
        self._clock = clock
        self._day: date | None = None
        self._key = b""

    def __call__(self, address: str) -> str:
        """The mark of whoever calls from the address: 32 hexadecimal digits.

        An IPv6 client owns a network of 64 bits, so that all addresses of it have one mark. What is no address (a
        socket of the file system, a test) has a mark too.
        """
        day = self._clock.now().date()
        if day != self._day:
            self._day, self._key = day, self._key_of(day)
        return hmac.digest(self._key, _network(address).encode(), "sha256").hex()[:32]


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
