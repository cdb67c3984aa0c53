"""AnalysisService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.errors import NotFound
from services.common.idempotency import once
from services.common.inputs import local_id
from services.common.rpc.call import Call
from services.risk.acting import acting_in, acting_on
from services.risk.analysis import store, use_cases
from services.risk.analysis.encoding import read_rules, rules_message
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
