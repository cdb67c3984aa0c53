"""The manifests of Kubernetes as a cluster would get them, typed. What one leaves out has the default of a cluster."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml
from msgspec import Struct

BASE = Path(__file__).parents[1] / "deploy" / "kubernetes" / "base"

K = TypeVar("K", bound=Struct)


class Camel(Struct, rename="camel", frozen=True):
    """A part of a manifest."""


class Metadata(Camel, frozen=True):
    name: str = ""
    labels: dict[str, str] = {}


class Manifest(Camel, frozen=True):
    """What all manifests have."""

    kind: str
    metadata: Metadata


class Labels(Camel, frozen=True):
    match_labels: dict[str, str] = {}


class Capabilities(Camel, frozen=True):
    drop: list[str] = []
    add: list[str] = []


class Seccomp(Camel, frozen=True):
    type: str = "Unconfined"


class SecurityContext(Camel, frozen=True):
    run_as_non_root: bool = False
    run_as_user: int = 0
    fs_group: int = 0
    seccomp_profile: Seccomp = Seccomp()
    allow_privilege_escalation: bool = True
    read_only_root_filesystem: bool = False
    capabilities: Capabilities = Capabilities()


class Resources(Camel, frozen=True):
    requests: dict[str, str] = {}
    limits: dict[str, str] = {}


class Variable(Camel, frozen=True):
    name: str
    value: str = ""


class Reference(Camel, frozen=True):
    name: str = ""


class Source(Camel, frozen=True):
    config_map_ref: Reference = Reference()


class ContainerPort(Camel, frozen=True):
    name: str
    container_port: int


class Grpc(Camel, frozen=True):
    port: int
    service: str = ""


class Http(Camel, frozen=True):
    path: str
    port: str


class Probe(Camel, frozen=True):
    grpc: Grpc | None = None
    http_get: Http | None = None


class Sleep(Camel, frozen=True):
    seconds: int = 0


class Hook(Camel, frozen=True):
    sleep: Sleep = Sleep()


class Lifecycle(Camel, frozen=True):
    pre_stop: Hook = Hook()


class Mount(Camel, frozen=True):
    name: str
    mount_path: str
    read_only: bool = False


class Container(Camel, frozen=True):
    name: str
    image: str
    args: list[str]
    env: list[Variable] = []
    env_from: list[Source] = []
    ports: list[ContainerPort] = []
    startup_probe: Probe | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    lifecycle: Lifecycle = Lifecycle()
    resources: Resources = Resources()
    security_context: SecurityContext = SecurityContext()
    volume_mounts: list[Mount] = []


class SecretVolume(Camel, frozen=True):
    secret_name: str
    default_mode: int = 0o644


class Volume(Camel, frozen=True):
    name: str
    secret: SecretVolume | None = None
    empty_dir: dict[str, str] | None = None


class Pod(Camel, frozen=True):
    containers: list[Container]
    service_account_name: str = "default"
    automount_service_account_token: bool = True
    enable_service_links: bool = True
    security_context: SecurityContext = SecurityContext()
    termination_grace_period_seconds: int = 30
    volumes: list[Volume] = []


class Template(Camel, frozen=True):
    spec: Pod
    metadata: Metadata


class WorkloadSpec(Camel, frozen=True):
    template: Template
    selector: Labels = Labels()


class Workload(Manifest, frozen=True):
    """A Deployment or a Job."""

    spec: WorkloadSpec

    @property
    def pod(self) -> Pod:
        return self.spec.template.spec

    @property
    def labels(self) -> dict[str, str]:
        """Those of its pods."""
        return self.spec.template.metadata.labels


class Budget(Manifest, frozen=True):
    spec: dict[str, object]


class Settings(Manifest, frozen=True):
    """A ConfigMap."""

    data: dict[str, str]


class ServicePort(Camel, frozen=True):
    name: str
    port: int
    target_port: str


class ServiceSpec(Camel, frozen=True):
    selector: dict[str, str]
    ports: list[ServicePort]


class Service(Manifest, frozen=True):
    spec: ServiceSpec


@cache
def rendered() -> tuple[dict[str, object], ...]:
    """Every manifest of the base, as kustomize puts them together."""
    text = subprocess.run(["kubectl", "kustomize", BASE], check=True, capture_output=True, text=True).stdout
    return tuple(yaml.safe_load_all(text))


def manifests(kind: str, of: type[K]) -> Iterator[K]:
    """All of a kind."""
    return (msgspec.convert(each, of) for each in rendered() if each["kind"] == kind)


def workloads() -> list[Workload]:
    """Everything that makes pods."""
    return [*manifests("Deployment", Workload), *manifests("Job", Workload)]
