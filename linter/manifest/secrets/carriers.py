"""Where secrets are written: environments, arguments, ConfigMaps, annotations, values, and any other text."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.commands import command_texts
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.helm_values import HELM_VALUES
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.secrets.disclosure import Found, Text, decoded_base64, disclosed, of_match
from hullmark.linter.manifest.secrets.formats import is_telling, matches, worth_matching
from hullmark.linter.manifest.secrets.pairs import options
from hullmark.linter.manifest.secrets.words import Value, is_sensitive, judged, words
from hullmark.linter.manifest.structure import is_unknown
from hullmark.linter.yaml.nodes import Mapping, Scalar, Sequence

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_LITERAL = "secret/literal-credential"
_IN_VALUES = "secret/credential-in-values"
_IN_RESOURCE = "secret/credential-in-resource"
_IN_ANNOTATION = "secret/credential-in-annotation"
_LONGEST = 65536
# Not what somebody wrote, or schemas and not data.
_SUMS = frozenset({"checksum", "hash", "sha"})
_CLOSED = frozenset({"status", "managedFields", "openAPIV3Schema", "annotations", "labels"})
VALUES = {
    ("helm.toolkit.fluxcd.io", "HelmRelease"): ("spec.values",),
    ("argoproj.io", "Application"): (
        "spec.source.helm.values",
        "spec.source.helm.valuesObject",
        "spec.source.helm.parameters",
        "spec.sources",
    ),
    # https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/helmcharts/
    ("kustomize.config.k8s.io", "Kustomization"): ("helmCharts",),
    ("helm.cattle.io", "HelmChart"): ("spec.valuesContent", "spec.set"),
    ("helm.cattle.io", "HelmChartConfig"): ("spec.valuesContent",),
}


def in_pods(resource: Resource) -> Iterator[Found]:
    """Secrets in environments and commands of a resource's pods."""
    today = resource.context.today
    for pod in PodSpec.of(resource):
        for container in pod.containers:
            for variable in container.env:
                at = variable.value.cursor
                name, text = variable.name.text or "", at.text
                if text:
                    holder = f"variable {name!r} of {container.described}"
                    yield from disclosed(Text(at, text, name, holder, _LITERAL), today)
            yield from _in_commands(container, today)


def _in_commands(container: Container, today: str) -> Iterator[Found]:
    holder = f"a command of {container.described}"
    for text in command_texts(container):
        values = text.values
        candidates = worth_matching(values)
        for index, written in enumerate(values) if candidates else ():
            for match in matches(written) if written in candidates else ():
                yield of_match(Text(text.items[index], written, "", holder, _LITERAL), match, today)
        if text.script < 0:
            for name, value, index in options(values):
                yield from disclosed(Text(text.items[index], value, name, holder, _LITERAL, True), today)
            continue
        for program in text.programs:
            for name, value, _ in options(program.words):
                if judged(value) is Value.REAL:
                    message = f"{holder} holds, as {name[:60]!r}, a credential in plain text"
                    yield Found(_LITERAL, program.place, message, Severity.HIGH, Confidence.MEDIUM, value=value)


def in_config_map(resource: Resource) -> Iterator[Found]:
    """Secrets in entries of a ConfigMap."""
    rule, today = "secret/credential-in-config-map", resource.context.today
    for key, at in resource.cursor.get("data").entries():
        text = at.text
        if text:
            yield from disclosed(Text(at, text, key, f"entry {key!r} of {resource}", rule), today)
    for key, at in resource.cursor.get("binaryData").entries():
        decoded = decoded_base64(at.text or "")
        if decoded:
            yield from disclosed(Text(at, decoded, key, f"entry {key!r} of {resource}", rule, True), today)


def in_metadata(resource: Resource) -> Iterator[Found]:
    """Secrets in annotations and labels of the object and its pods."""
    for metadata in _metadata(resource):
        node = metadata.node
        written = node.index if isinstance(node, Mapping) else ()
        for field in ("annotations", "labels"):
            if field in written:
                for key, at in metadata.get(field).entries():
                    text = at.text
                    if text and len(text) > 5:
                        yield from _annotation(resource, key, at, text)


def _metadata(resource: Resource) -> Iterator[Cursor]:
    own = resource.cursor.get("metadata")
    yield own
    for pod in PodSpec.of(resource):
        if pod.metadata.present and pod.metadata.node is not own.node:
            yield pod.metadata


def _annotation(resource: Resource, key: str, at: Cursor, text: str) -> Iterator[Found]:
    if key == LAST_APPLIED:
        if '"kind":"Secret"' in text.replace(" ", "") and ('"data"' in text or '"stringData"' in text):
            message = f"annotation {key!r} of {resource} holds the values of a Secret"
            yield Found(_IN_ANNOTATION, at.place, message, Severity.HIGH, Confidence.HIGH, value=text)
        return
    holder = f"annotation {key!r} of {resource}"
    # A checksum of a Secret makes pods new when it changes: https://helm.sh/docs/howto/charts_tips_and_tricks/
    name = "" if _SUMS.intersection(words(key)) else key.rpartition("/")[2]
    yield from disclosed(Text(at, text, name, holder, _IN_ANNOTATION), resource.context.today)


