"""The file of the private token keys."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from services.gateway.sessions import key_file
from services.gateway.sessions.key_file import KEPT, SigningKeys


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key_file.create(path)
    made = path.read_text()

    key_file.create(path)

    assert path.read_text() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_rotation_signs_with_the_new_key_and_publishes_the_last_ones(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key_file.create(path)
    signing = SigningKeys(path, "minshao")
    ids = [str(signing.public()[0].kid)]

    for _ in range(KEPT):
        ids.insert(0, key_file.rotate(path))

    assert [key.kid for key in signing.public()] == ids[:KEPT]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_published_file_follows_and_holds_no_private_part(tmp_path: Path) -> None:
    path, published = tmp_path / "keys.json", tmp_path / "public.json"
    key_file.create(path)
    signing = SigningKeys(path, "minshao", published)
    fresh = key_file.rotate(path)

    signing.signer()

    keys = json.loads(published.read_text())["keys"]
    assert keys[0]["kid"] == fresh
    assert all("d" not in key for key in keys)


def test_without_a_key_file_nothing_starts(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"keys\.json"):
        SigningKeys(tmp_path / "keys.json", "minshao")
    (tmp_path / "keys.json").write_text("{}")
    with pytest.raises(ValueError, match="Key Set"):
        SigningKeys(tmp_path / "keys.json", "minshao")
