"""Fixes that add a document to a file or take one out of it: every other byte stays."""

from __future__ import annotations

import pytest

from tests.conftest import Scratch

EXPIRED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: debugging
  namespace: shop
  annotations:
    hullmark.io/expires: "2026-01-01"  # until the sale is over
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""
FIRST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: first}   # kept as it is\n"
LAST = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n    name: last\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n"
POD = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: shop\n  labels: {app: web}\n"
    "spec:\n  containers:\n    - {name: web, image: registry.example/web:1.4.2}\n"
)
DENY = (
    "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny\n  namespace: shop\n"
    "spec:\n  podSelector: {}\n  policyTypes:\n    - Ingress\n    - Egress\n"
    "  egress:\n    - to:\n        - namespaceSelector:\n            matchLabels:\n"
    "              kubernetes.io/metadata.name: kube-system\n          podSelector:\n            matchLabels:\n"
    "              k8s-app: kube-dns\n      ports:\n        - port: 53\n          protocol: UDP\n"
    "        - port: 53\n          protocol: TCP\n"
)


def fixed(scratch: Scratch, text: str, rule: str) -> str:
    path = scratch.root / "manifests.yaml"
    path.write_bytes(text.encode())
    scratch.hullmark("lint", ".", "--select", rule, "--fix", "--unsafe", "--today", "2026-02-01", "--no-progress")
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{FIRST}---\n{EXPIRED}---\n{LAST}", f"{FIRST}---\n{LAST}"),
        (f"{FIRST}---\n{EXPIRED}", FIRST),
        (f"---\n{EXPIRED}---\n{LAST}", f"---\n{LAST}"),
        (f"{EXPIRED}--- # next\n{LAST}", LAST),
        (f"{FIRST}...\n---\n{EXPIRED}", f"{FIRST}...\n"),
        (f"{FIRST}---\n{EXPIRED}".replace("\n", "\r\n"), FIRST.replace("\n", "\r\n")),
        (f"{FIRST}---\n# Only for now.\n{EXPIRED}\n\n---\n{LAST}", f"{FIRST}---\n{LAST}"),
    ],
    ids=[
        "middle",
        "last",
        "first behind a mark",
        "first",
        "other marks",
        "other line ends",
        "comments and blank lines",
    ],
)
def test_what_has_expired_is_removed(scratch: Scratch, before: str, after: str) -> None:
    assert fixed(scratch, before, "network/expired-opening") == after


@pytest.mark.parametrize(
    "text",
    [
        EXPIRED,
        f"---\n{EXPIRED}---\n# nothing more\n",
        f"# Licence: Apache-2.0\n{EXPIRED}---\n{LAST}",
        f"# Source: chart/templates/a.yaml\n{FIRST}---\n# Source: chart/templates/b.yaml\n{EXPIRED}",
        f"apiVersion: v1\nkind: List\nitems:\n- {EXPIRED}".replace("\n", "\n  ").replace(
            "\n  kind: List\n  items", "\nkind: List\nitems"
        ),
    ],
    ids=["alone", "nothing else", "licence", "rendered", "list"],
)
def test_what_is_left_to_the_owner(scratch: Scratch, text: str) -> None:
    assert fixed(scratch, text, "network/expired-opening") == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{NAMESPACE}---\n{POD}", f"{NAMESPACE}{DENY}---\n{POD}"),
        (f"{POD}---\n{NAMESPACE}", f"{POD}---\n{NAMESPACE}{DENY}"),
        (f"{POD}---\n{NAMESPACE}".rstrip("\n"), f"{POD}---\n{NAMESPACE}{DENY}"),
    ],
    ids=["before others", "last", "without a line end"],
)
def test_default_deny_is_written_beside_the_namespace(scratch: Scratch, before: str, after: str) -> None:
    assert fixed(scratch, before, "network/namespace-without-default-deny") == after


def test_rendered_output_gets_no_default_deny(scratch: Scratch) -> None:
    text = f"# Source: chart/templates/a.yaml\n{NAMESPACE}---\n# Source: chart/templates/b.yaml\n{POD}"
    assert fixed(scratch, text, "network/namespace-without-default-deny") == text
