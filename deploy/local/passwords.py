"""Passwords of roles and users, all from one secret."""

from __future__ import annotations

import hashlib
import hmac


def derived_password(secret: str, name: str) -> str:
    """The password of a role or user: the same for the same secret, so that none but the secret is stored."""
    return hmac.new(secret.encode(), name.encode(), hashlib.sha256).hexdigest()[:40]
