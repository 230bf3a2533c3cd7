"""No text makes a view raise: whatever is asked of it, and whatever nonsense it is about."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hullmark.linter.manifest
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import Field
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.kinds import workload_kinds
from hullmark.linter.manifest.paths import branches
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.view import View
from hullmark.linter.model.linkable import linked
from hullmark.linter.model.scope import NamespaceScope
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents


def _views() -> list[type[View]]:
    package = hullmark.linter.manifest
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not module.ispkg:
            importlib.import_module(module.name)
    found, waiting = [], [View]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.startswith(package.__name__) and ".components" not in each.__module__:
                found.append(each)
    return sorted(set(found), key=lambda each: each.__qualname__)


VIEWS = _views()
WORDS = sorted(
    {part for each in VIEWS for declared in each.declared.values() for part in declared.path}
    | {step.name for kind in workload_kinds().values() for steps in branches(kind.template or ".") for step in steps}
    | {
        "apiVersion",
        "kind",
        "metadata",
        "name",
        "namespace",
        "items",
        "from",
        "to",
        "key",
        "operator",
        "$patch",
        "subjects",
    }
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 70000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "ALL", "{{ x }}", "$(X)", "TCP", "In", "Always", "0.0.0.0/0", "windows", "ServiceAccount"]),
    st.text(max_size=6),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)


def at(value: object) -> Cursor:
    source = Source("fuzz.json", json.dumps(value))
    (document,) = documents(source)
    return Cursor(source, document.root, None, Span(0, 0))


def answers(thing: Any, depth: int = 0) -> Iterator[object]:
    """Everything that public attributes say, and what is said about that."""
    if depth > 3:
        return
    for name, member in inspect.getmembers_static(type(thing)):
        if name.startswith("_") or name == "declared" or inspect.isroutine(member) or isinstance(member, classmethod):
            continue
        found = getattr(thing, name)
        yield found
        inner = found if isinstance(found, tuple) else (found,)
        for each in inner:
            if isinstance(each, View | Field):
                yield from answers(each, depth + 1)
    yield str(thing)
    yield repr(thing)
    yield thing.place.source.region(thing.place.span)


@pytest.mark.parametrize("viewed", [each for each in VIEWS if list(inspect.signature(each).parameters) == ["cursor"]])
@settings(max_examples=15)
@given(value=VALUES)
def test_views_of_nonsense_answer(viewed: type[View], value: object) -> None:
    for each in answers(viewed(at(value))):
        assert each is not NotImplemented


KINDS = sorted(
    {kind for each in VIEWS if issubclass(each, Resource) for kind in each.kinds or ()} | {("", "List"), ("x.y", "Z")}
)


@settings(max_examples=300)
@given(kind=st.sampled_from(KINDS), body=st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=6))
def test_objects_of_nonsense_are_read_and_linked(kind: tuple[str, str], body: dict[str, object]) -> None:
    group, name = kind
    whole = {**body, "apiVersion": f"{group}/v1" if group else "v1", "kind": name}
    resources = read_manifest(Source("fuzz.json", json.dumps(whole))).resources
    for resource in resources:
        for viewed in VIEWS:
            if issubclass(viewed, Resource):
                for view in viewed.of(resource):
                    assert list(answers(view))
        for pod in PodSpec.of(resource):
            assert list(answers(pod))
            assert all(mount.name.text for volume in pod.volumes for _, mount in pod.mounts(volume) if volume.name.text)
        for container in Container.of(resource):
            assert list(answers(container))
            effective = container.effective
            assert [getattr(effective, each) for each in dir(effective) if not each.startswith("_")]
    for bundle in build_workspace(list(linked(resources))).bundles:
        assert all(scope.place.source.path == "fuzz.json" for scope in NamespaceScope.among(bundle))


def test_asking_for_everything_finds_what_raises() -> None:
    class Raising(View):
        @property
        def wrong(self) -> str:
            raise KeyError

    with pytest.raises(KeyError):
        list(answers(Raising(at({}))))


def test_every_kind_of_workload_is_reached() -> None:
    """A nonsensical container where each kind has its containers, so that chance does not decide what is tried."""
    nonsense = {"name": 1, "securityContext": [], "ports": {"a": 1}, "image": None, "env": "x", "restartPolicy": 3}
    reached = set()
    for kind in workload_kinds().values():
        for pattern in filter(None, (kind.template, kind.podspec, kind.at)):
            for steps in branches(pattern):
                pod = {"containers": [nonsense, None, 1], "steps": [nonsense], "volumes": [{"containerDisk": nonsense}]}
                body: Any = {**pod, "spec": pod, "templates": [{"container": nonsense}], "image": 1}
                for step in reversed(steps):
                    body = {step.name: [body] if step.each == "[]" else {"a": body} if step.each == "{}" else body}
                version = f"{kind.group}/v1" if kind.group else "v1"
                text = json.dumps({**body, "apiVersion": version, "kind": kind.kind})
                for resource in read_manifest(Source("a.json", text)).resources:
                    for container in Container.of(resource):
                        assert list(answers(container))
                        reached.add(kind)
    assert set(workload_kinds().values()) == reached
