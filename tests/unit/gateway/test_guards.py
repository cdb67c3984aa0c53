"""The counters that guard the sign-in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.sessions import guards
from services.gateway.sessions.guards import FORGOTTEN_AFTER, Counter, Guard, Guards

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

counters = st.sampled_from(Counter)


def fresh(client: str | None = "client") -> Guards:
    return dict.fromkeys(guards.keys("login", client), Guard())


@given(counters, st.integers(0, 10_000), st.integers(1, 100))
def test_more_failures_never_wait_less_and_never_longer_than_the_longest(
    counter: Counter, failures: int, more: int
) -> None:
    free, _, longest = counter.value

    assert counter.delay(failures) <= counter.delay(failures + more) <= longest
    assert bool(counter.delay(failures)) == (failures >= free)


@given(st.lists(st.integers(0, 4000), max_size=80), st.booleans())
def test_a_try_while_the_door_is_closed_does_not_keep_it_closed(gaps: list[int], with_client: bool) -> None:
    now, state = NOW, fresh("client" if with_client else None)
    for gap in gaps:
        now += timedelta(seconds=gap)
        before = guards.wait(state, now)
        if not before:
            state = guards.after_try(state, now)
        assert guards.wait(state, now + max(counter.value[2] for counter in Counter)) == timedelta()


@given(st.integers(0, 200))
def test_a_client_that_has_not_failed_at_the_login_is_let_through_whatever_others_did(failures: int) -> None:
    state = {**fresh(), Counter.LOGIN: Guard(failures, NOW, NOW + timedelta(minutes=5))}

    assert guards.wait(state, NOW) == timedelta()


def test_a_client_that_has_failed_waits_with_the_others() -> None:
    state = {**fresh(), Counter.LOGIN: Guard(20, NOW, NOW + timedelta(minutes=5)), Counter.PAIR: Guard(1, NOW)}

    assert guards.wait(state, NOW) == timedelta(minutes=5)


def test_failures_are_forgotten_after_a_day_without_any() -> None:
    old = Guard(40, NOW, NOW + timedelta(minutes=15))

    assert old.after_try(Counter.PAIR, NOW + FORGOTTEN_AFTER) == Guard(1, NOW + FORGOTTEN_AFTER)
    assert old.after_try(Counter.PAIR, NOW + FORGOTTEN_AFTER - timedelta(seconds=1)).failures == 41


def test_a_success_takes_back_its_own_try_and_leaves_the_client_its_other_failures() -> None:
    state = guards.after_try({**fresh(), Counter.CLIENT: Guard(7, NOW)}, NOW)

    after = guards.after_success(state)

    assert after[Counter.CLIENT].failures == 7
    assert after[Counter.PAIR].failures == after[Counter.LOGIN].failures == 0


def test_an_account_is_locked_by_the_try_that_closes_it_first() -> None:
    before = {**fresh(), Counter.PAIR: Guard(4, NOW)}
    after = guards.after_try(before, NOW)

    assert guards.has_locked(before, after)
    assert not guards.has_locked(after, guards.after_try(after, NOW + timedelta(minutes=1)))
    sprayed = {**fresh(), Counter.CLIENT: Guard(29, NOW)}
    assert not guards.has_locked(sprayed, guards.after_try(sprayed, NOW)), "many logins, none of them closed"
