"""Compiling, withdrawing and publishing editions of a unit's catalogue (domain §1.6)."""

from __future__ import annotations

from minshao.common.v1 import LEVEL_UNIT
from minshao.risk import v1 as pb

from services.common.errors import AlreadyExists, NotFound, Refused
from services.risk.acting import Acting
from services.risk.catalogues import store
from services.risk.catalogues.content import canonical, hash_of
from services.risk.catalogues.domain import Action, Compiled, Draft, Edition, edition_of, move, new_draft
from services.risk.catalogues.gathering import gather
from services.risk.catalogues.sight import sees_unit
from services.risk.circles import shown_to
from services.risk.groups.covering import has_group_above
from services.risk.inventories.use_cases import own_inventory
from services.risk.meetings.use_cases import ruling
from services.risk.scopes import Scope


async def compile_draft(acting: Acting, id: str, unit: str) -> Draft:
    """Raises NotFound, Refused, AlreadyExists."""
    await own_inventory(acting, unit)
    if await store.draft_of(acting.tx, unit) is not None:
        raise AlreadyExists("DRAFT_EXISTS", "本单位已有目录草案，请重新编制或者撤回。")
    compiled, content = await _compiled(acting, id, unit)
    draft = new_draft(compiled)
    store.write_content(acting.tx, draft, content)
    store.DRAFT_ROWS.insert(acting.tx, draft)
    _tell_compiled(acting, draft)
    return draft


async def recompile(acting: Acting, id: str) -> Draft:
    """Raises NotFound, Refused, IllegalMove. The same again changes nothing."""
    before = await own_draft(acting, id)
    move(before.state, Action.RECOMPILE)
    compiled, content = await _compiled(acting, id, before.unit)
    if compiled.content_hash == before.content_hash:
        return before
    after = before.recompiled(compiled)
    store.write_content(acting.tx, after, content)
    store.DRAFT_ROWS.save(acting.tx, before, after)
    _tell_compiled(acting, after)
    return after


async def withdraw(acting: Acting, id: str) -> Draft:
    """Raises NotFound, Refused, IllegalMove."""
    return _withdraw(acting, await own_draft(acting, id))


async def end_with_unit(acting: Acting, unit: str) -> None:
    """Nobody publishes what was drafted in a unit that was retired."""
    if draft := await store.draft_of(acting.tx, unit):
        _withdraw(acting, draft)


def _withdraw(acting: Acting, before: Draft) -> Draft:
    after = before.withdrawn()
    store.DRAFT_ROWS.save(acting.tx, before, after)
    told = pb.CatalogueEditionWithdrawn(
        catalogue_edition=acting.named("catalogueEditions", after.id), unit=after.unit, visible_to=LEVEL_UNIT
    )
    acting.tell("catalogue_edition", after.id, after.version + 1, told)
    return after


async def publish(acting: Acting, id: str, meeting: str, scope: Scope) -> Edition:
    """Raises NotFound, Refused, IllegalMove."""
    draft = await own_draft(acting, id)
    move(draft.state, Action.PUBLISH)
    if not await has_group_above(acting.tx, draft.unit):
        raise Refused("NO_GROUP", "本单位没有领导小组，上级也没有，不能发布目录。")
    decided = await ruling(acting, meeting, draft.unit, acting.named("catalogueEditions", id))
    store.DRAFT_ROWS.save(acting.tx, draft, draft.published(decided))
    number = await store.last_number(acting.tx, draft.unit) + 1
    edition = edition_of(draft, number, scope, meeting, acting.actor.name, acting.now)
    store.EDITION_ROWS.insert(acting.tx, edition)
    told = pb.CatalogueEditionPublished(
        catalogue_edition=acting.named("catalogueEditions", id),
        unit=edition.unit,
        content_hash=edition.content_hash,
        power_count=edition.power_count,
        risk_point_count=edition.risk_point_count,
        number=number,
        leadership_meeting=acting.named("leadershipMeetings", meeting),
        scope=pb.Scope.ValueType(scope),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("catalogue_edition", id, edition.version + 1, told)
    return edition


async def own_draft(acting: Acting, id: str) -> Draft:
    """A draft of a unit in which the actor writes, locked, whatever became of it. Raises NotFound, Refused."""
    unit = (await store.DRAFT_ROWS.load(acting.tx, id)).unit
    await own_inventory(acting, unit)
    return await store.DRAFT_ROWS.lock(acting.tx, id)


async def seen(acting: Acting, id: str) -> Draft | Edition:
    """An edition whose scope takes the actor in, or a draft of a unit in sight. Raises NotFound."""
    found = await store.edition(acting.tx, id) or await store.DRAFT_ROWS.load(acting.tx, id)
    circle = shown_to(acting.actor, acting.tx.tenant)
    public = isinstance(found, Edition) and circle.takes_in(found.scope, found.unit)
    if not public and not sees_unit(acting.actor, found.unit):
        raise NotFound(store.CALLED)
    return found


async def _compiled(acting: Acting, id: str, unit: str) -> tuple[Compiled, bytes]:
    """What the catalogue says now, with its canonical bytes. Raises Refused for a unit without powers."""
    content = await gather(acting, unit)
    if (power_count := len([*content.powers()])) == 0:
        raise Refused("NO_POWERS", "本单位还没有登记权力事项，无法编制目录。")
    stored = canonical(content)
    compiled = Compiled(
        id=id,
        unit=unit,
        content_hash=hash_of(stored),
        compile_time=acting.now,
        position_count=len(content.positions),
        power_count=power_count,
        risk_point_count=len([*content.all_risk_points()]),
    )
    return compiled, stored


def _tell_compiled(acting: Acting, draft: Draft) -> None:
    told = pb.CatalogueEditionCompiled(
        catalogue_edition=acting.named("catalogueEditions", draft.id),
        unit=draft.unit,
        content_hash=draft.content_hash,
        power_count=draft.power_count,
        risk_point_count=draft.risk_point_count,
        visible_to=LEVEL_UNIT,
    )
    acting.tell("catalogue_edition", draft.id, draft.version, told)
