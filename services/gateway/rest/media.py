"""Which forms of content a client sends and takes."""

from __future__ import annotations

from email.message import Message
from functools import lru_cache

JSON = "application/json"


@lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """Whether a Content-Type is JSON in UTF-8, which is what JSON in another encoding is not."""
    header = _parsed(content_type)
    return header.get_content_type() == JSON and header.get_content_charset("utf-8") in ("utf-8", "utf8")


@lru_cache(maxsize=256)
def accepts(accept: str, media_type: str) -> bool:
    """Whether an Accept header (empty: anything) takes the media type. The most specific range decides."""
    ranges = [_parsed(part) for part in accept.split(",") if part.strip()]
    weights = {header.get_content_type(): _weight(header) for header in ranges}
    family = media_type.partition("/")[0]
    matching = [weights[each] for each in (media_type, f"{family}/*", "*/*") if each in weights]
    return not ranges or (bool(matching) and matching[0] > 0)


def _parsed(value: str) -> Message:
    header = Message()
    header["content-type"] = value.strip()
    return header


def _weight(header: Message) -> float:
    quality = header.get_param("q", "1")
    try:
        return float(quality) if isinstance(quality, str) else 0.0
    except ValueError:
        return 0.0
