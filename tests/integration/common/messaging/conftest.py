from tests.messaging import addresses, admin, clock, database, publisher, subscriber, sweeper_database

__all__ = ["addresses", "admin", "clock", "database", "publisher", "subscriber", "sweeper_database"]
