"""From whom things are kept only grows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.risk.kept import KeptFrom
from services.risk.levels import Level

NAMES = st.frozensets(st.sampled_from("abcd"))
KEPT = st.builds(KeptFrom, st.sampled_from(list(Level)), NAMES, NAMES, NAMES)


@given(KEPT, KEPT, KEPT)
def test_it_ends_the_same_however_often_and_in_whatever_order_it_comes(
    one: KeptFrom, two: KeptFrom, three: KeptFrom
) -> None:
    assert one.and_from(two, three) == three.and_from(one).and_from(two) == one.and_from(two, three, one, two)


@given(KEPT, KEPT)
def test_nobody_from_whom_it_was_kept_sees_it_again(one: KeptFrom, two: KeptFrom) -> None:
    after = one.and_from(two)

    assert after.level >= one.level
    assert after.cadres >= one.cadres
    assert after.accounts >= one.accounts
    assert after.units >= one.units
