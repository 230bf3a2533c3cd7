"""Which objects a policy names: `targetRefs`, the older `targetRef`, and selectors of labels."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle


def references(policy: Resource) -> Iterator[Cursor]:
    """References of a policy to what it is about."""
    spec = policy.cursor.get("spec")
    yield from spec.get("targetRefs").items()
    if spec.get("targetRef").present:
        yield spec.get("targetRef")


def targets(bundle: Bundle, policy: Resource, aimed: Resource, section: str = "") -> bool:
    """Whether a policy is about an object, or the part of it that `section` names."""
    own = bundle.namespace_of(policy).name
    home = bundle.namespace_of(aimed).name
    for item in references(policy):
        if item.get("kind").text != aimed.kind or item.get("name").text != aimed.name:
            continue
        part = item.get("sectionName").text
        if (item.get("namespace").text or own) == home and part in (None, section):
            return True
    return own == home and any(
        item.get("kind").text == aimed.kind and _chooses(item, aimed)
        for item in policy.cursor.get("spec", "targetSelectors").items()
    )


def _chooses(selector: Cursor, aimed: Resource) -> bool:
    labels = aimed.labels.value or {}
    wanted = list(selector.get("matchLabels").entries())
    return all(labels.get(key) == item.text for key, item in wanted)
