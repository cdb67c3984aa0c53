"""Catalogues of a unit: compiled, approved by its leadership, published, and never changed afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256

import asyncpg
import pytest
import sqlalchemy as sa
from google.protobuf.message import Message
from minshao.common import v1 as common
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.access import Role
from services.common.errors import AlreadyExists, Denied, IllegalMove, Invalid, NotFound, Refused
from services.risk.catalogues.store import CONTENTS, EDITIONS
from tests.integration.risk.catalogues.steps import compiled, furnished, publish, published, shown, stored
from tests.integration.risk.groups.steps import group
from tests.integration.risk.house import House, content


async def test_a_draft_says_what_the_inventory_says(house: House) -> None:
    head, power = await furnished(house)

    draft = await compiled(house)

    assert (draft.state, draft.number, draft.power_count, draft.risk_point_count) == (1, 0, 1, 1)
    assert draft.content.unit_title == "景村镇财政所"
    [position] = draft.content.positions
    assert (position.position, position.section, position.title, position.grade) == (head.name, "财务股", "所长", 1)
    [said] = position.powers
    assert (said.power, said.content, said.grade) == (power.name, power.content, 1)
    assert said.grade_reason == "领导岗位，决定性部门管理权：一级"
    [risk_point] = said.risk_points
    assert risk_point.manifestation == "拨付拖延，变相索要好处。"
    assert [(each.measure, each.owner) for each in risk_point.controls] == [("限时拨付并公开。", "王磊")]


async def test_a_control_measure_names_its_owner_though_that_position_is_no_longer_in_use(house: House) -> None:
    await furnished(house)
    owner = await house.position("出纳", section="财务股")
    control = pb.RiskControl(measure="双人复核。", owner_position=owner.name, due_date="2027-06-30")
    await house.confirmed(controls=[control])
    await house("officer", pb.RetirePositionRequest(name=owner.name))

    [of_unit] = (await compiled(house)).content.risk_points

    assert [(each.measure, each.owner) for each in of_unit.controls] == [("双人复核。", "财务股·出纳")]


async def test_the_reason_of_the_meeting_stands_beside_the_grade_that_it_set(house: House) -> None:
    power = await house.power((await house.position()).name)
    decision = pb.DecideGradesRequest.Decision(power=power.name, grade=1, reason="资金量大。")
    meeting = (await house.meeting(power.name)).name
    await house("leader", pb.DecideGradesRequest(leadership_meeting=meeting, decisions=[decision]))

    [said] = (await compiled(house)).content.positions[0].powers

    assert (said.grade, said.grade_reason) == (1, "资金量大。")


async def test_only_confirmed_risk_points_stand_in_it(house: House) -> None:
    await furnished(house)
    await house.risk_point()

    assert (await compiled(house)).risk_point_count == 1


async def test_an_edition_is_published_with_who_was_there_and_how_each_voted(house: House) -> None:
    await furnished(house)
    await group(house)
    draft = await compiled(house)
    meeting = await house.meeting(draft.name, against=1)

    edition = await publish(house, draft.name, pb.SCOPE_TOWN, meeting.name)

    assert (edition.state, edition.number, edition.scope) == (pb.CatalogueEdition.STATE_PUBLISHED, 1, pb.SCOPE_TOWN)
    approval = (await shown(house, draft.name)).approval
    assert (approval.leadership_meeting, approval.against_count) == (meeting.name, 1)
    assert [each.cadre for each in approval.voters] == list(meeting.attendees)
    assert [each.vote for each in approval.voters].count(pb.LeadershipMeeting.VOTE_AGAINST) == 1


async def test_editions_of_a_unit_are_numbered_without_gaps(house: House) -> None:
    first = await published(house)
    await house.pass_days(1)
    await house("officer", pb.WithdrawCatalogueEditionRequest(name=(await compiled(house)).name))

    second = await publish(house, (await compiled(house)).name)

    assert (first.number, second.number) == (1, 2)
    request = pb.ListCatalogueEditionsRequest(parent=f"tenants/{house.town}")
    listed = (await house("officer", request)).catalogue_editions
    assert [each.name for each in listed] == [second.name, first.name]


async def test_the_ledger_holds_the_hash_of_what_an_edition_says(house: House) -> None:
    edition = await published(house)

    [told] = await house.events(pb.CatalogueEditionPublished)

    assert sha256(await stored(house, edition.name)).digest() == told.content_hash == edition.content_hash
    assert (told.catalogue_edition, told.number, told.power_count) == (edition.name, 1, 1)


async def test_whatever_happens_afterwards_an_edition_says_what_it_said(house: House) -> None:
    head, power = await furnished(house)
    await group(house)
    name = (await compiled(house)).name
    await publish(house, name)
    before, bytes_before = await shown(house, name), await stored(house, name)
    await house("officer", pb.UpdatePowerRequest(name=power.name, content=content("改名", basis="《预算法》")))
    await house("officer", pb.UpdatePositionRequest(name=head.name, title="负责人", standing=head.standing))
    await house.confirmed(level=pb.RiskPoint.LEVEL_UNIT)
    told = gateway.Cadre(
        name=f"tenants/{house.town}/cadres/finance-head",
        display_name="改了名",
        unit=f"tenants/{house.town}/units/{house.unit('finance')}",
        position="干事",
        revision=9,
    )
    await house.hear_in(house.town, gateway.CadreChanged(cadre=told, visible_to=common.LEVEL_UNIT))
    await house("officer", pb.RetirePowerRequest(name=power.name))
    await house("officer", pb.RetirePositionRequest(name=head.name))
    await house.power((await house.position("出纳")).name)
    await publish(house, (await compiled(house)).name)

    after = await shown(house, name)

    assert (after.content, after.content_hash) == (before.content, before.content_hash)
    assert await stored(house, name) == bytes_before


@pytest.mark.parametrize("table", [CONTENTS, EDITIONS])
@pytest.mark.parametrize("way", ["edit", "delete"])
async def test_the_service_itself_has_no_right_to_change_an_edition(house: House, table: sa.Table, way: str) -> None:
    edition = await published(house)
    here = table.c.tenant == house.town
    column = "content" if table is CONTENTS else "content_hash"
    touch = sa.update(table).where(here).values({column: b""}) if way == "edit" else sa.delete(table).where(here)

    with pytest.raises(sa.exc.ProgrammingError) as refusal:
        async with house.database.transaction(house.town) as tx:
            await tx.execute(touch)

    assert refusal.value.orig is not None
    assert isinstance(refusal.value.orig.__cause__, asyncpg.InsufficientPrivilegeError)
    assert sha256(await stored(house, edition.name)).digest() == edition.content_hash


@pytest.mark.parametrize(
    "edit",
    [
        lambda name: pb.RecompileCatalogueEditionRequest(name=name),
        lambda name: pb.WithdrawCatalogueEditionRequest(name=name),
    ],
)
async def test_an_edit_of_a_published_edition_is_refused(
    house: House, edit: Callable[[str], pb.RecompileCatalogueEditionRequest | pb.WithdrawCatalogueEditionRequest]
) -> None:
    name = (await published(house)).name
    await house.power((await house.position("出纳")).name)

    async with house.refused(IllegalMove):
        await house("officer", edit(name))


async def test_a_second_publication_of_an_edition_is_refused(house: House) -> None:
    request = await publication(house, (await published(house)).name)

    async with house.refused(IllegalMove):
        await house("leader", request)


async def test_a_unit_without_a_group_above_it_publishes_nothing(house: House) -> None:
    await furnished(house)
    draft = await compiled(house)
    request = await publication(house, draft.name)

    async with house.refused(Refused, "NO_GROUP"):
        await house("leader", request)

    assert (await shown(house, draft.name)).state == pb.CatalogueEdition.STATE_DRAFT


async def test_the_countys_group_is_enough(house: House) -> None:
    await furnished(house)
    await group(house, "commission")

    assert (await publish(house, (await compiled(house)).name)).number == 1


async def voted_down(house: House, name: str) -> str:
    return (await house.meeting(name, against=2)).name


async def about_something_else(house: House, name: str) -> str:
    return (await house.meeting((await house.risk_point()).name)).name


async def before_it_was_compiled_anew(house: House, name: str) -> str:
    meeting = (await house.meeting(name)).name
    await house.power((await house.position("出纳")).name)
    await house.pass_days(1)
    await house("officer", pb.RecompileCatalogueEditionRequest(name=name))
    return meeting


@pytest.mark.parametrize(
    ("meeting", "reason"),
    [
        (voted_down, "NOT_PASSED"),
        (about_something_else, "NOT_ON_AGENDA"),
        (before_it_was_compiled_anew, "DRAFT_NEWER"),
    ],
)
async def test_what_the_leadership_has_not_approved_is_not_published(
    house: House, meeting: Callable[[House, str], Awaitable[str]], reason: str
) -> None:
    await furnished(house)
    await group(house)
    name = (await compiled(house)).name
    request = pb.PublishCatalogueEditionRequest(
        name=name, leadership_meeting=await meeting(house, name), scope=pb.SCOPE_UNIT
    )

    async with house.refused(Refused, reason):
        await house("leader", request)


async def test_a_draft_that_is_compiled_anew_says_what_is_said_now(house: House) -> None:
    await furnished(house)
    draft = await compiled(house)
    size = await house.ledger_size()
    same = (await house("officer", pb.RecompileCatalogueEditionRequest(name=draft.name))).catalogue_edition
    assert (same.version, await house.ledger_size()) == (1, size)
    await house.power((await house.position("出纳")).name)

    anew = (await house("officer", pb.RecompileCatalogueEditionRequest(name=draft.name))).catalogue_edition

    assert (anew.name, anew.version, anew.power_count) == (draft.name, 2, 2)
    assert sha256(await stored(house, draft.name)).digest() == anew.content_hash != draft.content_hash


async def test_a_unit_has_one_draft_at_a_time(house: House) -> None:
    await furnished(house)
    await compiled(house)

    async with house.refused(AlreadyExists):
        await compiled(house)


async def test_a_unit_without_powers_has_nothing_to_compile(house: House) -> None:
    await house.position()

    async with house.refused(Refused, "NO_POWERS"):
        await compiled(house)


async def test_the_unit_leader_alone_publishes(house: House) -> None:
    await furnished(house)
    await group(house)
    request = await publication(house, (await compiled(house)).name)

    async with house.refused(Denied):
        await house("officer", request)


@pytest.mark.parametrize(
    ("scope", "out"),
    [
        (pb.SCOPE_UNIT, ["village-officer", "volunteer", "viewer", "window", "citizen"]),
        (pb.SCOPE_TOWN, ["viewer", "window", "citizen"]),
        (pb.SCOPE_EVERYBODY, []),
    ],
)
async def test_an_edition_is_published_in_its_scope(house: House, scope: pb.Scope.ValueType, out: list[str]) -> None:
    await house.person("volunteer", Role.VOLUNTEER, house.unit("finance"))
    await house.person("window", Role.WINDOW_CLERK, house.unit("civil-affairs", house.county), house.county)
    name = (await published(house, scope)).name
    everybody = ("officer", "discipline", "village-officer", "volunteer", "commission", "viewer", "window", "citizen")

    for who in everybody:
        asked: list[Message] = [pb.CompareCatalogueEditionsRequest(name=name, base=name)]
        if who != "citizen":
            form = pb.ExportCatalogueEditionRequest.FORMAT_JSON
            asked.append(pb.ExportCatalogueEditionRequest(name=name, format=form))
        listed = await house(who, pb.ListCatalogueEditionsRequest(parent=f"tenants/{house.town}"))
        assert [each.name for each in listed.catalogue_editions] == ([] if who in out else [name]), who
        if who not in out:
            assert (await shown(house, name, who)).content.positions
            for request in asked:
                await house(who, request)
        else:
            with pytest.raises(NotFound):
                await shown(house, name, who)
            for request in asked:
                with pytest.raises(NotFound):
                    await house(who, request)


async def test_without_an_account_nobody_is_told_who_voted_how(house: House) -> None:
    edition = await published(house, pb.SCOPE_EVERYBODY)

    seen = (await shown(house, edition.name, "citizen")).approval

    assert (list(seen.voters), seen.for_count) == ([], edition.approval.for_count)
    assert list((await shown(house, edition.name, "village-officer")).approval.voters) == []


async def test_a_draft_is_seen_by_the_unit_and_above_only(house: House) -> None:
    await furnished(house)
    draft = await compiled(house)

    for who in ("village-officer", "citizen"):
        with pytest.raises(NotFound):
            await shown(house, draft.name, who)
    for who in ("leader", "party", "discipline", "commission"):
        assert (await shown(house, draft.name, who)).name == draft.name
    listed = await house("party", pb.ListCatalogueDraftsRequest(parent=f"tenants/{house.town}"))
    assert [each.name for each in listed.catalogue_editions] == [draft.name]
    neighbours = await house("village-officer", pb.ListCatalogueDraftsRequest(parent=f"tenants/{house.town}"))
    assert list(neighbours.catalogue_editions) == []


async def test_another_unit_touches_no_draft(house: House) -> None:
    await furnished(house)
    draft = await compiled(house)

    for request in (
        pb.RecompileCatalogueEditionRequest(name=draft.name),
        pb.WithdrawCatalogueEditionRequest(name=draft.name),
    ):
        async with house.refused(NotFound):
            await house("village-officer", request)


async def test_two_editions_are_compared_field_by_field(house: House) -> None:
    head, power = await furnished(house)
    await group(house)
    base = (await compiled(house)).name
    await publish(house, base)
    rewritten = pb.PowerContent()
    rewritten.CopyFrom(power.content)
    rewritten.basis = "《预算法》"
    await house("officer", pb.UpdatePowerRequest(name=power.name, content=rewritten))
    added = await house.power(head.name, "凭证审核")
    other = (await compiled(house)).name

    answer = await house("officer", pb.CompareCatalogueEditionsRequest(name=other, base=base))

    kinds = pb.CatalogueDifference.Kind
    told = {
        each.subject: (each.kind, [(f.title, f.before, f.after) for f in each.fields]) for each in answer.differences
    }
    assert told == {
        power.name: (kinds.Value("KIND_CHANGED"), [("依据", "《会计法》", "《预算法》")]),
        added.name: (kinds.Value("KIND_ADDED"), []),
    }


async def test_editions_of_two_units_are_not_compared(house: House) -> None:
    await furnished(house)
    own = (await compiled(house)).name
    village = await house.position("文书", "village", "village-officer")
    await house.power(village.name, who="village-officer")
    theirs = (await compiled(house, "village-officer", "village")).name

    with pytest.raises(Invalid):
        await house("party", pb.CompareCatalogueEditionsRequest(name=own, base=theirs))


async def publication(house: House, name: str) -> pb.PublishCatalogueEditionRequest:
    """With the approval that it takes."""
    meeting = (await house.meeting(name)).name
    return pb.PublishCatalogueEditionRequest(name=name, leadership_meeting=meeting, scope=pb.SCOPE_UNIT)
