"""Rules about fields of component documents that their reader does not take as they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.manifest.components.scalars import Sort
from hullmark.linter.manifest.components.structs import Fault, StructDocument
from hullmark.linter.rule import Fix, Hit, Offer, Row, Rule, Severity, manifest
from hullmark.linter.rule.examples import Example
from hullmark.linter.text import Edit

_REFUSED = {
    "kubelet.config.k8s.io": "the kubelet does not start",
    "kubeproxy.config.k8s.io": "kube-proxy does not start",
    "kubescheduler.config.k8s.io": "the scheduler does not start",
    "kubecontrollermanager.config.k8s.io": "the controller manager does not start",
    "kubeadm.k8s.io": "kubeadm refuses the file",
    "": "clients refuse the file",
}
_IGNORED = {
    **dict.fromkeys(("kubelet.config.k8s.io", "kubeproxy.config.k8s.io"), "it is ignored"),
    **dict.fromkeys(("audit.k8s.io", "kubeadm.k8s.io", ""), "it is ignored"),
}
# Rules of family audit say more about these.
_AUDITED = frozenset({"level", "omitStages"})


def _refused(document: StructDocument) -> str:
    return _REFUSED.get(document.resource.group, "the API server does not start")


def _ignored(document: StructDocument) -> str:
    return _IGNORED.get(document.resource.group, "its reader does not start")


Tell = Callable[[StructDocument, Fault], str]


def _check(
    sort: Sort, tell: Tell, safe: bool = True
) -> Callable[[Rule[StructDocument], StructDocument], Iterator[Hit]]:
    def check(rule: Rule[StructDocument], document: StructDocument) -> Iterator[Hit]:
        for fault in document.of_sort(sort):
            if sort is Sort.VALUE and fault.name in _AUDITED and document.resource.group == "audit.k8s.io":
                continue
            place = fault.at.key_place if sort in (Sort.MISSING, Sort.NEWER, Sort.REMOVED) else fault.at.place
            yield rule.hit(place, tell(document, fault), fix=_rewritten(fault, safe), subject_name=fault.wanted)

    return check


def _rewritten(fault: Fault, safe: bool) -> Offer:
    at, text = fault.at, fault.at.text
    if not fault.near or text is None or fault.sort not in (Sort.TYPE, Sort.VALUE):
        return None
    if at.source.slice(at.span).strip("'\"") != text:
        return None
    if fault.sort is Sort.VALUE and text.lower() != fault.near.lower():
        return None  # which of the values was meant is a guess
    return Fix(f"write {fault.near}", ((at.source, Edit(at.span, fault.near)),), safe)


def _type(document: StructDocument, fault: Fault) -> str:
    return f"{fault.name!r} takes {fault.wanted}: {_refused(document)}"


def _value(document: StructDocument, fault: Fault) -> str:
    hint = f"; did you mean {fault.near!r}?" if fault.near else ""
    return f"{fault.name!r} takes {fault.wanted}, not {fault.at.text!r}: {_refused(document)}{hint}"


def _format(document: StructDocument, fault: Fault) -> str:
    return f"{fault.name!r} takes {fault.wanted}, which {fault.at.text!r} is not: {_refused(document)}"


def _missing(document: StructDocument, fault: Fault) -> str:
    return f"{fault.name!r} has no {fault.wanted!r}: {_refused(document)}"


def _newer(document: StructDocument, fault: Fault) -> str:
    return f"{fault.name!r} exists from Kubernetes 1.{fault.minors[0]} on: before that, {_ignored(document)}"


def _removed(document: StructDocument, fault: Fault) -> str:
    return f"{fault.name!r} went after Kubernetes 1.{fault.minors[1]}: since then, {_ignored(document)}"


def _kubelet(line: str, version: str = "") -> Example:
    return manifest(_text(line), kubernetes=version)


def _text(line: str) -> str:
    return f"""
    apiVersion: kubelet.config.k8s.io/v1beta1
    kind: KubeletConfiguration
    {line}
    """


_PSS = """
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
    defaults:
      enforce: {}
