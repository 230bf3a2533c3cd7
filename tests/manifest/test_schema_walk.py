"""Every field that a view declares exists in the Kubernetes schemas, with the type that the view reads.

A misspelt field would otherwise read as "never set", and rules about it would be silent forever.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any as Anything

import kubernetes_validate
import pytest

import hullmark.linter.manifest
from hullmark.linter.manifest import view
from hullmark.linter.manifest.view import Bool, Int, Many, One, Str, StrList, View

SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
MINORS = tuple(f"v1.{minor}.0-local" for minor in range(37, 24, -1))
Schema = dict[str, Anything]

# Kinds that no minor of the package serves any more: fields of the API types of Kubernetes 1.21.
EXTINCT: dict[str, Schema] = {
    "io.k8s.api.networking.v1beta1.IngressBackend": {
        "properties": {
            "serviceName": {"type": "string"},
            "servicePort": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.util.intstr.IntOrString"},
        }
    },
    "io.k8s.api.networking.v1beta1.Ingress": {
        "properties": {
            "spec": {
                "properties": {"backend": {"$ref": "#/$defs/io.k8s.api.networking.v1beta1.IngressBackend"}},
            }
        }
    },
}


@cache
def definitions(minor: str) -> dict[str, Schema]:
    text = (SCHEMAS / minor / "_definitions.json").read_text(encoding="utf-8")
    found: dict[str, Schema] = json.loads(text)["$defs"]
    return {**found, **EXTINCT}


def resolved(schema: Schema, known: dict[str, Schema]) -> tuple[str, Schema]:
    """Name (empty for an inline schema) and body."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return (name, known[name]) if name else ("", schema)


def field(schema: Schema, path: tuple[str, ...], known: dict[str, Schema]) -> Schema | None:
    for part in path:
        _, body = resolved(schema, known)
        inner = body.get("properties", {}).get(part)
        if inner is None:
            return None
        schema = inner
    return schema


def types(schema: Schema, known: dict[str, Schema]) -> set[str]:
    _, body = resolved(schema, known)
    written = body.get("type", [])
    found = {written} if isinstance(written, str) else set(written)
    for each in body.get("oneOf", ()):
        found |= types(each, known)
    return found - {"null"}


def names(viewed: type[View]) -> tuple[str, ...]:
    return (viewed.schema,) if isinstance(viewed.schema, str) else viewed.schema


def items(schema: Schema, known: dict[str, Schema]) -> Schema | None:
    found: Schema | None = resolved(schema, known)[1].get("items")
    return found


def fits(declared: view.Declared, schema: Schema, known: dict[str, Schema]) -> bool:
    """Whether the descriptor reads what the schema says is there."""
    match declared:
        case One():
            return resolved(schema, known)[0] in names(declared.view)
        case Many():
            inner = items(schema, known)
            return inner is not None and resolved(inner, known)[0] in names(declared.view)
        case view.StrList() | view.Command():
            inner = items(schema, known)
            return inner is not None and types(inner, known) == {"string"}
        case view.StrMap():
            values = resolved(schema, known)[1].get("additionalProperties")
            return isinstance(values, dict) and "string" in types(values, known)
        case view.Bool():
            return types(schema, known) == {"boolean"}
        case view.Int():
            return types(schema, known) == {"integer"}
        case view.IntOrStr():
            return "integer" in types(schema, known)
        case view.Str() | view.VariableStr():
            return types(schema, known) == {"string"}
    return type(declared) is view.Any


def faults(viewed: type[View]) -> Iterator[str]:
    """Declared fields that no served minor has, or that it types otherwise."""
    for name, declared in viewed.declared.items():
        if not any(
            (found := field(known[schema], declared.path, known)) is not None and fits(declared, found, known)
            for schema in names(viewed)
            for known in map(definitions, MINORS)
            if schema in known
        ):
            yield f"{viewed.__name__}.{name}: {'.'.join(declared.path)}"


def views() -> list[type[View]]:
    package = hullmark.linter.manifest
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    found, waiting = [], [View]
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.declared and each.__module__.startswith(package.__name__):
                found.append(each)
    return sorted(set(found), key=lambda each: (each.__module__, each.__qualname__))


@pytest.mark.parametrize("viewed", views(), ids=lambda each: each.__qualname__)
def test_declared_fields_exist_in_kubernetes(viewed: type[View]) -> None:
    assert all(names(viewed)), "a view with fields names the definition that they belong to"
    assert list(faults(viewed)) == []


def test_walk_covers_the_views_that_rules_read() -> None:
    found = {each.__name__ for each in views()}
    assert {"Container", "PodSpec", "Service", "Role", "NetworkPolicy", "Volume", "Resource"} <= found
    assert sum(len(each.declared) for each in views()) > 250


class Misspelt(View):
    schema = "io.k8s.api.core.v1.SecurityContext"
    wrong_name = Bool("priviledged")
    wrong_type = Str("privileged")
    wrong_nesting = Bool("capabilities.privileged")
    no_integer = Int("procMount")
    no_list = StrList("runAsUser")
    right = Bool("privileged")


class WronglyNested(View):
    schema = "io.k8s.api.core.v1.Container"
    one = One(Misspelt, "livenessProbe")
    many = Many(Misspelt, "ports")
    right = One(Misspelt, "securityContext")


def test_walk_finds_what_it_looks_for() -> None:
    assert [fault.partition(":")[0] for fault in faults(Misspelt)] == [
        "Misspelt.wrong_name",
        "Misspelt.wrong_type",
        "Misspelt.wrong_nesting",
        "Misspelt.no_integer",
        "Misspelt.no_list",
    ]
    assert [fault.partition(":")[0] for fault in faults(WronglyNested)] == ["WronglyNested.one", "WronglyNested.many"]


def test_walk_refuses_a_view_without_a_definition() -> None:
    class Homeless(View):
        schema = "io.k8s.api.core.v1.Nothing"
        name = Str("name")

    assert list(faults(Homeless)) == ["Homeless.name: name"]
