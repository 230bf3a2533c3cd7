"""References to container images, taken apart as container runtimes do.

https://github.com/distribution/reference/blob/v0.6.0/reference.go has the grammar.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])"
)
_REFERENCE = regex(
    rf"(?:(?P<registry>{_DOMAIN}(?::[0-9]+)?)/)?(?P<path>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?\Z",
    re.ASCII,
)
LONGEST_NAME = 255
_LONGEST = 1024


_MOVING = frozenset(
    {
        "stable",
        "edge",
        "main",
        "master",
        "trunk",
        "dev",
        "devel",
        "develop",
        "nightly",
        "canary",
        "head",
        "current",
        "rolling",
        "snapshot",
        "unstable",
        "testing",
        "experimental",
        "beta",
        "alpha",
        "rc",
        "next",
        "lts",
        "release",
        "prod",
        "production",
        "staging",
    }
)
_MOVES = regex(r".*-latest|latest-.*|.*-snapshot|v?\d{1,3}")


class ImageReference(NamedTuple):
    """`registry/path:tag@digest`; `registry` and `path` are filled in as a runtime fills them in."""

    registry: str
    path: str
    tag: str
    digest: str

    @property
    def repository(self) -> str:
        """Registry and path."""
        return f"{self.registry}/{self.path}"

    @property
    def floats(self) -> bool:
        """Whether the reference may lead to another image tomorrow without anybody changing it: `latest` or no tag."""
        return not self.digest and self.tag in ("", "latest")

    @property
    def moves(self) -> bool:
        """Whether the tag is of those that are given to new images, such as `stable` or a bare major version."""
        tag = self.tag.lower()
        return not self.digest and (tag in _MOVING or _MOVES.fullmatch(tag) is not None)

    def has_tail(self, tail: str) -> bool:
        """Whether the path is `tail` or ends with it, whatever the registry and organisation."""
        return self.path == tail or self.path.endswith(f"/{tail}")


@lru_cache(maxsize=8192)
def image_reference(text: str) -> ImageReference | None:
    """`text` taken apart, or None where it is no reference."""
    if len(text) > _LONGEST:
        return None
    head, slash, _ = text.partition("/")
    hosted = bool(slash) and ("." in head or ":" in head or head == "localhost" or head.lower() != head)
    match = _REFERENCE.match(text if hosted else f"docker.io/{text}" if slash else f"docker.io/library/{text}")
    if match is None or len(match["path"]) > LONGEST_NAME:
        return None
    registry, path = match["registry"] or "docker.io", match["path"]
    if registry == "index.docker.io":
        registry = "docker.io"
    if registry == "docker.io" and "/" not in path:
        path = f"library/{path}"
    return ImageReference(registry, path, match["tag"] or "", match["digest"] or "")
