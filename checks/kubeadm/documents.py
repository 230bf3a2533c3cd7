"""Rules about kubeadm documents: tokens, discovery, certificates, host volumes, skipped safeguards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.kubeadm_parts import KubeadmPart
from hullmark.linter.manifest.components.literals import literal
from hullmark.linter.manifest.components.values import duration, templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Offer, manifest
from hullmark.linter.rule.settings.reshaping import reshaped
from hullmark.linter.rule.settings.told import Told, at, genuine, given, removed, replaced, told

_CERTIFICATE_KEY = regex(r"[0-9a-fA-F]{64}")
_HOUR = 3600.0
_SENSITIVE = frozenset({"/", "/etc", "/root", "/home", "/var", "/var/lib", "/proc", "/sys", "/dev"})
_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock")
_PHASES = ("certs", "kubeconfig", "kubelet-finalize", "bootstrap-token", "mark-control-plane", "upload-certs")


def _tokens(part: KubeadmPart) -> Iterator[Hit]:
    cursor = part.cursor
    fields = [item.get("token") for item in cursor.get("bootstrapTokens").items()]
    fields += [cursor.get("discovery", "bootstrapToken", "token"), cursor.get("discovery", "tlsBootstrapToken")]
    for field in fields:
        if literal(field.text):
            sample = field.text in facts()["lists"]["sample_bootstrap_tokens"]
            note = ": it is the sample of the documentation, which attackers know" if sample else ""
            yield at(field, f"a bootstrap token is written in the file{note}", secret=True)


def _endless(part: KubeadmPart) -> Iterator[Hit]:
    for item in part.cursor.get("bootstrapTokens").items():
        if item.get("expires").present:
            continue
        for ttl in (item.get("ttl"), item.get("ttlSeconds")):
            if ttl.text is not None and (duration(ttl.text) == 0 or ttl.text == "0"):
                yield at(ttl, "the bootstrap token never expires", fix=_shorter(ttl))


def _shorter(ttl: Cursor) -> Offer:
    return replaced(ttl, "24h0m0s" if ttl.path[-1] == "ttl" else "86400", "let it expire after a day")


def _unverified(part: KubeadmPart) -> Iterator[Hit]:
    discovery = part.cursor.get("discovery")
    for path in (
        ("bootstrapToken", "unsafeSkipCAVerification"),
        ("file", "kubeConfig", "cluster", "insecureSkipTLSVerify"),
    ):
        field = discovery.get(*path)
        if field.truth:
            yield at(field, "the joining node does not verify the CA of the cluster")


def _certificate_key(part: KubeadmPart) -> Iterator[Hit]:
    paths = (("certificateKey",), ("controlPlane", "certificateKey"), ("kubeadm_certificate_key",))
    for field in (part.cursor.get(*path) for path in paths):
        if field.text is not None and _CERTIFICATE_KEY.fullmatch(field.text):
            yield at(field, "the key of the control plane's certificates is written in the file", secret=True)


def _over_http(part: KubeadmPart) -> Iterator[Hit]:
    field = part.cursor.get("discovery", "file", "kubeConfigPath")
    if (field.text or "").lower().startswith("http://"):
        yield at(field, "the discovery file is fetched in clear text")


def _long_validity(part: KubeadmPart) -> Iterator[Hit]:
    limits = (("certificateValidityPeriod", 8760), ("caCertificateValidityPeriod", 87600))
    for key, hours in limits:
        field = part.cursor.get(key)
        seconds = duration(field.text) if field.text else None
        if seconds is not None and seconds > hours * _HOUR:
            yield at(field, f"{key} is {field.text!r}, more than {hours}h")
        days = part.cursor.get(f"{key}Days")
        if re.fullmatch(r"[0-9]{1,9}", days.text or "") and int(days.text or "0") > hours // 24:
            yield at(days, f"{key}Days is {days.text}, more than {hours // 24}")


def _preflight(part: KubeadmPart) -> Iterator[Hit]:
    for holder in ("nodeRegistration", "apply", "node", "plan", ""):
        within = part.cursor.get(holder) if holder else part.cursor
        for item in within.get("ignorePreflightErrors").items():
            if (item.text or "").lower() == "all":
                yield at(item, "all errors of the preflight checks are ignored")


def _untainted(part: KubeadmPart) -> Iterator[Hit]:
    taints = part.cursor.get("nodeRegistration", "taints")
    if part.control_plane and taints.is_sequence and not any(True for _ in taints.items()):
        fix = removed(taints, "let kubeadm taint the node")
        yield at(taints, "the node of the control plane has no taint: every pod may run on it", fix=fix)


def _volumes(part: KubeadmPart) -> Iterator[Hit]:
    for holder in ("apiServer", "controllerManager", "scheduler"):
        for volume in part.cursor.get(holder, "extraVolumes").items():
            path = volume.get("hostPath")
            text = (path.text or "").rstrip("/") or "/"
            if path.text is None:
                continue
            read_only = volume.get("readOnly")
            if text in _SENSITIVE or text.endswith(_SOCKETS):
                yield at(path, f"host path {text!r} is mounted into a component")
            elif text.startswith("/etc/") and read_only.text != "true" and not templated(read_only.text or ""):
                place = read_only if read_only.present else volume
                fix = given(volume, "readOnly", True, "mount it read-only")
                yield at(place, f"host path {text!r} is mounted writable", fix=fix)


def _phases(part: KubeadmPart) -> Iterator[Hit]:
    holders = [part.cursor, *(part.cursor.get(key) for key in ("apply", "node"))]
    for holder in holders:
        for item in holder.get("skipPhases").items():
            if (item.text or "").partition("/")[0] in _PHASES:
                yield at(item, f"phase {item.text!r} is skipped")


_ARGUMENTS = (
    ("apiServer", "extraArgs"),
    ("controllerManager", "extraArgs"),
    ("scheduler", "extraArgs"),
    ("etcd", "local", "extraArgs"),
    ("nodeRegistration", "kubeletExtraArgs"),
)


def _shape(part: KubeadmPart) -> Iterator[Hit]:
    if part.lists is None:
        return
    for path in _ARGUMENTS:
        field = part.cursor.get(*path)
        if field.is_mapping if part.lists else field.is_sequence:
            wanted = "a list of name and value" if part.lists else "a map"
            text = f"{field.path[-1]} has to be {wanted} in {part.resource.api_version}"
            yield at(field.key_place, text, fix=reshaped(field) if genuine(field) else None)


def _kubeadm(kind: str, body: str, version: str = "v1beta4") -> str:
    return f"apiVersion: kubeadm.k8s.io/{version}\nkind: {kind}\n{body}\n"


def _join(body: str) -> str:
    return _kubeadm("JoinConfiguration", f"discovery:\n  {body}")


_PLAIN = manifest(_kubeadm("InitConfiguration", "nodeRegistration:\n  name: a"))
_HASHES = manifest(
    _join(
        "bootstrapToken:\n    token: ${TOKEN}\n"
        "    caCertHashes: ['sha256:4f1c2a']\n    apiServerEndpoint: 10.0.0.5:6443"
    )
)
_TOKEN = "q7w2xk.8m3v5t1r9z4y6b0c"  # noqa: S105  # invented for the example
_SCHEDULED = manifest(_kubeadm("ClusterConfiguration", "scheduler:\n  extraArgs:\n    - {name: v, value: '2'}"))


def _expiring(ttl: str) -> str:
    return _kubeadm("InitConfiguration", f"bootstrapTokens:\n  - token: ${{TOKEN}}\n    ttl: {ttl}")


RULES = told(
    "kubeadm",
    KubeadmPart,
    {
        "bootstrap-token-in-file": Told(
            "A token that joins nodes to the cluster is in the file.",
            _tokens,
            (
                manifest(_join(f"bootstrapToken:\n    token: {_TOKEN}  # !\n    unsafeSkipCAVerification: true")),
                manifest(
                    _kubeadm("InitConfiguration", "bootstrapTokens:\n  - token: abcdef.0123456789abcdef  # ! sample")
                ),
            ),
            (_HASHES,),
            mentions=("token", "tlsBootstrapToken"),
        ),
        "bootstrap-token-never-expires": Told(
            "A token that joins nodes never expires.",
            _endless,
            (
                manifest(_expiring('"0"  # !'), _expiring('"24h0m0s"')),
                manifest(_expiring("0s  # !"), _expiring("24h0m0s")),
            ),
            (manifest(_expiring("24h")), _PLAIN),
            mentions=("bootstrapTokens",),
        ),
        "ca-verification-skipped": Told(
            "A joining node trusts whoever answers.",
            _unverified,
            (manifest(_join("bootstrapToken:\n    token: ${TOKEN}\n    unsafeSkipCAVerification: true  # !")),),
            (_HASHES,),
            mentions=("unsafeSkipCAVerification", "insecureSkipTLSVerify"),
        ),
        "certificate-key-in-file": Told(
            "The key of the control plane's certificates is in the file.",
            _certificate_key,
            (manifest(_kubeadm("InitConfiguration", f"certificateKey: {'5e9a' * 16}  # !")),),
            (_PLAIN,),
            mentions=("certificateKey", "kubeadm_certificate_key"),
        ),
        "discovery-over-http": Told(
            "The CA of the cluster is fetched in clear text.",
            _over_http,
            (manifest(_join("file:\n    kubeConfigPath: http://boot.example/cluster.conf  # !")),),
            (manifest(_join("file:\n    kubeConfigPath: https://boot.example/cluster.conf")),),
            mentions=("kubeConfigPath",),
        ),
        "long-certificate-validity": Told(
            "Certificates of the control plane live for too long.",
            _long_validity,
            (
                manifest(_kubeadm("ClusterConfiguration", "certificateValidityPeriod: 87600h  # !")),
                manifest(_kubeadm("ClusterConfiguration", "caCertificateValidityPeriod: 876000h0m0s  # !")),
            ),
            (manifest(_kubeadm("ClusterConfiguration", "certificateValidityPeriod: 2160h")),),
            mentions=("certificateValidityPeriod", "caCertificateValidityPeriod"),
        ),
        "preflight-errors-ignored": Told(
            "kubeadm ignores every preflight error.",
            _preflight,
            (manifest(_kubeadm("InitConfiguration", "nodeRegistration:\n  ignorePreflightErrors:\n    - All  # !")),),
            (manifest(_kubeadm("InitConfiguration", "nodeRegistration:\n  ignorePreflightErrors: [NumCPU]")),),
            mentions=("ignorePreflightErrors",),
        ),
        "control-plane-untainted": Told(
            "Any pod may run beside the control plane.",
            _untainted,
            (
                manifest(
                    _kubeadm("InitConfiguration", "nodeRegistration:\n  taints: []  # !\n  name: a"),
                    _kubeadm("InitConfiguration", "nodeRegistration:\n  name: a"),
                ),
            ),
            (_PLAIN, manifest(_join("tlsBootstrapToken: ${TOKEN}\nnodeRegistration:\n  taints: []"))),
            mentions=("taints",),
        ),
        "host-volume-writable": Told(
            "A control plane component may change files of its host.",
            _volumes,
            (
                manifest(
                    _kubeadm(
                        "ClusterConfiguration",
                        "apiServer:\n  extraVolumes:\n    - name: audit  # ! mounted writable\n"
                        "      hostPath: /etc/kubernetes/audit\n      mountPath: /audit",
                    ),
                    _kubeadm(
                        "ClusterConfiguration",
                        "apiServer:\n  extraVolumes:\n    - name: audit\n"
                        "      hostPath: /etc/kubernetes/audit\n      mountPath: /audit\n      readOnly: true",
                    ),
                ),
                manifest(
                    _kubeadm(
                        "ClusterConfiguration",
                        "scheduler:\n  extraVolumes:\n    - name: host\n      hostPath: /  # !\n      mountPath: /host",
                    )
                ),
            ),
            (
                manifest(
                    _kubeadm(
                        "ClusterConfiguration",
                        "apiServer:\n  extraVolumes:\n    - name: audit\n      hostPath: /etc/kubernetes/audit\n"
                        "      mountPath: /audit\n      readOnly: true",
                    )
                ),
            ),
            mentions=("extraVolumes",),
        ),
        "security-phase-skipped": Told(
            "kubeadm skips a phase that sets up security.",
            _phases,
            (manifest(_kubeadm("InitConfiguration", "skipPhases:\n  - mark-control-plane  # !")),),
            (manifest(_kubeadm("InitConfiguration", "skipPhases: [addon/kube-proxy]")),),
            mentions=("skipPhases",),
        ),
        "extra-args-wrong-shape": Told(
            "kubeadm cannot read arguments of this shape.",
            _shape,
            (
                manifest(
                    _kubeadm(
                        "ClusterConfiguration",
                        "scheduler:\n  extraArgs:  # ! has to be a list\n    v: '2'\n    profiling: false",
                    ),
                    _kubeadm(
                        "ClusterConfiguration",
                        "scheduler:\n  extraArgs:\n    - name: v\n      value: '2'\n"
                        '    - name: profiling\n      value: "false"',
                    ),
                ),
                manifest(
                    _kubeadm(
                        "ClusterConfiguration",
                        "scheduler:\n  extraArgs:  # ! has to be a map\n    - {name: v, value: '2'}",
                        "v1beta3",
                    ),
                    _kubeadm("ClusterConfiguration", "scheduler:\n  extraArgs:\n    v: '2'", "v1beta3"),
                ),
            ),
            (_SCHEDULED,),
            mentions=("extraArgs", "kubeletExtraArgs"),
        ),
    },
    carried=True,
)
