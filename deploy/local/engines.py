"""The engines that a county stands on, the same on a laptop, in tests and in production: PostgreSQL and NATS."""

from deploy.local.nats_server import Nats
from deploy.local.postgres import THROWAWAY, Postgres

__all__ = ["THROWAWAY", "Nats", "Postgres"]
