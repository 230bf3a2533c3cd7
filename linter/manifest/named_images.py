"""Images where something names them: a pod, or an entry of a kustomization that sets them in what it builds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.image import image_reference
from hullmark.linter.manifest.kinds import WORKLOAD_KINDS, KindSet
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.structure import OpenKinds

NAME, TAG, DIGEST = "name", "tag", "digest"
"""What a finding about an image is about, where a build that sets it would make the finding untrue."""

RESOLVED = "digests-resolved"
"""The circumstance under which the cluster itself puts digests into pods."""

# Flux has the same list in an object of its own: https://fluxcd.io/flux/components/kustomize/kustomizations/#images
_KUSTOMIZATIONS = {
    ("kustomize.config.k8s.io", "Kustomization"): ("images",),
    ("kustomize.config.k8s.io", "Component"): ("images",),
    ("kustomize.toolkit.fluxcd.io", "Kustomization"): ("spec", "images"),
}


class SetImage:
    """An entry of a kustomization's `images`: what becomes of the image that it names.

    https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
    """

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.name = cursor.get("name").text or ""
        self.new_name = StrField(cursor.get("newName"))
        self.new_tag = StrField(cursor.get("newTag"))
        self.digest = StrField(cursor.get("digest"))
        self.tag_suffix = StrField(cursor.get("tagSuffix"))

    @classmethod
    def of(cls, kustomization: Resource) -> Iterator[SetImage]:
        """Every entry that names an image, in file order."""
        for item in kustomization.cursor.get(*_KUSTOMIZATIONS.get(kustomization.gk, ("images",))).items():
            if item.get("name").text:
                yield cls(item)

    @property
    def key(self) -> str:
        """A name of the entry, unlike that of any other in the run."""
        return self.cursor.identity

    @property
    def version(self) -> StrField | None:
        """Where tag and digest are written; a digest decides over a tag. None where the image keeps its own."""
        return next((each for each in (self.digest, self.new_tag) if each.text), None)

    @property
    def text(self) -> str:
        """The image as far as the entry says it, empty where a template has to say it."""
        tag, digest = self.new_tag.text or "", self.digest.text or ""
        if self.new_name.templated or self.new_tag.templated or self.digest.templated:
            return ""
        return (self.new_name.text or self.name) + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


class NamedImage:
    """One text of an image, whoever uses it.

    `reference` is the text taken apart, None where it is no reference. `name` is where its repository is written and
    `version` where tag and digest are: in a pod both are `place`; in a kustomization, what the entry leaves to others
    is None. `uses` begins a sentence: who uses the image. `containers` run it and `volume` mounts it in `pod`; `key`
    names its user where there is no pod, and `apart` is the name alone where it is written apart from tag and digest.
    """

    kinds: ClassVar[KindSet | None] = OpenKinds(WORKLOAD_KINDS | _KUSTOMIZATIONS.keys())
    by_content: ClassVar[bool] = True

    def __init__(self, text: str, place: StrField, uses: str, context: Context) -> None:
        self.text = text
        self.reference = image_reference(text)
        self.place = place
        self.name: StrField | None = place
        self.version: StrField | None = place
        self.uses = uses
        self.context = context
        self.pod: PodSpec | None = None
        self.containers: tuple[Container, ...] = ()
        self.volume = ""
        self.key = ""
        self.apart = ""

    @classmethod
    def of(cls, resource: Resource) -> Iterator[NamedImage]:
        """Every image whose reference is known, in file order."""
        if resource.gk in _KUSTOMIZATIONS:
            yield from cls._set(resource)
        else:
            for pod in PodSpec.of(resource):
                yield from cls.within(pod)

    @classmethod
    def within(cls, pod: PodSpec) -> Iterator[NamedImage]:
        """Images of one pod."""
        found: dict[str, list[Container]] = {}
        for container in pod.containers:
            text = container.image.value
            if text:
                found.setdefault(text, []).append(container)
        for text, (first, *others) in found.items():
            who = f"{first} and {len(others)} more" if others else str(first)
            image = cls(text, first.image, f"{who} of {pod} runs", pod.resource.context)
            image.pod, image.containers = pod, (first, *others)
            yield image
        for volume in pod.volumes:
            field = volume.image_reference
            if field.value and field.value not in found:
                image = cls(field.value, field, f"{volume} of {pod} mounts", pod.resource.context)
                image.pod, image.volume = pod, volume.name.text or ""
                yield image

    @classmethod
    def _set(cls, resource: Resource) -> Iterator[NamedImage]:
        for entry in SetImage.of(resource):
            name = entry.new_name if entry.new_name.text else None
            place = entry.version if name is None else name
            if entry.text and place is not None:
                uses = f"entry {entry.name[:80]!r} of the kustomization sets"
                image = cls(entry.text, place, uses, resource.context)
                image.name, image.version, image.key = name, entry.version, entry.key
                image.apart = entry.new_name.text or entry.name
                yield image

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this image are at most this sure."""
        return Confidence.HIGH if self.pod is None else self.pod.confidence_cap

    @property
    def is_guessed(self) -> bool:
        """Whether only the shape of the text says that a pod runs it."""
        return self.pod is not None and self.pod.is_guessed
