"""Working days of the People's Republic of China, and periods that are counted in them.

`calendar_of` makes a tenant's calendar; `deadline`, `used` and `explain` count in it. Pure, without storage or clock.
"""

from services.common.workdays.arrangements import NOTICES, calendar_of
from services.common.workdays.calendar import Calendar
from services.common.workdays.days import CalendarDay, Kind, Level, SetDay
from services.common.workdays.deadlines import Due, deadline, used
from services.common.workdays.explanation import ExplainedDay, Explanation, explain
from services.common.workdays.pauses import Ground, Pause
from services.common.workdays.publication import Arrangement, Notice, read_arrangement

__all__ = [
    "NOTICES",
    "Arrangement",
    "Calendar",
    "CalendarDay",
    "Due",
    "ExplainedDay",
    "Explanation",
    "Ground",
    "Kind",
    "Level",
    "Notice",
    "Pause",
    "SetDay",
    "calendar_of",
    "deadline",
    "explain",
    "read_arrangement",
    "used",
]
