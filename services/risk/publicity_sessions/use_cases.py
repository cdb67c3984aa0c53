"""Publicity that was held is recorded."""

from __future__ import annotations

from dataclasses import replace

from minshao.risk import v1 as pb

from services.risk.acting import Acting
from services.risk.forgetting import keep
from services.risk.groups.use_cases import level, own_group, seen_group
from services.risk.publicity_sessions import store
from services.risk.publicity_sessions.domain import Session


async def record(acting: Acting, new: Session, note: str) -> Session:
    """Raises NotFound, Denied, Refused."""
    group = await own_group(acting, new.risk_group)
    told = pb.PublicitySessionHeld(
        publicity_session=acting.named("publicitySessions", new.id),
        risk_group=acting.named("riskGroups", group.id),
        unit=group.unit,
        kind=pb.PublicitySession.Kind.ValueType(new.kind),
        date=str(new.date),
        reach_count=new.reach_count,
        visible_to=level(group),
    )
    session = new
    if note:
        key = await acting.risk.sealer.new_key(acting.tx, new.id)
        session = replace(new, sealed_note=key.seal(store.SESSIONS.c.sealed_note, new.id, note))
        told.note.CopyFrom(pb.TextEvidence(id=new.id, mac=key.mac(note)))
        await keep(acting.tx, "publicitySessions", new.id, acting.now)
    store.ROWS.insert(acting.tx, session)
    acting.tell("publicity_session", session.id, 1, told)
    return session


async def seen_session(acting: Acting, id: str) -> Session:
    """A session of a group in sight. Raises NotFound."""
    session = await store.ROWS.load(acting.tx, id)
    await seen_group(acting, session.risk_group)
    return session
