"""Every kind of component document: what it takes is silent, what it does not take is found at its place."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from hullmark.linter.manifest.components.scalars import Sort
from hullmark.linter.manifest.components.structs import Fault, StructDocument
from hullmark.linter.manifest.context import DEFAULT_CONTEXT
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.records import replace
from hullmark.linter.text import Source

KINDS = sorted(
    title for title in table("component_schemas")["kinds"] if not title.startswith("client.authentication.k8s.io")
)
GOOD: dict[str, Any] = {
    "text": "a",
    "bool": True,
    "int32": 7,
    "int64": 7,
    "number": 1.5,
    "duration": "1m0s",
    "bytes": "YQ==",
    "time": "2026-01-15T00:00:00Z",
}
BAD: dict[str, Any] = {
    "text": 7,
    "bool": "true",
    "int32": "7",
    "int64": True,
    "number": "1.5",
    "duration": 60,
    "bytes": 7,
    "time": 7,
}
DEPTH = 5
Path = tuple[str | int, ...]


def judged(title: str) -> bool:
    version, _, kind = title.partition(" ")
    return (version.rpartition("/")[0], kind) in StructDocument.forms


def leaves(shape: str, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Paths to scalars below an expression, with theirs."""
    if len(path) > 2 * DEPTH or not shape:
        return
    if shape.startswith("["):
        yield from leaves(shape[1:-1], (*path, 0))
    elif shape.startswith("{"):
        yield from leaves(shape[1:-1], (*path, "key"))
    elif shape.startswith("@"):
        for name, inner in table("component_schemas")["structs"][shape[1:]].items():
            if name != "*":
                yield from leaves(inner, (*path, name))
    else:
        yield path, shape


def example(shape: str, values: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits an expression."""
    if shape.startswith("["):
        return [example(shape[1:-1], values, depth + 1)] if shape[1:-1] else []
    if shape.startswith("{"):
        return {"key": example(shape[1:-1], values, depth + 1)} if shape[1:-1] else {}
    if shape.startswith("@"):
        fields = table("component_schemas")["structs"][shape[1:]]
        needed = table("component_schemas")["required"].get(shape[1:], ())
        return {
            name: example(inner, values, depth + 1)
            for name, inner in fields.items()
            if name != "*" and inner and (depth <= DEPTH or name in needed)
        }
    return shape[1:].split("|")[0] if shape.startswith("=") else values.get(shape.split(" or ")[0], "a")


def faults(title: str, body: dict[str, Any]) -> tuple[Fault, ...]:
    version, _, kind = title.partition(" ")
    if kind == "Config":
        body = {"current-context": "a", **body}
    text = json.dumps({"apiVersion": version, "kind": kind, **body}, indent=1)
    (resource,) = read_manifest(Source("a.yaml", text)).resources
    resource.context = replace(DEFAULT_CONTEXT, kubernetes=(1, 37), pinned=True)
    found = [document for document in StructDocument.known(resource) if document.resource is resource]
    assert len(found) == 1, title
    return found[0].faults


def put(body: Any, path: Path, value: Any) -> None:
    for part in path[:-1]:
        body = body[part]
    body[path[-1]] = value


def test_every_kind_of_the_table_is_judged() -> None:
    args = [title for title in KINDS if title.endswith("Args")]
    assert [title for title in KINDS if not judged(title) and title not in args] == []


@pytest.mark.parametrize("title", [title for title in KINDS if judged(title)])
def test_a_document_with_everything_in_it_has_no_faults(title: str) -> None:
    assert [fault for fault in faults(title, example(f"@{title}", GOOD)) if fault.sort is not Sort.NEWER] == []


@pytest.mark.parametrize("title", [title for title in KINDS if judged(title)])
def test_every_field_of_another_type_is_found(title: str) -> None:
    count = 0
    for path, shape in leaves(f"@{title}"):
        if len(path) > DEPTH or path[0] in ("apiVersion", "kind"):
            continue
        count += 1
        body = example(f"@{title}", GOOD)
        put(body, path, "surely-not" if shape.startswith("=") else BAD[shape.split(" or ")[0]])
        if " or " in shape:
            put(body, path, True)
        found = [fault for fault in faults(title, body) if fault.sort in (Sort.TYPE, Sort.VALUE, Sort.FORMAT)]
        assert [fault.sort for fault in found] == [Sort.VALUE if shape.startswith("=") else Sort.TYPE], (path, shape)
        where = [part for part in path if isinstance(part, str)]
        assert found[0].name == where[-1]
    assert count or title == "v1 EncryptionConfig"


@pytest.mark.parametrize("title", [title for title in KINDS if judged(title)])
def test_every_misspelt_field_is_found_with_the_name_that_was_meant(title: str) -> None:
    for name, shape in table("component_schemas")["structs"][title].items():
        if name in ("apiVersion", "kind", "*") or len(name) < 6:
            continue
        body = example(f"@{title}", GOOD)
        if name == "current-context":
            continue
        body.pop(name, None)
        body[name[:-2] + name[-1] + name[-2]] = example(shape, GOOD, 1) if shape else {}
        found = [fault for fault in faults(title, body) if fault.sort is Sort.UNKNOWN]
        if name[-1] != name[-2]:
            assert [fault.near for fault in found] == [name]


def test_what_a_template_fills_in_is_not_known() -> None:
    title = "kubelet.config.k8s.io/v1beta1 KubeletConfiguration"
    assert faults(title, {"readOnlyPort": "{{ port }}", "rotateCertificates": "${ROTATE}"}) == ()


def test_null_is_as_good_as_nothing() -> None:
    assert faults("kubelet.config.k8s.io/v1beta1 KubeletConfiguration", {"readOnlyPort": None}) == ()
