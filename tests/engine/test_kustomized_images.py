"""Images that kustomizations set: a finding about what no build contains is none."""

from typing import Any

import pytest

POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: registry.example/shop/app}
        - {name: proxy, image: proxy}
"""
BASE = "resources: [web.yaml]\n"
DIGEST = "sha256:" + "0123456789abcdef" * 4
TAGS = ("--select", "image/mutable-tag,image/moving-tag")


def _overlay(*images: str) -> str:
    return "resources: [../base]\nimages:\n" + "".join(f"  - {{{image}}}\n" for image in images)


def _found(scratch: Any, *arguments: str, **overlays: str) -> list[str]:
    scratch.write("base/web.yaml", POD)
    scratch.write("base/kustomization.yaml", overlays.pop("base", BASE))
    for name, text in overlays.items():
        scratch.write(f"{name}/kustomization.yaml", text)
    return [each.partition(" ")[0] + each[-12:] for each in scratch.found(*(arguments or TAGS))]


APP, PROXY = "base/web.yaml:10/mutable-tag", "base/web.yaml:11/mutable-tag"
PINNED = "name: registry.example/shop/app, newTag: 1.4.2"


@pytest.mark.parametrize(
    ("overlays", "expected"),
    [
        ({}, [APP, PROXY]),
        ({"prod": _overlay(PINNED)}, [PROXY]),
        ({"prod": _overlay(PINNED, "name: proxy, newName: registry.example/proxy, newTag: v1.2.3")}, []),
        ({"prod": _overlay("name: proxy, newName: registry.example/proxy")}, [APP, PROXY]),
        ({"prod": _overlay(PINNED), "dev": _overlay("name: proxy, newTag: 2.0.0")}, [APP, PROXY]),
        ({"prod": _overlay(PINNED), "dev": _overlay(PINNED)}, [PROXY]),
        ({"prod": _overlay("name: registry.example/shop/app, newTag: latest")}, [APP, PROXY]),
        ({"prod": _overlay("name: registry.example/shop/app, newTag: stable")}, [APP, PROXY]),
        ({"prod": _overlay(f"name: registry.example/shop/app, digest: {DIGEST}")}, [PROXY]),
        ({"prod": _overlay("name: shop/app, newTag: 1.4.2")}, [APP, PROXY]),
        ({"base": BASE + f"images: [{{{PINNED}}}]\n"}, [PROXY]),
        (
            {"base": BASE + "images: [{name: proxy, newName: mesh}]\n", "prod": _overlay("name: mesh, newTag: 1.0.0")},
            [APP],
        ),
        ({"prod": _overlay('name: registry.example/shop/app, newTag: "${TAG}"')}, [APP, PROXY]),
    ],
)
def test_tags_are_those_that_every_build_sets(scratch: Any, overlays: dict[str, str], expected: list[str]) -> None:
    assert _found(scratch, **overlays) == expected


def test_a_tag_is_no_digest(scratch: Any) -> None:
    prod = _overlay(PINNED, f"name: proxy, digest: {DIGEST}")
    assert _found(scratch, "--select", "image/not-pinned-by-digest", prod=prod) == ["base/web.yaml:10ed-by-digest"]


def test_kustomizations_that_include_each_other_end(scratch: Any) -> None:
    assert _found(scratch, base=BASE + "components: [../prod]\n", prod=_overlay(PINNED)) == [PROXY]
