from __future__ import annotations

import pytest

from services.gateway.rest.template import BadTemplate, Variable, parse


def test_a_variable_of_several_segments_spans_them() -> None:
    template = parse("/v1/{name=tenants/*/reports/*}:assign")

    assert template.segments == ("v1", "tenants", "*", "reports", "*")
    assert template.variables == (Variable("name", 1, 5),)
    assert template.verb == "assign"


def test_a_variable_without_a_pattern_is_one_segment() -> None:
    template = parse("/v1/things/{short}")

    assert template.segments == ("v1", "things", "*")
    assert template.variables == (Variable("short", 2, 3),)


def test_a_verb_may_follow_a_literal() -> None:
    template = parse("/v1/{parent=tenants/*}/reports:handOverAll")

    assert template.segments[-1] == "reports"
    assert template.verb == "handOverAll"


def test_the_fields_that_a_path_fills_are_known() -> None:
    assert parse("/v1/{thing.name=tenants/*/things/*}/parts/{part}").fields == {"thing.name", "part"}


@pytest.mark.parametrize(
    "text", ["", "v1/things", "/v1/{name", "/v1/{name=**}/more", "/v1//things", "/v1/{Name}", "/v1/{name=a//b}", "/"]
)
def test_what_is_no_template_is_refused(text: str) -> None:
    with pytest.raises(BadTemplate):
        parse(text)
