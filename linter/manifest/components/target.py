"""For which Kubernetes minors a component is judged: its own stated version, else the run's target."""

from __future__ import annotations

from hullmark.linter.manifest.context import Context
from hullmark.linter.patterns import regex

_VERSION = regex(r"(?:stable-|latest-|ci/latest-)?v?1\.(\d+)(?![\d])")
_SUPPORTED = 4


def minors(context: Context, stated: str = "") -> tuple[int, ...]:
    """Minors (31 for 1.31) to judge for: a verdict counts when it is the same for all of them.

    Without a statement and without a pinned target these are the newest minors, as many as get
    patches at one time (https://kubernetes.io/releases/patch-releases/#support-period).
    """
    match = _VERSION.match(stated)
    if match is not None:
        return (int(match[1]),)
    newest = context.kubernetes[1]
    if context.pinned:
        return (newest,)
    return tuple(range(newest - _SUPPORTED + 1, newest + 1))


def image_version(image: str) -> str:
    """The tag of an image reference, without digest; empty when there is none."""
    name = image.partition("@")[0].rpartition("/")[2]
    return name.partition(":")[2]
