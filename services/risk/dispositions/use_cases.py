"""Recording dispositions, checking corrections, and the way of an investigation to the county and back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import uuid4

from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.common.errors import Denied, Invalid, NotFound
from services.common.periods import check_ahead
from services.common.sight import check_in_sight
from services.risk.acting import Acting
from services.risk.dispositions import store, texts
from services.risk.dispositions.domain import (
    FIRST_STATES,
    FURTHEST_DAYS,
    UNIT_SEVERITIES,
    Check,
    Disposition,
    Result,
    Severity,
    State,
    is_milder,
    seen_from,
)
from services.risk.dispositions.sight import acts_at
from services.risk.dispositions.telling import set_deadline, tell
from services.risk.forgetting import keep
from services.risk.kept import in_order
from services.risk.levels import Level
from services.risk.numbers import next_number
from services.risk.sight import sees
from services.risk.warnings.domain import State as WarningState
from services.risk.warnings.domain import Warning
from services.risk.warnings.use_cases import answer, owed_warning

SERIES = "处"
BEFORE_WAS_ABOVE = "上一次处置由上级掌握，未向本次处置人公开。"
"""Why one is milder than one that whoever recorded it does not see, and so was not asked about."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What somebody records."""

    warning: str
    """Id of the warning."""
    severity: Severity
    note: str
    persons: str
    milder_reason: str
    last_day: date | None


async def record(acting: Acting, id: str, drafted: Drafted) -> Disposition:
    """Records a disposition of a warning that the actor owes, and so answers it where it is open. Raises Invalid,
    NotFound, Denied."""
    _check_last_day(acting, drafted)
    number = await next_number(acting, SERIES)
    warning = await owed_warning(acting, drafted.warning)
    organ = acts_at(acting.actor, acting.tx.tenant)
    if organ is Level.UNIT and drafted.severity not in UNIT_SEVERITIES:
        raise Denied("诫勉谈话、责令纠错和查处由纪委作出。", "NOT_THE_UNITS")
    before, drafted = await _before_milder(acting, warning, drafted)
    new = replace(_new(acting, id, number, drafted, warning, organ), milder_than=before.id if before else None)
    store.ROWS.insert(acting.tx, new)
    await tell(acting, new, await _sealed(acting, new, drafted, before))
    if new.severity is Severity.INVESTIGATION:
        new = await _hand_over(acting, new)
    if new.last_day:
        set_deadline(acting, new.id, new.last_day)
    await _keep_done(acting, new)
    if warning.state is WarningState.OPEN:
        await answer(acting, warning, acting.named("dispositions", id))
    return new


async def check_correction(acting: Acting, id: str, done: bool, note: str, last_day: date | None) -> Disposition:
    """Raises Invalid, NotFound, Denied, IllegalMove."""
    if done is (last_day is not None):
        raise Invalid("last_day", "未完成纠错的应当另定期限，已完成的不再定期限。")
    if last_day:
        check_ahead("last_day", last_day, acting.today, FURTHEST_DAYS)
    before = await locked_disposition(acting, id)
    if acts_at(acting.actor, acting.tx.tenant) is not before.checked_by:
        raise Denied(f"由{before.checked_by.label}核查。", "NOT_ITS_ORGAN")
    today = acting.today
    after = before.found_not_done(last_day, today) if last_day else before.found_done(today)
    check = Check(
        id=uuid4().hex,
        disposition=id,
        done=done,
        last_day=before.last_day or acting.today,
        author=acting.actor.name,
        create_time=acting.now,
    )
    store.ROWS.save(acting.tx, before, after)
    store.CHECK_ROWS.insert(acting.tx, check)
    set_deadline(acting, id, last_day)
    key = await acting.risk.sealer.key(acting.tx, id)
    found = texts.put(acting, key, texts.of_check(check), note)
    told = (
        pb.DispositionNotCorrected(last_day=str(last_day), note=found)
        if last_day
        else pb.DispositionCorrected(note=found)
    )
    await tell(acting, after, told)
    await _keep_done(acting, after)
    return after


async def accept_investigation(acting: Acting, id: str) -> Disposition:
    """Raises NotFound, IllegalMove."""
    before = await locked_disposition(acting, id)
    after = before.accepted(acting.actor.name, acting.now)
    store.ROWS.save(acting.tx, before, after)
    await tell(acting, after, pb.DispositionAccepted(acceptor=acting.actor.name))
    return after


async def return_result(acting: Acting, id: str, result: Result, note: str) -> Disposition:
    """Raises NotFound, IllegalMove."""
    before = await locked_disposition(acting, id)
    after = before.with_result(result, acting.now)
    store.ROWS.save(acting.tx, before, after)
    found = texts.put(acting, await acting.risk.sealer.key(acting.tx, id), texts.RESULT, note)
    told = pb.DispositionResultReturned(result=pb.Disposition.Result.ValueType(result), note=found)
    await tell(acting, after, told)
    await _keep_done(acting, after)
    return after


