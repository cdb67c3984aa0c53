"""Characters that nobody sees: with them a text may look like another one, or like none at all.

INVISIBLE are those that Unicode lets a reader ignore (joiners, selectors, fillers, marks of direction, tags), and the
blank of Braille. Some have a use inside a word or an emoji, so that they are let through between visible characters.
NONCHARACTERS stand for nothing, in any version of Unicode; XML, and so a spreadsheet, cannot even hold all of them.
"""

from __future__ import annotations

import re

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
"""As the inside of a character class."""

_LAST_TWO = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
NONCHARACTERS = f"\ufdd0-\ufdef{_LAST_TWO}"
"""As the inside of a character class."""

_NONCHARACTER = re.compile(f"[{NONCHARACTERS}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_VISIBLE = re.compile(f"[^\\s{INVISIBLE}]")


def says_something(text: str) -> bool:
    """Whether there is anything in the text that a reader could see."""
    return _VISIBLE.search(text) is not None


def without_invisible(text: str) -> str:
    """What a reader sees of the text."""
    return _INVISIBLE.sub("", text)


def without_noncharacters(text: str) -> str:
    """The text without what stands for nothing."""
    return _NONCHARACTER.sub("", text)
