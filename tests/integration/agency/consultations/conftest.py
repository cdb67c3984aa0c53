"""The town of the tests of cases."""

from tests.integration.agency.cases.conftest import office

__all__ = ["office"]
