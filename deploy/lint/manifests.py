"""Every Kubernetes manifest renders, and holds no field that the cluster would drop in silence."""

from __future__ import annotations

import shutil

from deploy.lint.step import PROGRAMS, ROOT, Failed, LeftOut, run


def valid() -> None:
    """Each kustomization, rendered and validated strictly."""
    kustomizations = sorted((ROOT / "deploy" / "kubernetes").rglob("kustomization.yaml"))
    if not kustomizations:
        raise Failed("no kustomization under deploy/kubernetes")
    if not shutil.which("kubectl"):
        raise LeftOut("kubectl is not installed")
    for kustomization in kustomizations:
        rendered = run("kubectl", "kustomize", kustomization.parent)
        run(PROGRAMS / "kubernetes-validate", "--strict", "--quiet", "-", given=rendered)
