"""The reader of a pull request sees one finding for one mistake, not five."""

from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Profile
from hullmark.linter.rule.registry import Registry

FAMILIES = ("workload", "image", "secret", "reliability")
REGISTRY = Registry.of(rule for rule in shelf().rules if rule.family in FAMILIES)
DIGEST = "@sha256:" + "0123456789abcdef" * 4
HARDENED = {
    "allowPrivilegeEscalation": "false",
    "readOnlyRootFilesystem": "true",
    "runAsNonRoot": "true",
    "runAsUser": "10001",
    "capabilities": "{drop: [ALL]}",
    "seccompProfile": "{type: RuntimeDefault}",
}


def hardened(
    container: str = "", pod: str = "", image: str = f"registry.example/app:1.4.2{DIGEST}", **changes: str
) -> str:
    """A Deployment without a fault but for one setting of a security context, a container or a pod."""
    context = {**HARDENED, **changes}
    settings = ", ".join(f"{key}: {value}" for key, value in context.items() if value)
    lines = "".join(f"          {line}\n" for line in container.splitlines())
    above = "".join(f"      {line}\n" for line in pod.splitlines())
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec:\n"
        "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
        f"{above}      automountServiceAccountToken: false\n      containers:\n        - name: app\n"
        f"          image: {image}\n"
        "          resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}\n"
        f"          securityContext: {{{settings}}}\n{lines}"
    )


def mounted(path: str, mount: str) -> dict[str, str]:
    """A volume of the host and its mount."""
    return {
        "pod": f"volumes: [{{name: node, hostPath: {{path: {path}}}}}]",
        "container": f"volumeMounts: [{{name: node, mountPath: /node{mount}}}]",
    }


