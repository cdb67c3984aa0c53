"""What follows in the agency service from the gateway's organisation: a point in each unit that has one."""

from __future__ import annotations

from services.agency.points.opening import follow_units
from services.common.organisation.consumers import Followers

FOLLOWERS = Followers(units=follow_units)
