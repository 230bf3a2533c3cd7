"""Where an object describes pods: by the table of kinds, by shapes that no path describes, or by shape alone."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.kinds import PodPlace, WorkloadKind
from hullmark.linter.manifest.paths import find
from hullmark.linter.manifest.special import SPECIAL
from hullmark.linter.manifest.structure import shaped_like_pods


def pod_places(root: Cursor, kind: WorkloadKind) -> Iterator[PodPlace]:
    """Every pod that the object at `root`, of the given kind, describes. A kind without a row is searched."""
    if not kind.kind:
        yield from shaped_like_pods(root)
        return
    if kind.unless and root.get(*kind.unless.split(".")).present:
        return
    if kind.template:
        for label, template in find(root, kind.template):
            spec = template.get("spec")
            if spec.is_mapping:
                yield PodPlace(label, template.get("metadata"), spec)
    if kind.podspec:
        for label, spec in find(root, kind.podspec):
            if spec.is_mapping:
                nowhere = Cursor(spec.source, None, None, spec.anchor, spec.path, spec.owner)
                yield PodPlace(label, root.get(*kind.metadata.split(".")) if kind.metadata else nowhere, spec)
    if kind.special:
        yield from SPECIAL[kind.special](root, kind)
