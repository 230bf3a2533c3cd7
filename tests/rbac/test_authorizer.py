"""The grant engine against the oracle, on roles, bindings and requests of chance.

Requests are made from a binding, a subject and a rule that fit together, of which then one part is changed: requests at
random are nearly always denied.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.identity import Identity, account, group
from hullmark.linter.model.rbac.policy import Request
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source
from tests.rbac.authorizer import Document, aggregated, applies, key, names, oracle, rule_allows

EXAMPLES, QUESTIONS = 700, 15
NAMESPACES = ("shop", "billing")
VERBS = ("get", "get", "list", "create", "delete", "update", "*", "Get")
GROUPS = ("", "", "apps", "*", "core")
RESOURCES = (
    "pods", "pods/exec", "pods/log", "pods/*", "*/exec", "*/log", "*/*", "*", "secrets", "deployments",
    "deployments/scale", "*/scale", "namespaces", "nodes",
)  # fmt: skip
NAMES = ("web", "shop", "*", "")
URLS = ("/healthz", "/healthz/*", "/health*", "*", "/*/x", "/metrics")
PEOPLE = {
    "User": ("ann", "system:serviceaccount:shop:web", "shop/web"),
    "Group": ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated", "team"),
}
LABELS = ("view", "edit", "")
KEYS = {
    "": ("pods", "pods/exec", "pods/log", "secrets", "namespaces", "nodes"),
    "apps": ("deployments", "deployments/scale"),
}
PATHS = ("/healthz", "/healthz/x", "/healthzz", "/metrics", "/a/x", "/*/x")
REQUESTED = ("get", "list", "create", "delete", "update")
WHO = (
    account("shop", "web"), account("billing", "web"), account("billing", "db"), Identity("User", "ann"),
    Identity("User", "shop/web"), group("team"), group("system:serviceaccounts"), group("system:authenticated"),
)  # fmt: skip


class Dice(random.Random):
    """Chance with a seed that hypothesis chooses: cheap, evenly spread, and told when a test fails."""

    def some(self, values: Sequence[str], most: int = 3, least: int = 1) -> list[str]:
        """One to `most` of the values."""
        return [self.choice(values) for _ in range(self.randint(least, most))]

    def is_one_in(self, number: int) -> bool:
        """Whether one of so many comes out."""
        return self.randrange(number) == 0


def _rule(dice: Dice) -> Document:
    rule: Document = {"verbs": dice.some(VERBS), "apiGroups": dice.some(GROUPS, 2), "resources": dice.some(RESOURCES)}
    return {**rule, "resourceNames": dice.some(NAMES, 2, 0)} if dice.is_one_in(3) else rule


def _role(dice: Dice) -> Document:
    """A Role, a ClusterRole, or one that collects others by label and may carry a label itself: chains and circles."""
    kind = dice.choice(("Role", "ClusterRole", "ClusterRole", "ClusterRole"))
    metadata: Document = {"name": dice.choice("abcd")}
    role: Document = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata}
    if kind == "Role":
        metadata["namespace"] = dice.choice(NAMESPACES)
        return {**role, "rules": [_rule(dice) for _ in range(dice.randint(1, 2))]}
    label = dice.choice(LABELS)
    if label:
        metadata["labels"] = {f"example.com/to-{label}": "true"}
    if dice.is_one_in(3):
        selectors = [{"matchLabels": {f"example.com/to-{each}": "true"}} for each in dice.some(LABELS[:2], 2)]
        role["aggregationRule"] = {"clusterRoleSelectors": selectors}
    return {**role, "rules": [_url_rule(dice) if dice.is_one_in(4) else _rule(dice) for _ in range(dice.randint(1, 2))]}


def _url_rule(dice: Dice) -> Document:
    return {"verbs": dice.some(VERBS), "nonResourceURLs": dice.some(URLS)}


def _subject(dice: Dice) -> Document:
    kind = dice.choice(("ServiceAccount", "User", "Group"))
    if kind == "ServiceAccount":
        space = dice.choice((*NAMESPACES, "shop", ""))
        return {"kind": kind, "name": dice.choice(("web", "web", "db"))} | ({"namespace": space} if space else {})
    return {"kind": kind, "apiGroup": "rbac.authorization.k8s.io", "name": dice.choice(PEOPLE[kind])}


def _binding(dice: Dice, roles: list[Document]) -> Document:
    """Mostly to one of the roles, from where it can be referred to; else to one that is not there."""
    role = dice.choice(roles)
    kind, name, home = role["kind"], role["metadata"]["name"], role["metadata"].get("namespace", "")
    if dice.is_one_in(10):
        kind, name = dice.choice(("ClusterRole", "Role")), "missing"
    cluster = dice.is_one_in(2 if kind == "ClusterRole" else 10)
    metadata = {"name": "x"} if cluster else {"name": "x", "namespace": home or dice.choice(NAMESPACES)}
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding" if cluster else "RoleBinding",
        "metadata": metadata,
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name},
        "subjects": [_subject(dice) for _ in range(dice.randint(1, 3))],
    }


class Question(NamedTuple):
    """A request, and who makes it."""

    who: Identity
    request: Request


def _question(dice: Dice, roles: list[Document], bindings: list[Document]) -> Question:
    """What a rule of a binding's role allows a subject, with one part changed in half of the questions."""
    binding = dice.choice(bindings)
    reference, rules = binding["roleRef"], aggregated(roles)
    home = binding["metadata"].get("namespace", "") if reference["kind"] == "Role" else ""
    every = [rule for role in roles for rule in role["rules"]]
    rule = dice.choice(rules.get((reference["kind"], home, reference["name"])) or every)
    who = _member(dice, dice.choice(binding["subjects"]), binding["metadata"].get("namespace", ""))
    namespace = binding["metadata"].get("namespace") or dice.choice((*NAMESPACES, ""))
    request = _fitting(dice, rule, namespace)
    changed = dice.choice(("", "", "", "", "", "", "who", "verb", "place", "what", "name"))
    if changed == "who":
        who = dice.choice(WHO)
    elif changed == "verb":
        request = request._replace(verb=dice.choice(REQUESTED))
    elif changed == "name":
        request = request._replace(name="" if request.path else dice.choice(NAMES))
    elif changed == "place" and not request.path:
        request = request._replace(namespace=dice.choice((*NAMESPACES, "")))
    elif changed == "what":
        request = request._replace(path=dice.choice(PATHS)) if request.path else _other(dice, request)
    return Question(who, _possible(request))


