"""Posts open with their units, and show what their people, boxes, meetings and reports add up to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from minshao.gateway import v1 as gateway
from minshao.watch import v1 as pb

from services.common.access import Role
from services.common.database import Tx
from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.rpc.call import LONGEST_CALL
from tests.integration.watch.house import House

TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def codes(house: House) -> list[str]:
    """The units of the town that have a post."""
    return sorted(house.town.unit(slug) for slug in ("finance", "government-office", "village"))


async def listed(house: House, login: str = "discipline-1", **query: Any) -> pb.ListPostsResponse:
    response: pb.ListPostsResponse = await house(login, pb.ListPostsRequest(parent=house.town.name, **query))
    return response


async def the_post(house: House, slug: str = "village", login: str = "discipline-1") -> pb.Post:
    post: pb.Post = (await house(login, pb.GetPostRequest(name=post_name(house, slug)))).post
    return post


def post_name(house: House, slug: str = "village") -> str:
    return f"{house.town.name}/posts/{house.town.unit(slug)}"


def codes_of(response: pb.ListPostsResponse) -> list[str]:
    return [post.unit.rpartition("/")[2] for post in response.posts]


def a_registrar(house: House, registrar: str, *paths: str, slug: str = "village") -> pb.UpdatePostRequest:
    post = pb.Post(name=post_name(house, slug), registrar=registrar)
    return pb.UpdatePostRequest(post=post, update_mask=FieldMask(paths=paths or ("registrar",)))


def an_oral_opinion(house: House) -> pb.CreateReportRequest:
    return pb.CreateReportRequest(
        parent=house.town.name,
        unit=house.town.unit_name("village"),
        kind=pb.Report.KIND_OPINION,
        channel=pb.Report.CHANNEL_ORAL,
        reporter_mode=pb.Report.REPORTER_MODE_ANONYMOUS,
        subject=pb.Subject(about="村委会"),
        text="路灯坏了。",
        oral_to="村支书",
    )


def the_village(house: House, *, revision: int, retired: bool = False) -> gateway.Unit:
    return gateway.Unit(
        name=house.town.unit_name("village"),
        display_name="八一村",
        kind=gateway.Unit.KIND_VILLAGE,
        retire_time=Timestamp(seconds=1) if retired else None,
        revision=revision,
    )


async def retire_the_village(house: House) -> None:
    await house.hear(gateway.UnitRetired(unit=the_village(house, revision=2, retired=True)))


async def test_a_post_is_opened_in_each_organ_unit_and_village_and_in_no_committee(
    house: House, codes: list[str]
) -> None:
    assert sorted(event.unit for event in await house.events(pb.PostOpened)) == codes
    assert codes_of(await listed(house)) == codes


async def test_a_new_post_is_understaffed_and_empty(house: House) -> None:
    post = await the_post(house)

    assert post.title == "景村镇八一村监督哨"
    assert post.understaffed
    assert post.open_time.ToDatetime() == house.town.clock.now().replace(tzinfo=None)
    assert not any(post.HasField(box) for box in ("complaint_box_open_time", "opinion_box_open_time"))
    assert (post.supervisor_count, post.last_meeting_date, post.open_report_count) == (0, "", 0)


async def test_a_unit_that_is_heard_of_again_gets_no_second_post(house: House, codes: list[str]) -> None:
    await house.hear(gateway.UnitChanged(unit=the_village(house, revision=2)))
    await house.hear(gateway.UnitChanged(unit=the_village(house, revision=2)))

    assert len(await house.events(pb.PostOpened)) == len(codes)


async def test_a_retired_unit_retires_its_post_once_and_takes_nothing_new(house: House) -> None:
    await retire_the_village(house)
    await house.hear(gateway.UnitRetired(unit=the_village(house, revision=3, retired=True)))

    assert len(await house.events(pb.PostRetired)) == 1
    post = await the_post(house)
    assert post.retired
    assert not post.understaffed
    with pytest.raises(Refused, match="POST_RETIRED"):
        await house("village-secretary", a_registrar(house, house.town.account("village-registrar")))


async def test_a_post_of_a_retired_unit_has_no_deadlines_left(house: House) -> None:
    await retire_the_village(house)
    await house.sweep_at(house.town.clock.now() + LONGEST_CALL)

    async with house.town.database.transaction(house.town.code) as tx:
        owners = await tx.rows(sa.text("SELECT owner FROM deadlines"))
    assert not [row.owner for row in owners if row.owner.startswith(house.town.unit("village"))]


async def test_people_of_a_unit_see_their_own_post_only(house: House) -> None:
    own = await listed(house, "village-secretary")

    assert codes_of(own) == [house.town.unit("village")]
    assert own.total_size == 1
    with pytest.raises(Denied):
        await the_post(house, "finance", "village-secretary")


async def test_a_unit_without_a_post_and_an_unknown_one_are_not_found(house: House) -> None:
    for slug in ("discipline", "nowhere"):
        with pytest.raises(NotFound):
            await the_post(house, slug)


async def test_pages_hold_every_post_once_in_either_order(house: House, codes: list[str]) -> None:
    first = await listed(house, page_size=2)
    second = await listed(house, page_size=2, page_token=first.next_page_token)
    backwards = await listed(house, order_by="unit desc")

    assert codes_of(first) + codes_of(second) == codes
    assert (first.total_size, second.next_page_token) == (3, "")
    assert codes_of(backwards) == codes[::-1]


async def test_a_page_token_of_another_query_is_refused(house: House) -> None:
    first = await listed(house, page_size=1)

    with pytest.raises(Invalid, match="page_token"):
        await listed(house, page_size=1, page_token=first.next_page_token, order_by="unit desc")


async def test_a_list_asks_as_many_questions_for_many_posts_as_for_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    rows = Tx.rows

    async def counted(tx: Tx, statement: Any, params: Any = None) -> Any:
        asked.append(statement)
        return await rows(tx, statement, params)

    monkeypatch.setattr(Tx, "rows", counted)
    await listed(house, "village-secretary")
    for_one = len(asked)

    await listed(house, "discipline-1")

    assert len(asked) == 2 * for_one


async def test_the_registrar_is_named_once(house: House) -> None:
    registrar = house.town.account("village-registrar")

    for _ in range(2):
        response = await house("village-secretary", a_registrar(house, registrar))

    assert response.post.registrar == registrar
    assert [event.registrar for event in await house.events(pb.RegistrarNamed)] == [registrar]


@pytest.mark.parametrize("login", ["village-officer", "finance-clerk"])
async def test_who_is_no_registrar_of_the_unit_is_refused(house: House, login: str) -> None:
    before = await house.ledger_size()

    with pytest.raises(Refused, match="ROLE_MISSING"):
        await house("village-secretary", a_registrar(house, house.town.account(login)))

    assert await house.ledger_size() == before
    assert (await the_post(house)).registrar == ""


async def test_a_registrar_of_another_unit_is_refused(house: House) -> None:
    elsewhere = await house.person("finance-registrar", (Role.REGISTRAR, house.town.unit("finance")))

    with pytest.raises(Refused, match="ROLE_MISSING"):
        await house("village-secretary", a_registrar(house, elsewhere))


async def test_an_unknown_account_is_not_found_and_one_of_another_town_is_refused(house: House) -> None:
    with pytest.raises(NotFound):
        await house("village-secretary", a_registrar(house, house.town.account("nobody")))
    with pytest.raises(Invalid, match="OTHER_TENANT"):
        await house("village-secretary", a_registrar(house, "tenants/999999999/accounts/registrar"))


async def test_nothing_but_the_registrar_can_be_changed(house: House) -> None:
    registrar = house.town.account("village-registrar")

    with pytest.raises(Invalid, match="update_mask"):
        await house("village-secretary", a_registrar(house, registrar, "registrar", "title"))
    with pytest.raises(Invalid, match=r"post\.registrar"):
        await house("village-secretary", a_registrar(house, ""))


async def test_the_secretary_of_another_unit_names_no_registrar(house: House) -> None:
    with pytest.raises(Denied):
        await house("finance-secretary", a_registrar(house, house.town.account("village-registrar")))


async def test_open_and_overdue_reports_count_at_the_post_where_they_were_made(house: House) -> None:
    await house("village-registrar", an_oral_opinion(house))
    fresh = await the_post(house)

    await house.sweep_at(house.town.clock.now() + TWO_WEEKS)

    late = await the_post(house)
    assert (fresh.open_report_count, fresh.overdue_report_count) == (1, 0)
    assert (late.open_report_count, late.overdue_report_count) == (1, 1)
    assert codes_of(await listed(house, overdue=True)) == [house.town.unit("village")]
    assert (await the_post(house, "finance")).open_report_count == 0
