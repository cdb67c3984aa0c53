"""Who sees what in a feed, and which cursors lead anywhere."""

from __future__ import annotations

import pytest

from services.common.access import Actor
from services.common.errors import OutOfRange
from services.gateway.feed.domain import Cursor, Level, Sight, Viewer, observers, sees

CADRE, ACCOUNT = "tenants/611021101/cadres/discipline-secretary", "tenants/611021101/accounts/jiwei"
NAMESAKE = "tenants/611021/cadres/discipline-secretary"


def viewer(observer: str = "611021101", *, cadre: str | None = CADRE) -> Viewer:
    return Viewer.of(Actor(ACCOUNT, cadre=cadre), observer)


def test_a_county_observes_its_towns_and_itself_a_town_only_itself() -> None:
    assert observers("611021101") == ("611021", "611021101")
    assert observers("611021") == ("611021",)


def test_in_a_towns_feed_nobody_sees_what_moved_up() -> None:
    assert [sees(viewer(), Sight(level)) for level in Level] == [True, True, False]
    assert [sees(viewer("611021"), Sight(level)) for level in Level] == [True, True, True]


def test_whoever_it_is_about_does_not_see_it_at_any_level() -> None:
    assert not any(sees(viewer(observer), Sight(Level.UNIT, CADRE)) for observer in ("611021101", "611021"))


def test_a_namesake_in_another_tenant_is_another_person() -> None:
    assert sees(viewer("611021", cadre=NAMESAKE), Sight(Level.COUNTY, CADRE))


def test_what_is_about_nobody_is_seen_by_who_is_no_cadre() -> None:
    assert sees(viewer(cadre=None), Sight(Level.UNIT))


def test_who_left_because_of_a_conflict_sees_it_no_more() -> None:
    assert not sees(viewer(), Sight(Level.UNIT, recused=("tenants/611021101/accounts/liwei", ACCOUNT)))


def test_a_cadre_that_it_is_kept_from_does_not_see_it_by_whichever_account() -> None:
    sight = Sight(Level.UNIT, recused=("tenants/611021101/accounts/liwei", CADRE))

    assert not sees(viewer(), sight)
    assert sees(viewer(cadre=NAMESAKE), sight)
    assert sees(viewer(cadre=None), sight)


def test_what_is_known_of_the_matter_by_now_hides_what_the_event_itself_did_not() -> None:
    assert not sees(viewer(), Sight(Level.UNIT), Sight(Level.COUNTY))
    assert not sees(viewer(), Sight(Level.UNIT), Sight(Level.UNIT, CADRE))
    assert not sees(viewer(), Sight(Level.UNIT, CADRE), Sight(Level.UNIT))


def test_a_cursor_reads_what_it_writes() -> None:
    assert Cursor.read(str(Cursor(7, 12))) == Cursor(7, 12)
    assert Cursor.read("") == Cursor.read("0.0") == Cursor()


def test_the_beginning_is_a_place_in_every_feed() -> None:
    Cursor().check(epoch=0, head=0)
    Cursor().check(epoch=7, head=12)
    Cursor(7, 12).check(epoch=7, head=12)


@pytest.mark.parametrize("cursor", [Cursor(6, 12), Cursor(7, 13), Cursor(0, 1), Cursor(6, 0)])
def test_a_cursor_of_another_feed_or_beyond_its_end_is_out_of_range(cursor: Cursor) -> None:
    with pytest.raises(OutOfRange):
        cursor.check(epoch=7, head=12)
