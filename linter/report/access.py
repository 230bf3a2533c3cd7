"""Answers about RBAC as text and JSON: who can do something, and what somebody can do."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hullmark.linter.manifest.place import Place
from hullmark.linter.model.rbac.grants import Grant, Witness
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import Policy
from hullmark.linter.report.escape import visible


class Answer(NamedTuple):
    """One identity and why it may: the deciding grants and rules."""

    who: Identity
    witnesses: tuple[Witness, ...]


def who_can_text(question: str, answers: Iterable[Answer], defaults: int) -> str:
    """A line for each identity, with the binding, role and place that decide below it."""
    lines = []
    found = list(answers)
    if not found:
        lines.append(f"Nobody in this input can {visible(question)}.")
    for answer in found:
        lines.append(visible(str(answer.who)))
        lines.extend(f"  {line}" for line in _because(answer.witnesses))
    if defaults:
        lines.append(f"({defaults} more by bindings that every cluster has; --built-in lists them)")
    return "\n".join(lines) + "\n"


def _because(witnesses: Iterable[Witness]) -> Iterator[str]:
    seen = set()
    for witness in witnesses:
        line = visible(f"{through(witness.grant)} {_place(witness)}".rstrip())
        if line not in seen:
            seen.add(line)
            yield line


def through(grant: Grant) -> str:
    """Binding and role, and where the grant holds."""
    role = f"{'ClusterRole' if grant.role.is_cluster else 'Role'} {grant.role.name}"
    where = "in the whole cluster" if grant.is_cluster_wide else f"in namespace {grant.scope}"
    if grant.binding is None:
        return f"built-in binding to {role}, {where}"
    return f"{grant.binding.kind} {grant.binding.name} to {role}, {where}"


def _place(witness: Witness) -> str:
    place = place_of(witness)
    if place is None:
        return ""
    region = place.source.region(place.span)
    return f"({place.source.path}:{region.line}:{region.column})"


def place_of(witness: Witness) -> Place | None:
    """The rule where the input holds the role, else the reference in the binding."""
    if witness.policy.view is not None:
        return witness.policy.view.place
    return None if witness.grant.binding is None else witness.grant.binding.role_ref.place


def who_can_json(question: str, answers: Iterable[Answer]) -> str:
    """The same for programs."""
    rows = [
        {"subject": _subject(answer.who), "because": [_reason(witness) for witness in answer.witnesses]}
        for answer in answers
    ]
    return json.dumps({"schema": "hullmark-access/1", "question": question, "answers": rows}, indent=2) + "\n"


def rights_text(who: Identity, grants: Iterable[Grant], powers: Iterable[tuple[str, str, str]]) -> str:
    """Rules by grant, then the powers they amount to (power, scope, severity)."""
    lines = [visible(str(who))]
    for grant in grants:
        lines.append(visible(f"  {through(grant)}"))
        lines.extend(visible(f"    {line}") for line in map(rule_line, grant.role.policies))
    if len(lines) == 1:
        lines.append("  no grant in this input")
    found = list(powers)
    if found:
        lines.append("  amounts to")
        lines.extend(visible(f"    {severity:<8} {power} ({scope})") for power, scope, severity in found)
    return "\n".join(lines) + "\n"


def rule_line(policy: Policy) -> str:
    """One rule in one line."""
    verbs = ",".join(policy.verbs)
    if policy.urls:
        return f"{verbs}  {' '.join(policy.urls)}"
    groups = ",".join(group or "core" for group in policy.groups)
    names = f" named {','.join(policy.names)}" if policy.names else ""
    return f"{verbs}  {','.join(policy.resources)} of {groups}{names}"


def rights_json(who: Identity, grants: Iterable[Grant], powers: Iterable[tuple[str, str, str]]) -> str:
    """The same for programs."""
    rows = [
        {"through": _grant(grant), "rules": [_policy(policy) for policy in grant.role.policies]} for grant in grants
    ]
    found = [{"power": power, "scope": scope, "severity": severity} for power, scope, severity in powers]
    return (
        json.dumps({"schema": "hullmark-access/1", "subject": _subject(who), "grants": rows, "powers": found}, indent=2)
        + "\n"
    )


def _subject(who: Identity) -> dict[str, str]:
    found = {"kind": who.kind, "name": who.name}
    return {**found, "namespace": who.namespace} if who.namespace else found


def _grant(grant: Grant) -> dict[str, str]:
    return {
        "binding": "" if grant.binding is None else f"{grant.binding.kind}/{grant.binding.name}",
        "role": f"{'ClusterRole' if grant.role.is_cluster else 'Role'}/{grant.role.name}",
        "scope": grant.scope or "cluster",
    }


def _policy(policy: Policy) -> dict[str, list[str]]:
    found = {
        "verbs": list(policy.verbs),
        "apiGroups": list(policy.groups),
        "resources": list(policy.resources),
        "resourceNames": list(policy.names),
        "nonResourceURLs": list(policy.urls),
    }
    return {name: values for name, values in found.items() if values}


def _reason(witness: Witness) -> dict[str, object]:
    place = place_of(witness)
    found: dict[str, object] = {**_grant(witness.grant), "rule": _policy(witness.policy)}
    if place is not None:
        region = place.source.region(place.span)
        found["location"] = {"path": place.source.path, "line": region.line, "column": region.column}
    return found