# What is changed, findings of the default profile, findings of the strict profile.
MISTAKES: dict[str, tuple[dict[str, Any], int, int]] = {
    "privileged": ({"privileged": "true", "allowPrivilegeEscalation": ""}, 1, 1),
    "privileged and nothing else": ({"privileged": "true", **dict.fromkeys(HARDENED, "")}, 1, 1),
    "privileged root": (
        {"privileged": "true", "allowPrivilegeEscalation": "", "runAsUser": "0", "runAsNonRoot": ""},
        2,
        2,
    ),
    "host pid": ({"pod": "hostPID: true"}, 1, 1),
    "host ipc": ({"pod": "hostIPC: true"}, 1, 1),
    "host network": ({"pod": "hostNetwork: true"}, 1, 1),
    "host network and port": (
        {"pod": "hostNetwork: true", "container": "ports: [{containerPort: 8080, hostPort: 8080}]"},
        1,
        1,
    ),
    "host port": ({"container": "ports: [{containerPort: 8080, hostPort: 8080}]"}, 0, 1),
    "runtime socket": (mounted("/var/run/docker.sock", ", readOnly: true"), 1, 1),
    "runtime socket written": (mounted("/run/containerd/containerd.sock", ""), 1, 1),
    "root of the node": (mounted("/", ""), 1, 1),
    "etc of the node": (mounted("/etc", ""), 1, 1),
    "etc of the node, read": (mounted("/etc", ", readOnly: true"), 1, 1),
    "folder of the node": (mounted("/srv/data", ""), 1, 1),
    "folder of the node, read": (mounted("/srv/data", ", readOnly: true"), 0, 1),
    "clock of the node": (mounted("/etc/localtime", ", readOnly: true"), 0, 1),
    "all capabilities": ({"capabilities": "{add: [ALL]}"}, 1, 1),
    "dangerous capability": ({"capabilities": "{drop: [ALL], add: [SYS_ADMIN]}"}, 1, 1),
    "two dangerous capabilities": ({"capabilities": "{drop: [ALL], add: [SYS_ADMIN, NET_ADMIN]}"}, 1, 1),
    "dangerous capability with a prefix": ({"capabilities": "{drop: [ALL], add: [CAP_SYS_ADMIN]}"}, 1, 1),
    "raw network with a prefix": ({"capabilities": "{drop: [ALL], add: [CAP_NET_RAW]}"}, 1, 1),
    "raw network": ({"capabilities": "{drop: [ALL], add: [NET_RAW]}"}, 0, 1),
    "ordinary capability": ({"capabilities": "{drop: [ALL], add: [CHOWN]}"}, 0, 0),
    "capabilities kept": ({"capabilities": ""}, 0, 1),
    "capability in lower case": ({"capabilities": "{drop: [all]}"}, 0, 1),
    "capability misspelt": ({"capabilities": "{drop: [ALL], add: [NET_BIND_SERVCE]}"}, 1, 1),
    "root user": ({"runAsUser": "0", "runAsNonRoot": ""}, 1, 1),
    "root against itself": ({"runAsUser": "0"}, 1, 1),
    "root allowed": ({"runAsUser": "", "runAsNonRoot": "false"}, 1, 1),
    "user not said": ({"runAsUser": "", "runAsNonRoot": ""}, 0, 1),
    "escalation allowed": ({"allowPrivilegeEscalation": "true"}, 1, 1),
    "escalation not forbidden": ({"allowPrivilegeEscalation": ""}, 0, 1),
    "writable root": ({"readOnlyRootFilesystem": ""}, 0, 1),
    "no seccomp": ({"seccompProfile": ""}, 0, 1),
    "seccomp off": ({"seccompProfile": "{type: Unconfined}"}, 1, 1),
    "apparmor off": ({"appArmorProfile": "{type: Unconfined}"}, 1, 1),
    "no security context": (dict.fromkeys(HARDENED, ""), 0, 1),
    "unmasked proc": ({"procMount": "Unmasked"}, 1, 1),
    "selinux": ({"seLinuxOptions": "{type: spc_t}"}, 1, 1),
    "sysctl": ({"pod": "securityContext: {sysctls: [{name: vm.max_map_count, value: '1'}]}"}, 1, 1),
    "latest": ({"image": "registry.example/app:latest"}, 1, 1),
    "no tag": ({"image": "registry.example/app"}, 1, 1),
    "tag alone": ({"image": "registry.example/app:1.4.2"}, 0, 1),
    "moving tag": ({"image": "registry.example/app:main"}, 0, 1),
    "retired registry": ({"image": f"k8s.gcr.io/app:1.4.2{DIGEST}"}, 1, 1),
    "malformed image": ({"image": "registry.example/App:1.4.2"}, 1, 1),
    "password": ({"container": "env: [{name: DB_PASSWORD, value: 'kR4w%zN8uHt2Lb'}]"}, 1, 1),
    "token": ({"container": "env: [{name: PAY, value: sk_live_4eC39HqLyjWDarjtT1zdp7dc}]"}, 1, 1),
    "url": ({"container": "env: [{name: DB, value: 'postgres://u:hB6yT3nJe5sD@db/x'}]"}, 1, 1),
    "metadata probe": ({"container": "livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}"}, 1, 1),
    "debugger": ({"container": "args: ['--inspect=0.0.0.0:9229']"}, 1, 1),
    "piped script": ({"container": "command: [sh, -c, 'curl https://get.example/i | sh']"}, 1, 1),
    "missing volume": ({"container": "volumeMounts: [{name: data, mountPath: /data}]"}, 1, 1),
}


def _count(text: str, profile: Profile) -> list[str]:
    report = lint_texts({"web.yaml": text}, REGISTRY, profile=profile)
    assert report.problems == ()
    return [finding.rule for finding in report.findings]


def test_table_is_long_enough() -> None:
    assert len(MISTAKES) >= 40


def test_what_is_changed_has_no_fault() -> None:
    assert _count(hardened(), Profile.STRICT) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_one_mistake_is_one_finding(mistake: str) -> None:
    change, default, strict = MISTAKES[mistake]
    text = hardened(**change)
    found = _count(text, Profile.DEFAULT)
    assert len(found) == default, found
    found = _count(text, Profile.STRICT)
    assert len(found) == strict, found


NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
"""


@pytest.mark.parametrize("profile", [Profile.DEFAULT, Profile.STRICT])
def test_what_a_namespace_refuses_is_told_at_both_places(profile: Profile) -> None:
    web = hardened(pod="hostPID: true")
    text = f"{NAMESPACE}---\n{web}---\n{web.replace('name: web', 'name: api')}"
    rejected, refusing = "workload/rejected-by-pod-security", "workload/namespace-refuses-workloads"
    found = [rule for rule in _count(text, profile) if rule.endswith(("-security", "-workloads"))]
    assert sorted(found) == [refusing, rejected, rejected]
    assert _count(NAMESPACE + "---\n" + hardened(), profile) == []
