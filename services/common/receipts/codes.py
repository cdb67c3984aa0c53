"""Receipt codes 查询码: with one, a person follows a matter without saying who they are.

Sixteen random digits (53 bits) shown once; what is stored is a keyed hash, so neither a dump of the database nor its
index tells a code, and looking one up by its hash takes no longer for a code that is nearly right.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata

from services.common.errors import Invalid
from services.common.keys import Hashing

DIGITS = 16

NO_CODE = bytes(32)
"""Compared with where no receipt was found, so that an unknown code costs the same comparison as a known one."""


def new_code() -> str:
    """Sixteen digits from the system's random source, leading zeros kept."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def read_code(typed: str) -> str:
    """The sixteen digits of what a person typed: groups, dashes and full-width digits are fine.

    Raises `Invalid`, which does not repeat what was typed.
    """
    code = unicodedata.normalize("NFKC", typed[: 4 * DIGITS]).translate(_SEPARATORS)
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        raise Invalid("code", "查询码是16位数字。")
    return code


def grouped(code: str) -> str:
    """The code as it is printed: four groups of four."""
    return " ".join(code[start : start + 4] for start in range(0, DIGITS, 4))


def stored_hash(hashing: Hashing, service: str, tenant: str, code: str) -> bytes:
    """What is stored of a code and what it is found by; the same code in another town or service has another hash."""
    return hashing.keyed_hash(f"{service}/receipt", f"{tenant}:{code}")


def opens(stored: bytes | None, presented: bytes) -> bool:
    """Whether the presented hash is that of the receipt; None for a receipt that was not found or has expired.

    Takes the same time whatever the answer.
    """
    same = hmac.compare_digest(stored or NO_CODE, presented)
    return same and stored is not None


_SEPARATORS = {ord(character): None for character in " -–—_.·\t\n\r"}
