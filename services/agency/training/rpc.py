"""TrainingService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.agency.v1 as pb

from services.agency.acting import acting_in, acting_on
from services.agency.agency import Agency
from services.agency.training import store, use_cases
from services.agency.training.domain import Training
from services.agency.training.use_cases import keeps, training_name
from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_name, read_past_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call


class TrainingService:
    """Trainings of a town or of the county; see the contract for what each call does and raises."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency

    async def record_training(self, call: Call, request: pb.RecordTrainingRequest) -> pb.RecordTrainingResponse:
        guests = [read_name(f"guests[{index}]", each) for index, each in enumerate(request.guests)]
        draft = Training(
            id=uuid4().hex,
            date=read_past_day("date", request.date, call.now),
            topic=read_text("topic", request.topic),
            minutes=request.minutes,
            attendees=tuple(request.attendees),
            guest_count=len(guests),
            recorder=call.actor.name,
            record_time=call.now,
        )

        async def record(tx: Tx) -> pb.RecordTrainingResponse:
            shown = _encode(call, await use_cases.record(acting_on(self._agency, tx, call), draft, guests))
            shown.guests.extend(guests)
            return pb.RecordTrainingResponse(training=shown)

        return await once(call, request, pb.RecordTrainingResponse, record)

    async def get_training(self, call: Call, request: pb.GetTrainingRequest) -> pb.GetTrainingResponse:
        async with acting_in(self._agency, call) as acting:
            training = await use_cases.seen_training(acting, local_id("name", request.name, call.tenant))
            shown = _encode(call, training)
            if keeps(call.actor) and acting.reads_sealed:
                column = store.TRAININGS.c.sealed_guests
                [names] = await acting.opened(training.id, (column, training.sealed_guests))
                shown.guests.extend(names.splitlines())
        return pb.GetTrainingResponse(training=shown)

    async def list_trainings(self, call: Call, request: pb.ListTrainingsRequest) -> pb.ListTrainingsResponse:
        page = paging.page(request, store.Position)
        attendee = request.attendee if keeps(call.actor) else call.actor.name
        wanted = store.Wanted(
            attendee,
            read_day("first_day", request.first_day) if request.first_day else None,
            read_day("last_day", request.last_day) if request.last_day else None,
        )
        async with acting_in(self._agency, call) as acting:
            if request.attendee not in ("", attendee):
                return pb.ListTrainingsResponse()
            found = await store.page(acting.tx, wanted, request.order_by != "date", page.after, page.limit)
        shown, more = page.cut(found, lambda each: (each.date, each.id))
        return pb.ListTrainingsResponse(trainings=[_encode(call, each) for each in shown], next_page_token=more)


def _encode(call: Call, training: Training) -> pb.Training:
    names = training.attendees if keeps(call.actor) else (call.actor.name,)
    return pb.Training(
        name=training_name(call.tenant, training.id),
        date=str(training.date),
        topic=training.topic,
        minutes=training.minutes,
        attendees=names,
        attendee_count=len(training.attendees) + training.guest_count,
        recorder=training.recorder,
        record_time=stamp(training.record_time),
    )
