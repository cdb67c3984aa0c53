"""The printed papers of supervision: the register, the supervisor's work card, the reporter's receipt slip.

The same data give the same PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.common.periods import in_words
from services.common.receipts.codes import grouped
from services.common.typesetting import Typesetter, shortened
from services.watch.register.page import RegisterPage, RegisterRow, post_title

TEMPLATES = Path(__file__).parent

SUMMARY_CHARACTERS = 160
BOX_CHARACTERS = 60
"""What a box of the form takes; the whole text stands in the system."""


async def register_pdf(page: RegisterPage, typesetter: Typesetter) -> bytes:
    """The register as the paper form, A4 across; its end says that no line follows."""
    data = {
        "title": page.title,
        "unit": page.unit,
        "year": str(page.year),
        "printed": in_words(page.printed),
        "closing": "（以下空白）" if page.rows else "（本年度无登记）",
        "rows": [_boxes(row) for row in page.rows],
    }
    return await typesetter.pdf(TEMPLATES / "register.typ", data, page.printed)


@dataclass(frozen=True)
class WorkCard:
    """The card 人民监督哨工作证 of a supervisor in office."""

    town: str
    post: str
    """Name of the post's unit, such as `八一村`."""
    person: str
    number: str
    """Such as `景村哨证〔2026〕7号`."""
    first_day: date
    last_day: date
    issued: date


async def work_card_pdf(card: WorkCard, typesetter: Typesetter) -> bytes:
    """Front and back of the card, 90 by 60 millimetres, with places for the photograph and the seal."""
    data = {
        "post": shortened(post_title(card.town, card.post), 36),
        "person": shortened(card.person, 16),
        "number": card.number,
        "first_day": in_words(card.first_day),
        "last_day": in_words(card.last_day),
        "issuer": party_committee(card.town),
        "issued": in_words(card.issued),
    }
    return await typesetter.pdf(TEMPLATES / "work_card.typ", data, card.issued)


@dataclass(frozen=True)
class ReceiptSlip:
    """The slip 查询凭条 that a reporter takes away; it names nobody."""

    town: str
    tenant: str
    """Code of the town, which is asked for together with the receipt code."""
    number: str
    """Register number of the report."""
    code: str
    """The sixteen digits: the one time that they are written down."""
    registered: date
    due: date
    """Day by which an answer is due."""


async def receipt_slip_pdf(slip: ReceiptSlip, typesetter: Typesetter) -> bytes:
    """The slip, 80 millimetres wide, as receipt printers take it. Holds the code: never store or log it."""
    data = {
        "town": slip.town,
        "tenant": slip.tenant,
        "number": slip.number,
        "code": grouped(slip.code).split(),
        "registered": in_words(slip.registered),
        "due": in_words(slip.due),
    }
    return await typesetter.pdf(TEMPLATES / "receipt_slip.typ", data, slip.registered)


def party_committee(town: str) -> str:
    """Full name of the committee that issues the cards; a sub-district 街道 has a working committee."""
    if "街道" in town:
        return f"中共{town.partition('街道')[0]}街道工作委员会"
    return f"中共{town}委员会"


def _boxes(row: RegisterRow) -> dict[str, str]:
    boxes = {
        "number": row.number,
        "registered": _day(row.registered),
        "received": _bracketed(_day(row.received)),
        "channel": row.channel,
        "reporter": row.reporter or "",
        "kind": row.kind,
        "matter": _bracketed(row.matter),
        "subject": row.subject,
        "classification": row.classification,
        "organ": row.organ,
        "officer": _bracketed(row.officer),
        "due": _day(row.due),
        "answered": _day(row.answered),
        "finding": row.finding,
        "state": row.state,
        "satisfaction": _bracketed(row.satisfaction),
        "remark": row.remark,
    }
    return {name: shortened(text, BOX_CHARACTERS) for name, text in boxes.items()} | {
        "summary": shortened(row.shown_summary, SUMMARY_CHARACTERS)
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _bracketed(text: str) -> str:
    return f"（{text}）" if text else ""
