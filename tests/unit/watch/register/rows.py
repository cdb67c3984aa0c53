"""Builders of register pages."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.watch.register.page import RegisterPage, RegisterRow, Reporter

SEPTEMBER = date(2026, 9, 1)

HOSTILE = [
    '#let x = 1; #eval("1+1") #read("/etc/passwd") *bold* _it_ $x^2$ <label> @ref `raw` // c /* c */ [ ] { }',
    "= Heading\n- item\n+ item\n/ term: x \\ #pagebreak()",
    "emoji 😀👨‍👩‍👧‍👦 夸夸 🇨🇳",
    "\u202e反转 abc\u202c \u2066xx\u2069 \u200bzero",
    "a" * 5000,
    "长" * 20_000,
    "z̷̢̛a̸̡l̵̨g̸o" * 50,
    "مرحبا שלום",
    "'; drop table reports; --",
    "\x00\x07\x1b[31m\ud800",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '\t=HYPERLINK("x")',
]


def a_row(number: int = 12, **other: Any) -> RegisterRow:
    """A general complaint of 1 September, answered in time."""
    usual = RegisterRow(
        number=f"景村监〔2026〕{number}号",
        registered=SEPTEMBER,
        received=date(2026, 8, 31),
        channel="投诉箱",
        reporter=Reporter.ANONYMOUS,
        kind="检举投诉",
        matter="以权谋私",
        subject="财政所",
        summary=None,
        classification="一般",
        organ="镇纪委",
        officer="李伟",
        due=date(2026, 9, 8),
        answered=date(2026, 9, 7),
        finding="部分属实",
        state="已办结",
        satisfaction="满意",
        remarks=("逾期",),
    )
    return replace(usual, **other)


def a_page(*rows: RegisterRow, **other: Any) -> RegisterPage:
    return replace(RegisterPage("景村镇", 2026, rows, printed=SEPTEMBER), **other)
