"""PostService: decodes, opens the one transaction, calls a use case, encodes."""

from __future__ import annotations

import minshao.watch.v1 as pb

from services.common import paging
from services.common.errors import Invalid
from services.common.inputs import local_id
from services.common.instants import stamp
from services.common.rpc.call import Call
from services.watch.posts import overview
from services.watch.posts.use_cases import name_registrar
from services.watch.supervisors.use_cases import require_in_office


class PostService:
    """Posts of a town; see the contract for what each call does and raises."""

    async def get_post(self, call: Call, request: pb.GetPostRequest) -> pb.GetPostResponse:
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            state = await overview.get_post(tx, actor, local_id("name", request.name, call.tenant), call.now)
        return pb.GetPostResponse(post=encode(call.tenant, state))

    async def list_posts(self, call: Call, request: pb.ListPostsRequest) -> pb.ListPostsResponse:
        page = paging.page(request, tuple[str])
        wanted = overview.Filter(request.understaffed, request.overdue, request.order_by == "unit desc")
        async with call.transaction() as tx:
            actor = await require_in_office(tx, call.actor, call.now)
            states, total = await overview.list_posts(tx, actor, wanted, page.after, page.limit, call.now)
        shown, more = page.cut(states, lambda state: (state.post.unit,))
        posts = [encode(call.tenant, state) for state in shown]
        return pb.ListPostsResponse(posts=posts, next_page_token=more, total_size=total)

    async def update_post(self, call: Call, request: pb.UpdatePostRequest) -> pb.UpdatePostResponse:
        if set(request.update_mask.paths) != {"registrar"}:
            raise Invalid("update_mask", "只能修改 registrar（登记员）。")
        if not request.post.registrar:
            raise Invalid("post.registrar", "请指定登记员。")
        unit = local_id("post.name", request.post.name, call.tenant)
        local_id("post.registrar", request.post.registrar, call.tenant)
        async with call.transaction() as tx:
            await name_registrar(tx, call.actor, unit, request.post.registrar, call.now)
            state = await overview.get_post(tx, call.actor, unit, call.now)
        return pb.UpdatePostResponse(post=encode(call.tenant, state))


def encode(tenant: str, state: overview.PostState) -> pb.Post:
    """A post as the contract shows it."""
    post = state.post
    return pb.Post(
        name=f"tenants/{tenant}/posts/{post.unit}",
        unit=f"tenants/{tenant}/units/{post.unit}",
        title=state.title,
        registrar=post.registrar or "",
        supervisor_count=state.supervisors,
        understaffed=state.understaffed,
        complaint_box_open_time=stamp(state.complaint_box),
        opinion_box_open_time=stamp(state.opinion_box),
        last_meeting_date=str(state.last_meeting or ""),
        open_report_count=state.reports.open,
        overdue_report_count=state.reports.overdue,
        open_time=stamp(post.open_time),
        retired=post.retired,
        special_oversight=state.under_oversight,
    )
