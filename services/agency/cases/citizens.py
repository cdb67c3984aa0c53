"""What an applicant does with their own case on line, by its receipt code."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import minshao.agency.v1 as pb

from services.agency.agency import Agency
from services.agency.cases import store
from services.agency.cases.acting import Acting, acting_in
from services.agency.cases.domain.case import Case
from services.agency.cases.following import open_code, view
from services.agency.cases.keeping import keep
from services.agency.cases.materials import as_kept
from services.agency.cases.use_cases import record_outcome
from services.common.rpc.call import Call

WITHDRAWN = "申请人凭查询码撤回申请。"


async def answer_notice(agency: Agency, call: Call, code: str, materials: Collection[str]) -> pb.CaseView:
    """Says which of the missing materials are handed in; an officer confirms it."""
    async with _opened(agency, call, code) as (acting, case):
        said = case.says_handed_in(await as_kept(acting, case, materials), acting.today)
        count = len(said.handed_in) - len(case.handed_in)
        return await view(acting, acting.record(case, said, pb.CaseHandedIn(material_count=count)))


async def withdraw_case(agency: Agency, call: Call, code: str) -> pb.CaseView:
    """Withdraws the case, whatever it has come to."""
    async with _opened(agency, call, code) as (acting, case):
        withdrawn = case.withdrawn(acting.today)
        await keep(acting, withdrawn)
        return await view(acting, await record_outcome(acting, case, withdrawn, WITHDRAWN))


@asynccontextmanager
async def _opened(agency: Agency, call: Call, code: str) -> AsyncIterator[tuple[Acting, Case]]:
    """The case, locked. Raises Invalid for what is no code, TooMany, NotFound."""
    id = await open_code(agency, call, code)
    async with acting_in(agency, call) as acting:
        yield acting, await store.lock(acting.tx, id)
