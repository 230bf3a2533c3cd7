"""Examples of power rules, made from the catalogue: the smallest roles that give a power."""

from __future__ import annotations

from hullmark.linter.model.rbac.atoms import Atom, Key
from hullmark.linter.model.rbac.catalogue import POWERS, Effect, Power
from hullmark.linter.rule.examples import Example

_HARMLESS_ELSEWHERE = frozenset({"get", "list", "watch"})
_ORDER = ("create", "update", "patch", "get", "list", "watch", "delete", "deletecollection")

_HOLDER = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {binding}
metadata:
  name: agent{home}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {role}
  name: agent
subjects:
  - kind: ServiceAccount
    name: agent
    namespace: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: agent
  namespace: shop
spec:
  serviceAccountName: agent
  containers:
    - name: agent
      image: registry.example/shop/agent:1.4.2
"""

_ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: {role}
metadata:
  name: agent{home}
rules:
"""


def bad_example(name: str) -> Example:
    """A role with exactly one power, bound to an account that a pod uses."""
    power = next(each for each in POWERS if each.name == name)
    return Example(_text(power))


def good_example(name: str) -> Example:
    """A role that gives another, lesser power."""
    other = "pod-log-read" if name != "pod-log-read" else "lease-write"
    text = _text(next(each for each in POWERS if each.name == other))
    return Example(text.replace("  # !", ""))


def _text(power: Power) -> str:
    role = "ClusterRole" if power.cluster is not Effect.NONE else "Role"
    atoms = power.alternatives[0].atoms
    rules = "".join(
        _rule(atom, first=number == 0, named=power.name.startswith("named-")) for number, atom in enumerate(atoms)
    )
    home = "" if role == "ClusterRole" else "\n  namespace: shop"
    return _ROLE.format(role=role, home=home) + rules + _holder(role)


def _holder(role: str) -> str:
    home = "" if role == "ClusterRole" else "\n  namespace: shop"
    return _HOLDER.format(binding=role + "Binding", role=role, home=home)


def _rule(atom: Atom, *, first: bool, named: bool) -> str:
    verb = min(atom.verbs, key=lambda each: (_ORDER.index(each) if each in _ORDER else -1, each))
    group, resource = _key(atom)
    quiet = verb in _HARMLESS_ELSEWHERE
    names = f"    resourceNames: [database]{_mark(first and named)}\n" if named else ""
    return (
        f"  - apiGroups: ['{group}']\n"
        f"    resources: [{resource}]{_mark(first and quiet and not named)}\n"
        f"{names}"
        f"    verbs: ['{verb}']{_mark(first and not quiet and not named)}\n"
    )


def _mark(marked: bool) -> str:
    return "  # !" if marked else ""


def _key(atom: Atom) -> Key:
    """One of the atom's keys: a plain one where there is one, else an example of a pattern."""
    group, resource = min(atom.keys, key=lambda key: ("*" in key[0] + key[1], "." in key[0], key[0] != "", key))
    return group.replace("*.", "example."), "policies" if resource == "*" else resource
