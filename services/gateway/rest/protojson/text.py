"""JSON as text: RFC 8259 without the liberties that parsers take."""

from __future__ import annotations

import json
from typing import NoReturn, TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


class BrokenJson(Exception):
    """The bytes are not one JSON value; the text says why, in Chinese, without repeating the content."""


def parse(data: bytes) -> Json:
    """The value of a JSON text in UTF-8.

    Raises BrokenJson for invalid UTF-8, a text that is cut off or goes on, a key twice in one object (parsers differ
    in which one counts, so neither does), NaN and Infinity as bare words, and nesting deeper than the stack.
    """
    try:
        value: Json = _DECODER.decode(data.decode())
    except UnicodeDecodeError as error:
        raise BrokenJson(f"请求体不是有效的 UTF-8（第 {error.start + 1} 个字节）。") from None
    except json.JSONDecodeError as error:
        raise BrokenJson(f"请求体不是有效的 JSON（第 {error.lineno} 行第 {error.colno} 列）。") from None
    except RecursionError:
        raise BrokenJson("请求体嵌套过深。") from None
    except ValueError:
        raise BrokenJson("请求体中的数字过长。") from None
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BrokenJson(f"请求体中有重复的字段 {twice[:80]!a}。")
    return members


def _refuse(word: str) -> NoReturn:
    raise BrokenJson(f"请求体不是有效的 JSON：{word} 不是数字。")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_refuse)