def _member(dice: Dice, subject: Document, namespace: str) -> Identity:
    """Somebody whom the subject entry means."""
    if subject["kind"] == "User":
        name = subject["name"]
        return account("shop", "web") if name.startswith("system:serviceaccount:") else Identity("User", name)
    if subject["kind"] == "Group":
        return dice.choice(
            [who for who in WHO if who == group(subject["name"]) or group(subject["name"]) in who.groups]
        )
    return account(subject.get("namespace") or namespace or "shop", subject["name"])


def _fitting(dice: Dice, rule: Document, namespace: str) -> Request:
    """A request that the rule allows, unless nothing can be meant by it."""
    verb = dice.choice([verb for verb in rule["verbs"] if verb in REQUESTED] or REQUESTED)
    if "nonResourceURLs" in rule:
        url = dice.choice(rule["nonResourceURLs"])
        near = [path for path in PATHS if path == url or (url.endswith("*") and path.startswith(url[:-1]))]
        return Request(verb, path=dice.choice(near or PATHS))
    resource = dice.choice(rule["resources"])
    head, _, tail = resource.partition("/")
    groups = [each for each in KEYS if each in rule["apiGroups"] or "*" in rule["apiGroups"]] or list(KEYS)
    keys = [(each, name) for each in groups for name in KEYS[each]]
    near_keys = [
        (each, name)
        for each, name in keys
        if resource in (name, "*") or (head == "*" and name.endswith(f"/{tail}")) or (tail == "*" and head in name)
    ]
    group_name, wanted = dice.choice(near_keys or keys)
    name = dice.choice(rule.get("resourceNames") or ["web", "shop", ""])
    return Request(verb, group_name, wanted, namespace, name)


def _other(dice: Dice, request: Request) -> Request:
    group_name, resource = dice.choice([(each, name) for each, names in KEYS.items() for name in names])
    return request._replace(group=group_name, resource=resource)


def _possible(request: Request) -> Request:
    """What the API server's request info can say: nodes lie in no namespace, a Namespace by name lies in itself."""
    if request.path:
        return Request(request.verb, path=request.path)
    if request.resource == "nodes":
        return request._replace(namespace="")
    if request.resource == "namespaces":
        by_name = request.verb in ("get", "delete", "update")
        return request._replace(namespace=request.name if by_name else "")
    return request


def _features(documents: list[Document], question: Question) -> set[str]:
    """What takes part in an allowed request: so that the test can tell what it has seen allowed."""
    rules = [rule for role in documents for rule in role.get("rules", ())]
    deciding = [rule for rule in rules if rule_allows(rule, question.request)]
    found = {"url"} if question.request.path else set()
    found |= {"name" for rule in deciding if rule.get("resourceNames")}
    found |= {
        "subresource star" for rule in deciding if any(each.startswith("*/") for each in rule.get("resources", ()))
    }
    bound = {each["roleRef"]["name"] for each in documents if "roleRef" in each}
    roots = {each["metadata"]["name"] for each in documents if "aggregationRule" in each}
    found |= {"aggregation"} if bound <= roots else set()
    user, _ = names(question.who)
    direct = any(
        applies(subject, user, set(), each["metadata"].get("namespace", ""))
        for each in documents
        for subject in each.get("subjects", ())
    )
    return found if direct or question.who.kind == "Group" else found | {"group"}


def test_grants_agree_with_the_authorizer() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**48))
    def agree(seed: int) -> None:
        dice = Dice(seed)
        unique = {key(each): each for each in (_role(dice) for _ in range(dice.randint(1, 5)))}
        roles = list(unique.values())
        bindings = [_binding(dice, roles) for _ in range(dice.randint(1, 3))]
        documents = [*roles, *bindings]
        text = "\n---\n".join(json.dumps(each) for each in documents)
        bundles = build_workspace(read_manifest(Source("x.yaml", text)).resources).bundles
        for question in (_question(dice, roles, bindings) for _ in range(QUESTIONS)):
            expected = oracle(documents, *question)
            witnesses = [each for bundle in bundles for each in access(bundle).allows(*question)]
            found = any(not each.grant.is_default for each in witnesses)
            assert found is expected, (str(question.who), question.request)
            seen["asked"] += 1
            seen["allowed"] += expected
            seen.update(_features(documents, question) if expected else ())

    agree()
    assert seen["asked"] >= 10_000
    assert seen["allowed"] >= seen["asked"] / 4
    for feature in ("url", "name", "subresource star", "aggregation", "group"):
        assert seen[feature] >= 50, (feature, seen)
