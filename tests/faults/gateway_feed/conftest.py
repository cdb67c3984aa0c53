from tests.messaging import admin, publisher

__all__ = ["admin", "publisher"]
