"""Recording risk information by hand, and correcting it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from minshao.risk import v1 as pb

from services.common.access import Role, is_county
from services.common.errors import AlreadyExists, Denied, Invalid, NotFound
from services.common.sight import check_in_sight
from services.risk.acting import Acting
from services.risk.analysis.use_cases import analyse_new
from services.risk.forgetting import keep
from services.risk.information import store
from services.risk.information.collecting import COLLECTION, Finding, Origin, about, collect, entry_of, tell
from services.risk.information.domain import TOLD, Collected, Entry, Facts, Information
from services.risk.inventories import store as inventories
from services.risk.inventories.use_cases import lock_in_turn
from services.risk.levels import Level
from services.risk.numbers import INFORMATION_SERIES, hold_series
from services.risk.positions.use_cases import seen_position
from services.risk.powers.use_cases import seen_power
from services.risk.sight import level_of, reads_texts, sees
from services.risk.warnings import store as warnings


async def record(acting: Acting, id: str, origin: Origin, facts: Facts, text: str) -> tuple[Information, Entry]:
    """Raises NotFound, Denied, Refused, Invalid, AlreadyExists."""
    check_in_sight(acting.actor, facts.unit, "单位")
    if acting.actor.has(Role.COUNTY_DISCIPLINE) and not is_county(acting.tx.tenant):
        raise Denied("镇（街道）的风险信息由镇纪委和各单位采集。", "NOT_OWN_TENANT")
    if facts.kind in TOLD:
        raise Invalid("kind", "这类信息由系统自动采集。")
    if origin.kept_from.level > level_of(acting.actor):
        raise Invalid("level", "不能高于自己所在的层级。")
    if await store.is_known(acting.tx, origin.source):
        raise AlreadyExists("SOURCE_KNOWN", "该来源的风险信息已经采集。")
    finding = Finding(id=id, origin=origin, facts=await _complete(acting, facts), text=text)
    [collected] = await collect(acting, [finding])
    (await inventories.ROWS.load(acting.tx, facts.unit)).check_open()
    await analyse_new(acting, [collected])
    return collected.information, collected.entry


async def correct(acting: Acting, id: str, facts: Facts, text: str) -> tuple[Information, Entry]:
    """Writes a correction behind a piece; it may be about another unit from then on. Raises NotFound, Denied, Refused,
    Invalid."""
    await hold_series(acting, INFORMATION_SERIES)
    _, before = await seen_information(acting, id)
    check_in_sight(acting.actor, facts.unit, "单位")
    await lock_in_turn(acting, {before.unit, facts.unit})
    information = await store.ROWS.lock(acting.tx, id)
    written = await store.entries(acting.tx, id)
    before = written[-1]
    _check_corrects(acting, information)
    if (facts.kind in TOLD) is information.by_hand:
        raise Invalid("kind", "采集方式不同，不能改为这个类别。")
    after = information.corrected_at(level_of(acting.actor))
    corrected = await _corrected(acting, before, facts)
    known = await _known(acting, written, corrected)
    entry = entry_of(acting, information, before.ordinal + 1, corrected, known)
    store.put_behind(acting.tx, (information, before), (after, entry))
    key = await acting.risk.sealer.key_or_new(acting.tx, id)
    text_id, mac = store.TEXTS.put(acting.tx, key, str(entry.ordinal), text, acting.actor.name, acting.now)
    told = pb.RiskInformationCorrected(
        withdrawn=entry.withdrawn, ordinal=entry.ordinal, text=pb.TextEvidence(id=text_id, mac=mac)
    )
    tell(acting, after, entry, told)
    await keep(acting.tx, COLLECTION, id, acting.now)
    await analyse_new(acting, [Collected(after, entry, acting.tx.trace)])
    return after, entry


async def seen_information(acting: Acting, id: str) -> tuple[Information, Entry]:
    """A piece that exists for the actor, with what it holds now. Raises NotFound."""
    information = await store.ROWS.load(acting.tx, id)
    entry = (await store.current(acting.tx, [id]))[id]
    check_in_sight(acting.actor, entry.unit, store.ROWS.called)
    if not sees(acting.actor, acting.tx.tenant, information):
        raise NotFound(store.ROWS.called)
    return information, entry


async def texts_of(acting: Acting, information: Information, ordinals: Iterable[int]) -> dict[int, str]:
    """What was written with each entry, in words, for whom that is meant."""
    if not reads_texts(acting.actor, acting.tx.tenant, information.level):
        return {}
    found = await store.TEXTS.read(acting.tx, acting.risk.sealer, information.id, map(str, ordinals))
    return {int(each.role): each.text for each in found}


def _check_corrects(acting: Acting, information: Information) -> None:
    """What a unit wrote by hand, and nobody above has corrected, its risk officer corrects; everything else the
    discipline organ at its level or above."""
    actor, tenant = acting.actor, acting.tx.tenant
    if actor.has(Role.COUNTY_DISCIPLINE):
        allowed = is_county(tenant) or information.level is Level.COUNTY
    elif actor.has(Role.TOWN_DISCIPLINE):
        allowed = information.level is not Level.COUNTY
    else:
        allowed = information.collector_level is Level.UNIT
    if not allowed:
        raise Denied("该风险信息由纪检机关更正。", "NOT_CORRECTOR")


async def _corrected(acting: Acting, before: Entry, facts: Facts) -> Facts:
    """What is about the same as before keeps how that was then."""
    if facts.subject == before.subject:
        return replace(facts, grade=before.grade, key_area=before.key_area, cadre=before.cadre)
    return replace(await _complete(acting, facts), cadre=before.cadre)


async def _known(acting: Acting, written: Sequence[Entry], facts: Facts) -> Entry | None:
    """Since which entry a correction is known: the one before, where it is still about the same; where it is so again,
    the one of then, if a warning that had the piece behind it was answered or lowered since."""
    known = next((each for each in reversed(written) if each.subject == facts.subject), None)
    if known is None or known.current or await warnings.is_settled_with(acting.tx, known):
        return known
    return None


async def _complete(acting: Acting, facts: Facts) -> Facts:
    """The facts with what position and power are now. Raises NotFound, Refused, Invalid."""
    if facts.power:
        power = await seen_power(acting, facts.power)
        power.check_in_use()
        if facts.position not in (None, power.position):
            raise Invalid("power", "该权力事项不属于这个岗位。")
        position = await seen_position(acting, power.position)
    elif facts.position:
        power, position = None, await seen_position(acting, facts.position)
        position.check_in_use()
    else:
        return facts
    if position.unit != facts.unit:
        raise Invalid("position", "该岗位不属于这个单位。")
    return await about(acting, facts, position, power)
