"""Sessions and their refresh tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Unauthenticated
from services.common.keys import KeyRing
from services.gateway.sessions.domain import (
    IDLE,
    LONGEST,
    Session,
    Verdict,
    judge,
    read_refresh_token,
    refresh_token,
    refreshed,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HASHING = KeyRing.parse(KeyRing.new_text("test"))


def session() -> Session:
    return Session(uuid4(), "wanglei", 1, NOW, NOW)


def test_a_refresh_token_names_its_session_and_generation() -> None:
    third = refreshed(refreshed(session(), NOW), NOW)

    assert read_refresh_token(HASHING, "611021101", refresh_token(HASHING, "611021101", third)) == (third.id, 3)


def test_a_refresh_token_of_another_town_is_none() -> None:
    token = refresh_token(HASHING, "611021101", session())

    with pytest.raises(Unauthenticated):
        read_refresh_token(HASHING, "611021102", token)


@given(st.text(max_size=120))
def test_no_made_up_text_is_a_refresh_token(text: str) -> None:
    with pytest.raises(Unauthenticated):
        read_refresh_token(HASHING, "611021101", text)


def test_only_the_newest_generation_is_good() -> None:
    second = refreshed(session(), NOW)

    assert judge(second, 2, 1, NOW) is Verdict.GOOD
    assert judge(second, 1, 1, NOW) is Verdict.REUSED


def test_a_session_of_an_earlier_epoch_has_ended() -> None:
    assert judge(session(), 1, 2, NOW) is Verdict.ENDED


def test_what_has_ended_is_not_reused_but_ended() -> None:
    ended = replace(refreshed(session(), NOW), end_time=NOW)

    assert judge(ended, 1, 1, NOW) is Verdict.ENDED


@given(st.lists(st.timedeltas(timedelta(), IDLE - timedelta(seconds=1)), max_size=40))
def test_a_session_lasts_while_it_is_refreshed_and_a_week_at_most(pauses: list[timedelta]) -> None:
    present, now = session(), NOW
    for pause in pauses:
        now += pause
        verdict = judge(present, present.generation, 1, now)
        assert verdict is (Verdict.GOOD if now < NOW + LONGEST else Verdict.ENDED)
        if verdict is Verdict.ENDED:
            return
        present = refreshed(present, now)

    assert judge(present, present.generation, 1, now + IDLE) is Verdict.ENDED
