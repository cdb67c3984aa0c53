"""Receipts: with the code on a slip of paper a person follows a matter without an account.

Each service keeps its receipts beside what they open; codes, and the limit of tries, are alike in all of them.
"""

from services.common.receipts.codes import grouped, new_code, read_code, stored_hash
from services.common.receipts.opening import Found, Presented, open_receipt
from services.common.receipts.table import Receipts

__all__ = ["Found", "Presented", "Receipts", "grouped", "new_code", "open_receipt", "read_code", "stored_hash"]
