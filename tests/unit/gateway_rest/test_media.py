from __future__ import annotations

import pytest

from services.gateway.rest.media import accepts, is_json


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"']
)
def test_json_in_utf8_is_taken(content_type: str) -> None:
    assert is_json(content_type)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/json; charset=gbk", "application/jsonx", "application"]
)
def test_other_content_is_not(content_type: str) -> None:
    assert not is_json(content_type)


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/*", "text/html, application/json;q=0.5", "text/html,*/*;q=0.1"]
)
def test_whoever_takes_json_gets_it(accept: str) -> None:
    assert accepts(accept, "application/json")


@pytest.mark.parametrize(
    "accept", ["text/html", "application/json;q=0", "text/*", "application/json;q=0, */*", "application/json;q=x"]
)
def test_whoever_does_not_take_json_is_refused(accept: str) -> None:
    assert not accepts(accept, "application/json")
