"""What a setting does to a control, for every product; and what happens when somebody removes what a control names."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.exposure.controls import Control
from hullmark.linter.model.exposure.endpoint import Endpoint
from hullmark.linter.model.exposure.endpoints import endpoints
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source
from tests.exposure import cloud_words as cloud
from tests.exposure import gateway_words as words
from tests.exposure import mesh_words as mesh
from tests.exposure.gateway_words import NAMES, Object, Path, Product, Setting

BACKEND = (
    words.made("v1", "Service", "web", {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}),
    words.made("gloo.solo.io/v1", "Upstream", "web", {"kube": {"serviceName": "web", "serviceNamespace": "shop"}}),
)
PRODUCTS = {
    "nginx": words.NGINX, "nginx-inc": words.NGINX_INC, "haproxy": words.HAPROXY,
    "haproxy-ingress": words.HAPROXY_INGRESS, "traefik": words.TRAEFIK, "contour": words.CONTOUR, "kong": words.KONG,
    "alb": cloud.ALB, "agic": cloud.AGIC, "gce": cloud.GCE, "openshift": cloud.OPENSHIFT, "apisix": cloud.APISIX,
    "gloo": cloud.GLOO, "envoy-gateway": mesh.ENVOY, "kgateway": mesh.KGATEWAY, "gke": mesh.GKE, "aws": mesh.AWS,
    "istio": mesh.ISTIO, "emissary": mesh.EMISSARY,
}  # fmt: skip
ROWS = [(name, setting) for name, product in PRODUCTS.items() for setting in product.settings]


def edited(product: Product, chosen: tuple[Setting, ...]) -> list[Object]:
    """The objects with settings; of several of one kind and name the last is there, as in a cluster."""
    every = copy.deepcopy([*product.objects, *(each for one in chosen for each in one.objects), *BACKEND])
    objects: list[Any] = list({(each["kind"], each["metadata"]["name"]): each for each in every}.values())
    for setting in chosen:
        for number, path, value in setting.edits:
            at = objects[number]
            for key in path[:-1]:
                at = at[key] if isinstance(key, int) else at.setdefault(key, {})
            at[path[-1]] = copy.deepcopy(value)
    return objects


def read(objects: list[Object]) -> tuple[tuple[Resource, ...], Endpoint | None]:
    text = "\n---\n".join(json.dumps(each) for each in objects)
    resources = read_manifest(Source("a.yaml", text)).resources
    found = endpoints(build_workspace(resources).bundles[0])
    shown = [each for each in found if each.host == words.HOST and each.path == "/cart"]
    return tuple(resources), shown[0] if len(shown) == 1 else None


def states(endpoint: Endpoint | None) -> tuple[bool | None, ...]:
    assert endpoint is not None
    return tuple(getattr(endpoint.controls, name).state for name in NAMES)


def without(objects: list[Object], resources: tuple[Resource, ...], control: Control) -> list[Object] | None:
    """The objects without the field that decides a control; None where a whole object does, or nothing."""
    if control.at is None or control.at.node is None:
        return None
    for number, resource in enumerate(resources):
        for path, cursor in walked(objects[number], resource.cursor, ()):
            if cursor.node is control.at.node:
                if not path:
                    return [each for at, each in enumerate(objects) if at != number]
                left: Any = copy.deepcopy(objects)
                at = left[number]
                for key in path[:-1]:
                    at = at[key]
                del at[path[-1]]
                return list(left)
    return None


def walked(value: Any, cursor: Cursor, path: Path) -> Iterator[tuple[Path, Cursor]]:
    yield path, cursor
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walked(inner, cursor.get(key), (*path, key))
    elif isinstance(value, list):
        for at, (inner, item) in enumerate(zip(value, cursor.items(), strict=True)):
            yield from walked(inner, item, (*path, at))


def is_elsewhere(now: Control, before: Control) -> bool:
    """Whether a control is still there for another reason: at another place, or by another text at such a place."""
    return written(now) != written(before)


def written(control: Control) -> tuple[Path, str]:
    assert control.place is not None
    node = None if control.at is None else control.at.node
    text = "" if node is None else control.place.source.text[node.start : node.end]
    return control.place.path, text


@pytest.mark.parametrize("name", PRODUCTS)
def test_nothing_is_set(name: str) -> None:
    product = PRODUCTS[name]
    assert states(read(edited(product, ()))[1]) == product.states


@pytest.mark.parametrize(("name", "setting"), ROWS)
def test_setting_changes_its_control(name: str, setting: str) -> None:
    chosen = PRODUCTS[name].settings[setting]
    _, endpoint = read(edited(PRODUCTS[name], (chosen,)))
    assert endpoint is not None
    assert getattr(endpoint.controls, chosen.control).state is chosen.state


@pytest.mark.parametrize(("name", "setting"), ROWS)
def test_removing_what_decides_changes_the_verdict(name: str, setting: str) -> None:
    chosen = PRODUCTS[name].settings[setting]
    objects = edited(PRODUCTS[name], (chosen,))
    resources, endpoint = read(objects)
    assert endpoint is not None
    control: Control = getattr(endpoint.controls, chosen.control)
    if control.is_on:
        assert control.place is not None, "what is there says where it is written"
    left = without(objects, resources, control)
    if left is None:
        return
    _, after = read(left)
    changed = after is None or getattr(after.controls, chosen.control) != control
    assert changed
    if after is not None:
        now: Control = getattr(after.controls, chosen.control)
        assert not (control.is_on and now.is_on) or is_elsewhere(now, control)
        assert not control.is_removed or now.is_on


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_removing_one_of_several_leaves_the_others(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PRODUCTS)))
    product = PRODUCTS[name]
    picked = data.draw(st.lists(st.sampled_from(sorted(product.settings)), min_size=1, max_size=4, unique=True))
    objects = edited(product, tuple(product.settings[each] for each in picked))
    resources, endpoint = read(objects)
    for control_name in NAMES:
        before: Control | None = None if endpoint is None else getattr(endpoint.controls, control_name)
        left = None if before is None or not before.is_on else without(objects, resources, before)
        if left is None or before is None:
            continue
        _, after = read(left)
        if after is not None:
            now: Control = getattr(after.controls, control_name)
            assert not now.is_on or is_elsewhere(now, before)
