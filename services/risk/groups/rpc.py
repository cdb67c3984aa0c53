"""RiskGroupService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import minshao.risk.v1 as pb

from services.common import paging
from services.common.database import Tx
from services.common.groups import Duty
from services.common.idempotency import once
from services.common.inputs import local_id, read_day, read_past_day
from services.common.instants import stamp
from services.common.organisation import store as organisation
from services.common.rpc.call import Call
from services.risk.acting import Acting, acting_in, acting_on
from services.risk.groups import store, use_cases
from services.risk.groups.domain import Group, Member, title
from services.risk.groups.ending import end
from services.risk.groups.sight import in_sight
from services.risk.plans import store as plans
from services.risk.risk import Risk


class RiskGroupService:
    """Leading groups and who is in them; see the contract for what each call does and raises."""

    def __init__(self, risk: Risk) -> None:
        self._risk = risk

    async def create_risk_group(self, call: Call, request: pb.CreateRiskGroupRequest) -> pb.CreateRiskGroupResponse:
        new = Group(
            id=uuid4().hex,
            unit=local_id("unit", request.unit, call.tenant),
            units=_codes(call, request.units),
            create_time=call.now,
        )

        async def create(tx: Tx) -> pb.CreateRiskGroupResponse:
            acting = acting_on(self._risk, tx, call)
            [shown] = await _shown(acting, [await use_cases.create(acting, new)])
            return pb.CreateRiskGroupResponse(risk_group=shown)

        return await once(call, request, pb.CreateRiskGroupResponse, create)

    async def set_risk_group_units(
        self, call: Call, request: pb.SetRiskGroupUnitsRequest
    ) -> pb.SetRiskGroupUnitsResponse:
        units = _codes(call, request.units)
        async with acting_in(self._risk, call) as acting:
            group = await use_cases.set_units(acting, local_id("name", request.name, call.tenant), units)
            [shown] = await _shown(acting, [group])
        return pb.SetRiskGroupUnitsResponse(risk_group=shown)

    async def retire_risk_group(self, call: Call, request: pb.RetireRiskGroupRequest) -> pb.RetireRiskGroupResponse:
        async with acting_in(self._risk, call) as acting:
            before = await use_cases.own_group(acting, local_id("name", request.name, call.tenant))
            [shown] = await _shown(acting, [await end(acting, before)])
        return pb.RetireRiskGroupResponse(risk_group=shown)

    async def get_risk_group(self, call: Call, request: pb.GetRiskGroupRequest) -> pb.GetRiskGroupResponse:
        async with acting_in(self._risk, call) as acting:
            group = await use_cases.seen_group(acting, local_id("name", request.name, call.tenant))
            [shown] = await _shown(acting, [group])
        return pb.GetRiskGroupResponse(risk_group=shown)

    async def list_risk_groups(self, call: Call, request: pb.ListRiskGroupsRequest) -> pb.ListRiskGroupsResponse:
        page, conditions = paging.page(request, store.Place), list(in_sight(call.actor))
        if unit := local_id("unit", request.unit, call.tenant):
            conditions.append(store.above([unit]))
        async with acting_in(self._risk, call) as acting:
            found = await store.page(acting.tx, conditions, request.show_retired, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.unit, each.id))
            groups = await _shown(acting, shown)
        return pb.ListRiskGroupsResponse(risk_groups=groups, next_page_token=more)

    async def add_risk_group_member(
        self, call: Call, request: pb.AddRiskGroupMemberRequest
    ) -> pb.AddRiskGroupMemberResponse:
        new = Member(
            id=uuid4().hex,
            risk_group=local_id("risk_group", request.risk_group, call.tenant),
            cadre=local_id("cadre", request.cadre, call.tenant),
            duty=Duty(request.duty),
            charge=request.charge.strip(),
            first_day=read_past_day("first_day", request.first_day, call.now),
        )

        async def add(tx: Tx) -> pb.AddRiskGroupMemberResponse:
            acting = acting_on(self._risk, tx, call)
            [shown] = await _members(acting, [await use_cases.add_member(acting, new)])
            return pb.AddRiskGroupMemberResponse(risk_group_member=shown)

        return await once(call, request, pb.AddRiskGroupMemberResponse, add)

    async def end_risk_group_member(
        self, call: Call, request: pb.EndRiskGroupMemberRequest
    ) -> pb.EndRiskGroupMemberResponse:
        last_day = read_day("last_day", request.last_day)
        async with acting_in(self._risk, call) as acting:
            ended = await use_cases.end_member(acting, local_id("name", request.name, call.tenant), last_day)
            [shown] = await _members(acting, [ended])
        return pb.EndRiskGroupMemberResponse(risk_group_member=shown)

    async def get_risk_group_member(
        self, call: Call, request: pb.GetRiskGroupMemberRequest
    ) -> pb.GetRiskGroupMemberResponse:
        async with acting_in(self._risk, call) as acting:
            member = await use_cases.seen_member(acting, local_id("name", request.name, call.tenant))
            [shown] = await _members(acting, [member])
        return pb.GetRiskGroupMemberResponse(risk_group_member=shown)

    async def list_risk_group_members(
        self, call: Call, request: pb.ListRiskGroupMembersRequest
    ) -> pb.ListRiskGroupMembersResponse:
        page, group = paging.page(request, store.MemberPlace), local_id("risk_group", request.risk_group, call.tenant)
        async with acting_in(self._risk, call) as acting:
            sight = in_sight(call.actor)
            found = await store.member_page(acting.tx, sight, group, request.show_past, page.after, page.limit)
            shown, more = page.cut(found, lambda each: (each.risk_group, int(each.duty), each.first_day, each.id))
            members = await _members(acting, shown)
        return pb.ListRiskGroupMembersResponse(risk_group_members=members, next_page_token=more)


def _codes(call: Call, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(local_id(f"units[{index}]", each, call.tenant) for index, each in enumerate(names))


async def _shown(acting: Acting, groups: Sequence[Group]) -> list[pb.RiskGroup]:
    """Groups with what they are called, who is in them and what they plan."""
    ids = [each.id for each in groups]
    tenant = await organisation.tenant(acting.tx)
    departments = await organisation.units(acting.tx, [each.unit for each in groups if each.unit])
    member_counts = await store.member_counts(acting.tx, ids)
    in_force = await plans.in_force(acting.tx, ids)
    return [
        pb.RiskGroup(
            name=acting.named("riskGroups", each.id),
            unit=acting.named("units", each.unit),
            title=title(departments[each.unit].name if each.unit else tenant.name if tenant else ""),
            units=[acting.named("units", code) for code in each.units],
            member_count=member_counts.get(each.id, 0),
            plan=acting.named("plans", in_force[each.id].id) if each.id in in_force else "",
            create_time=stamp(each.create_time),
            retire_time=stamp(each.retire_time),
        )
        for each in groups
    ]


async def _members(acting: Acting, members: Sequence[Member]) -> list[pb.RiskGroupMember]:
    """Members with what they are called, in one query."""
    cadres = await organisation.cadres(acting.tx, {each.cadre for each in members})
    return [
        pb.RiskGroupMember(
            name=acting.named("riskGroupMembers", each.id),
            risk_group=acting.named("riskGroups", each.risk_group),
            cadre=acting.named("cadres", each.cadre),
            display_name=cadres[each.cadre].name,
            duty=pb.RiskGroupMember.Duty.ValueType(each.duty),
            charge=each.charge,
            first_day=str(each.first_day),
            last_day=str(each.last_day or ""),
        )
        for each in members
    ]
