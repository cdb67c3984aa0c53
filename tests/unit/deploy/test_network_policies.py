"""What may connect to what in a cluster: a list that a person can read, and nothing besides."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from msgspec import field

from tests.kubernetes import Camel, Labels, Manifest, manifests, workloads

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")

NAME = "app.kubernetes.io/name"

FLOWS = {
    "ingress -> gateway 8000",
    "ingress -> gateway 7000",
    "gateway -> watch 7000",
    "gateway -> agency 7000",
    "gateway -> risk 7000",
    "watch -> gateway 8000",
    "agency -> gateway 8000",
    "risk -> gateway 8000",
    "monitoring -> gateway 9000",
    "monitoring -> watch 9000",
    "monitoring -> agency 9000",
    "monitoring -> risk 9000",
    "gateway -> postgres 5432",
    "gateway -> nats 4222",
    "watch -> postgres 5432",
    "agency -> postgres 5432",
    "risk -> postgres 5432",
    "watch -> nats 4222",
    "agency -> nats 4222",
    "risk -> nats 4222",
    "gateway-migration -> postgres 5432",
    "watch-migration -> postgres 5432",
    "agency-migration -> postgres 5432",
    "risk-migration -> postgres 5432",
    "everybody -> kube-system/kube-dns 53",
}
"""Every connection that is allowed. Namespaces by their name, pods of ours by theirs."""


class Peer(Camel, frozen=True):
    pod_selector: Labels | None = None
    namespace_selector: Labels | None = None


class Port(Camel, frozen=True):
    port: int
    protocol: str = "TCP"


class Rule(Camel, frozen=True):
    ports: tuple[Port, ...] = ()
    to: tuple[Peer, ...] = ()
    from_: tuple[Peer, ...] = field(default=(), name="from")


class PolicySpec(Camel, frozen=True):
    pod_selector: Labels
    policy_types: list[str]
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()


class Policy(Manifest, frozen=True):
    """A NetworkPolicy."""

    spec: PolicySpec


def peer_name(peer: Peer) -> str:
    namespace = peer.namespace_selector and peer.namespace_selector.match_labels["kubernetes.io/metadata.name"]
    pod = peer.pod_selector and next(iter(peer.pod_selector.match_labels.values()))
    return "/".join(each for each in (namespace, pod) if each)


def flows(policy: Policy) -> Iterator[str]:
    """The connections that a policy allows, an inner one from both of its ends."""
    us = policy.spec.pod_selector.match_labels.get(NAME, "everybody")

    def of(rules: tuple[Rule, ...], line: str) -> Iterator[str]:
        for rule in rules:
            assert rule.ports, "a rule without ports allows all of them"
            for peer in [*rule.to, *rule.from_]:
                yield from (line.format(peer_name(peer)) + f" {port.port}" for port in rule.ports)

    yield from of(policy.spec.ingress, f"{{}} -> {us}")
    yield from of(policy.spec.egress, f"{us} -> {{}}")


def test_what_no_policy_allows_is_denied() -> None:
    [deny] = [each for each in manifests("NetworkPolicy", Policy) if each.metadata.name == "default-deny"]

    assert deny.spec.pod_selector == Labels()
    assert sorted(deny.spec.policy_types) == ["Egress", "Ingress"]
    assert not [*flows(deny)]


def test_policies_allow_exactly_the_connections_that_are_needed() -> None:
    allowed = {flow for policy in manifests("NetworkPolicy", Policy) for flow in flows(policy)}

    assert allowed == FLOWS


def test_a_connection_between_services_is_allowed_at_both_ends() -> None:
    names = {workload.metadata.name for workload in workloads()}
    ends = [flow for policy in manifests("NetworkPolicy", Policy) for flow in flows(policy)]
    inner = [flow for flow in ends if set(re.split(r" -> | ", flow)[:2]) <= names]

    assert inner
    assert all(inner.count(flow) == 2 for flow in inner)
