"""The table of proposed discipline roles, and its queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from services.common.access import Grant, Role
from services.common.database import Tx
from services.common.schema import Row, instant, references, tenant_table
from services.gateway.accounts.domain import PROPOSAL_LASTS, Proposal, ProposalState
from services.gateway.listing import Order
from services.gateway.tables import metadata

ROLE_PROPOSALS = tenant_table(
    "role_proposals",
    metadata,
    sa.Column("id", sa.Text, nullable=False),
    sa.Column("login", sa.Text, nullable=False),
    sa.Column("role", sa.SmallInteger, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("proposer", sa.Text, nullable=False),
    sa.Column("proposer_cadre", sa.Text),
    sa.Column("consenter", sa.Text),
    sa.Column("create_time", instant(), nullable=False),
    sa.Column("proposed_by", postgresql.ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]")),
    references("accounts", "login"),
    key=("id",),
    app=("select", "insert", "update"),
)

sa.Index("role_proposals_create_time_idx", ROLE_PROPOSALS.c.tenant, ROLE_PROPOSALS.c.create_time)

PROPOSAL_ORDER = Order((ROLE_PROPOSALS.c.create_time, ROLE_PROPOSALS.c.id), descending=True)


async def lock(tx: Tx, id: str) -> Proposal | None:
    proposal = ROLE_PROPOSALS.c
    row = await tx.row(
        sa.select(ROLE_PROPOSALS).where(proposal.tenant == tx.tenant, proposal.id == id).with_for_update()
    )
    return _proposal(row) if row else None


async def has_open(tx: Tx, login: str, grant: Grant, now: datetime) -> bool:
    proposal = ROLE_PROPOSALS.c
    asked = (proposal.tenant == tx.tenant, proposal.login == login)
    this = (proposal.role == grant.role.value, proposal.scope == grant.scope)
    chosen = sa.select(proposal.id).where(*asked, *this, _in_state(ProposalState.OPEN, now))
    return await tx.row(chosen.limit(1)) is not None


async def list_proposals(
    tx: Tx, state: ProposalState | None, now: datetime, after: Sequence[object] | None, limit: int
) -> list[Proposal]:
    chosen = sa.select(ROLE_PROPOSALS).where(ROLE_PROPOSALS.c.tenant == tx.tenant)
    if state is not None:
        chosen = chosen.where(_in_state(state, now))
    return [_proposal(row) for row in await tx.rows(PROPOSAL_ORDER.following(chosen, after, limit))]


def add(tx: Tx, proposal: Proposal) -> None:
    """PENDING."""
    tx.insert(
        ROLE_PROPOSALS,
        id=proposal.id,
        login=proposal.login,
        role=proposal.grant.role.value,
        scope=proposal.grant.scope,
        proposer=proposal.proposer,
        proposer_cadre=proposal.proposer_cadre,
        create_time=proposal.create_time,
        proposed_by=sorted(proposal.proposed_by),
    )


def save_consent(tx: Tx, proposal: Proposal) -> None:
    """PENDING: who consented."""
    this = (ROLE_PROPOSALS.c.tenant == tx.tenant, ROLE_PROPOSALS.c.id == proposal.id)
    tx.write(sa.update(ROLE_PROPOSALS).where(*this).values(consenter=proposal.consenter))


def _proposal(row: Row) -> Proposal:
    return Proposal(
        id=row.id,
        login=row.login,
        grant=Grant(Role(row.role), row.scope),
        proposer=row.proposer,
        proposer_cadre=row.proposer_cadre,
        create_time=row.create_time,
        proposed_by=frozenset(row.proposed_by),
        consenter=row.consenter,
    )


def _in_state(state: ProposalState, now: datetime) -> sa.ColumnElement[bool]:
    """The same as `Proposal.state`, in SQL."""
    proposal = ROLE_PROPOSALS.c
    if state is ProposalState.CONSENTED:
        return proposal.consenter.is_not(None)
    newest_expired = now - PROPOSAL_LASTS
    is_open = proposal.create_time > newest_expired
    return sa.and_(proposal.consenter.is_(None), is_open if state is ProposalState.OPEN else sa.not_(is_open))
