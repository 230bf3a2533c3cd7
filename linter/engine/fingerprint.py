"""Fingerprints: what a finding is about, said without lines, so that edits elsewhere do not change it.

Rule, object, container and field path with list items by name; items without a name count without
their index. Equal findings of one run are told apart by their occurrence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import Any

from hullmark.linter.finding import Finding, ResourceRef
from hullmark.linter.patterns import regex
from hullmark.linter.records import replace

LENGTH = 32
"""Hex digits kept: 128 bits."""

_INDEX = regex(r"\[#\d+\]")


def fingerprint(rule: str, resource: ResourceRef | None, path: Iterable[str], subject_name: str) -> str:
    """The fingerprint of the first such finding of a run."""
    about = resource or ResourceRef("", "", "", "")
    group = about.api_version.rpartition("/")[0]
    parts = (rule, group, about.kind, about.namespace, about.name, about.container, *_stable(path), "", subject_name)
    # Manifests may hold any character: the length in front keeps parts apart.
    return _digest("".join(f"{len(part)}:{part}" for part in parts))


def _stable(path: Iterable[str]) -> Iterable[str]:
    return ("[]" if _INDEX.fullmatch(part) else part for part in path)


def _digest(text: str) -> str:
    digest: str = _sha256()(text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest[:LENGTH]


@cache
def _sha256() -> Callable[[bytes], Any]:
    """SHA-256 of Python itself: `hashlib` loads OpenSSL first, which takes 6 ms and hashes short texts no faster.

    The module is `_sha2` from Python 3.12 on; neither is promised, so that `hashlib` stands behind them.
    """
    for module in ("_sha2", "_sha256", "hashlib"):
        with suppress(ImportError):
            found: Callable[[bytes], Any] = import_module(module).sha256
            break
    return found


def numbered(findings: Iterable[Finding]) -> list[Finding]:
    """The same findings, in the same order, with equal fingerprints told apart by their occurrence.

    Only what is asked for is to be numbered: what else was found depends on whether there are waivers.
    """
    seen: dict[str, int] = {}
    result = []
    for finding in findings:
        same = finding.fingerprint
        occurrence = seen.get(same, 0)
        seen[same] = occurrence + 1
        own = _digest(f"{same}#{occurrence}") if occurrence else same
        result.append(replace(finding, fingerprint=own, likeness=same))
    return result
