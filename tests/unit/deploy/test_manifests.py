"""The house rules of what runs in a cluster: no rights, no secrets in sight, no connection that nobody needs."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path

import msgspec
import pytest

from services.common.settings import MIGRATE, SERVE
from services.common.settings import Settings as ServiceSettings
from tests.kubernetes import (
    BASE,
    Budget,
    Labels,
    Manifest,
    Service,
    Settings,
    Workload,
    manifests,
    rendered,
    workloads,
)

pytestmark = pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")

SECRETS = "/etc/minshao"


def settings_of(workload: Workload) -> dict[str, str]:
    """The environment of its container."""
    [container] = workload.pod.containers
    maps = {each.metadata.name: each.data for each in manifests("ConfigMap", Settings)}
    values = {each.name: each.value for each in container.env}
    for source in container.env_from:
        values |= maps[source.config_map_ref.name]
    return values


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def test_every_pod_runs_without_rights() -> None:
    for workload in workloads():
        pod = workload.pod
        assert pod.security_context.run_as_non_root
        assert pod.security_context.run_as_user > 0
        assert pod.security_context.seccomp_profile.type == "RuntimeDefault"
        assert not pod.automount_service_account_token
        assert not pod.enable_service_links
        for container in pod.containers:
            context = container.security_context
            assert context.read_only_root_filesystem
            assert not context.allow_privilege_escalation
            assert (context.capabilities.drop, context.capabilities.add) == (["ALL"], [])


def test_every_workload_has_an_account_of_its_own_that_opens_nothing() -> None:
    accounts = {each["metadata"]["name"]: each for each in rendered() if each["kind"] == "ServiceAccount"}  # type: ignore[index]

    assert {workload.pod.service_account_name for workload in workloads()} == set(accounts)
    assert [workload.pod.service_account_name for workload in workloads()] == [
        workload.metadata.name for workload in workloads()
    ]
    assert all(each["automountServiceAccountToken"] is False for each in accounts.values())


def test_the_namespace_refuses_pods_with_rights() -> None:
    [namespace] = manifests("Namespace", Manifest)

    assert namespace.metadata.labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_every_container_asks_for_what_it_needs_and_is_bounded_in_memory() -> None:
    for workload in workloads():
        for container in workload.pod.containers:
            assert {"cpu", "memory"} <= container.resources.requests.keys()
            assert "memory" in container.resources.limits
            assert re.fullmatch(r"minshao:\d+\.\d+\.\d+", container.image)
        assert all("sizeLimit" in volume.empty_dir for volume in workload.pod.volumes if volume.empty_dir is not None)


def test_all_of_the_file_system_that_can_be_written_is_tmp() -> None:
    for workload in workloads():
        [container] = workload.pod.containers
        assert [mount.mount_path for mount in container.volume_mounts if not mount.read_only] == ["/tmp"]


def test_no_secret_is_in_a_manifest_or_in_an_environment() -> None:
    secret = {each.name for each in dataclasses.fields(ServiceSettings)[1:] if each.metadata["secret"]}
    variables = {f"MINSHAO_{name.upper()}" for name in secret}

    assert not [*manifests("Secret", Manifest)]
    for workload in workloads():
        assert not variables & settings_of(workload).keys()
    assert not re.search(r"://[^/\s]*:[^/\s]*@", str(rendered()))


def test_files_of_secrets_are_readable_by_their_process_alone() -> None:
    for workload in workloads():
        [secret] = [volume.secret for volume in workload.pod.volumes if volume.secret]
        assert secret.default_mode == 0o440
        assert workload.pod.security_context.fs_group == workload.pod.security_context.run_as_user


def test_only_a_migration_sees_the_owner_of_a_database() -> None:
    for workload in workloads():
        [secret] = [volume.secret.secret_name for volume in workload.pod.volumes if volume.secret]
        service = workload.metadata.name.removesuffix("-migration")
        assert secret == (f"{service}-owner" if workload.kind == "Job" else service)


def test_settings_are_those_that_a_service_reads() -> None:
    known = {f"MINSHAO_{each.name.upper()}" for each in dataclasses.fields(ServiceSettings)[1:]}
    known |= {f"{name}_FILE" for name in known}

    for workload in workloads():
        assert settings_of(workload).keys() <= known


def test_a_service_could_start_with_its_settings(tmp_path: Path) -> None:
    for workload in workloads():
        settings = {name: value.replace(SECRETS, str(tmp_path)) for name, value in settings_of(workload).items()}
        for name, value in settings.items():
            if name.endswith("_URL_FILE"):
                Path(value).write_text("postgresql://somebody:secret@postgres.postgres/minshao")
            elif name.endswith("_PASSWORD_FILE"):
                Path(value).write_text("secret")
        service, _, duty = workload.metadata.name.partition("-")

        read = ServiceSettings.from_environment(service, MIGRATE if duty else SERVE, settings)

        assert duty or read.production


def test_ports_are_those_on_which_a_service_listens() -> None:
    for deployment in manifests("Deployment", Workload):
        [container] = deployment.pod.containers
        listening = {port_of(value) for name, value in settings_of(deployment).items() if name.endswith("LISTEN")}
        names = {port.name for port in container.ports}
        [service] = [
            each for each in manifests("Service", Service) if each.spec.selector.items() <= deployment.labels.items()
        ]

        assert {port.container_port for port in container.ports} == listening
        assert {port.target_port for port in service.spec.ports} <= names


def test_a_process_is_asked_whether_it_started_lives_and_is_ready() -> None:
    for deployment in manifests("Deployment", Workload):
        [container] = deployment.pod.containers
        assert container.startup_probe
        assert container.liveness_probe
        assert container.readiness_probe
        assert container.readiness_probe.grpc
        assert container.readiness_probe.grpc.service == ""
        # What says NOT_SERVING while the database is away must not be what a process is killed for.
        assert container.liveness_probe.http_get or (
            container.liveness_probe.grpc and container.liveness_probe.grpc.service == "alive"
        )


def test_a_process_has_time_to_end_in_order() -> None:
    for deployment in manifests("Deployment", Workload):
        [container] = deployment.pod.containers
        draining = int(settings_of(deployment)["MINSHAO_DRAIN_SECONDS"]) + container.lifecycle.pre_stop.sleep.seconds

        assert deployment.pod.termination_grace_period_seconds > draining


def test_each_deployment_keeps_processes_while_nodes_are_emptied() -> None:
    budgets = {each.metadata.name: each.spec for each in manifests("PodDisruptionBudget", Budget)}

    for deployment in manifests("Deployment", Workload):
        budget = budgets[deployment.metadata.name]
        assert budget["maxUnavailable"] == 1
        assert msgspec.convert(budget["selector"], Labels) == deployment.spec.selector


def test_a_service_is_applied_by_its_name_with_all_that_its_pods_need() -> None:
    for deployment in manifests("Deployment", Workload):
        applied = {
            (each.kind, each.metadata.name)
            for each in (msgspec.convert(manifest, Manifest) for manifest in rendered())
            if each.metadata.labels.get("app.kubernetes.io/name") == deployment.metadata.name
        }
        [container] = deployment.pod.containers
        settings = {("ConfigMap", source.config_map_ref.name) for source in container.env_from}
        assert settings
        assert settings < applied
        assert ("ServiceAccount", deployment.pod.service_account_name) in applied


def test_the_readme_names_every_secret_and_what_is_in_it() -> None:
    readme = (BASE.parent / "README.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` \| `(\w+)` \|", readme, re.MULTILINE)
    read = {
        (volume.secret.secret_name, value.removeprefix(f"{SECRETS}/"))
        for workload in workloads()
        for volume in workload.pod.volumes
        if volume.secret
        for value in settings_of(workload).values()
        if value.startswith(SECRETS)
    }

    assert set(rows) == read