"""
_WEBHOOK = """
    apiVersion: apiserver.config.k8s.io/v1
    kind: AuthorizationConfiguration
    authorizers:
      - type: Webhook
        name: guard
        webhook:{}
          subjectAccessReviewVersion: v1
          timeout: 3s
          connectionInfo: {{type: InClusterConfig}}{}
"""
_GOOD = (_kubelet("authentication: {anonymous: {enabled: false}}"), _kubelet("syncFrequency: 1m0s"))


def _row(
    name: str,
    documentation: str,
    check: Callable[[Rule[StructDocument], StructDocument], Iterator[Hit]],
    bad: tuple[Example, ...],
    good: tuple[Example, ...],
) -> Row[StructDocument]:
    return Row(f"schema/{name}", StructDocument, documentation, check, severity=Severity.MEDIUM, bad=bad, good=good)


RULES = (
    _row(
        "wrong-type",
        "A field has a value of another type.\n\nThe component refuses the whole file and does not start, or goes on\n"
        "with the file of before: what was meant to protect never arrives.\n\nWrite the type that the field takes: "
        "`true` and `0` without quotes,\ntexts such as the values of `extraArgs` with quotes.",
        _check(Sort.TYPE, _type),
        (
            manifest(
                _text('authentication: {anonymous: {enabled: "false"}}  # ! takes true or false'),
                _text("authentication: {anonymous: {enabled: false}}"),
            ),
            manifest(
                """
                apiVersion: kubeadm.k8s.io/v1beta3
                kind: ClusterConfiguration
                apiServer:
                  extraArgs:
                    profiling: false  # ! takes a text
                """,
                """
                apiVersion: kubeadm.k8s.io/v1beta3
                kind: ClusterConfiguration
                apiServer:
                  extraArgs:
                    profiling: "false"
                """,
            ),
            _kubelet("tlsCipherSuites: TLS_AES_128_GCM_SHA256  # ! takes a list"),
        ),
        _GOOD,
    ),
    _row(
        "invalid-enum-value",
        "A field has a value that its reader does not know.\n\n"
        "The component refuses the whole file and does not start:\n"
        "what was meant to protect never arrives.\n\n"
        "Write one of the values that the message lists.",
        _check(Sort.VALUE, _value),
        (
            manifest(_PSS.format("Restricted  # ! did you mean 'restricted'?"), _PSS.format("restricted")),
            _kubelet("authorization: {mode: WebHooks}  # ! one of AlwaysAllow, Webhook"),
        ),
        (*_GOOD, manifest(_PSS.format("restricted"))),
    ),
    _row(
        "invalid-format",
        "A field has a text or number that cannot be read.\n\n"
        "The component refuses the whole file and does not start.\n\n"
        "Write durations with units (`30s`, `1h30m`), and integers that fit their field.",
        _check(Sort.FORMAT, _format),
        (
            _kubelet('syncFrequency: "60"  # ! a duration such as 30s'),
            _kubelet("readOnlyPort: 4294967296  # ! 32 bits"),
        ),
        _GOOD,
    ),
    _row(
        "missing-required-field",
        "A field is missing without which the file is refused.\n\nThe API server does not start with the file: who "
        "restarts it in a\nhurry starts it without.\n\nWrite the field that the message names.",
        _check(Sort.MISSING, _missing),
        (manifest(_WEBHOOK.format("  # ! has no 'failurePolicy'", "")),),
        (manifest(_WEBHOOK.format("", "\n          failurePolicy: Deny")),),
    ),
    _row(
        "field-newer-than-target-version",
        "A field does not exist yet in the target version.\n\nThe component ignores what was meant to protect, or does "
        "not start.\n\nUse the field from the version on that the message names.",
        _check(Sort.NEWER, _newer),
        (_kubelet("seccompDefault: true  # ! from Kubernetes 1.22 on", "1.21"),),
        (_kubelet("seccompDefault: false", "1.22"),),
    ),
    _row(
        "field-removed-in-target-version",
        "A field is gone in the target version.\n\nThe component ignores what was meant to protect, or does not "
        "start.\n\nRemove the field, or use what came in its place.",
        _check(Sort.REMOVED, _removed),
        (_kubelet("logging: {sanitization: true}  # ! went after Kubernetes 1.23", "1.34"),),
        (_kubelet("seccompDefault: true", "1.34"),),
    ),
)
