"""Deadlines: rows that say what is to happen when, and the sweeper that makes it happen, each exactly once."""

from services.common.deadlines.rows import Deadline, cancel, schedule, set_for
from services.common.deadlines.sweeper import Handler, Sweeper

__all__ = ["Deadline", "Handler", "Sweeper", "cancel", "schedule", "set_for"]