def in_values(resource: Resource) -> Iterator[Found]:
    """Secrets in values of charts."""
    if resource.gk == ("", HELM_VALUES):
        if resource.cursor.get("sops", "mac").present:
            yield from _left_plain(resource)
        else:
            yield from _walked(resource, resource.cursor, "", _IN_VALUES)
    for path in VALUES.get(resource.gk, ()):
        at = resource.cursor.get(*path.split("."))
        yield from _walked(resource, at, path.rpartition(".")[2], _IN_VALUES)


def _left_plain(resource: Resource) -> Iterator[Found]:
    """Values under names of secrets that SOPS was not told to encrypt; https://getsops.io/docs/#encrypting-only-parts."""
    for name, here, text in _texts("", resource.cursor):
        if here.path[:1] != ("sops",) and is_sensitive(name) and judged(text) in (Value.REAL, Value.UNSURE):
            message = f"value {name[:60]!r} of {resource} is not encrypted, though the rest of the file is"
            rule = "secret/sops-value-left-plain"
            yield Found(rule, here.place, message, Severity.HIGH, Confidence.HIGH, value=text)


def _walked(resource: Resource, at: Cursor, key: str, rule: str) -> Iterator[Found]:
    for name, here, text in _texts(key, at):
        holder = f"value {name[:60]!r} of {resource}"
        yield from disclosed(Text(here, text, name, holder, rule), resource.context.today)


def _texts(key: str, at: Cursor) -> Iterator[tuple[str, Cursor, str]]:
    """Every text below a place, under its last key; parameters of Argo CD name theirs beside it."""
    waiting = [(key, at)]
    while waiting:
        name, here = waiting.pop()
        if isinstance(here.node, Scalar):
            text = here.text
            if text:
                yield name, here, text
            continue
        named = here.get("name").text if here.get("value").present else None
        if named:
            waiting.append((named, here.get("value")))
            continue
        # The last is taken first: findings are to be in file order, and the first of equal ones is told.
        waiting.extend(reversed([(name, inner) for inner in here.items()] or list(here.entries())))


def in_the_rest(resource: Resource, seen: frozenset[str]) -> Iterator[Found]:
    """Credentials of known forms in any other text; `seen` are top-level fields that were looked at already."""
    node = resource.cursor.node
    if not isinstance(node, Mapping):
        return
    if is_unknown(*resource.gk):
        yield from _sensitive_fields(resource)
    if not is_telling(_around(resource, node, seen)):
        return
    waiting = [at for name, at in resource.cursor.entries() if name not in seen and name not in _CLOSED][::-1]
    known: set[int] = set()
    while waiting:
        at = waiting.pop()
        inner = at.node
        if isinstance(inner, Scalar):
            yield from _scalar(resource, at, inner)
        elif isinstance(inner, Mapping | Sequence) and id(inner) not in known:
            known.add(id(inner))
            inside = [*at.items()] or [each for name, each in at.entries() if name not in _CLOSED]
            waiting.extend(reversed(inside))


def _around(resource: Resource, node: Mapping, seen: frozenset[str]) -> str:
    """The text of a resource without what the fields hold that were seen already."""
    source, extent = resource.cursor.source, resource.extent
    held = [node[name].value for name in seen if name in node]
    if not held or source.mentions("&"):  # by an alias, other fields may say the same
        return source.text[extent.start : extent.end]
    pieces, last = [], extent.start
    for start, end in sorted([(value.start, value.end) for value in held]):
        pieces.append(source.text[last:start])
        last = end
    return "\n".join([*pieces, source.text[last : extent.end]])


def _scalar(resource: Resource, at: Cursor, scalar: Scalar) -> Iterator[Found]:
    if not 10 < len(scalar.value) <= _LONGEST or not is_telling(scalar.value):
        return
    text = Text(at, scalar.value, "", f"field {at.path[-1]!r} of {resource}", _IN_RESOURCE)
    for match in matches(scalar.value):
        if match.format.id not in ("htpasswd", "jdbc-password"):
            yield of_match(text, match, resource.context.today)


def _sensitive_fields(resource: Resource) -> Iterator[Found]:
    """Fields of a custom kind's spec that are called like a secret and hold one."""
    for key, at in resource.cursor.get("spec").entries():
        text = at.text
        if text and is_sensitive(key) and judged(text) is Value.REAL:
            message = f"field {key!r} of {resource} holds a credential in plain text"
            profile, confidence = Profile.STRICT, Confidence.LOW
            yield Found(_IN_RESOURCE, at.place, message, Severity.MEDIUM, confidence, profile, value=text)
