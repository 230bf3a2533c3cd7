"""Image references: whether they parse, and whether they lead to the same image tomorrow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.image import LONGEST_NAME, ImageReference, image_reference
from hullmark.linter.manifest.named_images import DIGEST, NAME, RESOLVED, TAG, NamedImage
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Offer, Row, Rule, because, in_pod, insert, manifest, rewrite, several
from hullmark.linter.rule.image_rows import image_hit, image_row
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_DIGEST = regex(r"@(?P<algorithm>[^:@]*):(?P<hex>[^@]*)\Z")
_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_SCHEME = regex(r"(?:https?|docker|oci)://")


def _invalid(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    fault = "" if image.text.startswith("<") else _fault(image.text)  # somebody is to fill it in
    where = _faulty(image) if fault else None
    if where is not None:
        message = f"{image.uses} image {image.text!r}, which is no reference: {fault}"
        yield image_hit(rule, image, where, message, NAME, _corrected(image))


def _faulty(image: NamedImage) -> StrField | None:
    """The field at fault, None where somebody else wrote it."""
    return image.version if image.apart and not _fault(image.apart) else image.name


@lru_cache(maxsize=1024)
def _fault(text: str) -> str:
    """What is wrong with a reference; https://github.com/distribution/reference has the grammar."""
    digest = _DIGEST.search(text) if "@" in text else None
    if "://" in text and _SCHEME.match(text):
        return "it begins with a scheme"
    if text != text.strip() or " " in text:
        return "it holds blanks"
    if digest is not None:
        length = _LENGTHS.get(digest["algorithm"])
        if length is None:
            return "its digest is of an unknown algorithm"
        if not re.fullmatch(rf"[0-9a-f]{{{length}}}", digest["hex"]):
            return "its digest is not as long as it should be, or not lower-case hex"
    if image_reference(text) is not None:
        return ""
    name = text.partition("@")[0]
    if name.endswith(":"):
        return "its tag is empty"
    path = name.partition("/")[2] or name
    if len(path) > LONGEST_NAME:
        return f"its name is longer than {LONGEST_NAME} characters"
    return (
        "its repository has upper-case letters"
        if path.partition(":")[0] != path.partition(":")[0].lower()
        else "it does not parse"
    )


def _corrected(image: NamedImage) -> Offer:
    text = _SCHEME.sub("", image.text.strip(), count=1)
    name, at, digest = text.partition("@")
    text = f"{name}{at}{digest.lower()}"
    whole = image.name is image.version and text != image.text and not _fault(text)
    return rewrite(image.place, text, safe=True) if whole else None


def _versioned(image: NamedImage) -> tuple[StrField, ImageReference] | None:
    """Where tag and digest are written, and what they are; None where others write them or nobody can read them."""
    reference = image.reference
    if image.version is None or reference is None or _fault(image.text):
        return None
    return image.version, reference


