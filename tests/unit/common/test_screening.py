from __future__ import annotations

from collections.abc import Mapping

import pytest

from services.common.errors import Violation
from services.common.rpc.screening import screen_of
from services.common.rpc.validation import violations_of
from tests.echo import ECHO, message

Request, Echo, Ask = message("CreateEchoRequest"), message("Echo"), message("AskEchoRequest")
PARENT = "tenants/611021101"
SCREEN = screen_of(ECHO.methods_by_name["CreateEcho"].input_type)


def screened(**echo: object) -> list[tuple[str, str]]:
    return [(each.field, each.reason) for each in SCREEN.violations(Request(parent=PARENT, echo=Echo(**echo)))]


@pytest.mark.parametrize(
    "title", ["景村镇", "😀村", "👨‍👩‍👧‍👦", "O'Neill; drop table", "𠮷野", "café", "a\u00a0b", "｟全角｠", "\ufeff村"]
)
def test_what_people_write_passes(title: str) -> None:
    assert screened(title=title, body=f"{title}\r\n\t{title}", tags=[title]) == []


@pytest.mark.parametrize(
    "hidden",
    list("\x00\x07\n\r\t\x1b\x7f\x85\u2028\u2029\u061c\u200e\u200f\u202a\u202e\u2066\u2069"),
)
def test_a_name_may_not_hide_characters_or_turn_its_direction(hidden: str) -> None:
    assert screened(title=f"村{hidden}村") == [("echo.title", "HIDDEN_CHARACTER")]
    assert screened(tags=["村", f"{hidden}"]) == [("echo.tags[1]", "HIDDEN_CHARACTER")]


@pytest.mark.parametrize("mark", list("\u200e\u200f\u202a\u202c\u2066\u2069"))
def test_a_long_text_may_have_the_marks_of_direction_that_word_processors_leave_behind(mark: str) -> None:
    assert screened(body=f"第一行\n{mark}第二行") == []


@pytest.mark.parametrize("hidden", ["\x00", "\x08", "\x0b", "\x1b", "\x7f", "\x9f", "\u202d", "\u202e"])
def test_a_long_text_may_not_hide_control_characters_or_turn_what_follows_around(hidden: str) -> None:
    assert screened(body=f"第一行\n{hidden}第二行") == [("echo.body", "HIDDEN_CHARACTER")]


@pytest.mark.parametrize("nothing", ["\ufdd0", "\ufffe", "\uffff", "\U0001fffe", "\U0010ffff"])
def test_what_is_no_character_in_any_version_is_refused_everywhere(nothing: str) -> None:
    assert screened(title=f"村{nothing}", body=f"村{nothing}") == [
        ("echo.title", "HIDDEN_CHARACTER"),
        ("echo.body", "HIDDEN_CHARACTER"),
    ]


@pytest.mark.parametrize(
    "invisible", ["\u200b", "\u2060\u00ad", " \u3164 ", "\u115f", "\u2800", "\ufe0f", "\U000e0041"]
)
def test_a_text_of_what_nobody_sees_is_refused(invisible: str) -> None:
    assert screened(title=invisible, body=invisible) == [
        ("echo.title", "HIDDEN_CHARACTER"),
        ("echo.body", "HIDDEN_CHARACTER"),
    ]


def test_a_hidden_character_is_found_however_deep_it_is() -> None:
    deep = Echo(answers=[Echo(title="好"), Echo(answers=[Echo(title="a\x00")])])

    assert screened(answers=[deep]) == [("echo.answers[0].answers[1].answers[0].title", "HIDDEN_CHARACTER")]


@pytest.mark.parametrize(
    ("echo", "field"),
    [
        ({"tone": 7}, "echo.tone"),
        ({"moods": [1, 0, 2]}, "echo.moods[2]"),
        ({"tones": {"a": 1, "b": 9}}, "echo.tones"),
        ({"tone": -1}, "echo.tone"),
    ],
)
def test_an_enum_value_of_a_later_version_is_named_by_its_field(echo: Mapping[str, object], field: str) -> None:
    assert screened(**echo) == [(field, "UNKNOWN_ENUM_VALUE")]


def test_the_key_of_a_map_is_screened_and_not_repeated() -> None:
    assert screened(tones={"\x00": 1}) == [("echo.tones", "HIDDEN_CHARACTER")]


def test_an_empty_request_has_nothing_to_screen() -> None:
    assert SCREEN.violations(Request()) == []


@pytest.mark.parametrize(
    ("request_", "violation"),
    [
        (Request(), Violation("echo", "必须填写。", "required")),
        (Request(echo=Echo(title="村" * 21)), Violation("echo.title", "最多 20 个字。", "string.max_len")),
        (
            Request(echo=Echo(answers=[Echo(), Echo(title="村" * 21)])),
            Violation("echo.answers[1].title", "最多 20 个字。", "string.max_len"),
        ),
        (Request(echo=Echo(tags=["好的", "好"])), Violation("echo.tags[1]", "至少 2 个字。", "string.min_len")),
        (Request(echo=Echo(tags=["好的"] * 4)), Violation("echo.tags", "最多 3 项。", "repeated.max_items")),
        (Request(echo=Echo(), page_size=201), Violation("page_size", "不在允许的范围内。", "int32.gte_lte")),
        (Request(echo=Echo(), step=0), Violation("step", "必须大于 0。", "int32.gt")),
        (Ask(code="123"), Violation("code", "格式不正确。", "string.pattern")),
        (Ask(code="1" * 16, day="2026-02-30"), Violation("day", "日期应当存在。", "day.real")),
        (Ask(code="1" * 16, mail="x"), Violation("mail", "格式不正确。", "string.email")),
    ],
)
def test_a_broken_rule_is_told_in_chinese_with_its_field(request_: object, violation: Violation) -> None:
    assert violations_of(request_) == [violation]  # type: ignore[arg-type]


def test_every_broken_rule_is_told() -> None:
    request = Request(echo=Echo(title="村" * 21, tags=["好"]), page_size=-1)

    assert [each.field for each in violations_of(request)] == ["echo.title", "echo.tags[0]", "page_size"]
