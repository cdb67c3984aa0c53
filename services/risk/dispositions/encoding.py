"""Dispositions as the contract shows them."""

from __future__ import annotations

from collections.abc import Sequence

from minshao.common.v1 import Level as LevelMessage
from minshao.risk import v1 as pb

from services.common.instants import stamp
from services.common.sealed_texts import last
from services.risk.acting import Acting
from services.risk.dispositions import store, texts
from services.risk.dispositions.domain import Disposition
from services.risk.dispositions.sight import reads_texts


async def whole(acting: Acting, disposition: Disposition) -> pb.Disposition:
    """A disposition with the looks at its correction, and with its texts for who may read them."""
    [shown] = await outlines(acting, [disposition])
    checks = await store.checks_of(acting.tx, disposition.id)
    readable = reads_texts(acting.actor, acting.tx.tenant, disposition)
    opened = await texts.read(acting, disposition, checks) if readable else []
    shown.note, shown.persons = last(opened, texts.NOTE), last(opened, texts.PERSONS)
    shown.milder_reason = last(opened, texts.MILDER_REASON) if shown.milder else ""
    shown.result_note = last(opened, texts.RESULT)
    for check in checks:
        shown.checks.add(
            done=check.done,
            note=last(opened, texts.of_check(check)),
            last_day=str(check.last_day),
            author=check.author,
            create_time=stamp(check.create_time),
        )
    return shown


async def outlines(acting: Acting, dispositions: Sequence[Disposition]) -> list[pb.Disposition]:
    """Dispositions without their texts, in one query. That one is milder is shown to who sees the one that it is milder
    than."""
    before = {each.milder_than for each in dispositions if each.milder_than}
    seen = await store.seen_among(acting.tx, acting.actor, before)
    return [_outline(acting, each, milder=each.milder_than in seen) for each in dispositions]


def _outline(acting: Acting, disposition: Disposition, *, milder: bool) -> pb.Disposition:
    return pb.Disposition(
        name=acting.named("dispositions", disposition.id),
        number=disposition.number,
        warning=acting.named("warnings", disposition.warning),
        unit=acting.named("units", disposition.unit),
        position=acting.named("positions", disposition.position or ""),
        power=acting.named("powers", disposition.power or ""),
        severity=pb.Disposition.Severity.ValueType(disposition.severity),
        state=pb.Disposition.State.ValueType(disposition.state),
        milder=milder,
        last_day=str(disposition.last_day or ""),
        late=disposition.late,
        organ_level=LevelMessage.ValueType(disposition.organ_level),
        author=disposition.author,
        create_time=stamp(disposition.create_time),
        acceptor=disposition.acceptor or "",
        accept_time=stamp(disposition.accept_time),
        result=pb.Disposition.Result.ValueType(disposition.result or 0),
        result_time=stamp(disposition.result_time),
        level=LevelMessage.ValueType(disposition.level),
    )
