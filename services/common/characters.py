"""Characters that nobody sees: with them a text may look like another one, or like none at all.

INVISIBLE are those that Unicode lets a reader ignore (joiners, selectors, fillers, marks of direction, tags), and the
blank of Braille. Some have a use inside a word or an emoji, so that they are let through between visible characters.
NONCHARACTERS stand for nothing, in any version of Unicode; XML, and so a spreadsheet, cannot even hold all of them.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
"""As the inside of a character class."""

_LAST_TWO = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
NONCHARACTERS = f"\ufdd0-\ufdef{_LAST_TWO}"
"""As the inside of a character class."""

UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Mn", "Me"})
"""Unicode categories that no form prints: controls, invisible and direction marks (which let text pose as other
text), halves of characters, and marks that pile up over the neighbouring rows. What is newer than the tables of Python
may be somebody's name: it is printed, by a box where the typeface has it not either."""

_NONCHARACTER = re.compile(f"[{NONCHARACTERS}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_VISIBLE = re.compile(f"[^\\s{INVISIBLE}]")
_SPACES = re.compile(r"\s+")


def says_something(text: str) -> bool:
    """Whether there is anything in the text that a reader could see."""
    return _VISIBLE.search(text) is not None


def without_invisible(text: str) -> str:
    """What a reader sees of the text."""
    return _INVISIBLE.sub("", text)


def without_noncharacters(text: str) -> str:
    """The text without what stands for nothing."""
    return _NONCHARACTER.sub("", text)


def printable(text: str) -> str:
    """The text on one line, without what cannot or must not be printed."""
    seen = unicodedata.normalize("NFC", without_invisible(without_noncharacters(text)))
    kept = (" " if char in "\t\n\r" else char for char in seen)
    return _SPACES.sub(" ", "".join(c for c in kept if unicodedata.category(c) not in UNPRINTABLE)).strip()
