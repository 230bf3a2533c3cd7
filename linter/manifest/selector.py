"""Label selectors, and whether labels match them.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from collections.abc import Mapping

from hullmark.linter.manifest.view import Many, Str, StrList, StrMap, View


class Requirement(View):
    """One entry of `matchExpressions`."""

    schema = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement"

    key = Str("key")
    operator = Str("operator")
    values = StrList("values")

    def matches(self, labels: Mapping[str, str]) -> bool | None:
        """Whether `labels` satisfy it; None where the API server refuses the expression or a template hides it."""
        key = self.key.value
        values = self.values.value
        match self.operator.value:
            case "In" if key is not None and values:
                return labels.get(key) in values
            case "NotIn" if key is not None and values:
                return labels.get(key) not in values
            case "Exists" if key is not None and self._bare:
                return key in labels
            case "DoesNotExist" if key is not None and self._bare:
                return key not in labels
        return None

    @property
    def _bare(self) -> bool:
        return self.values.absent or self.values.empty


class LabelSelector(View):
    """A selector as `matchLabels` and `matchExpressions`, all of which must hold.

    Absence of the whole selector means different things in different places, so `matches` speaks
    for a selector that is written; the empty one matches everything.
    """

    schema = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"

    match_labels = StrMap("matchLabels")
    match_expressions = Many(Requirement, "matchExpressions")

    @property
    def is_empty(self) -> bool:
        """Whether the selector is written and demands nothing, so that it matches everything."""
        if not self.cursor.is_mapping:
            return False
        labels, expressions = self.match_labels.cursor, self.cursor.get("matchExpressions")
        no_labels = labels.absent or (labels.is_mapping and not any(True for _ in labels.entries()))
        return no_labels and (
            expressions.absent or (expressions.is_sequence and not any(True for _ in expressions.items()))
        )

    @property
    def keys(self) -> frozenset[str]:
        """Label keys that the answer depends on."""
        found = {name for name, _ in self.match_labels.fields()}
        return frozenset(found | {each.key.value for each in self.match_expressions if each.key.value is not None})

    def matches(self, labels: Mapping[str, str]) -> bool | None:
        """Whether `labels` match; None where the selector cannot be read. A demand that fails decides."""
        if not self.cursor.is_mapping:
            return None
        known = self._is_readable
        for name, field in self.match_labels.fields():
            wanted = field.value
            if wanted is None:
                known = False
            elif labels.get(name) != wanted:
                return False
        for each in self.match_expressions:
            answer = each.matches(labels)
            if answer is False:
                return False
            known = known and answer is not None
        return True if known else None

    def nearly_matches(self, labels: Mapping[str, str]) -> bool:
        """Whether `labels` match all of several pairs but one, and there are no expressions."""
        wanted = list((self.match_labels.value or {}).items())
        missed = [pair for pair in wanted if labels.get(pair[0]) != pair[1]]
        return len(wanted) > 1 and len(missed) == 1 and not self.match_expressions

    @property
    def _is_readable(self) -> bool:
        expressions = self.cursor.get("matchExpressions")
        return not self.match_labels.unknown and (expressions.absent or expressions.is_sequence)


def matches_exactly(wanted: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Whether `labels` hold every pair of `wanted`: the selector of Services and ReplicationControllers."""
    return all(labels.get(name) == value for name, value in wanted.items())
