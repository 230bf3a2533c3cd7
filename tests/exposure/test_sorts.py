"""What stands behind an exposed port: every image and every port of the fact table."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.facts import table
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.sorts import Match, Sort, sensitive

Bundled = Callable[..., Bundle]
FACTS: Any = table("sensitive_services")
SORTS = [each for each in Sort if each in FACTS]
IMAGES = [(sort, image) for sort in SORTS for image in FACTS[sort].get("images", ())]
OTHERS = [(sort, image) for sort in SORTS for image in FACTS[sort].get("not_images", ())]
PORTS = [(sort, port) for sort in SORTS for port in FACTS[sort].get("ports", ())]
WEAK = [(sort, port) for sort in SORTS for port in FACTS[sort].get("weak_ports", ())]
NEUTRAL = "registry.example/shop/app"


def matched(bundled: Bundled, image: str, port: int, name: str = "main", space: str = "shop") -> Match | None:
    ports = [{"containerPort": port, "name": name}]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "app", "namespace": space, "labels": {"app": "app"}},
        "spec": {"containers": [{"name": "app", "image": f"{image}:1.2", "ports": ports}]},
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "app", "namespace": space},
        "spec": {"type": "LoadBalancer", "selector": {"app": "app"}, "ports": [{"port": port}]},
    }
    found = sensitive(bundled(json.dumps(service), json.dumps(pod)))
    assert len(found) < 2
    return found[0].match if found else None


@pytest.mark.parametrize(("sort", "image"), IMAGES)
@pytest.mark.parametrize(
    "spelling", ["{}", "docker.io/bitnami/{}", "registry.example:5000/a/b/{}", "{}-alpine", "{}.v2"]
)
def test_image(bundled: Bundled, sort: Sort, image: str, spelling: str) -> None:
    found = matched(bundled, spelling.format(image), 9999, space="kube-system" if sort is Sort.COMPONENT else "shop")
    assert found is not None
    # The etcd of a control plane is a component; an etcd of somebody's own is a datastore, and both lists have it.
    assert found.sort is sort
    assert found.confidence is Confidence.HIGH


@pytest.mark.parametrize(("sort", "image"), IMAGES)
def test_image_that_only_begins_so(bundled: Bundled, sort: Sort, image: str) -> None:
    for other in (f"{image}x", f"{image}/x"):
        found = matched(bundled, other, 9999)
        assert found is None or found.sort is not sort


@pytest.mark.parametrize(("sort", "image"), OTHERS)
def test_image_that_is_another_program(bundled: Bundled, sort: Sort, image: str) -> None:
    found = matched(bundled, image, 9999)
    assert found is None or found.sort is not sort


@pytest.mark.parametrize(("sort", "port"), PORTS)
def test_port_of_an_image_that_nobody_knows(bundled: Bundled, sort: Sort, port: int) -> None:
    found = matched(bundled, NEUTRAL, port)
    if sort is Sort.COMPONENT and port not in FACTS[Sort.DATASTORE]["ports"]:
        assert found is None, "an image with a name is no part of the cluster"
        return
    assert found is not None
    assert found.sort is (Sort.DATASTORE if sort is Sort.COMPONENT else sort)
    assert found.confidence is Confidence.MEDIUM


@pytest.mark.parametrize(("sort", "port"), PORTS)
def test_port_that_the_image_contradicts(bundled: Bundled, sort: Sort, port: int) -> None:
    assert matched(bundled, "docker.io/library/nginx", port) is None
    other = "grafana" if sort is not Sort.ADMIN else "postgres"
    found = matched(bundled, other, port)
    assert found is not None
    assert found.sort is (Sort.ADMIN if other == "grafana" else Sort.DATASTORE)


@pytest.mark.parametrize(("sort", "port"), WEAK)
def test_port_that_says_nothing_alone(bundled: Bundled, sort: Sort, port: int) -> None:
    assert matched(bundled, NEUTRAL, port) is None
    name = {"debugger": "debug", "remote-shell": "ssh"}.get(sort, "")
    found = matched(bundled, NEUTRAL, port, name) if name else None
    assert (found is not None and found.sort is sort) is bool(name)


@pytest.mark.parametrize("image", FACTS["static"]["images"])
def test_static_site_is_nothing(bundled: Bundled, image: str) -> None:
    assert matched(bundled, image, 9999) is None


@pytest.mark.parametrize("image", FACTS[Sort.ADMIN]["own_login"])
def test_own_login(bundled: Bundled, image: str) -> None:
    found = matched(bundled, image, 9999)
    assert found is None or found.own_login
