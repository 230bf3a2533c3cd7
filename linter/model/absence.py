"""Whether an object that something refers to is surely missing: most inputs hold a part of a cluster only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

# What kustomize appends to the names of generated objects.
_HASH = regex(r"-[0-9a-z]{10}\Z")
_MADE = {
    ("", "ConfigMap", "kube-root-ca.crt"),
    ("", "ConfigMap", "openshift-service-ca.crt"),
    ("", "ServiceAccount", "default"),
    ("scheduling.k8s.io", "PriorityClass", "system-node-critical"),
    ("scheduling.k8s.io", "PriorityClass", "system-cluster-critical"),
}
# Kinds whose controllers make a Secret, and where its name is; the object's own name where nothing is written.
_MAKERS = (
    ("external-secrets.io", "ExternalSecret", "spec.target.name", True),
    ("bitnami.com", "SealedSecret", "spec.template.metadata.name", True),
    ("cert-manager.io", "Certificate", "spec.secretName", False),
    ("secrets.hashicorp.com", "VaultStaticSecret", "spec.destination.name", False),
    ("secrets.hashicorp.com", "VaultDynamicSecret", "spec.destination.name", False),
    ("secrets.hashicorp.com", "VaultPKISecret", "spec.destination.name", False),
    ("onepassword.com", "OnePasswordItem", "metadata.name", True),
    ("isindir.github.com", "SopsSecret", "metadata.name", True),
)


class Absence(NamedTuple):
    """An object that is not there. `near` is one that is, and that may have been meant."""

    near: Resource | None = None

    def hint(self) -> str:
        """What may have been meant, for messages."""
        if self.near is None:
            return ""
        where = f" in namespace {self.near.namespace!r}" if self.near.namespace else ""
        return f"; there is {self.near.name!r}{where}"


def absence(bundle: Bundle, group: str, kind: str, namespace: str, name: str, assumed: bool = False) -> Absence | None:
    """The absence of an object, None where it is there or where nobody can know.

    `assumed`: nothing says that it is looked for in this namespace, so that one elsewhere may be it.
    """
    if is_there(bundle, group, kind, namespace, name):
        return None
    like = _like(bundle, group, kind, namespace, name)
    near = next((each for each in like if _is_near(bundle, each, namespace, name, assumed)), None)
    if near is not None:
        return Absence(near)
    return Absence() if bundle.covers(namespace) else None


def is_there(bundle: Bundle, group: str, kind: str, namespace: str, name: str) -> bool:
    """Whether the bundle holds the object, or something that makes it; every cluster makes some."""
    if (group, kind, name) in _MADE or bundle.find(group, kind, namespace, name) is not None:
        return True
    made = bundle.derived(_made_names)
    return (kind, name) in made or (kind, _HASH.sub("", name)) in made


class _Known(NamedTuple):
    """Objects of one kind, and which of them have a name or live in a namespace."""

    objects: Sequence[Resource]
    named: dict[str, list[int]]
    within: dict[str, list[int]]


def _like(bundle: Bundle, group: str, kind: str, namespace: str, name: str) -> Iterator[Resource]:
    """Objects of a kind that have the name or live in the namespace, in file order: no others can be meant."""
    store = bundle.derived(_store)
    if (group, kind) not in store:
        known = store[group, kind] = _Known(bundle.by_kind(group, kind), {}, {})
        for number, each in enumerate(known.objects):
            known.named.setdefault(each.name, []).append(number)
            known.within.setdefault(bundle.namespace_of(each).name, []).append(number)
    known = store[group, kind]
    for number in sorted({*known.named.get(name, ()), *known.within.get(namespace, ())}):
        yield known.objects[number]


def _store(bundle: Bundle) -> dict[tuple[str, str], _Known]:
    return {}


def _is_near(bundle: Bundle, other: Resource, namespace: str, name: str, assumed: bool) -> bool:
    if other.name == name:
        return not assumed and bundle.namespace_of(other).name != namespace and not bundle.namespace_of(other).assumed
    if bundle.namespace_of(other).name != namespace:
        return False
    return _plain(other.name) == _plain(name) or _one_edit(other.name, name)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter was added, left out or mistaken, in names that are long enough to be alike for a reason.

    Names that differ in a number (`db-1`, `db-2`) are a series, and no mistake.
    """
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if long[at : at + 1].isdigit() or short[at : at + 1].isdigit():
        return False
    return short[at:] == long[at + 1 :] or (len(short) == len(long) and short[at + 1 :] == long[at + 1 :])


def _made_names(bundle: Bundle) -> frozenset[tuple[str, str]]:
    """Kinds and names of objects that something in the bundle makes."""
    return frozenset(_makes(bundle))


def _makes(bundle: Bundle) -> Iterator[tuple[str, str]]:
    for group, kind, path, own in _MAKERS:
        for each in bundle.by_kind(group, kind):
            name = each.cursor.get(*path.split(".")).text or (each.name if own else "")
            if name:
                yield "Secret", name
    for resource in bundle.resources:
        if resource.kind == "Kustomization":
            for field, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
                for generator in resource.cursor.get(field).items():
                    yield kind, generator.get("name").text or ""
