"""Components of templates as a ClusterClass changes them, and what its patches write where no template is known.

https://cluster-api.sigs.k8s.io/tasks/experimental-features/cluster-class/write-clusterclass#clusterclass-with-patches
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hullmark.linter.manifest.components.argv import canonical_name
from hullmark.linter.manifest.components.class_patches import BASES, Change, definitions, uses
from hullmark.linter.manifest.components.component import UNKNOWN, Component
from hullmark.linter.manifest.components.patches import ARGUMENTS, argument, partials
from hullmark.linter.manifest.components.precedence import shadow
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.written import Written, extra_args, value_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.named_tuple import NamedTuple

_CLUSTER = "clusterConfiguration"
_NODES = ("initConfiguration", "joinConfiguration")
_BLOCKS = tuple(
    ((part, *path), name) for path, name in ARGUMENTS.items() for part in (_NODES if name == "kubelet" else (_CLUSTER,))
)
"""Where arguments of components stand below kubeadm's part of a template."""
_ETCD = (_CLUSTER, "etcd")
_OWN_MODE = "authorization-config"
_NO_OWN_MODE = "no authorization-config in extraArgs"


def cluster_class(resource: Resource) -> Iterator[Component]:
    """Components of which a class writes settings; what a template or a variable decides is left out."""
    return written_by(resource, frozenset())


def written_by(resource: Resource, known: frozenset[int]) -> Iterator[Component]:
    """The same without those operations (by the node of their value) that are known to change some template."""
    used = tuple(uses(resource))
    for definition in definitions(resource):
        # What selects none of the templates that the class refers to is never applied.
        if definition.enabled and (not used or any(map(definition.selects, used))):
            found = [
                written
                for change in definition.changes
                if change.value is not None and id(change.at.node) not in known
                for written in _written(change)
            ]
            yield from partials(found, resource, "kubeadm")


def _written(change: Change) -> Iterator[tuple[str, Written]]:
    """Settings that an operation writes, with the names of their components."""
    if change.value is None:
        return
    for block, name in _BLOCKS:
        if block[: len(change.path)] == change.path:
            for written in extra_args(name, change.value.get(*block[len(change.path) :])):
                yield name, written
        elif change.path[: len(block)] == block:
            found = argument("", change.path[1:], change.value)
            if found is not None:
                yield found


class Changed(NamedTuple):
    """A component of a template after all operations, and the nodes of the values that are in it."""

    component: Component
    taken: frozenset[int]


def changed(component: Component, template: Resource, changes: Sequence[Change], extended: bool = False) -> Changed:
    """A component of a template as patches leave it; what they may have written is unknown.

    `extended`: an extension writes, too, and nobody sees what.
    """
    base = BASES[template.kind]
    path = component.place.path
    block = next(
        (each for each, name in _BLOCKS if name == component.name and (*base, each[0]) == path),
        None,
    )
    if block is None:
        return Changed(component, frozenset())
    arguments = _Arguments(component, block)
    arguments.complete = arguments.complete and not extended
    for change in changes:
        arguments.apply(change)
    return Changed(arguments.component(), frozenset(arguments.taken))


class _Arguments:
    """Arguments of one component while patches are applied to them."""

    def __init__(self, component: Component, block: tuple[str, ...]) -> None:
        self.before = component
        self.block = block
        self.name = component.name
        self.written = list(component.written)
        self.complete = component.traits.complete
        self.taken: set[int] = set()

    def apply(self, change: Change) -> None:
        """One operation, in the order of the class."""
        path, block = change.path, self.block
        if block[: len(path)] == path:
            self._whole(change, block[len(path) :])
        elif path[: len(block)] == block:
            self._one(change, path[len(block) :])
        if self.name in ("etcd", "kube-apiserver") and _beside(path):
            self.complete = False

    def _whole(self, change: Change, below: tuple[str, ...]) -> None:
        """All arguments are replaced or removed; what etcd.external says is not among them."""
        if change.unknown:
            self._open()
            return
        self.written = [each for each in self.written if each[1].carrier is Carrier.FIELD]
        if change.value is not None:
            self.written += extra_args(self.name, change.value.get(*below))
            self._take(change)

    def _one(self, change: Change, rest: tuple[str, ...]) -> None:
        """One argument of a map, or an item behind those of a list; other items of lists are not followed."""
        if len(rest) == 1 and rest[0] != "-" and not rest[0].isdigit():
            name = canonical_name(self.name, rest[0])
            self.written = [each for each in self.written if each[0] != name or each[1].carrier is Carrier.FIELD]
            if change.unknown:
                word = value_word(change.at).renamed(UNKNOWN)
                self.written.append((name, Occurrence((word,), word, rest[0])))
            elif change.value is not None:
                self._add(change, change.value)
        elif len(rest) == 1 and change.op == "add" and change.value is not None:
            self._add(change, change.value)
            # kubeadm passes a list in the order of names and values.
            self.written.sort(key=lambda each: (each[0], each[1].text))
        else:
            self._open()

    def _add(self, change: Change, value: Cursor) -> None:
        found = argument("", change.path[1:], value)
        if found is not None:
            self.written.append(found[1])
            self._take(change)

    def _take(self, change: Change) -> None:
        self.taken.add(id(change.at.node))

    def _open(self) -> None:
        """Anything may be written now."""
        self.complete = False
        self.written = [
            (name, each._replace(words=(each.item.renamed(UNKNOWN),), forced=None)) for name, each in self.written
        ]

    def component(self) -> Component:
        """What the operations made of the component."""
        conditions = self.before.traits.conditions - {_NO_OWN_MODE}
        if self.name == "kube-apiserver" and all(name != _OWN_MODE for name, _ in self.written):
            conditions |= {_NO_OWN_MODE}
        return self.before.rewritten(
            self.written,
            self.before.traits._replace(
                complete=self.complete, conditions=conditions, shadowed=shadow(self.name, self.written)
            ),
        )


def _beside(path: tuple[str, ...]) -> bool:
    """Whether an operation may say that etcd is elsewhere, which moves settings between components."""
    arguments = (*_ETCD, "local", "extraArgs")
    if path[: len(arguments)] == arguments:
        return False
    return _ETCD[: len(path)] == path or path[: len(_ETCD)] == _ETCD
