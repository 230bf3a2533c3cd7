"""References to objects that do not exist, or that lack what is asked of them."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.fields import is_templated
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model.absence import Absence, absence, is_there
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.model.references import Mention, Monitor, References, references_of
from hullmark.linter.rule import Hit, Row, Rule, because, manifest, several
from hullmark.linter.rule.pod_rows import pod_hit


def _dangling(rule: Rule[References], subject: References) -> Iterator[Hit]:
    undecided: list[Mention] = []
    for mention in subject.mentions:
        gone = _absence(subject, mention)
        if gone is not None:
            yield _gone(rule, mention, gone)
        elif not mention.to.is_class and not _is_present(subject, mention):
            undecided.append(mention)
    for monitor in subject.monitors:
        if monitor.finds is False:
            yield _blind(rule, monitor)
    if undecided:
        number = len(undecided)
        who = "1 reference leads" if number == 1 else f"{number} references lead, this one first,"
        yield rule.hit(
            undecided[0].to.name,
            f"{who} out of the input: nobody can say whether it works (set `scope.complete` if this is everything)",
            severity=Severity.INFO,
            profile=Profile.ALL,
            subject_name="undecided",
        )


def _absence(subject: References, mention: Mention) -> Absence | None:
    """The absence of what is mentioned, None where it is there or nobody can know."""
    to, name = mention.to, mention.to.name.text or ""
    if to.is_class:
        there = subject.bundle.context.complete != "cluster" or is_there(subject.bundle, to.group, to.kind, "", name)
        return None if there else Absence()
    if _is_present(subject, mention):
        return None
    return absence(subject.bundle, to.group, to.kind, mention.namespace, name, mention.assumed)


def _is_present(subject: References, mention: Mention) -> bool:
    to, name = mention.to, mention.to.name.text or ""
    if to.kind == "PersistentVolumeClaim" and mention.pod is not None and _has_template(mention.pod, name):
        return True
    return is_there(subject.bundle, to.group, to.kind, mention.namespace, name)


def _gone(rule: Rule[References], mention: Mention, gone: Absence) -> Hit:
    to = mention.to
    pulls = "imagePullSecrets" in to.name.path
    message = f"{mention.by} refers to {to.kind} {to.name.text!r}, which does not exist{gone.hint()}"
    why = (because(gone.near, "this one does"),) if gone.near is not None else ()
    # Without its account a pod is never created; without a pull secret it starts where the image is public.
    severity = Severity.LOW if pulls else Severity.HIGH if to.kind == "ServiceAccount" else None
    confidence = Confidence.MEDIUM if gone.near is not None else None
    profile = Profile.STRICT if pulls else None
    name = to.name.text or ""
    if mention.pod is None:
        return rule.hit(
            to.name, message, *why, severity=severity, confidence=confidence, profile=profile, subject_name=name
        )
    return pod_hit(
        rule,
        mention.pod,
        to.name,
        message,
        *why,
        severity=severity,
        confidence=confidence,
        profile=profile,
        subject_name=name,
    )


def _blind(rule: Rule[References], monitor: Monitor) -> Hit:
    what = "Service" if monitor.resource.kind == "ServiceMonitor" else "pod"
    hint = "" if monitor.near is None else f"; it would select {monitor.near} but for one label"
    return rule.hit(
        monitor.selector,
        f"{monitor.resource} selects no {what}{hint}",
        *((because(monitor.near, "almost selected"),) if monitor.near is not None else ()),
        confidence=Confidence.MEDIUM if monitor.near is not None else None,
        profile=Profile.STRICT,
    )


def _has_template(pod: PodSpec, name: str) -> bool:
    templates = pod.resource.cursor.get("spec", "volumeClaimTemplates").items()
    return any(each.get("metadata", "name").text == name for each in templates)


def _dangling_key(rule: Rule[BundledPod], subject: BundledPod) -> Iterator[Hit]:
    for reference in references_of(subject.pod):
        name, key = reference.name.text, reference.key.text if reference.key is not None else None
        if not name or not key or reference.optional or reference.key is None or is_templated(key):
            continue
        found = subject.bundle.variants("", reference.kind, subject.namespace, name)
        if len(found) != 1 or found[0].cursor.get("sops").present or _is_merged(subject, name):
            continue
        fields = ("data", "stringData", "binaryData")
        keys = {entry for field in fields for entry, _ in found[0].cursor.get(field).entries()}
        if keys and key not in keys:
            message = f"{subject.pod} refers to key {key!r}, which {found[0]} does not have"
            yield pod_hit(
                rule, subject.pod, reference.key, message, because(found[0], "without that key"), subject_name=key
            )


def _is_merged(subject: BundledPod, name: str) -> bool:
    """Whether a generator adds entries to the object."""
    for resource in subject.bundle.resources:
        if resource.kind == "Kustomization":
            for field in ("configMapGenerator", "secretGenerator"):
                if any(each.get("name").text == name for each in resource.cursor.get(field).items()):
                    return True
    return False


_MAP = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: shop}
    data: {color: blue}
"""


def _uses(name: str, key: str = "") -> str:
    ref = f"configMapKeyRef: {{name: settings, key: {key}}}" if key else ""
    lines = f"env: [{{name: A, valueFrom: {{{ref}}}}}]" if key else f"envFrom: [{{configMapRef: {{name: {name}}}}}]"
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: web, namespace: shop}}
    spec:
      containers:
        - name: app
          image: app:1
          {lines}
    """


def _marked(text: str, mark: str) -> str:
    lines = text.split("\n")
    return "\n".join(f"{line}  # ! {mark}" if "env" in line else line for line in lines)


RULES = (
    Row(
        "reliability/dangling-reference",
        References,
        "Object refers to another one that does not exist.\n\n"
        "The pod is never started, or waits for somebody to make the object, who then decides what it holds.\n\n"
        "Correct the name, or add the object; write `optional: true` where the pod can do without.",
        _dangling,
        severity=Severity.MEDIUM,
        bad=(
            several(_MAP, _marked(_uses("setings"), "there is 'settings'")),
            manifest(_marked(_uses("settings"), "which does not exist"), complete="cluster"),
            manifest(_marked(_uses("others"), "1 reference leads out of the input")),
        ),
        good=(several(_MAP, _uses("settings")),),
    ),
    Row(
        "reliability/dangling-key",
        BundledPod,
        "Pod refers to a key that its object does not have.\n\n"
        "The container is never started.\n\n"
        "Correct the key, or add it; write `optional: true` where the pod can do without.",
        _dangling_key,
        severity=Severity.HIGH,
        mentions=("KeyRef", "items"),
        bad=(several(_MAP, _marked(_uses("settings", "colour"), "which ConfigMap 'settings' does not have")),),
        good=(several(_MAP, _uses("settings", "color")),),
    ),
)
