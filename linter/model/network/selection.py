"""Selectors as plain values: read once from the text, evaluated over many sets of labels at once."""

from __future__ import annotations

from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.records import record

IN, NOT_IN, EXISTS, ABSENT = "In", "NotIn", "Exists", "DoesNotExist"
CONTAINS, STARTS, ENDS = "contains", "starts with", "ends with"
OPERATORS = frozenset({IN, NOT_IN, EXISTS, ABSENT})


@record
class Demand:
    """One condition on labels. `NotIn` and `DoesNotExist` also hold where the key is absent."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def holds(self, value: str) -> bool:
        """Whether a present label with this value satisfies it."""
        match self.operator:
            case "In":
                return value in self.values
            case "NotIn":
                return value not in self.values
            case "Exists":
                return True
            case "contains":
                return any(each in value for each in self.values)
            case "starts with":
                return any(value.startswith(each) for each in self.values)
            case "ends with":
                return any(value.endswith(each) for each in self.values)
        return False

    def on(self, key: str) -> Demand:
        """The same condition on another label."""
        return Demand(key, self.operator, self.values)

    @property
    def holds_without(self) -> bool:
        """Whether labels without the key satisfy it."""
        return self.operator in (NOT_IN, ABSENT)


@record
class Selection:
    """Conditions that must all hold; `readable` is false where a template or a mistake hides one of them."""

    demands: tuple[Demand, ...] = ()
    readable: bool = True


ALL = Selection()
UNREADABLE = Selection(readable=False)


def one(key: str, value: str) -> Selection:
    """Labels with this pair."""
    return Selection((Demand(key, IN, frozenset({value})),))


def selection(selector: LabelSelector) -> Selection:
    """The selector as a value; an absent one selects everything, as an empty one does."""
    if selector.absent:
        return ALL
    if not selector.cursor.is_mapping:
        return UNREADABLE
    demands: list[Demand] = []
    labels, expressions = selector.match_labels, selector.cursor.get("matchExpressions")
    readable = (labels.absent or labels.cursor.is_mapping) and (expressions.absent or expressions.is_sequence)
    for name, field in labels.fields():
        if field.value is None:
            readable = False
        else:
            demands.append(Demand(name, IN, frozenset({field.value})))
    for each in selector.match_expressions:
        key, operator, values = each.key.value, each.operator.value, each.values.value
        bare = each.values.absent or each.values.empty
        if (
            key is None
            or operator not in OPERATORS
            or (operator in (IN, NOT_IN)) != bool(values)
            or not (bare or values)
        ):
            readable = False
        else:
            demands.append(Demand(key, operator, frozenset(values or ())))
    return Selection(tuple(demands), readable)
