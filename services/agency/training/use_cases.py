"""Recording trainings, and who may read of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minshao.agency.v1 import TrainingHeld
from minshao.common.v1 import LEVEL_UNIT

from services.agency.acting import Acting, evidence, sealed
from services.agency.forgetting import keep
from services.agency.training import store
from services.agency.training.domain import Training
from services.common.access import COUNTY_ROLES, TOWN_ROLES, Actor, county_of
from services.common.errors import Invalid, NotFound
from services.common.organisation import store as organisation


async def record(acting: Acting, draft: Training, guests: Sequence[str]) -> Training:
    """Raises NotFound, Denied, Invalid."""
    acting.check_keeps_records()
    if not (draft.attendees or guests):
        raise Invalid("attendees", "应至少有一名参训人员。")
    for index, account in enumerate(draft.attendees):
        await _check_known(acting, f"attendees[{index}]", account)
    key = await acting.agency.sealer.new_key(acting.tx, draft.id)
    names = "\n".join(guests)
    training = replace(
        draft, guest_count=len(guests), sealed_guests=sealed(key, store.TRAININGS.c.sealed_guests, names)
    )
    store.ROWS.insert(acting.tx, training)
    event = TrainingHeld(
        training=training_name(acting.tx.tenant, training.id),
        date=str(training.date),
        minutes=training.minutes,
        attendees=training.attendees,
        guest_count=training.guest_count,
        guests=evidence(key, names),
        visible_to=LEVEL_UNIT,
    )
    acting.tell("training", training.id, 1, event)
    await keep(acting.tx, "trainings", training.id, acting.now)
    return training


def keeps(actor: Actor) -> bool:
    """Whether the actor sees every training and who came; people of points see those to which they came themselves."""
    return actor.has(*TOWN_ROLES, *COUNTY_ROLES)


async def seen_training(acting: Acting, id: str) -> Training:
    """The training, if it exists for the actor. Raises NotFound."""
    training = await store.ROWS.load(acting.tx, id)
    if not (keeps(acting.actor) or acting.actor.name in training.attendees):
        raise NotFound(store.ROWS.called)
    return training


async def _check_known(acting: Acting, field: str, account: str) -> None:
    """People of a town and of its county are trained together; another county's are not."""
    home, own = account.split("/")[1], acting.tx.tenant
    if home not in (own, county_of(own)) and county_of(home) != own:
        raise Invalid(field, "只能登记本镇（街道）或者本县的人员。", reason="OTHER_TENANT")
    async with acting.tx.within(home):
        known = await organisation.account(acting.tx, account)
    if known is None:
        raise NotFound("账号", account)


def training_name(tenant: str, id: str) -> str:
    return f"tenants/{tenant}/trainings/{id}"
