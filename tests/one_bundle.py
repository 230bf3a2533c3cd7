"""Small clusters that tests make of objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source


def bundle_of(objects: Iterable[Mapping[str, Any]]) -> Bundle:
    """The bundle of objects that are applied together, as one file holds them."""
    text = "\n---\n".join(json.dumps(each) for each in objects)
    (found,) = build_workspace(read_manifest(Source("cluster.yaml", text)).resources).bundles
    return found


def pod(name: str, space: str, **spec: object) -> dict[str, Any]:
    """A pod that is labelled with its name and listens on TCP 8080."""
    container = {"name": "main", "image": "a", "ports": [{"containerPort": 8080}]}
    metadata = {"name": name, "namespace": space, "labels": {"app": name}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container], **spec}}


def network_policy(name: str, space: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A NetworkPolicy."""
    metadata = {"name": name, "namespace": space}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
