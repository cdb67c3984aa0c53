"""What is sealed in the risk service is kept for the years that a town sets; codes of objections expire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from google.protobuf.field_mask_pb2 import FieldMask
from minshao.gateway import v1 as gateway
from minshao.risk import v1 as pb

from services.common.errors import Denied, Invalid, NotFound, Refused
from services.common.foundation import DEADLINES
from services.common.periods import start_of_day
from services.risk.opinions.store import RECEIPTS
from tests.integration.risk.dispositions.test_dispositions import (
    CORRECTION,
    INVESTIGATION,
    REMINDER,
    disposed,
    shown,
    warned,
)
from tests.integration.risk.groups.steps import group
from tests.integration.risk.house import House
from tests.integration.risk.plans.test_plans import adopted, only, progress
from tests.integration.risk.publicity_sessions.test_publicity_sessions import held
from tests.integration.risk.reviews.steps import published, read
from tests.integration.risk.risk_points.test_opinions import objection, opinion

ENDED = date(2026, 9, 1)
A_SECOND = timedelta(seconds=1)

Texts = Callable[[House], Awaitable[tuple[str, ...]]]
"""Reads the texts of a record."""
Record = Callable[[House], Awaitable[tuple[str, Texts]]]


async def minutes(house: House) -> tuple[str, Texts]:
    name = (await house.meeting((await house.risk_point()).name)).name

    async def texts(house: House) -> tuple[str, ...]:
        request = pb.GetLeadershipMeetingRequest(name=name)
        return ((await house("officer", request)).leadership_meeting.minutes,)

    return name, texts


async def a_session(house: House) -> tuple[str, Texts]:
    name = (await house("party", held((await group(house)).name))).publicity_session.name

    async def texts(house: House) -> tuple[str, ...]:
        return ((await house("party", pb.GetPublicitySessionRequest(name=name))).publicity_session.note,)

    return name, texts


async def a_plan(house: House) -> tuple[str, Texts]:
    plan = await adopted(house)
    measure = only(plan).name
    await house("party", progress(measure))
    await house("party", pb.RetireRiskGroupRequest(name=plan.risk_group))

    async def texts(house: House) -> tuple[str, ...]:
        found = (await house("party", pb.GetPlanMeasureRequest(name=measure))).plan_measure
        return tuple(each.note for each in found.progress)

    return plan.name, texts


async def a_risk_point(house: House) -> tuple[str, Texts]:
    name = (await house.consulted()).name
    await house("citizen", opinion(name))
    await house("officer", pb.WithdrawRiskPointRequest(name=name, reason="与另一风险点重复。"))

    async def texts(house: House) -> tuple[str, ...]:
        [given] = (await house("officer", pb.ListRiskOpinionsRequest(risk_point=name))).risk_opinions
        withdrawn = (await house("officer", pb.GetRiskPointRequest(name=name))).risk_point
        return given.text, withdrawn.withdrawal_reason

    return name, texts


async def a_piece(house: House) -> tuple[str, Texts]:
    piece = await house.record(kind=pb.RiskInformation.KIND_SELF_FOUND)

    async def texts(house: House) -> tuple[str, ...]:
        return await said(house, piece.name)

    return piece.name, texts


async def a_lowered_warning(house: House) -> tuple[str, Texts]:
    for report in ("r1", "r2"):
        await house.substantiated(report)
    [warning] = await house.warnings("leader")
    yellow = pb.Warning.COLOUR_YELLOW
    await house("discipline", pb.LowerWarningRequest(name=warning.name, colour=yellow, reason="两件是同一件事。"))
    await house.answer(warning)

    async def texts(house: House) -> tuple[str, ...]:
        return tuple(each.reason for each in (await house.warning(warning.name)).lowerings)

    return warning.name, texts


async def a_reminder(house: House) -> tuple[str, Texts]:
    return await of_disposition(await disposed(house, "discipline", await warned(house), REMINDER))


async def a_correction(house: House) -> tuple[str, Texts]:
    ordered = await disposed(house, "discipline", await warned(house), CORRECTION, last_day="2026-09-20")
    await house("discipline", pb.CheckCorrectionRequest(name=ordered.name, done=True, note="已整改。"))
    return await of_disposition(ordered)


async def an_investigation(house: House) -> tuple[str, Texts]:
    handed = await disposed(house, "discipline", await warned(house), INVESTIGATION)
    await house("commission", pb.AcceptInvestigationRequest(name=handed.name))
    found = pb.Disposition.RESULT_NO_VIOLATION
    await house("commission", pb.ReturnInvestigationResultRequest(name=handed.name, result=found, note="未发现。"))
    return await of_disposition(handed)


async def of_disposition(disposition: pb.Disposition) -> tuple[str, Texts]:
    async def texts(house: House) -> tuple[str, ...]:
        found = await shown(house, "discipline", disposition.name)
        written = [found.note, found.persons, *(each.note for each in found.checks)]
        return (*written, found.result_note) if found.result else tuple(written)

    return disposition.name, texts


async def a_review(house: House) -> tuple[str, Texts]:
    """Of a month in which the town had a unit already."""
    today = house.clock.now()
    house.clock.set(today - timedelta(days=1))
    archives = house.unit_message("finance")
    archives.name, archives.display_name = f"tenants/{house.town}/units/{house.town}.archives", "档案室"
    await house.hear_in(house.town, gateway.UnitChanged(unit=archives))
    house.clock.set(today)
    review = await published(house, period="2026-08")

    async def texts(house: House) -> tuple[str, ...]:
        return ((await read(house, "discipline", review.name)).improvements,)

    return review.name, texts


RECORDS = (
    minutes,
    a_session,
    a_plan,
    a_risk_point,
    a_piece,
    a_lowered_warning,
    a_reminder,
    a_correction,
    an_investigation,
    a_review,
)


async def said(house: House, piece: str) -> tuple[str, ...]:
    """What was written with each entry of a piece, in words."""
    found = (await house("discipline", pb.GetRiskInformationRequest(name=piece))).risk_information
    return tuple(each.text for each in found.entries)


def correcting(piece: pb.RiskInformation) -> pb.CorrectRiskInformationRequest:
    return pb.CorrectRiskInformationRequest(
        name=piece.name, unit=piece.current.unit, kind=piece.current.kind, day=piece.current.day, text="王磊已经退款。"
    )


async def shredded(house: House) -> list[str]:
    return [event.record for event in await house.events(pb.RecordShredded)]


async def change(house: House, login: str = "discipline", **values: int) -> pb.RiskSettings:
    changed = pb.RiskSettings(name=f"tenants/{house.town}/riskSettings", **values)
    request = pb.UpdateRiskSettingsRequest(settings=changed, update_mask=FieldMask(paths=list(values)))
    settings: pb.RiskSettings = (await house(login, request)).settings
    return settings


async def codes(house: House) -> int:
    """How many codes the town can find."""
    table = RECEIPTS.table
    async with house.database.transaction(house.town) as tx:
        return await tx.scalar(sa.select(sa.func.count()).where(table.c.tenant == tx.tenant)) or 0


async def objected(house: House, **facts: Any) -> tuple[pb.RiskPoint, pb.FollowObjectionRequest]:
    """A risk point whose publicity has closed, with an objection that was answered, and how that is followed."""
    point = await house.publicized(**facts)
    code = (await house("citizen", objection(point.name))).receipt_code
    [raised] = (await house("officer", pb.ListObjectionsRequest(risk_point=point.name))).objections
    await house("officer", pb.AnswerObjectionRequest(name=raised.name, answer="已经补充三条措施。"))
    await house.pass_days(8)
    return point, pb.FollowObjectionRequest(parent=f"tenants/{house.town}", code=code)


async def confirm(house: House, point: pb.RiskPoint) -> None:
    meeting = (await house.meeting(point.name)).name
    await house("officer", pb.ConfirmRiskPointRequest(name=point.name, leadership_meeting=meeting))


@pytest.mark.parametrize("record", RECORDS)
async def test_what_is_sealed_of_a_record_is_gone_five_years_after_it_ended(house: House, record: Record) -> None:
    name, texts = await record(house)
    end = start_of_day(ENDED.replace(year=2031))

    await house.sweep_at(end - A_SECOND)
    assert all(await texts(house))
    await house.sweep_at(end)
    await house.sweep_at(end + timedelta(days=400))

    assert not any(await texts(house))
    assert [each for each in await shredded(house) if each == name] == [name]


async def test_an_objection_is_followed_no_longer_since_its_risk_point_was_revised(house: House) -> None:
    point, follow = await objected(house)
    await confirm(house, point)
    await house.pass_days(200)
    await house.confirmed(replaces=point.name)

    await house.sweep_at(start_of_day(date(2026, 9, 9) + timedelta(days=365)))

    async with house.refused(NotFound):
        await house("citizen", follow)


async def test_nothing_is_forgotten_of_what_is_open(house: House) -> None:
    plan = await adopted(house)
    await house("party", progress(only(plan).name))
    warning = await warned(house)
    ordered = await disposed(house, "discipline", warning, CORRECTION, last_day="2026-09-20")
    handed = await disposed(house, "discipline", warning, INVESTIGATION)
    point, follow = await objected(house)

    await house.sweep_at(start_of_day(date(2040, 1, 1)))

    measure = (await house("party", pb.GetPlanMeasureRequest(name=only(plan).name))).plan_measure
    assert [each.note for each in measure.progress] != [""]
    assert all([(await shown(house, "discipline", each.name)).note for each in (ordered, handed)])
    assert (await house("officer", pb.ListObjectionsRequest(risk_point=point.name))).objections[0].text
    assert (await house("citizen", follow)).view.answer
    assert (await shredded(house), await house.events(pb.RecordReceiptExpired)) == ([], [])


async def test_a_confirmed_risk_point_is_in_force_and_keeps_what_was_said_until_another_takes_its_place(
    house: House,
) -> None:
    point, _ = await objected(house)
    await confirm(house, point)
    await house.sweep_at(start_of_day(date(2033, 1, 1)))
    standing = await shredded(house)
    owner = await house.cadre("finance-head")
    control = pb.RiskControl(measure="限时拨付并公开。", owner_cadre=owner, due_date="2035-06-30")
    await confirm(house, await house.closed(replaces=point.name, controls=[control]))

    await house.sweep_at(start_of_day(date(2038, 1, 8)))
    replaced = await shredded(house)
    await house.sweep_at(start_of_day(date(2038, 1, 9)))

    assert point.name not in standing + replaced
    assert point.name in await shredded(house)
    assert [each.text for each in (await house("officer", pb.ListObjectionsRequest(risk_point=point.name))).objections]


async def test_what_is_behind_an_open_warning_is_kept_until_years_after_its_answer(house: House) -> None:
    await house.substantiated("r1")
    [piece] = await house.information("discipline")
    await house("discipline", correcting(piece))
    [warning] = await house.warnings("discipline")

    await house.sweep_at(start_of_day(date(2032, 9, 1)))
    assert await said(house, piece.name) == ("", "王磊已经退款。")
    await house.answer(warning)
    await house.sweep_at(start_of_day(date(2037, 9, 1)) - A_SECOND)
    assert await said(house, piece.name) == ("", "王磊已经退款。")
    await house.sweep_at(start_of_day(date(2037, 9, 1)))

    assert await said(house, piece.name) == ("", "")
    assert await shredded(house) == [piece.name]


async def test_each_correction_keeps_a_piece_anew_and_none_is_written_once_it_was_forgotten(house: House) -> None:
    piece = await house.record(kind=pb.RiskInformation.KIND_SELF_FOUND)
    house.clock.set(start_of_day(date(2027, 9, 1)))
    await house("officer", correcting(piece))

    await house.sweep_at(start_of_day(date(2031, 9, 1)))
    assert all(await said(house, piece.name))
    await house.sweep_at(start_of_day(date(2032, 9, 1)))

    async with house.refused(Refused, "SHREDDED"):
        await house("officer", correcting(piece))
    assert await said(house, piece.name) == ("", "")


async def test_the_code_of_an_objection_works_for_a_year_after_its_risk_point_was_decided_on(house: House) -> None:
    point, follow = await objected(house)
    await confirm(house, point)
    end = start_of_day(date(2026, 9, 9) + timedelta(days=365))

    await house.sweep_at(end - A_SECOND)
    assert ((await house("citizen", follow)).view.answer, await codes(house)) == ("已经补充三条措施。", 1)
    for _ in range(2):
        await house.sweep_at(end)

    async with house.refused(NotFound):
        await house("citizen", follow)
    assert await codes(house) == 0
    [raised] = (await house("officer", pb.ListObjectionsRequest(risk_point=point.name))).objections
    assert [each.record for each in await house.events(pb.RecordReceiptExpired)] == [raised.name]


async def test_what_a_town_sets_counts_for_what_ends_afterwards(house: House) -> None:
    subject = (await house.risk_point()).name
    await house.meeting(subject)
    settings = await change(house, retention_years=1, receipt_days=30)
    later = (await house.meeting(subject)).name

    await house.sweep_at(start_of_day(ENDED.replace(year=2027)))

    assert (settings.retention_years, settings.receipt_days) == (1, 30)
    assert await shredded(house) == [later]
    [event] = await house.events(pb.RiskSettingsChanged)
    assert (event.retention_years, event.receipt_days) == (1, 30)


async def test_the_county_changes_no_towns_settings_and_nobody_beyond_the_limits(house: House) -> None:
    async with house.refused(Denied):
        await change(house, "commission", retention_years=1)
    async with house.refused(Invalid):
        await change(house, retention_years=31)

    found = await house("commission", pb.GetRiskSettingsRequest(name=f"tenants/{house.town}/riskSettings"))
    assert (found.settings.retention_years, found.settings.receipt_days) == (5, 365)


async def test_what_ended_before_the_upgrade_is_forgotten_too_and_nothing_that_is_open(house: House) -> None:
    step = import_module("services.risk.migrations.versions.0009_forgetting")
    records = (minutes, a_plan, a_session, a_risk_point, a_piece, a_lowered_warning, a_review)
    ended = {name for name, _ in [await record(house) for record in records]}
    ended.add((await disposed(house, "discipline", await warned(house, "r8"), REMINDER)).name)
    handed = await disposed(house, "discipline", await warned(house, "r9"), INVESTIGATION)
    point, _ = await objected(house)
    async with house.database.transaction(house.town) as tx:
        await tx.execute(sa.delete(DEADLINES).where(DEADLINES.c.tenant == tx.tenant))
        await tx.execute(sa.text(step.KEEP_WHAT_ENDED))
        await tx.execute(sa.text(step.KEEP_CODES))

    await house.sweep_at(start_of_day(ENDED.replace(year=2031)) + timedelta(days=30))

    forgotten = set(await shredded(house))
    assert ended <= forgotten
    assert forgotten.isdisjoint({handed.name, point.name})
    assert await codes(house) == 1
