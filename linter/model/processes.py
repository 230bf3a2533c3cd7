"""Processes of a cluster with the files that their settings name: linked first, then judged once.

An API server reads who may log in, who decides, and what admission does from files; a scheduler, a kube-proxy and
etcd ignore most of their flags beside a configuration file. A file that is not in the input leaves open what it
decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Self

from hullmark.linter.manifest.components import subjects
from hullmark.linter.manifest.components.authorizers import decision
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import ALL
from hullmark.linter.manifest.components.forms import FILES
from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.written import Written
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.node_files import Described, Part, described


def _shared(bundle: Bundle) -> object:
    """What all processes are derived from."""
    return bundle.derived(_linked)


class _Linked(subjects.Process):
    """A component with the files of its bundle that its settings name; most are whole in one file."""

    kinds: ClassVar[KindSet | None] = ALL
    shared: ClassVar[Callable[[Bundle], object]] = staticmethod(_shared)
    alone: ClassVar[bool] = True

    @classmethod
    def among(cls, bundle: Bundle) -> Iterable[Self]:
        """Every one of a bundle; a file that one of them reads is not given alone."""
        return [cls(part.component) for name in sorted(cls.names) for part in linked(bundle, name)]


class ApiServer(_Linked, subjects.ApiServerPart):
    """A kube-apiserver with the files that its settings name."""


class ControllerManager(_Linked, subjects.ControllerManagerPart):
    """A kube-controller-manager; other files may change the template of one."""


class Scheduler(_Linked, subjects.SchedulerPart):
    """A kube-scheduler with its configuration file."""


class KubeProxy(_Linked, subjects.KubeProxyPart):
    """A kube-proxy with its configuration file."""


class Etcd(_Linked, subjects.EtcdPart):
    """A member of an etcd cluster with its configuration file."""


def linked(bundle: Bundle, name: str) -> tuple[Part, ...]:
    """Components of one name with their files joined, and the resource that describes each; without the files."""
    return bundle.derived(_linked).get(name, ())


def _linked(bundle: Bundle) -> dict[str, tuple[Part, ...]]:
    found = described(bundle)
    made: dict[str, list[Part]] = {}
    taken: set[int] = set()
    by_document = {id(part.component.document): part.component for part in found.parts}
    for part in found.parts:
        documents = dict(_documents(found, part))
        component = part.component
        if documents:
            component = _joined(component, documents, by_document)
            component.retold = tuple(each for each in documents.values() if id(each) in taken)
        taken.update(map(id, documents.values()))
        made.setdefault(component.name, []).append(Part(part.resource, component))
    return {
        name: tuple(part for part in parts if id(part.component.document) not in taken) for name, parts in made.items()
    }


def _documents(found: Described, part: Part) -> Iterator[tuple[str, Resource]]:
    """The documents that a component names, by the setting that names them."""
    component = part.component
    for name, forms in FILES.get(component.name, {}).items():
        setting = component.setting(name) if component.text(name) is not None else None
        if setting is None or setting.carrier is Carrier.FIELD or not setting.text.strip() or templated(setting.text):
            continue
        document = found.file(setting.text, forms, part.resource, component)
        if document is not None:
            yield name, document


def _joined(component: Component, documents: Mapping[str, Resource], known: Mapping[int, Component]) -> Component:
    if component.name != "kube-apiserver":
        (document,) = documents.values()
        return component.linked((), documents, known.get(id(document)))
    return component.linked(tuple(_decided(component, documents)), documents, None)


def _decided(component: Component, documents: Mapping[str, Resource]) -> Iterator[Written]:
    """What files decide: the authorizers unless a flag names them, and anonymous requests whatever a flag says."""
    authorization, authentication = documents.get("authorization-config"), documents.get("authentication-config")
    if authorization is not None and component.setting("authorization-mode") is None:
        said = decision(authorization)
        if said is not None:
            yield said
    said = None if authentication is None else decision(authentication)
    if said is not None:
        yield said
