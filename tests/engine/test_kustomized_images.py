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
        (
            {"prod": _overlay("name: registry.example/shop/app, newTag: latest")},
            [PROXY, "prod/kustomization.yaml:3/mutable-tag"],
        ),
        (
            {"prod": _overlay("name: registry.example/shop/app, newTag: stable")},
            [PROXY, "prod/kustomization.yaml:3e/moving-tag"],
        ),
        ({"prod": _overlay(f"name: registry.example/shop/app, digest: {DIGEST}")}, [PROXY]),
        ({"prod": _overlay("name: shop/app, newTag: 1.4.2")}, [APP, PROXY]),
        ({"base": BASE + f"images: [{{{PINNED}}}]\n"}, [PROXY]),
        (
            {"base": BASE + "images: [{name: proxy, newName: mesh}]\n", "prod": _overlay("name: mesh, newTag: 1.0.0")},
            [APP],
        ),
        ({"prod": _overlay('name: registry.example/shop/app, newTag: "${TAG}"')}, [PROXY]),
        (
            {
                "base": BASE + "images: [{name: proxy, newTag: latest}]\n",
                "prod": _overlay(PINNED, "name: proxy, newTag: 1.0.0"),
            },
            [],
        ),
        (
            {
                "base": BASE + "images: [{name: proxy, newTag: latest}]\n",
                "prod": _overlay(PINNED, "name: proxy, newTag: 1.0.0"),
                "dev": "resources: [../base]\n",
            },
            ["base/kustomization.yaml:2/mutable-tag", APP],
        ),
        (
            {
                "prod": _overlay(PINNED, "name: proxy, newTag: 1.0.0, newName: mesh"),
                "dev": _overlay("name: nobody, newTag: main"),
            },
            [APP, PROXY, "dev/kustomization.yaml:3e/moving-tag"],
        ),
        ({"prod": _overlay(PINNED, "name: proxy, tagSuffix: -debian")}, [PROXY]),
    ],
)
def test_tags_are_those_that_every_build_sets(scratch: Any, overlays: dict[str, str], expected: list[str]) -> None:
    assert _found(scratch, **overlays) == expected


def test_a_tag_is_no_digest(scratch: Any) -> None:
    prod = _overlay(PINNED, f"name: proxy, digest: {DIGEST}")
    found = _found(scratch, "--select", "image/not-pinned-by-digest", prod=prod)
    assert found == ["prod/kustomization.yaml:3ed-by-digest"]


def test_names_are_judged_where_they_are_set(scratch: Any) -> None:
    images = (
        "name: proxy, newName: k8s.gcr.io/proxy",
        "name: registry.example/shop/app, newName: registry.example/App",
    )
    found = _found(scratch, "--select", "image/retired-registry,image/invalid-reference", prod=_overlay(*images))
    assert found == ["prod/kustomization.yaml:3red-registry", "prod/kustomization.yaml:4id-reference"]


def test_names_that_every_build_replaces_are_not_judged(scratch: Any) -> None:
    web = POD.replace("registry.example/shop/app", "k8s.gcr.io/app:1.0.0").replace("image: proxy", "image: PROXY_IMAGE")
    images = ("name: k8s.gcr.io/app, newName: registry.k8s.io/app", "name: PROXY_IMAGE, newName: mesh, newTag: 1.2.3")
    rules = ("--select", "image/retired-registry,image/invalid-reference")
    scratch.write("prod/web.yaml", web)
    assert len(scratch.found(*rules)) == 2
    scratch.write(
        "prod/kustomization.yaml", "resources: [web.yaml]\nimages:\n" + "".join(f"- {{{each}}}\n" for each in images)
    )
    assert scratch.found(*rules) == []


def test_what_an_entry_sets_is_told(scratch: Any) -> None:
    prod = _overlay("name: registry.example/shop/app, newTag: latest")
    _found(scratch, prod=prod)
    (found,) = (each for each in scratch.report(*TAGS)["findings"] if each["location"]["path"].startswith("prod/"))
    (related,) = found["related"]
    assert (related["location"]["path"], related["location"]["line"]) == ("base/web.yaml", 10)


def test_kustomizations_that_include_each_other_end(scratch: Any) -> None:
    assert _found(scratch, base=BASE + "components: [../prod]\n", prod=_overlay(PINNED)) == [PROXY]


PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec: {template: {spec: {containers: [{name: app, image: "%s"}]}}}
"""


@pytest.mark.parametrize(
    ("name", "image", "images", "expected"),
    [
        ("web", "registry.example/shop/app:1.4.2", "", [PROXY]),
        ("web", "registry.example/shop/app:main", "", [PROXY, "prod/patch.yaml:4e/moving-tag"]),
        ("other", "registry.example/shop/app:1.4.2", "", [APP, PROXY]),
        (
            "web",
            "mesh:1.0.0",
            "images: [{name: mesh, newTag: latest}]\n",
            [PROXY, "prod/kustomization.yaml:3/mutable-tag"],
        ),
    ],
)
def test_patches_give_images_too(scratch: Any, name: str, image: str, images: str, expected: list[str]) -> None:
    scratch.write("prod/patch.yaml", PATCH % (name, image))
    prod = f"resources: [../base]\npatches: [{{path: patch.yaml}}]\n{images}"
    assert _found(scratch, prod=prod) == expected


def test_what_several_builds_set_is_told_once(scratch: Any) -> None:
    base = BASE + "images: [{name: proxy, newTag: latest}]\n"
    _found(scratch, base=base, prod="resources: [../base]\n", dev="resources: [../base]\n")
    (found,) = (each for each in scratch.report(*TAGS)["findings"] if "kustomization" in each["location"]["path"])
    assert [(each["location"]["path"], each["location"]["line"]) for each in found["related"]] == [
        ("base/web.yaml", 11)
    ]
