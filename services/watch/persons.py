"""When two names are those of one person."""

from __future__ import annotations

import unicodedata

from services.common.characters import without_invisible

_DOTS = dict.fromkeys("•‧・⋅∙●", "·")


def person_key(name: str) -> str:
    """What the spellings of one name have in common.

    Width, case, blanks, what nobody sees, and the kind of middle dot do not count.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", without_invisible(name)).casefold())
    return "".join(_DOTS.get(character, character) for character in text if not character.isspace())
