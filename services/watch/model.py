"""Every table of the service: importing this completes `metadata`, with which the migrations are compared."""

from __future__ import annotations

from services.watch.boxes.store import BOX_OPENINGS, BOXES
from services.watch.meetings.store import MEETING_ITEMS, MEETINGS
from services.watch.organisation.store import ACCOUNT_ROLES, ACCOUNTS, CADRES, TENANT_PROFILES, UNITS
from services.watch.oversights.store import OVERSIGHTS
from services.watch.posts.store import POSTS
from services.watch.receipts.store import RECEIPT_TRIES, RECEIPTS
from services.watch.reports.store import REGISTER_SERIES, REPORT_TEXTS, REPORTS
from services.watch.settings.store import TOWN_SETTINGS
from services.watch.supervisors.nomination_store import NOMINATIONS
from services.watch.supervisors.store import CARD_SERIES, SUPERVISORS
from services.watch.tables import metadata

TABLES = (
    *(TENANT_PROFILES, UNITS, CADRES, ACCOUNTS, ACCOUNT_ROLES),
    *(POSTS, BOXES, BOX_OPENINGS, MEETINGS, MEETING_ITEMS),
    *(NOMINATIONS, SUPERVISORS, CARD_SERIES, TOWN_SETTINGS),
    *(REPORTS, REGISTER_SERIES, REPORT_TEXTS, RECEIPTS, RECEIPT_TRIES, OVERSIGHTS),
)

__all__ = ["TABLES", "metadata"]
