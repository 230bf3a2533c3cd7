"""What builds make of images: a kustomization's `images` sets names, tags and digests of what it includes.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hullmark.linter.finding import About
from hullmark.linter.manifest.image import image_reference
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.pod_images import DIGEST, TAG
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.kustomizations import Kustomizations, is_kustomization
from hullmark.linter.model.workspace import Workspace


class _Image(NamedTuple):
    name: str
    tag: str
    digest: str

    @property
    def text(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def overruled(workspace: Workspace) -> frozenset[About]:
    """What findings are about that hold for a file as it is written, but for no build that includes it."""
    resources = [each for bundle in workspace.bundles for each in bundle.resources]
    if not any(is_kustomization(each) and each.cursor.get("images").is_sequence for each in resources):
        return frozenset()
    kustomizations = Kustomizations(resources)
    return frozenset(
        about for bundle in workspace.bundles for pod in bundle.pods for about in _overruled(pod, kustomizations)
    )


def _overruled(pod: PodSpec, kustomizations: Kustomizations) -> Iterator[About]:
    builds = kustomizations.builds(pod.cursor.source.path)
    for container in pod.containers if builds else ():
        text = container.image.value
        if not text:
            continue
        made = [image_reference(_built(text, chain)) for chain in builds]
        known = [each for each in made if each is not None]
        if len(known) == len(made):
            if not any(each.floats or each.moves for each in known):
                yield About(pod.key, container.name, "", TAG)
            if all(each.digest for each in known):
                yield About(pod.key, container.name, "", DIGEST)


def _built(text: str, chain: Iterable[Resource]) -> str:
    """The image that comes out of a build."""
    name, _, digest = text.partition("@")
    head, slash, tail = name.rpartition("/")
    tail, _, tag = tail.partition(":")
    image = _Image(head + slash + tail, tag, digest)
    for kustomization in chain:
        for entry in kustomization.cursor.get("images").items():
            if entry.get("name").text == image.name:
                image = _Image(
                    entry.get("newName").text or image.name,
                    *_version(entry.get("newTag").text, entry.get("digest").text, image),
                )
    return image.text


def _version(tag: str | None, digest: str | None, image: _Image) -> tuple[str, str]:
    """Tag and digest: a new one of either takes the place of both."""
    if digest:
        return tag or "", digest
    return (tag, "") if tag else (image.tag, image.digest)
