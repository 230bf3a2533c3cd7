"""The text that `hullmark init` writes: every key of the table, explained, with its default or an example."""

from __future__ import annotations

from hullmark.linter.config.keys import OPTIONS, RUN, Key

_HEAD = """\
# Configuration of hullmark. Lines that begin with `#` are comments; remove the `#` of a key to set it.
# Misspelt keys and wrong values are errors, so that nothing is ignored in silence.
"""

_EXAMPLES = {
    "pss.level": "restricted",
    "known-workloads": """
  - name: storage driver
    image: [storage/node-driver]
    namespace: [storage]
    expects: [privileged, host-path-write]
    reason: mounts disks on behalf of the kubelet""",
    "select": "[rbac, workload/privileged-container]",
    "ignore": "[network/workload-without-egress-policy]",
    "kubernetes-version": '"1.34"',
    "today": "2027-01-31",
    "exclude": "[vendor/, '*.generated.yaml']",
    "waivers": """
  - rule: workload/privileged-container
    resource: DaemonSet/kube-system/node-agent
    reason: loads the kernel module of the storage driver
    until: 2027-01-31
    owner: platform""",
    "waivers.max-days": "180",
    "scope.complete": "cluster",
    "bundles": """
  - name: shop
    paths: [deploy/shop]
    complete: true""",
    "respect": "[kube-linter, trivy]",
    "rbac.trusted-subjects": "['Group:platform', 'ServiceAccount:flux-system/*']",
    "rbac.machine-identities": "['User:ci-*']",
    "rbac.break-glass": "['Group:break-glass']",
    "serviceaccount.api-audiences": "[https://kubernetes.default.svc]",
    "temporary-access.max-days": "30",
    "network.exempt-namespaces": "[cni-system]",
    "images.allowed": "['registry.example/shop/**']",
    "images.denied": "['docker.io/**']",
    "sandbox.required-for": "[build]",
    "paths.relaxed": "[overlays/local/]",
}

_RULES = """
# Single rules: switched on or off, or with another severity.
# rules:
#   network/workload-without-egress-policy: {enabled: false}
#   workload/host-network: {severity: critical}
"""


def starter_text() -> str:
    """The whole file. As it is, it changes nothing; with every key uncommented it is valid, too (tests show both)."""
    return _HEAD + "".join(_key(key) for key in (*RUN, *OPTIONS)) + _RULES


def _key(key: Key) -> str:
    value = _EXAMPLES.get(key.name) or key.default
    if key.name == "sandbox.classes":
        value = "[gvisor, runsc, 'kata*']"
    default = f" Default: {key.default}." if key.default else ""
    lines = f"{key.name}:{'' if value.startswith(chr(10)) else ' '}{value}".split("\n")
    return "\n".join(["", f"# {key.help}{default}", *(f"# {line}" for line in lines)]) + "\n"
