"""What a post is called."""

from __future__ import annotations

import pytest

from services.common.organisation.domain import Tenant, TenantKind, Unit, UnitKind
from services.watch.posts.domain import title

TOWN = Tenant("611021101", "景村镇", "景村", TenantKind.TOWN, "611021")


@pytest.mark.parametrize(
    ("unit", "called"),
    [("民政办", "景村镇民政办监督哨"), ("景村镇财政所", "景村镇财政所监督哨"), ("八一村", "景村镇八一村监督哨")],
)
def test_a_post_is_called_after_its_town_and_its_unit(unit: str, called: str) -> None:
    assert title(TOWN, Unit("611021101.civil-affairs", unit, UnitKind.TOWN_UNIT, retired=False)) == called
