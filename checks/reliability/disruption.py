"""Budgets of disruption: what they keep, what they block, what they miss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.fields import integer
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.selector import LabelSelector
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.bundled_pod import BundledPod
from hullmark.linter.rule import Example, Hit, Needs, Row, Rule, because, insert, manifest, several

_Judge = Callable[[Rule[Bundle], Bundle], Iterator[Hit]]
_BUDGET = ("policy", "PodDisruptionBudget")


def _budgets(bundle: Bundle) -> tuple[Resource, ...]:
    return bundle.by_kind(*_BUDGET)


def _selector(budget: Resource) -> LabelSelector:
    return LabelSelector(budget.cursor.get("spec", "selector"))


def _selected(bundle: Bundle, budget: Resource) -> list[BundledPod]:
    """Pods of the bundle that the budget surely selects."""
    namespace, selector = bundle.namespace_of(budget).name, _selector(budget)
    if selector.absent:
        return []
    return [
        each
        for each in BundledPod.among(bundle)
        if each.namespace == namespace and selector.matches(each.pod.labels.value or {}) is True
    ]


def _blocking(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for budget in _budgets(bundle):
        spec = budget.cursor.get("spec")
        most, least = spec.get("maxUnavailable"), spec.get("minAvailable")
        if most.text in ("0", "0%"):
            yield rule.hit(most, f"{budget} never allows a pod to be moved")
        elif least.text == "100%":
            yield rule.hit(least, f"{budget} never allows a pod to be moved")
        elif least.present:
            # The budget is about all pods that it selects together, and percentages are rounded up:
            # https://kubernetes.io/docs/tasks/run-application/configure-pdb/
            bounds = [each.replicas for each in _selected(bundle, budget)]
            count = sum(each[0] for each in bounds if each is not None)
            if bounds and None not in bounds and _wanted(least, count) >= count > 0:
                yield rule.hit(least, f"{budget} demands as many pods as there are: none may be moved")


def _wanted(least: Cursor, count: int) -> int:
    number = integer(least)
    if number is not None:
        return number
    text = (least.text or "").removesuffix("%")
    return ceil(int(text) * count / 100) if text.isdigit() and len(text) < 4 else 0


def _overlapping(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    first: dict[int, Resource] = {}
    for budget in _budgets(bundle):
        for each in _selected(bundle, budget):
            other = first.setdefault(id(each.pod), budget)
            if other is not budget:
                message = f"{budget} and {other} select {each.pod}: its pods cannot be evicted"
                yield rule.hit(_selector(budget), message, because(other, "the other budget"))
                break


def _empty(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for budget in _budgets(bundle):
        selector = _selector(budget)
        if selector.is_empty or selector.absent:
            old = budget.version == "v1beta1"
            none = old or selector.absent
            message = f"{budget} selects {'nothing' if none else 'every pod of its namespace'}: its selector is empty"
            yield rule.hit(selector, message)


def _nothing(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for budget in _budgets(bundle):
        selector, namespace = _selector(budget), bundle.namespace_of(budget).name
        if selector.absent or selector.is_empty or _selected(bundle, budget):
            continue
        near = next((pod for pod in bundle.pods_in(namespace) if selector.nearly_matches(pod.labels.value or {})), None)
        if near is not None:
            message = f"{budget} selects no pod; it would select {near} but for one label"
            yield rule.hit(selector, message, because(near.labels, "the labels of that pod"))
        elif bundle.covers(namespace):
            yield rule.hit(selector, f"{budget} selects no pod", profile=Profile.STRICT)


def _no_limit(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    for budget in _budgets(bundle):
        spec = budget.cursor.get("spec")
        if spec.get("minAvailable").absent and spec.get("maxUnavailable").absent:
            yield rule.hit(
                spec.get("minAvailable"), f"{budget} says neither how many pods must stay nor how many may go"
            )


def _policy(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    if not bundle.context.at_least(1, 27):
        return
    for budget in _budgets(bundle):
        spec = budget.cursor.get("spec")
        field = spec.get("unhealthyPodEvictionPolicy")
        if spec.present and field.absent:
            fix = insert(_selector_parent(budget), "unhealthyPodEvictionPolicy", "AlwaysAllow")
            yield rule.hit(field, f"{budget} keeps pods that never start from being moved", fix=fix)


def _selector_parent(budget: Resource) -> LabelSelector:
    return LabelSelector(budget.cursor.get("spec"))


def _budget(*lines: str, name: str = "web") -> str:
    body = "".join(f"  {line}\n" for line in lines)
    return (
        f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n{body}"
    )


_SELECTOR = "selector: {matchLabels: {app: web, tier: front}}"
_POLICY = "unhealthyPodEvictionPolicy: AlwaysAllow"
_WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  replicas: 3\n"
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web, tier: front}}\n"
    "    spec: {containers: [{name: web, image: 'web:1.0.0'}]}\n"
)
_FINE = several(_WEB, _budget("maxUnavailable: 1", _SELECTOR, _POLICY))


def _row(
    name: str,
    text: str,
    judge: _Judge,
    bad: tuple[Example, ...],
    severity: Severity,
    profile: Profile = Profile.ALL,
) -> Row[Bundle]:
    return Row(
        f"reliability/{name}",
        Bundle,
        text,
        judge,
        severity=severity,
        profile=profile,
        needs=Needs(frozenset({_BUDGET})),
        bad=bad,
        good=(_FINE,),
    )


RULES = (
    _row(
        "disruption-budget-blocks-eviction",
        "Budget never allows a pod to be moved.\n\n"
        "Nodes cannot be drained: updates of the system wait, or are forced and take everything down.\n\n"
        "Allow at least one pod to be moved: `maxUnavailable: 1`.",
        _blocking,
        (
            manifest(_budget("maxUnavailable: 0  # ! never allows", _SELECTOR)),
            several(_WEB, _budget("minAvailable: 90%  # ! as many pods as there are", _SELECTOR)),
        ),
        Severity.MEDIUM,
        Profile.STRICT,
    ),
    _row(
        "overlapping-disruption-budgets",
        "Two budgets select one pod.\n\n"
        "The eviction API answers with an error: nodes with such pods cannot be drained.\n\nKeep one of the two.",
        _overlapping,
        (
            several(
                _WEB,
                _budget("maxUnavailable: 1", _SELECTOR),
                _budget(
                    "maxUnavailable: 1", "selector:  # ! cannot be evicted", "  matchLabels: {app: web}", name="other"
                ),
            ),
        ),
        Severity.MEDIUM,
        Profile.DEFAULT,
    ),
    _row(
        "disruption-budget-empty-selector",
        "Budget has an empty selector.\n\n"
        "In policy/v1 it holds for every pod of the namespace, in v1beta1 for none.\n\nSelect the pods that are meant.",
        _empty,
        (manifest(_budget("maxUnavailable: 1", "selector: {}  # ! every pod of its namespace")),),
        Severity.LOW,
        Profile.STRICT,
    ),
    _row(
        "disruption-budget-selects-nothing",
        "Budget selects no pod.\n\nThe pods that were meant have no budget.\n\nSelect labels that the pods have.",
        _nothing,
        (
            several(
                _WEB,
                _budget(
                    "maxUnavailable: 1", "selector:  # ! but for one label", "  matchLabels: {app: web, tier: back}"
                ),
            ),
        ),
        Severity.LOW,
        Profile.DEFAULT,
    ),
    _row(
        "disruption-budget-without-limit",
        "Budget does not say how many pods must stay.\n\nIt limits nothing.\n\nSet `maxUnavailable` or `minAvailable`.",
        _no_limit,
        (manifest(_budget(_SELECTOR).replace("spec:\n", "spec:  # ! says neither\n")),),
        Severity.LOW,
    ),
    _row(
        "eviction-policy-unset",
        "Budget keeps broken pods from being moved.\n\n"
        "Pods that never become ready count as needed: a crash loop blocks the drain of its node.\n\n"
        "Set `unhealthyPodEvictionPolicy: AlwaysAllow`.",
        _policy,
        (
            manifest(
                _budget("maxUnavailable: 1", _SELECTOR).replace("spec:\n", "spec:  # ! keeps pods\n"),
                fixed=_budget("maxUnavailable: 1", _SELECTOR, _POLICY),
            ),
        ),
        Severity.INFO,
    ),
)
