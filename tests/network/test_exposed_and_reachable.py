"""Network rules join what is published with what policies let through: exposed counts only where it is reachable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Scratch

CLUSTER = """\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: disks
provisioner: ebs.csi.aws.com
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: registry.example/web:1.4.2
          ports:
            - containerPort: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  type: {type}
  selector:
    app: web
  ports:
    - port: 80
      targetPort: 8080
"""
CLOSED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
"""


def finding(scratch: Scratch, text: str) -> Any:
    (scratch.root / "cluster.yaml").write_text(text)
    done = scratch.hullmark(
        "lint", "cluster.yaml", "--select", "network/metadata-endpoint-reachable", "--format", "json", "--no-progress"
    )
    (found,) = json.loads(done.stdout)["findings"]
    return found


def test_the_way_from_outside_is_shown(scratch: Scratch) -> None:
    found = finding(scratch, CLUSTER.format(type="LoadBalancer"))
    lines = [step["location"]["line"] for step in found["flow"]]
    assert found["severity"] == "high"
    assert lines == [33, 37, 25, 18], (
        "type of the Service, its port, the container's port, the pods that reach the cloud"
    )


@pytest.mark.parametrize(
    "text",
    [CLUSTER.format(type="ClusterIP"), CLUSTER.format(type="LoadBalancer") + CLOSED],
    ids=["not published", "turned away"],
)
def test_without_a_way_it_is_less_severe(scratch: Scratch, text: str) -> None:
    found = finding(scratch, text)
    assert (found["severity"], found["flow"]) == ("medium", [])
