"""Fingerprints: what a finding is about, said without lines, so that edits elsewhere do not change it.

Rule, object, container and field path with list items by name; items without a name count without
their index. Equal findings of one run are told apart by their occurrence.
"""

from __future__ import annotations

from collections.abc import Iterable

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
    from hashlib import sha256  # loads OpenSSL, which a run without findings need not wait for

    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:LENGTH]


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
