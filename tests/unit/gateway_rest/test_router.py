from __future__ import annotations

import pytest

from services.common.rpc.access_option import ContractError
from services.gateway.rest.contract import Address
from services.gateway.rest.router import BadPath, Found, Router
from services.gateway.rest.template import parse


def router(*addresses: str) -> Router[str]:
    """A router of addresses such as `GET /v1/things`, each its own target."""
    split = [address.partition(" ")[::2] for address in addresses]
    return Router((Address(verb, path, parse(path), "", ""), path) for verb, path in split)


def found(routes: Router[str], verb: str, path: str) -> Found[str]:
    result = routes.find(verb, path)
    assert isinstance(result, Found)
    return result


def test_a_path_fills_its_fields() -> None:
    routes = router("GET /v1/{name=tenants/*/things/*}/parts/{part}")

    values = found(routes, "GET", "/v1/tenants/611021/things/7/parts/b").values

    assert values == {"name": "tenants/611021/things/7", "part": "b"}


def test_a_literal_wins_over_a_variable_whatever_came_first() -> None:
    routes = router("GET /v1/things/{thing}", "GET /v1/things/newest")

    assert found(routes, "GET", "/v1/things/newest").target == "/v1/things/newest"
    assert found(routes, "GET", "/v1/things/other").target == "/v1/things/{thing}"


def test_a_verb_makes_another_address() -> None:
    routes = router("GET /v1/{name=things/*}", "POST /v1/{name=things/*}:assign")

    assert found(routes, "POST", "/v1/things/7:assign").values == {"name": "things/7"}
    assert routes.find("GET", "/v1/things/7:assign") == frozenset({"POST"})
    assert routes.find("POST", "/v1/things/7:unknown") == frozenset()


def test_the_methods_of_an_address_are_told_when_it_is_another() -> None:
    routes = router("GET /v1/things", "POST /v1/things")

    assert routes.find("DELETE", "/v1/things") == frozenset({"GET", "POST"})


@pytest.mark.parametrize("path", ["/", "", "/v1", "/v1/things/", "/v1/things/7/", "/v1//7", "/v2/things/7"])
def test_elsewhere_is_nothing(path: str) -> None:
    assert router("GET /v1/things/{thing}").find("GET", path) == frozenset()


def test_an_encoded_slash_is_part_of_a_single_segment() -> None:
    routes = router("GET /v1/things/{thing}", "GET /v1/{name=tenants/*/things/*}")

    assert found(routes, "GET", "/v1/things/a%2Fb%20c").values == {"thing": "a/b c"}
    assert found(routes, "GET", "/v1/tenants/1/things/a%2fb%20c").values == {"name": "tenants/1/things/a%2Fb c"}


def test_an_open_end_takes_all_segments() -> None:
    routes = router("GET /v1/files/{path=**}")

    assert found(routes, "GET", "/v1/files/a/b/c").values == {"path": "a/b/c"}
    assert routes.find("GET", "/v1/files") == frozenset()


def test_an_encoded_colon_is_no_verb() -> None:
    assert found(router("GET /v1/things/{thing}"), "GET", "/v1/things/a%3Ab").values == {"thing": "a:b"}


@pytest.mark.parametrize("path", ["/v1/things/%ff", "/v1/things/\xff"])
def test_a_path_that_is_no_utf8_is_refused(path: str) -> None:
    with pytest.raises(BadPath):
        router("GET /v1/things/{thing}").find("GET", path)


def test_two_rpcs_at_one_address_are_refused() -> None:
    with pytest.raises(ContractError):
        router("GET /v1/things/{thing}", "GET /v1/things/{other}")
