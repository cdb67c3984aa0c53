"""What is told of a warning passes through NATS, however much is behind it."""

from __future__ import annotations

from uuid import uuid4

from minshao.common.v1 import LEVEL_COUNTY
from minshao.risk.v1 import Warning, WarningRaised

from services.risk.warnings.telling import MOST_TOLD

LARGEST_MESSAGE = 1024 * 1024
"""Of NATS."""


def test_a_warning_with_as_much_behind_it_as_is_told_of_is_no_message_too_large() -> None:
    said = WarningRaised(
        colour=Warning.COLOUR_RED,
        information_count=MOST_TOLD,
        risk_information=[f"tenants/611021101/riskInformation/{uuid4().hex}" for _ in range(MOST_TOLD)],
        recused_accounts=[f"tenants/611021101/accounts/{uuid4().hex}" for _ in range(MOST_TOLD)],
        recused_cadres=[f"tenants/611021101/cadres/{uuid4().hex}" for _ in range(MOST_TOLD)],
        recused_units=[f"611021101.{uuid4().hex}" for _ in range(500)],
        visible_to=LEVEL_COUNTY,
    )

    assert said.ByteSize() < LARGEST_MESSAGE
