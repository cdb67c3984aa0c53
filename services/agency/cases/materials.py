"""What a notice asks for: the item's materials by their names in the clear, and further ones, which an officer may call
what they like, sealed beside the case. These have a number in the clear."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from minshao.agency.v1 import TextEvidence

from services.agency.cases import texts
from services.agency.cases.acting import Acting
from services.agency.cases.domain.case import Case
from services.agency.cases.store import TEXTS
from services.agency.items.use_cases import offer

NUMBERED = re.compile(r"其他材料[0-9]+")
ROLE = "material/"


async def words_of(acting: Acting, case: Case) -> Mapping[str, str]:
    """What the further materials that are missing are called, by number; none once it was shredded."""
    roles = [f"{ROLE}{name}" for name in case.lacking if NUMBERED.fullmatch(name)]
    if not roles:
        return {}
    opened = await TEXTS.read(acting.tx, acting.agency.sealer, case.id, roles)
    return {each.role.removeprefix(ROLE): each.text for each in opened}


async def as_kept(acting: Acting, case: Case, shown: Collection[str]) -> Sequence[str]:
    """Missing materials as the case keeps them, from what they are called."""
    numbers = {words: number for number, words in (await words_of(acting, case)).items()}
    return [numbers.get(name, name) for name in shown]


async def number_further(
    acting: Acting, case: Case, missing: Collection[str]
) -> tuple[Sequence[str], Sequence[TextEvidence]]:
    """PENDING: what a notice asks for, as the case keeps it, and evidence of what is sealed of it now."""
    kept = list(dict.fromkeys(await as_kept(acting, case, missing)))
    if set(kept) <= {*case.lacking, *case.owed}:
        return kept, []
    own = {
        material.name for material in (await offer(acting.tx, case.item, case.item_version)).published.item.materials
    }
    further = [name for name in kept if name not in own.union(case.lacking, case.owed)]
    if not further:
        return kept, []
    last, key = await _last_number(acting, case), await acting.key(case)
    numbers = {words: f"其他材料{number}" for number, words in enumerate(further, last + 1)}
    evidence = [
        texts.put(acting.tx, key, f"{ROLE}{number}", words, acting.actor.name, acting.now)
        for words, number in numbers.items()
    ]
    return [numbers.get(name, name) for name in kept], evidence


async def _last_number(acting: Acting, case: Case) -> int:
    """How many there have been: a number is given once. The case is locked."""
    t = TEXTS.table.c
    these = (t.tenant == acting.tx.tenant, t.case == case.id, t.role.startswith(ROLE))
    return await acting.tx.scalar(sa.select(sa.func.count()).select_from(TEXTS.table).where(*these)) or 0