def _mutable(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    found = _versioned(image)
    if found is not None and found[1].floats:
        how = "with tag 'latest'" if found[1].tag else "without a tag"
        yield image_hit(rule, image, found[0], f"{image.uses} image {image.text!r} {how}", TAG)


def _moving(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    found = _versioned(image)
    if found is not None and found[1].moves:
        yield image_hit(rule, image, found[0], f"{image.uses} image {image.text!r}, whose tag moves", TAG)


def _unpinned(rule: Rule[NamedImage], image: NamedImage) -> Iterator[Hit]:
    found = _versioned(image)
    if found is not None and not found[1].digest:
        message = f"{image.uses} image {image.text!r}, which names no digest"
        yield image_hit(rule, image, found[0], message, DIGEST, unless=RESOLVED)


def _stale(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        text = container.image.value or ""
        reference = container.image_reference
        moves = reference is not None and (reference.floats or reference.moves)
        if moves and container.pull_policy in ("IfNotPresent", "Never"):
            policy = container.image_pull_policy
            message = f"{container.described} runs whatever {text!r} meant when the node first pulled it"
            fix = rewrite(policy, "Always") if policy.present else insert(container, "imagePullPolicy", "Always")
            place = policy if policy.present else container.image
            yield pod_hit(rule, pod, place, message, container=container, detail=TAG, fix=fix)


def _not_always(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        reference = container.image_reference
        policy = container.image_pull_policy
        known = container.pull_policy
        if reference is None or reference.digest or known in (None, "Always") or (policy.absent and container.overlay):
            continue
        message = f"{container.described} may run an image that the node has, without asking the registry"
        fix = rewrite(policy, "Always") if policy.present else insert(container, "imagePullPolicy", "Always")
        yield pod_hit(rule, pod, policy if policy.present else container, message, container=container, fix=fix)


def _never(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        policy = container.image_pull_policy
        if policy.value == "Never":
            message = f"{container.described} only runs where somebody has put its image on the node"
            yield pod_hit(rule, pod, policy, message, container=container, fix=rewrite(policy, "IfNotPresent"))


def _conflicting(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    first: dict[tuple[str, str], NamedImage] = {}
    for pod in bundle.pods:
        for image in NamedImage.within(pod):
            reference = image.reference
            if reference is None or not reference.digest or not reference.tag:
                continue
            other = first.setdefault((reference.repository, reference.tag), image)
            known = other.reference
            if known is not None and known.digest != reference.digest:
                message = f"{image.uses} {reference.path}:{reference.tag} with another digest than others do"
                yield rule.hit(image.place, message, because(other.place, "the same tag with another digest"))


def _image(text: str, mark: str = "", extra: str = "") -> str:
    return f"initContainers:\n  - name: init\n    image: {text}{mark}\n{extra}"


_DIGESTED = "registry.example/shop/init:1.2.3@sha256:" + "0123456789abcdef" * 4
_GOOD = manifest(f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: web}}
    spec:
      containers: [{{name: app, image: "{_DIGESTED}"}}]
""")
_KUSTOMIZATION = """
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources: [../base]
    images:
      - name: shop/app
        {}
"""
_PINNED = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: {}}}
    spec:
      containers:
        - name: app
          image: registry.example/shop/app:1.4.2@sha256:{}
"""

RULES = (
    image_row(
        "image/invalid-reference",
        "Image reference does not parse.",
        "The container never starts, and whatever checks images by name does not see this one.",
        "Write `registry/repository:tag`, without a scheme, in lower case, with a whole digest if any.",
        _invalid,
        severity=Severity.HIGH,
        bad=(
            in_pod(
                _image("https://registry.example/init:1.2.3", "  # ! it begins with a scheme"),
                fixed=_image("registry.example/init:1.2.3"),
            ),
            in_pod(_image("registry.example/Shop/init:1.2.3", "  # ! upper-case letters")),
            in_pod(_image("registry.example/init@sha256:0123", "  # ! not as long as it should be")),
        ),
        good=(_GOOD, in_pod(_image("localhost:5000/init:1.2.3"))),
    ),
    image_row(
        "image/mutable-tag",
        "Image is whatever `latest` means when it is pulled.",
        "Nobody can say which code runs. Whoever may push to the repository decides what the next restart\n"
        "runs, and there is no way back to what ran before.",
        "Write the version, or better the digest: `app:1.4.2@sha256:...`.",
        _mutable,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1525", "NSA/building-secure-container-images"),
        bad=(
            in_pod(_image("registry.example:5000/init", "  # ! runs image 'registry.example:5000/init' without a tag")),
            in_pod(_image("busybox:latest", "  # ! with tag 'latest'")),
            manifest(_KUSTOMIZATION.format("newTag: latest  # ! entry 'shop/app' of the kustomization sets image")),
        ),
        good=(
            _GOOD,
            in_pod(_image("busybox:1.36.1")),
            in_pod(_image("'{{ .Values.image }}'")),
            manifest(_KUSTOMIZATION.format("newTag: 1.4.2")),
        ),
    ),
    image_row(
        "image/moving-tag",
        "Image has a tag that moves.",
        "Tags such as `stable`, `main` or a bare major version are given to new images: the next restart\n"
        "may run other code than the last.",
        "Write the whole version, or better the digest.",
        _moving,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1525",),
        bad=(in_pod(_image("redis:7", "  # ! whose tag moves")), in_pod(_image("shop/init:main", "  # !"))),
        good=(_GOOD, in_pod(_image("redis:7.2.4"))),
    ),
    image_row(
        "image/not-pinned-by-digest",
        "Image is named by tag alone.",
        "A tag can be given to another image by whoever may push to the repository, or has its registry.",
        "Add the digest: `app:1.4.2@sha256:...`. The tag then is a comment.",
        _unpinned,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1525",),
        bad=(
            manifest(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
                "    - {name: app, image: 'redis:7.2.4'}  # ! which names no digest"
            ),
        ),
        good=(_GOOD,),
    ),
    Row(
        "image/conflicting-digests",
        Bundle,
        "One tag stands for several digests.\n\n"
        "The tag was moved, or one of the digests is not what its author thinks: different code runs\n"
        "under one name.\n\n"
        "Use one digest everywhere, or give the images different tags.",
        _conflicting,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        bad=(
            several(
                _PINNED.format("one", "0123456789abcdef" * 4),
                _PINNED.format("two", "fedcba9876543210" * 4 + "  # ! with another digest"),
            ),
        ),
        good=(several(_PINNED.format("one", "0123456789abcdef" * 4), _PINNED.format("two", "0123456789abcdef" * 4)),),
    ),
    PodRow(
        "image/stale-pull-policy",
        "Node keeps what a moving tag meant once.",
        "A fixed image does not reach nodes that have the old one: known weaknesses stay, and two nodes\n"
        "run different code under one name.",
        "Set `imagePullPolicy: Always`, or name the image by its digest.",
        _stale,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1525",),
        bad=(
            in_pod(
                _image("redis:7", "", "    imagePullPolicy: IfNotPresent  # ! when the node first pulled it\n"),
                fixed=_image("redis:7", "", "    imagePullPolicy: Always\n"),
            ),
        ),
        good=(_GOOD, in_pod(_image("redis:7", "", "    imagePullPolicy: Always\n"))),
    ),
    PodRow(
        "image/pull-policy-not-always",
        "Container may run an image without asking the registry.",
        "A private image that is on the node can be run by every pod there, whatever the registry says\n"
        "about its author.",
        "Set `imagePullPolicy: Always`, or let the plugin AlwaysPullImages do so.",
        _not_always,
        severity=Severity.INFO,
        profile=Profile.ALL,
        bad=(
            manifest(
                "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
                "    - name: app  # ! without asking the registry\n      image: redis:7.2.4",
                fixed="apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n"
                "    - name: app\n      image: redis:7.2.4\n      imagePullPolicy: Always",
            ),
        ),
        good=(_GOOD,),
    ),
    PodRow(
        "image/never-pulled",
        "Container runs only what is already on its node.",
        "The node runs whatever somebody put there under that name; nothing says where it came from.",
        "Set `imagePullPolicy: IfNotPresent`.",
        _never,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        mentions=("Never",),
        bad=(
            in_pod(
                _image("shop/init:1.2.3", "", "    imagePullPolicy: Never  # ! put its image on the node\n"),
                fixed=_image("shop/init:1.2.3", "", "    imagePullPolicy: IfNotPresent\n"),
            ),
        ),
        good=(_GOOD,),
    ),
)
