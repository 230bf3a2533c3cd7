"""Templates of Cluster API as the ClusterClasses of a bundle change them.

A template in the hands of one class is what its patches make of it. What several classes use, what a template decides
and what an extension outside the input may write is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hullmark.linter.manifest.components.class_patches import (
    BASES,
    Change,
    Definition,
    Use,
    definitions,
    is_extended,
    uses,
)
from hullmark.linter.manifest.components.cluster_class import changed, written_by
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.detect import components
from hullmark.linter.manifest.components.forms import BOOTSTRAP, CLUSTER_CLASS, CONTROL_PLANE
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple


class _Class(NamedTuple):
    """A class with the templates that it refers to, and the ways in which it refers to each."""

    resource: Resource
    templates: tuple[tuple[Resource, tuple[Use, ...]], ...]


def of_classes(bundle: Bundle) -> Mapping[int, Sequence[Component]]:
    """Components of classes and of their templates (by the identity of the object), the one put into the other."""
    classes = [_Class(each, tuple(_templates(each, bundle))) for each in bundle.by_kind(*CLUSTER_CLASS)]
    if not classes:
        return {}
    users: dict[int, list[_Class]] = {}
    templates: dict[int, Resource] = {}
    for each in classes:
        for template, _ in each.templates:
            templates[id(template)] = template
            users.setdefault(id(template), []).append(each)
    found: dict[int, Sequence[Component]] = {}
    taken: set[int] = set()
    for key, template in templates.items():
        found[key] = list(_of_template(template, users[key], taken))
    for each in classes:
        found[id(each.resource)] = tuple(_of_class(each.resource, frozenset(taken)))
    return found


def _templates(resource: Resource, bundle: Bundle) -> Iterator[tuple[Resource, tuple[Use, ...]]]:
    wanted: dict[tuple[str, str], list[Use]] = {}
    for use in uses(resource):
        wanted.setdefault((use.kind, use.name), []).append(use)
    if not wanted:
        # Part of a class: what stands beside it may be meant, in any role.
        yield from ((each, ()) for each in _kubeadm(bundle) if each.cursor.source is resource.cursor.source)
        return
    for template in _kubeadm(bundle):
        namespaces = {resource.namespace, template.namespace} - {""}
        if len(namespaces) < 2 and (template.kind, template.name) in wanted:
            yield template, tuple(wanted[template.kind, template.name])


def _kubeadm(bundle: Bundle) -> Iterator[Resource]:
    for kind in BASES:
        for group in (CONTROL_PLANE, BOOTSTRAP):
            yield from bundle.by_kind(group, kind)


def _of_template(template: Resource, classes: Sequence[_Class], taken: set[int]) -> Iterator[Component]:
    """Components of a template after the patches of its classes; `taken` gets the values that are in them."""
    changes = [change for each in classes for change in _changes(template, each, len(classes) == 1)]
    extended = any(is_extended(each.resource) for each in classes)
    for component in components(template):
        made = changed(component, template, changes, extended)
        taken |= made.taken
        yield made.component


def _changes(template: Resource, each: _Class, alone: bool) -> Iterator[Change]:
    """Operations of a class on a template; of those that may not happen, nobody knows what they write."""
    used = next(uses for found, uses in each.templates if found is template)
    for definition in definitions(each.resource):
        surely = alone and definition.enabled is True and bool(used)
        if all(map(definition.selects, used)) and (used or _fits(definition, template)):
            for change in definition.changes:
                yield change if surely else _doubtful(change)
        elif any(map(definition.selects, used)):
            yield from map(_doubtful, definition.changes)


def _fits(definition: Definition, template: Resource) -> bool:
    return definition.selector.get("kind").text in (None, template.kind)


def _doubtful(change: Change) -> Change:
    return change._replace(op="replace" if change.op == "remove" else change.op, value=None)


def _of_class(resource: Resource, taken: frozenset[int]) -> Iterator[Component]:
    """What a class says itself: patches that are in no template, and whatever its texts hold."""
    whole = list(written_by(resource, frozenset()))
    yield from written_by(resource, taken)
    yield from components(resource)[len(whole) :]
