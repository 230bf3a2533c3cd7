"""Powers over custom resources whose controllers do for the holder what he may not do himself."""

from __future__ import annotations

from hullmark.linter.finding import Confidence
from hullmark.linter.rule.powers.rows import PowerRow

_OWN_NAMESPACE = "Bind the role in the one namespace where it is needed, and name the objects in `resourceNames`."
_MEDIUM = Confidence.MEDIUM

RULES = (
    PowerRow(
        "custom-workload-create",
        "create pods through custom resources",
        "The controller of the resource makes pods for whoever writes it, as any account of the namespace.",
        _OWN_NAMESPACE,
        ("CIS-1.12/5.1.4", "MITRE/T1610"),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "deployment-operator-write",
        "deploy with a controller's rights",
        "GitOps and package controllers apply what the object names, with their own rights: those are usually\n"
        "cluster-admin.",
        "Leave these objects to the pipeline, or restrict the controller (projects, impersonation) first.",
        ("MITRE/T1610",),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "external-secret-create",
        "fetch secrets from outside stores",
        "The controller fetches whatever its own credentials open in the outside store, for whoever asks.",
        _OWN_NAMESPACE,
        ("MITRE/T1552.007",),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "policy-engine-write",
        "change the policy engine's rules",
        "The rules of a policy engine are guards: the holder switches them off, or lets the engine write\n"
        "objects for it.",
        "Leave policies to the pipeline that applies them.",
        ("MITRE/T1562.001",),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "certificate-issuer-write",
        "issue certificates",
        "The holder gets certificates of names that others trust.",
        _OWN_NAMESPACE,
        (),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "cloud-resource-write",
        "change cloud resources",
        "The controller creates and opens cloud resources, roles and databases among them, with its own\ncredentials.",
        _OWN_NAMESPACE,
        ("MITRE/T1098",),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "machine-config-write",
        "change machines or their configuration",
        "Start-up data and configuration of nodes run as root there.",
        "Leave these objects to the platform's own pipeline.",
        ("MITRE/T1611",),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "backup-restore-write",
        "read data through backups",
        "A backup copies everything out, Secrets included; a restore writes everything back, roles included.",
        _OWN_NAMESPACE,
        ("MITRE/T1552.007",),
        confidence=_MEDIUM,
    ),
    PowerRow(
        "tenant-propagation-write",
        "change tenants or their members",
        "The controller writes the bindings that the holder may not write itself.",
        "Leave these objects to the platform's own pipeline.",
        ("MITRE/T1098.006",),
        confidence=_MEDIUM,
    ),
)
