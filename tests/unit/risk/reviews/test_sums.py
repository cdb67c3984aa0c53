"""What a reader is shown of a risk review is the sum of what they may see, however it lies in parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.common.access import Actor, Grant, Role
from services.risk.figures.domain import Figure, Figures
from services.risk.levels import Level
from services.risk.reviews.domain import Part
from services.risk.reviews.encoding import content_bytes, parts_of
from services.risk.reviews.sight import shown_to

TOWN = "611021101"
LEADER = f"tenants/{TOWN}/accounts/leader"
READERS = (
    Actor(LEADER, (Grant(Role.UNIT_LEADER, f"{TOWN}.finance"),)),
    Actor(f"tenants/{TOWN}/accounts/party", (Grant(Role.TOWN_PARTY_COMMITTEE, TOWN),)),
    Actor("tenants/611021/accounts/viewer", (Grant(Role.COUNTY_VIEWER, "611021"),)),
)

FIGURES = st.dictionaries(st.sampled_from(list(Figure)), st.integers(1, 50)).map(Figures)
PARTS = st.lists(
    st.builds(
        Part,
        st.sampled_from([f"{TOWN}.finance", f"{TOWN}.police"]),
        st.sampled_from(["", "2026-09", "2026-10"]),
        st.sampled_from(list(Level)),
        st.just(()),
        st.sampled_from([(), (LEADER,)]),
        st.just(()),
        FIGURES,
    )
)


@given(PARTS)
def test_units_and_months_add_up_to_the_total(parts: list[Part]) -> None:
    for reader in READERS:
        shown = shown_to(reader, TOWN, parts)

        by_unit = Figures.together(shown.units.values())
        by_month = Figures.together(shown.month(month) for month in ("", "2026-09", "2026-10"))
        for figure in Figure:
            assert shown.total[figure] == by_unit[figure] == by_month[figure]


@given(PARTS)
def test_nobody_is_shown_what_is_kept_from_them(parts: list[Part]) -> None:
    leader, party, viewer = (shown_to(reader, TOWN, parts).parts for reader in READERS)

    assert all(each.level is Level.UNIT and LEADER not in each.accounts for each in leader)
    assert list(party) == [each for each in parts if each.level <= Level.TOWN]
    assert list(viewer) == parts


@given(PARTS)
def test_an_edition_is_read_as_it_was_frozen(parts: list[Part]) -> None:
    assert parts_of(content_bytes(parts)) == parts
