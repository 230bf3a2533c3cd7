"""What must hold of powers whatever the roles: they grow with grants, and do not depend on how rules are written."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.catalogue import POWERS
from hullmark.linter.model.rbac.evaluation import evaluation
from hullmark.linter.model.rbac.identity import Identity, account
from hullmark.linter.model.rbac.shared import JudgedPower
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.text import Source
from hullmark.linter.yaml.writing import flow

ATOMS = [atom for power in POWERS for alternative in power.alternatives for atom in alternative.atoms]
KEYS = sorted({key for atom in ATOMS for key in atom.keys})
VERBS = sorted({verb for atom in ATOMS for verb in atom.verbs})
AGENT = account("shop", "agent")
# These say that something is missing, and go when it comes.
WANTING = {"latent-bind-or-escalate", "binding-write-without-bind", "role-write-without-escalate", "impersonate-extras"}
SEEDS = pytest.mark.parametrize("seed", range(40))

Rule = dict[str, list[str]]


def _rules(dice: random.Random, most: int = 4) -> list[Rule]:
    found = []
    for _ in range(dice.randint(1, most)):
        keys = dice.sample(KEYS, dice.randint(1, 3))
        rule = {
            "apiGroups": sorted({group for group, _ in keys}),
            "resources": [resource for _, resource in keys],
            "verbs": dice.sample([*VERBS, "*"], dice.randint(1, 4)),
        }
        found.append({**rule, "resourceNames": ["web"]} if dice.random() < 0.2 else rule)
    return found


def _text(*roles: tuple[list[Rule], str]) -> str:
    documents: list[dict[str, Any]] = []
    for number, (rules, namespace) in enumerate(roles):
        home = {"namespace": namespace} if namespace else {}
        api = {"apiVersion": "rbac.authorization.k8s.io/v1"}
        documents.append({**api, "kind": "ClusterRole", "metadata": {"name": f"r{number}"}, "rules": rules})
        documents.append(
            {
                **api,
                "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
                "metadata": {"name": f"b{number}", **home},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": f"r{number}"},
                "subjects": [{"kind": "ServiceAccount", "name": "agent", "namespace": "shop"}],
            }
        )
    return "\n---\n".join(map(flow, documents))


def _powers(text: str, who: Identity = AGENT) -> set[tuple[str, str]]:
    """Names and scopes of the powers, before any hides another."""
    (bundle,) = build_workspace(read_manifest(Source("a.yaml", text)).resources).bundles
    assert access(bundle).direct(who) or not text
    return {(name, scope) for name, scopes in evaluation(bundle).powers_of(who).items() for scope in scopes}


@SEEDS
def test_a_further_binding_never_removes_a_power(seed: int) -> None:
    dice = random.Random(seed)
    one, other = (_rules(dice), dice.choice(["", "shop"])), (_rules(dice), dice.choice(["", "shop"]))
    lost = {name for name, _ in _powers(_text(one)) - _powers(_text(one, other))}
    assert lost <= WANTING


@SEEDS
def test_a_further_rule_never_removes_a_power(seed: int) -> None:
    dice = random.Random(seed)
    rules, more = _rules(dice), _rules(dice, 1)
    lost = {name for name, _ in _powers(_text((rules, ""))) - _powers(_text(([*rules, *more], "")))}
    assert lost <= WANTING


@SEEDS
def test_a_rule_is_the_product_of_its_elements(seed: int) -> None:
    rules = _rules(random.Random(seed))
    split = [
        {"apiGroups": [group], "resources": [resource], "verbs": [verb], **({"resourceNames": [name]} if name else {})}
        for rule in rules
        for group, resource, verb, name in itertools.product(
            rule["apiGroups"], rule["resources"], rule["verbs"], rule.get("resourceNames", [""])
        )
    ]
    assert _powers(_text((split, ""))) == _powers(_text((rules, "")))


@SEEDS
def test_a_role_binding_gives_no_more_than_a_cluster_role_binding(seed: int) -> None:
    rules = _rules(random.Random(seed))
    # Over the whole cluster, ConfigMaps are another power: those of kube-system are among them.
    here = {name for name, _ in _powers(_text((rules, "shop")))} - {"config-map-write", "namespace-full-control"}
    assert here <= {name for name, _ in _powers(_text((rules, "")))} | WANTING


@SEEDS
def test_the_order_of_objects_changes_nothing(seed: int) -> None:
    dice = random.Random(seed)
    documents = _text((_rules(dice), ""), (_rules(dice), "shop"), (_rules(dice), "tools")).split("\n---\n")
    shuffled = dice.sample(documents, len(documents))
    assert _judged(documents) == _judged(shuffled)


def _judged(documents: list[str]) -> list[tuple[str, tuple[str, ...], str]]:
    text = "\n---\n".join(documents)
    (bundle,) = build_workspace(read_manifest(Source("a.yaml", text)).resources).bundles
    return sorted((each.power, each.first.scopes, each.severity.label) for each in JudgedPower.among(bundle))


@SEEDS
def test_a_namespace_by_another_name_is_worth_the_same(seed: int) -> None:
    text = _text((_rules(random.Random(seed)), "shop"))
    renamed = _powers(text.replace("shop", "store"), account("store", "agent"))
    assert renamed == {(name, scope.replace("shop", "store")) for name, scope in _powers(text)}
