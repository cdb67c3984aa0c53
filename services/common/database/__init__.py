"""Tenant transactions on PostgreSQL, with as few round trips as can be: see `Database` and `Tx`."""

from services.common.database.engine import Database
from services.common.database.failures import Contention, UniqueViolation, Unreachable
from services.common.database.pool import PoolFigures
from services.common.database.session import TENANT, Ended
from services.common.database.transaction import Tx

__all__ = ["TENANT", "Contention", "Database", "Ended", "PoolFigures", "Tx", "UniqueViolation", "Unreachable"]
