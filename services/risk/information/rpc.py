"""RiskInformationService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from uuid import uuid4

import minshao.risk.v1 as pb
from minshao.common.v1 import Level as LevelMessage

from services.common import paging
from services.common.database import Tx
from services.common.idempotency import once
from services.common.inputs import local_id, read_past_day, read_text
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.common.sight import narrowed, units_in_sight
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.aspects import Aspect
from services.risk.information import store, use_cases
from services.risk.information.collecting import Origin
from services.risk.information.domain import Entry, Facts, Information, Kind
from services.risk.kept import KeptFrom
from services.risk.levels import Level
from services.risk.risk import Risk
from services.risk.sight import level_of


class RiskInformationService:
    """Risk information; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def record_risk_information(
        self, call: Call, request: pb.RecordRiskInformationRequest
    ) -> pb.RecordRiskInformationResponse:
        id, facts, text = uuid4().hex, _facts(call, request), read_text("text", request.text)
        origin = Origin(
            source=self._source(facts.unit, request.source.strip(), id),
            kept_from=KeptFrom(Level(request.level or Level.UNIT)),
            collector_level=level_of(call.actor),
        )

        async def record(tx: Tx) -> pb.RecordRiskInformationResponse:
            acting = acting_on(self._risk, tx, call)
            information, entry = await use_cases.record(acting, id, origin, facts, text)
            shown = _message(acting, information, entry)
            shown.entries.append(_entry(acting, entry, text))
            return pb.RecordRiskInformationResponse(risk_information=shown)

        return await once(call, request, pb.RecordRiskInformationResponse, record)

    async def correct_risk_information(
        self, call: Call, request: pb.CorrectRiskInformationRequest
    ) -> pb.CorrectRiskInformationResponse:
        id, facts, text = (
            local_id("name", request.name, call.tenant),
            _facts(call, request),
            read_text("text", request.text),
        )

        async def correct(tx: Tx) -> pb.CorrectRiskInformationResponse:
            acting = acting_on(self._risk, tx, call)
            information, entry = await use_cases.correct(acting, id, facts, text)
            return pb.CorrectRiskInformationResponse(risk_information=await _whole(acting, information, entry))

        return await once(call, request, pb.CorrectRiskInformationResponse, correct)

    async def get_risk_information(
        self, call: Call, request: pb.GetRiskInformationRequest
    ) -> pb.GetRiskInformationResponse:
        async with acting_in(self._risk, call) as acting:
            found = await use_cases.seen_information(acting, local_id("name", request.name, call.tenant))
            return pb.GetRiskInformationResponse(risk_information=await _whole(acting, *found))

    async def list_risk_information(
        self, call: Call, request: pb.ListRiskInformationRequest
    ) -> pb.ListRiskInformationResponse:
        page, asked = paging.page(request, store.Position), request.filter
        wanted = store.Wanted(
            narrowed(call.actor, local_id("filter.unit", asked.unit, call.tenant)),
            local_id("filter.position", asked.position, call.tenant),
            local_id("filter.power", asked.power, call.tenant),
            Kind(asked.kind) if asked.kind else None,
            asked.show_withdrawn,
        )
        descending = request.order_by != "collect_time"
        async with acting_in(self._risk, call) as acting:
            found = await store.page(acting.tx, call.actor, wanted, descending, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.collect_time, each.id))
            held = await store.current(acting.tx, [each.id for each in shown])
            those = [_message(acting, each, held[each.id]) for each in shown]
        return pb.ListRiskInformationResponse(risk_information=those, next_page_token=more)

    def _source(self, unit: str, cited: str, id: str) -> str:
        """What counts once: a source that is cited, for the unit, as a keyed hash; without one the piece itself."""
        if not cited:
            return f"hand/{id}"
        return f"hand/{self._risk.hashing.keyed_hash('risk/source', f'{unit}:{cited}').hex()}"


def _facts(call: Call, request: pb.RecordRiskInformationRequest | pb.CorrectRiskInformationRequest) -> Facts:
    return Facts(
        unit=local_id("unit", request.unit, call.tenant),
        position=local_id("position", request.position, call.tenant) or None,
        power=local_id("power", request.power, call.tenant) or None,
        kind=Kind(request.kind),
        aspect=Aspect(request.aspect) if request.aspect else None,
        day=read_past_day("day", request.day, call.now),
        key_link=request.key_link,
        withdrawn=isinstance(request, pb.CorrectRiskInformationRequest) and request.withdrawn,
    )


async def _whole(acting: Acting, information: Information, current: Entry) -> pb.RiskInformation:
    """A piece with its entries, and what was written: a piece that was corrected to another unit shows each unit its
    own."""
    units = units_in_sight(acting.actor)
    written = await store.entries(acting.tx, information.id)
    entries = [each for each in written if units is None or each.unit in units]
    texts = await use_cases.texts_of(acting, information, (each.ordinal for each in entries))
    shown = _message(acting, information, current)
    shown.entries.extend(_entry(acting, each, texts.get(each.ordinal, "")) for each in entries)
    return shown


def _message(acting: Acting, information: Information, current: Entry) -> pb.RiskInformation:
    return pb.RiskInformation(
        name=acting.named("riskInformation", information.id),
        number=information.number,
        current=_entry(acting, current),
        origin=information.origin,
        collect_time=stamp(information.collect_time),
        level=LevelMessage.ValueType(information.level),
    )


def _entry(acting: Acting, entry: Entry, text: str = "") -> pb.RiskInformation.Entry:
    return pb.RiskInformation.Entry(
        ordinal=entry.ordinal,
        unit=acting.named("units", entry.unit),
        position=acting.named("positions", entry.position or ""),
        power=acting.named("powers", entry.power or ""),
        kind=pb.RiskInformation.Kind.ValueType(entry.kind),
        aspect=pb.RiskInformation.Aspect.ValueType(entry.aspect or 0),
        day=str(entry.day),
        grade=entry.grade or 0,
        key_area=entry.key_area,
        key_link=entry.key_link,
        withdrawn=entry.withdrawn,
        text=text,
        author=entry.author,
        create_time=stamp(entry.create_time),
    )
