"""AnalysisService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.idempotency import once
from services.common.inputs import local_id, read_past_day
from services.common.rpc.call import Call
from services.risk.acting import acting_in, acting_on
from services.risk.analysis import store, use_cases
from services.risk.analysis.domain import Rules, Subject, check_span, replayed
from services.risk.analysis.encoding import read_rules, rules_message, would_be
from services.risk.analysis.totals import Past
from services.risk.powers import store as powers
from services.risk.risk import Risk


class AnalysisService:
    """The rules of the analysis, and the analysis; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def set_analysis_rules(self, call: Call, request: pb.SetAnalysisRulesRequest) -> pb.SetAnalysisRulesResponse:
        rules = read_rules(request.rules)

        async def set_rules(tx: Tx) -> pb.SetAnalysisRulesResponse:
            acting = acting_on(self._risk, tx, call)
            made = await use_cases.set_rules(acting, rules)
            return pb.SetAnalysisRulesResponse(analysis_rules=rules_message(acting, made))

        return await once(call, request, pb.SetAnalysisRulesResponse, set_rules)

    async def get_analysis_rules(self, call: Call, request: pb.GetAnalysisRulesRequest) -> pb.GetAnalysisRulesResponse:
        async with acting_in(self._risk, call) as acting:
            found = await store.edition(acting.tx, int(local_id("name", request.name, call.tenant)))
            if found is None:
                raise NotFound("预警规则", request.name)
            return pb.GetAnalysisRulesResponse(analysis_rules=rules_message(acting, found))

    async def dry_run_rules(self, call: Call, request: pb.DryRunRulesRequest) -> pb.DryRunRulesResponse:
        rules = Rules(id="0", rules=read_rules(request.rules), author="", create_time=None)
        first = read_past_day("first_day", request.first_day, call.now)
        last = read_past_day("last_day", request.last_day, call.now)
        check_span(first, last)
        page = paging.page(request, tuple[int, str])
        after = (Subject(page.after[0]), page.after[1]) if page.after else None
        async with acting_in(self._risk, call) as acting:
            past = Past(acting.tx, call.actor, rules, first, last)
            found = await past.subjects(after, page.limit)
            subjects, more = page.cut(list(found), lambda each: (int(each[0]), each[1]))
            counts = await past.by_day({each: found[each] for each in subjects})
            exercised = await powers.by_id(acting.tx, {id for kind, id in subjects if kind is Subject.POWER})
        raised = []
        for subject in subjects:
            if steps := replayed(rules.rules, counts[subject], first, last):
                power = exercised.get(subject[1]) if subject[0] is Subject.POWER else None
                raised.append(would_be(call.tenant, subject, found[subject], power, steps))
        return pb.DryRunRulesResponse(would_be_warnings=raised, next_page_token=more)

    async def run_analysis(self, call: Call, _request: pb.RunAnalysisRequest) -> pb.RunAnalysisResponse:
        async with acting_in(self._risk, call) as acting:
            return pb.RunAnalysisResponse(raised_count=await use_cases.analyse_of_discipline(acting))

    async def list_analysis_rules(
        self, call: Call, request: pb.ListAnalysisRulesRequest
    ) -> pb.ListAnalysisRulesResponse:
        page = paging.page(request, tuple[int])
        async with acting_in(self._risk, call) as acting:
            found = await store.page(acting.tx, page.after[0] if page.after else None, page.limit)
            shown, more = page.cut(found, lambda each: (each.number,))
            return pb.ListAnalysisRulesResponse(
                analysis_rules=[rules_message(acting, each) for each in shown], next_page_token=more
            )
