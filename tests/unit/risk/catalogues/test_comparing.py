"""What was added, removed and changed between two editions, and that an edition reads as it was written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.risk.catalogues.comparing import Difference, FieldChange, Kind, differences
from services.risk.catalogues.content import Content, canonical, hash_of, read
from tests.unit.risk.catalogues.contents import a_content, a_position, a_power, a_risk_point, contents


@given(contents())
def test_what_is_stored_reads_as_what_was_said_and_gives_the_same_bytes_again(content: Content) -> None:
    stored = canonical(content)

    assert read(stored) == content
    assert canonical(read(stored)) == stored


@given(contents(), contents())
def test_two_editions_have_one_hash_just_where_they_say_the_same(one: Content, other: Content) -> None:
    assert (hash_of(canonical(one)) == hash_of(canonical(other))) is (one == other)


@given(contents())
def test_an_edition_does_not_differ_from_itself(content: Content) -> None:
    assert differences(content, content) == []


@given(contents(), contents())
def test_back_is_the_mirror_of_forth(base: Content, other: Content) -> None:
    mirrored = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}

    there = {(mirrored[each.kind], each.id): turned(each) for each in differences(base, other)}
    back = {(each.kind, each.id): each.fields for each in differences(other, base)}

    assert there == back


@given(contents(), contents())
def test_everything_that_is_in_one_only_is_told(base: Content, other: Content) -> None:
    def ids(content: Content) -> set[str]:
        return {each.id for each in content.positions} | {power.id for _, power in content.powers()}

    told = {each.id for each in differences(base, other) if each.kind is not Kind.CHANGED}

    assert ids(base) ^ ids(other) <= told


@given(contents(), st.sampled_from(["basis", "boundary", "responsibility", "discretion", "key_area", "grade_reason"]))
def test_a_field_of_a_power_that_says_something_else_is_told(content: Content, field: str) -> None:
    base = a_content(a_position(powers=(a_power(**{field: "旧"}),)), *content.positions)
    other = a_content(a_position(powers=(a_power(**{field: "新"}),)), *content.positions)

    [told] = differences(base, other)

    assert (told.kind, told.id) == (Kind.CHANGED, "w1")
    [(_, before, after)] = [(each.title, each.before, each.after) for each in told.fields]
    assert (before, after) == ("旧", "新")


def test_differences_are_told_with_what_each_thing_is_called() -> None:
    base = a_content(
        a_position(), a_position("p2", title="出纳", grade=None, powers=(), risk_points=(a_risk_point("r2"),))
    )
    other = a_content(a_position(powers=(a_power(grade=2), a_power("w2", title="凭证审核", risk_points=()))))

    assert differences(base, other) == [
        Difference(Kind.REMOVED, "positions", "p2", "财务股·出纳"),
        Difference(
            Kind.CHANGED, "powers", "w1", "财务股·会计 · 资金拨付审核", (FieldChange("风险等级", "一级", "二级"),)
        ),
        Difference(Kind.ADDED, "powers", "w2", "财务股·会计 · 凭证审核"),
        Difference(Kind.REMOVED, "riskPoints", "r2", "拨付拖延，变相索要好处。"),
    ]


def turned(difference: Difference) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(each.title, each.after, each.before) for each in difference.fields)
