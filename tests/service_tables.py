"""The services of the house, found by their migrations, and the tables that each declares."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

import services

ROOT = Path(services.__file__).parent


def services_with_tables() -> list[str]:
    """Every service that has a step of migration."""
    steps = ROOT.glob("*/migrations/versions/[0-9]*.py")
    return sorted({step.parts[len(ROOT.parts)] for step in steps})


def tables_of(service: str) -> Sequence[sa.MetaData]:
    """The collections of tables of the service, once all of its modules are known."""
    package = import_module(f"services.{service}")
    for module in pkgutil.walk_packages(package.__path__, f"services.{service}."):
        if not module.name.endswith("__main__") and ".migrations." not in module.name:
            import_module(module.name)
    collections: Sequence[sa.MetaData] = import_module(f"services.{service}.tables").COLLECTIONS
    return collections
