"""Files that belong together: what is added beside them changes no verdict, what is taken away leaves it open."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pytest

from hullmark.linter.manifest.context import DEFAULT_CONTEXT
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.kubelets import Kubelet
from hullmark.linter.model.processes import ApiServer, Etcd, KubeProxy, Scheduler
from hullmark.linter.rule.settings.judgement import Verdict
from hullmark.linter.text import Source

SUBJECTS = (ApiServer, Scheduler, KubeProxy, Etcd, Kubelet)
Files = Mapping[str, str]
Key = tuple[str, str, str]
"""Rule, component, and the file in which the process is described."""


def _pod(component: str, *flags: str) -> str:
    lines = "".join(f"        - --{flag}\n" for flag in flags)
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {component}, namespace: kube-system}}\nspec:\n  containers:\n"
        f"    - name: {component}\n      image: registry.k8s.io/{component}:v1.34.0\n      command:\n"
        f"        - {component}\n{lines}"
    )


def _server(kind: str, body: str) -> str:
    return f"apiVersion: apiserver.config.k8s.io/v1\nkind: {kind}\n{body}"


def _kubelet(body: str) -> str:
    return f"apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n{body}"


def _proxy(address: str) -> str:
    head = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"
    return f"{head}metricsBindAddress: {address}\n"


API_SERVER = _pod(
    "kube-apiserver",
    "authorization-config=/etc/kubernetes/authz.yaml",
    "authentication-config=/etc/kubernetes/authn.yaml",
    "admission-control-config-file=/etc/kubernetes/admission.yaml",
    "encryption-provider-config=/etc/kubernetes/enc.yaml",
    "audit-policy-file=/etc/kubernetes/audit.yaml",
    "enable-admission-plugins=NodeRestriction",
)
KUBEADM = (
    "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.0\napiServer:\n"
    "  extraArgs:\n    - {name: authorization-config, value: /etc/kubernetes/authz.yaml}\n"
    "    - {name: authentication-config, value: /etc/kubernetes/authn.yaml}\n"
)
UNIT = "[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --config-dir=/etc/kubelet.conf.d\n"
# Each file in a harmless and in a harmful form: which of them are linked decides the verdicts of the processes.
LINKED: Mapping[str, tuple[str, str]] = {
    "authz.yaml": (
        _server("AuthorizationConfiguration", "authorizers: [{type: Node, name: a}, {type: RBAC, name: b}]\n"),
        _server("AuthorizationConfiguration", "authorizers: [{type: AlwaysAllow, name: a}]\n"),
    ),
    "authn.yaml": (
        _server("AuthenticationConfiguration", "anonymous: {enabled: false}\n"),
        _server("AuthenticationConfiguration", "anonymous: {enabled: true}\n"),
    ),
    "admission.yaml": (
        _server("AdmissionConfiguration", "plugins: [{name: EventRateLimit, path: limits.yaml}]\n"),
        _server("AdmissionConfiguration", "plugins: []\n"),
    ),
    "scheduler-config.yaml": (
        "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nenableProfiling: false\n",
        "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nenableProfiling: true\n",
    ),
    "proxy-config.yaml": (
        _proxy("127.0.0.1:10249"),
        _proxy("0.0.0.0:10249"),
    ),
    "etcd.conf.yaml": (
        "name: a\nlisten-client-urls: https://10.0.0.5:2379\nclient-transport-security: {cert-file: a, key-file: b}\n",
        "name: a\nlisten-client-urls: http://10.0.0.5:2379\n",
    ),
    "config.yaml": (_kubelet("readOnlyPort: 0\n"), _kubelet("readOnlyPort: 10255\n")),
    "kubelet.conf.d/10-a.conf": (_kubelet("readOnlyPort: 0\n"), _kubelet("readOnlyPort: 10255\n")),
}
PROCESSES: Files = {
    "kube-apiserver.yaml": API_SERVER,
    "kube-scheduler.yaml": _pod("kube-scheduler", "config=/etc/kubernetes/scheduler-config.yaml"),
    "kube-proxy.yaml": _pod("kube-proxy", "config=/etc/kubernetes/proxy-config.yaml"),
    "etcd.yaml": _pod("etcd", "config-file=/etc/etcd/etcd.conf.yaml"),
    "kubelet.service": UNIT,
}
UNRELATED: Files = {
    "web/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n",
    "web/config-map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n",
    "other/authz-of-others.yaml": LINKED["authz.yaml"][0],
    "other/authn-of-others.yaml": LINKED["authn.yaml"][0],
    "other/some-kubelet.yaml": _kubelet("readOnlyPort: 0\nauthentication: {anonymous: {enabled: false}}\n"),
    "other/some-scheduler.yaml": LINKED["scheduler-config.yaml"][0],
    "other/20-b.conf": _kubelet("readOnlyPort: 0\n"),
    "other/policy.yaml": "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n",
    "other/second-server.yaml": _pod("kube-apiserver", "anonymous-auth=false", "authorization-mode=Node,RBAC"),
}


@pytest.fixture(scope="module")
def about(rows: list[Any]) -> list[Any]:
    return [rule for rule in rows if rule.subject in SUBJECTS]


def _verdicts(rules: list[Any], files: Files) -> dict[Key, Verdict]:
    resources = [
        resource
        for path, text in sorted(files.items())
        for resource in read_manifest(Source(path, text), DEFAULT_CONTEXT).resources
    ]
    bundle = Bundle("a", tuple(resources))
    found: dict[Key, Verdict] = {}
    for subject in SUBJECTS:
        processes = [each.component for each in subject.among(bundle)]
        for component in processes:
            for rule in rules:
                if rule.subject is subject:
                    key = (rule.id, component.name, component.place.source.path)
                    found[key] = rule.outcome(component).verdict
    return found


def _inputs() -> Iterator[Files]:
    """Every linked file harmless, every one harmful, and each one harmful beside harmless ones."""
    for harmful in (frozenset[str](), frozenset(LINKED), *({name} for name in LINKED)):
        yield {**PROCESSES, **{name: texts[name in harmful] for name, texts in LINKED.items()}}
    yield {"cluster.yaml": KUBEADM, "authz.yaml": LINKED["authz.yaml"][1], "authn.yaml": LINKED["authn.yaml"][1]}
    yield {"cluster.yaml": KUBEADM, "authz.yaml": LINKED["authz.yaml"][0], "authn.yaml": LINKED["authn.yaml"][0]}


def test_each_linked_file_decides_something(about: list[Any]) -> None:
    """Without this, the properties below would hold of files that nobody looks at."""
    harmless, *_ = _inputs()
    before = _verdicts(about, harmless)
    for name, (_, harmful) in LINKED.items():
        after = _verdicts(about, {**harmless, name: harmful})
        changed = {key for key in before if before[key] is Verdict.PASS and after.get(key) is Verdict.FAIL}
        # The server says for itself that it does not limit events; the drop-in wins over the file below it.
        assert changed or name in ("admission.yaml", "config.yaml"), name


def test_an_unrelated_file_changes_no_verdict(about: list[Any]) -> None:
    for files in _inputs():
        before = _verdicts(about, files)
        for name, text in UNRELATED.items():
            after = _verdicts(about, {**files, name: text})
            assert {key: after[key] for key in before} == before, name


def test_a_file_that_is_taken_away_leaves_open_what_it_decided(about: list[Any]) -> None:
    taken = 0
    for files in _inputs():
        before = _verdicts(about, files)
        linked = [name for name in LINKED if name in files]
        for gone in (*((name,) for name in linked), *combinations(linked, 2)):
            after = _verdicts(about, {name: text for name, text in files.items() if name not in gone})
            for key, verdict in before.items():
                taken += key in after
                # What the file below the drop-ins says is written, and counts until a drop-in is seen.
                written = "kubelet.conf.d/10-a.conf" in gone and verdict is Verdict.PASS
                left = (verdict, Verdict.UNKNOWN, None, *([Verdict.FAIL] if written else []))
                assert after.get(key) in left, (gone, key, verdict)
    assert taken > 10_000


def test_a_second_file_of_the_name_leaves_open_what_the_first_decided(about: list[Any]) -> None:
    for files in _inputs():
        before = _verdicts(about, files)
        for name in (each for each in files if each in LINKED and not each.startswith("kubelet.conf.d")):
            text = files[name]
            moved = {f"a/{name}" if path == name else path: text for path, text in files.items()}
            after = _verdicts(about, {**moved, f"b/{name}": text})
            assert all(after.get(key) in (verdict, Verdict.UNKNOWN, None) for key, verdict in before.items()), name
