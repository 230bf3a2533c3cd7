"""Where images come from, by the user's lists and by what has been shut down."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.commands import part_of
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.globs import literal
from hullmark.linter.manifest.named_images import NAME, NamedImage
from hullmark.linter.manifest.place import Placed
from hullmark.linter.rule import Hit, Offer, Option, Rule, in_pod, rewrite
from hullmark.linter.rule.image_rows import image_hit, image_row


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """A pattern over whole elements of `domain/path`: `*` is one, `**` any; what is below a match matches too."""
    parts = [r".*" if part == "**" else re.escape(part).replace(r"\*", "[^/]*") for part in text.strip("/").split("/")]
    return re.compile("/".join(parts).replace("/.*", "(?:/.*)?") + "(?:/.*)?", re.IGNORECASE)


@lru_cache(maxsize=1024)
def _matching(repository: str, patterns: tuple[str, ...]) -> str:
    """The first of the patterns that a repository matches, empty where it matches none."""
    near = (text for text in patterns if literal(text).lower() in repository.lower())
    return next((text for text in near if _pattern(text).fullmatch(repository)), "")


def _matches(image: NamedImage, patterns: tuple[str, ...]) -> str:
    reference = image.reference if patterns else None
    if reference is None or image.name is None:
        return ""
    return _matching(reference.repository, patterns)


def _unapproved(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    allowed = image.context.texts("images.allowed")
    if allowed and image.name is not None and image.reference is not None and not _matches(image, allowed):
        message = f"{image.uses} {image.text!r}, which images.allowed does not name"
        yield image_hit(rule, image, image.name, message, NAME)


def _denied(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    found = _matches(image, image.context.texts("images.denied"))
    if found:
        message = f"{image.uses} {image.text!r}, which images.denied names as {found!r}"
        yield image_hit(rule, image, image.place, message, NAME)


def _retired(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    row = _rows().get(_matches(image, tuple(_rows())))
    if row is not None:
        shorter = f"; use {row['replace']}" if "replace" in row else ""
        message = f"{image.uses} an image from {row['match']}: {row['why']}{shorter}"
        yield image_hit(rule, image, _domain(image), message, NAME, _replaced(image, row))


@cache
def _rows() -> dict[str, dict[str, Any]]:
    """What is retired, by pattern."""
    return {row["match"]: row for row in table("retired_images")["images"]}


def _domain(image: NamedImage) -> Placed:
    """The part of the text that names the registry, or all of it."""
    head, slash, _ = image.text.partition("/")
    return part_of(image.place.cursor, 0, len(head)) if slash and "." in head else image.place


def _replaced(image: NamedImage, row: dict[str, Any]) -> Offer:
    text = image.place.text or ""
    if not row.get("safe") or not text.startswith(row["match"]):
        return None
    return rewrite(image.place, row["replace"] + text[len(row["match"]) :], safe=True)


def _image(text: str, mark: str = "") -> str:
    return f"initContainers:\n  - name: init\n    image: {text}{mark}"


_ALLOWED = {"images.allowed": ("registry.example/shop/**", "ghcr.io/acme/*")}
_DENIED = {"images.denied": ("docker.io/**",)}

RULES = (
    image_row(
        "image/unapproved-registry",
        "Image is not among those that may run.",
        "Nobody looked at where it comes from, and the registry's rules about who may push do not hold.",
        "Use an image that `images.allowed` names, or add the repository there.",
        _unapproved,
        severity=Severity.HIGH,
        controls=("CIS-1.12/5.5.1", "MITRE/T1204.003"),
        options=(Option("images.allowed", (), "The only images that may run."),),
        bad=(
            in_pod(
                _image("ghcr.io/acme-evil/init:1.0.0", "  # ! which images.allowed does not name"), options=_ALLOWED
            ),
        ),
        good=(in_pod(_image("ghcr.io/acme/init:1.0.0"), options=_ALLOWED), in_pod(_image("ghcr.io/acme-evil/init:1"))),
    ),
    image_row(
        "image/denied-registry",
        "Image is among those that must not run.",
        "The configuration says that images from there are not to be trusted.",
        "Use an image from another repository.",
        _denied,
        severity=Severity.HIGH,
        controls=("MITRE/T1204.003",),
        options=(Option("images.denied", (), "Images that must not run."),),
        bad=(in_pod(_image("busybox:1.36.1", "  # ! names as 'docker.io/**'"), options=_DENIED),),
        good=(in_pod(_image("quay.io/acme/init:1.0.0"), options=_DENIED),),
    ),
    image_row(
        "image/retired-registry",
        "Image comes from where nobody keeps it up.",
        "No fix for a weakness arrives there, and an abandoned name can be taken by somebody else.",
        "Use the repository that took its place.",
        _retired,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1195.002",),
        bad=(
            in_pod(
                _image("k8s.gcr.io/pause:3.9", "  # ! use registry.k8s.io"), fixed=_image("registry.k8s.io/pause:3.9")
            ),
            in_pod(_image("bitnamilegacy/redis:7.2.4", "  # ! frozen copies")),
        ),
        good=(in_pod(_image("registry.k8s.io/pause:3.9")),),
    ),
)
