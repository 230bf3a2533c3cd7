"""Objects of Emissary and Ambassador Edge Stack, wherever they are written, and which act together.

https://www.getambassador.io/docs/emissary/latest/topics/running/host-crd
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.documents import documents_in
from hullmark.linter.named_tuple import NamedTuple

GROUPS = ("getambassador.io", "gateway.getambassador.io")
ANNOTATION = "getambassador.io/config"
_DEFAULT = ("default",)


class Thing(NamedTuple):
    """One object: its resource, its namespace and its fields.

    `flat` are the fields of one that is written into an annotation of a Service, as before version 2.
    """

    resource: Resource
    namespace: str
    flat: Cursor | None = None

    @property
    def spec(self) -> Cursor:
        """Its fields."""
        return self.resource.cursor.get("spec") if self.flat is None else self.flat

    @property
    def ids(self) -> tuple[str, ...]:
        """The installations that it is for."""
        field = self.spec.get("ambassador_id")
        listed = tuple(item.text for item in field.items() if item.text)
        return listed or ((field.text,) if field.text else _DEFAULT)

    @property
    def is_old(self) -> bool:
        """Whether it is written for 1.x or 2.x, where a Mapping without a host takes every host."""
        return self.flat is not None or self.resource.version != "v3alpha1"

    def with_(self, other: Thing) -> bool:
        """Whether both are for the same installation."""
        return bool(set(self.ids) & set(other.ids))


def things(bundle: Bundle, kind: str) -> Iterator[Thing]:
    """Objects of one kind, in file order."""
    for group in GROUPS:
        for resource in bundle.by_kind(group, kind):
            yield Thing(resource, bundle.namespace_of(resource).name)
    yield from bundle.derived(_annotated).get(kind, ())


def _annotated(bundle: Bundle) -> dict[str, list[Thing]]:
    """Objects in annotations of Services, by kind."""
    found: dict[str, list[Thing]] = {}
    for service in bundle.each(Service):
        for at in documents_in(service, service.annotation(ANNOTATION)):
            if (at.get("apiVersion").text or "").partition("/")[0] in GROUPS:
                thing = Thing(service, bundle.namespace_of(service).name, at)
                found.setdefault(at.get("kind").text or "", []).append(thing)
    return found


def is_annotated(bundle: Bundle) -> bool:
    """Whether some Service holds such objects."""
    return bool(bundle.derived(_annotated))


def labels_match(selector: Cursor, resource: Resource) -> bool:
    """Whether the labels of an object are those of `matchLabels`; an empty one matches everything."""
    labels = resource.labels.value or {}
    return all(labels.get(key) == item.text for key, item in selector.get("matchLabels").entries())


def hostname_field(mapping: Thing) -> Cursor:
    """The field that names a Mapping's host: `hostname`, else `host`, else a header match on `:authority`."""
    spec = mapping.spec
    for key in ("hostname", "host"):
        if spec.get(key).text:
            return spec.get(key)
    return spec.get("headers", ":authority")


def attaches(mapping: Thing, host: Thing) -> bool:
    """Whether a Host takes a Mapping."""
    if not mapping.with_(host):
        return False
    spec = host.spec
    selector = spec.get("mappingSelector") if spec.get("mappingSelector").present else spec.get("selector")
    chosen = selector.present and labels_match(selector, mapping.resource)
    name = hostname_field(mapping).text
    if mapping.spec.get("host_regex").text == "true":
        return not selector.present or chosen
    if name is None and mapping.is_old and not selector.present:
        name = "*"
    by_name = name is not None and globs_meet(name, spec.get("hostname").text or "*")
    if selector.present and name is not None:
        return chosen and by_name
    return chosen if selector.present else by_name


def globs_meet(one: str, other: str) -> bool:
    """Whether two host names with an asterisk in front or at the end have a host in common."""
    if "*" not in other:
        return name_glob(one).fullmatch(other) is not None
    if "*" not in one:
        return name_glob(other).fullmatch(one) is not None
    if "*" in (one, other):
        return True
    if one[0] == other[0] == "*":
        return one[1:].endswith(other[1:]) or other[1:].endswith(one[1:])
    if one[-1] == other[-1] == "*":
        return one.startswith(other[:-1]) or other.startswith(one[:-1])
    return True  # one is open in front, the other at the end


def listens_for(listener: Thing, host: Thing) -> bool:
    """Whether a Listener takes a Host. SELECTOR is not implemented and acts as SELF."""
    if not listener.with_(host):
        return False
    binding = listener.spec.get("hostBinding")
    if binding.absent:
        return False
    if binding.get("namespace", "from").text != "ALL" and listener.namespace != host.namespace:
        return False
    selector = binding.get("selector")
    return selector.absent or labels_match(selector, host.resource)


def module(bundle: Bundle, ids: tuple[str, ...]) -> Thing | None:
    """The Module called `ambassador` of an installation."""
    for thing in things(bundle, "Module"):
        if thing.resource.name == "ambassador" and set(thing.ids) & set(ids):
            return thing
    return None
