"""What builds make of images: a kustomization's `images` sets names, tags and digests of what it includes.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hullmark.linter.finding import About
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fragment import named_patches
from hullmark.linter.manifest.image import image_reference
from hullmark.linter.manifest.named_images import DIGEST, NAME, TAG, SetImage
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.kustomizations import KUSTOMIZATIONS, Kustomizations
from hullmark.linter.model.workspace import Workspace
from hullmark.linter.named_tuple import NamedTuple


class KustomizedImages(NamedTuple):
    """What findings are about that hold for a text, but for no build; and what the entries of kustomizations set."""

    overruled: frozenset[About] = frozenset()
    bases: Mapping[str, tuple[Place, ...]] = {}


_PATCH = "patch"
"""The key that stands for any patch."""


class _Build(NamedTuple):
    """An image that comes out of a build, and the keys of what has set its name and its version; empty for the pod."""

    name: str
    tag: str
    digest: str
    named_by: str = ""
    versioned_by: str = ""

    @property
    def text(self) -> str:
        return self.name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def kustomized_images(workspace: Workspace) -> KustomizedImages:
    """What the kustomizations of the input make of its images."""
    resources = [each for bundle in workspace.bundles for each in bundle.resources]
    if not any(_touches_images(each.cursor) for each in resources if each.gk in KUSTOMIZATIONS):
        return KustomizedImages()
    pods = [pod for bundle in workspace.bundles for pod in bundle.pods]
    found = _Found(Kustomizations(resources), pods)
    for pod in pods:
        found.look_at(pod)
    return KustomizedImages(frozenset((*found.overruled, *found.without_effect())), found.bases)


def _touches_images(kustomization: Cursor) -> bool:
    return kustomization.get("images").is_sequence or any(True for _ in named_patches(kustomization))


class _Found:
    """What was found so far. An entry has an effect on a part of an image if it is the last to set it in some build."""

    def __init__(self, kustomizations: Kustomizations, pods: Iterable[PodSpec]) -> None:
        self.overruled: list[About] = []
        self._places: dict[str, dict[tuple[str, int], Place]] = {}
        self._pods: dict[str, list[PodSpec]] = {}
        for pod in pods:
            self._pods.setdefault(pod.cursor.source.path, []).append(pod)
        self._kustomizations = kustomizations
        self._patches: dict[str, tuple[PodSpec, ...]] = {}
        self._entries: dict[str, tuple[SetImage, ...]] = {}
        self._touched: set[str] = set()
        self._last: set[tuple[str, str]] = set()

    @property
    def bases(self) -> Mapping[str, tuple[Place, ...]]:
        """Images that each entry sets, by its key."""
        return {key: tuple(places.values()) for key, places in self._places.items()}

    def look_at(self, pod: PodSpec) -> None:
        """Takes up what builds make of the images of a pod."""
        chains = self._kustomizations.builds(pod.cursor.source.path)
        for container in pod.containers if chains else ():
            text = container.image.value
            if text:
                builds = [self._built(container, text, chain) for chain in chains]
                self.overruled += (About(pod.key, container.name, "", part) for part in _overruled(builds))

    def without_effect(self) -> Iterator[About]:
        """What the entries of which later ones set the same again would be told for."""
        for key in self._touched:
            yield from (About(key, "", "", part) for part in (NAME, TAG, DIGEST) if (key, part) not in self._last)

    def _built(self, container: Container, text: str, chain: Iterable[Resource]) -> _Build:
        build = _written(text)
        for kustomization in chain:
            # Patches come before images: https://github.com/kubernetes-sigs/kustomize/blob/master/plugin/builtin
            patch = self._patched(container, kustomization)
            if patch:
                build = _written(patch)._replace(named_by=_PATCH, versioned_by=_PATCH)
            for entry in self._of(kustomization):
                if entry.name == build.name:
                    build = _set(build, entry)
                    self._touched.add(entry.key)
                    place = container.image.place
                    self._places.setdefault(entry.key, {}).setdefault((place.source.path, place.span.start), place)
        self._last.add((build.named_by, NAME))
        self._last.update((build.versioned_by, part) for part in (TAG, DIGEST))
        return build

    def _patched(self, container: Container, kustomization: Resource) -> str:
        """The image that a file of patches gives to the container, which is judged there."""
        resource, found = container.pod.resource, ""
        for pod in self._patches_of(kustomization):
            if (pod.resource.gk, pod.resource.name) == (resource.gk, resource.name):
                same = (each.image.value for each in pod.containers if each.name == container.name)
                found = next((text for text in same if text), found)
        return found

    def _patches_of(self, kustomization: Resource) -> tuple[PodSpec, ...]:
        path = kustomization.cursor.source.path
        if path not in self._patches:
            found = (pod for each in named_patches(kustomization.cursor) for pod in self._pods.get(each, ()))
            self._patches[path] = tuple(found)
        return self._patches[path]

    def _of(self, kustomization: Resource) -> tuple[SetImage, ...]:
        path = kustomization.cursor.source.path
        if path not in self._entries:
            self._entries[path] = tuple(SetImage.of(kustomization))
        return self._entries[path]


def _written(text: str) -> _Build:
    name, _, digest = text.partition("@")
    head, slash, tail = name.rpartition("/")
    tail, _, tag = tail.partition(":")
    return _Build(head + slash + tail, tag, digest)


def _set(build: _Build, entry: SetImage) -> _Build:
    """The image as an entry leaves it. A new tag or digest takes the place of both; a suffix comes behind the tag."""
    if entry.new_name.text:
        build = build._replace(name=entry.new_name.text, named_by=entry.key)
    if entry.version is not None:
        tag, digest = entry.new_tag.text or "", entry.digest.text or ""
        return build._replace(tag=tag, digest=digest, versioned_by=entry.key)
    suffix = entry.tag_suffix.text
    return build._replace(tag=build.tag + suffix, digest="") if suffix else build


def _overruled(builds: list[_Build]) -> Iterator[str]:
    """Parts of an image of which no build keeps what the pod says: entries are judged where they stand."""
    if all(build.named_by for build in builds):
        yield NAME
    left = [image_reference(build.text) for build in builds if not build.versioned_by]
    if all(each is not None and not each.floats and not each.moves for each in left):
        yield TAG
    if all(each is not None and each.digest for each in left):
        yield DIGEST
