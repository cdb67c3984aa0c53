"""Migrations: alembic per service, with one environment for all of them.

A service keeps its steps in `services/{service}/migrations/versions`, and nothing else; its first step begins with
`create_foundation`. They are run by the owner's role, and must leave an older version of the service at work: expand
first, contract a release later.
"""

from services.common.migrations.foundation import create_foundation
from services.common.migrations.organisation import create_organisation
from services.common.migrations.upgrade import for_each_tenant, upgrade

__all__ = ["create_foundation", "create_organisation", "for_each_tenant", "upgrade"]