async def seen_disposition(acting: Acting, id: str) -> Disposition:
    """A disposition that exists for the actor. Raises NotFound."""
    return _seen(acting, await store.ROWS.load(acting.tx, id))


async def locked_disposition(acting: Acting, id: str) -> Disposition:
    """The same, locked: what is done with it now is later than itself, by its time too. Raises NotFound."""
    disposition = _seen(acting, await store.ROWS.lock(acting.tx, id))
    acting.now = max(acting.now, disposition.create_time + timedelta(microseconds=1))
    return disposition


async def correction_overdue(acting: Acting, id: str) -> None:
    """The last day has passed, and the correction was not found done: announced once for each last day."""
    before = await store.ROWS.lock(acting.tx, id)
    if before.state is not State.CORRECTING or before.last_day is None or acting.today <= before.last_day:
        return
    after = before.overdue()
    store.ROWS.save(acting.tx, before, after)
    await tell(acting, after, pb.DispositionOverdue(last_day=str(after.last_day)))


def _check_last_day(acting: Acting, drafted: Drafted) -> None:
    ordered = drafted.severity is Severity.CORRECTION
    if ordered is (drafted.last_day is None):
        raise Invalid("last_day", "责令纠错应当定期限，其他处置不定期限。")
    if drafted.last_day:
        check_ahead("last_day", drafted.last_day, acting.today, FURTHEST_DAYS)


async def _before_milder(acting: Acting, warning: Warning, drafted: Drafted) -> tuple[Disposition | None, Drafted]:
    """The one before in the same matter where the drafted one is milder, and the drafted one with the reason. Who
    records gives it where they see the one before; of one that they do not see they hear nothing. Raises Invalid."""
    matter = (warning.subject, warning.subject_id)
    seen = await store.last_about(acting.tx, *matter, acting.actor)
    if seen and is_milder(drafted.severity, seen.severity):
        if not drafted.milder_reason:
            raise Invalid("milder_reason", "同一问题的处置轻于上一次的，应当说明理由。", reason="MILDER_WITHOUT_REASON")
        return seen, drafted
    last = await store.last_about(acting.tx, *matter)
    if last and is_milder(drafted.severity, last.severity):
        return last, replace(drafted, milder_reason=drafted.milder_reason or BEFORE_WAS_ABOVE)
    return None, drafted


def _new(acting: Acting, id: str, number: str, drafted: Drafted, warning: Warning, organ: Level) -> Disposition:
    kept_from = {*warning.units, warning.unit} if drafted.severity is Severity.INVESTIGATION else warning.units
    return Disposition(
        id=id,
        number=number,
        warning=warning.id,
        subject=warning.subject,
        subject_id=warning.subject_id,
        unit=warning.unit,
        position=warning.position,
        power=warning.power,
        severity=drafted.severity,
        state=FIRST_STATES.get(drafted.severity, State.DONE),
        last_day=drafted.last_day,
        organ_level=organ,
        author=acting.actor.name,
        create_time=acting.now,
        level=seen_from(drafted.severity, warning.level, warning.unit),
        cadres=warning.cadres,
        accounts=warning.accounts,
        units=in_order(kept_from),
    )


async def _sealed(
    acting: Acting, disposition: Disposition, drafted: Drafted, before: Disposition | None
) -> pb.DispositionRecorded:
    """PENDING: the texts, and what is told of them. `before` is the one that it is milder than."""
    key = await acting.risk.sealer.new_key(acting.tx, disposition.id)
    told = pb.DispositionRecorded(
        last_day=str(disposition.last_day or ""),
        note=texts.put(acting, key, texts.NOTE, drafted.note),
    )
    if drafted.persons:
        told.persons.CopyFrom(texts.put(acting, key, texts.PERSONS, drafted.persons))
    if before:
        told.milder_level = LevelMessage.ValueType(max(before.level, disposition.level))
        told.milder_reason.CopyFrom(texts.put(acting, key, texts.MILDER_REASON, drafted.milder_reason))
    return told


async def _hand_over(acting: Acting, before: Disposition) -> Disposition:
    after = before.handed_over()
    store.ROWS.save(acting.tx, before, after)
    await tell(acting, after, pb.DispositionHandedOver())
    return after


async def _keep_done(acting: Acting, disposition: Disposition) -> None:
    """Sets when the texts of a disposition of which nothing is owed any more are shredded."""
    if disposition.state is State.DONE:
        await keep(acting.tx, "dispositions", disposition.id, acting.now)


def _seen(acting: Acting, disposition: Disposition) -> Disposition:
    check_in_sight(acting.actor, disposition.unit, store.ROWS.called)
    if not sees(acting.actor, acting.tx.tenant, disposition):
        raise NotFound(store.ROWS.called)
    return disposition
