"""Answers about RBAC as text and JSON: who can do something, and what somebody can do."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.rbac import Binding
from hullmark.linter.model.rbac.grants import Grant, Witness
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.policy import Policy
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.report.escape import visible


class Answer(NamedTuple):
    """One identity and why it may: the deciding grants and rules."""

    who: Identity
    witnesses: tuple[Witness, ...]


class Open(NamedTuple):
    """A binding to a role whose rules are not in the input: what it allows is not known. `subjects` hold it."""

    binding: Binding
    scope: str
    subjects: tuple[Identity, ...]

    @property
    def role(self) -> str:
        """Kind and name of the role."""
        return f"{self.binding.role_ref.kind.text or 'role'} {self.binding.role_ref.name.text or ''}".strip()


def who_can_text(question: str, answers: Iterable[Answer], defaults: int, unknown: Sequence[Open] = ()) -> str:
    """A block for each identity: below it the binding, the role and the place that decide; then what is not known."""
    found = list(answers)
    if not found:
        lines = [f"Nobody in this input can {visible(question)}."]
    else:
        lines = [f"{len(found)} in this input can {visible(question)}:"]
    for answer in found:
        lines.append(visible(str(answer.who)))
        lines.extend(f"  {line}" for line in _because(answer.witnesses))
    if defaults:
        lines.append(f"({defaults} more by bindings that every cluster has; --built-in lists them)")
    if unknown:
        lines.append("Not known, because these roles are not in this input:")
        for each in unknown:
            lines.append(visible(f"  {_bound(each.binding, each.role, each.scope)}"))
    return "\n".join(lines) + "\n"


def _because(witnesses: Iterable[Witness]) -> Iterator[str]:
    seen = set()
    for witness in witnesses:
        lines = [visible(line) for line in (through(witness.grant), _place(witness)) if line]
        if tuple(lines) not in seen:
            seen.add(tuple(lines))
            yield lines[0]
            yield from (f"  {line}" for line in lines[1:])


def through(grant: Grant) -> str:
    """Binding and role, and where the grant holds."""
    role = f"{'ClusterRole' if grant.role.is_cluster else 'Role'} {grant.role.name}"
    where = "in the whole cluster" if grant.is_cluster_wide else f"in namespace {grant.scope}"
    if grant.binding is None:
        return f"built-in binding to {role}, {where}"
    return _bound(grant.binding, role, grant.scope)


def _bound(binding: Binding, role: str, scope: str) -> str:
    where = f"in namespace {scope}" if scope else "in the whole cluster"
    return f"{binding.kind} {binding.name} to {role}, {where}"


def _place(witness: Witness) -> str:
    place = place_of(witness)
    return "" if place is None else place.shown


def place_of(witness: Witness) -> Place | None:
    """The rule where the input holds the role, else the reference in the binding."""
    if witness.policy.view is not None:
        return witness.policy.view.place
    return None if witness.grant.binding is None else witness.grant.binding.role_ref.place


def who_can_json(question: str, answers: Iterable[Answer], unknown: Sequence[Open] = ()) -> str:
    """The same for programs."""
    rows = [
        {"subject": _subject(answer.who), "because": [_reason(witness) for witness in answer.witnesses]}
        for answer in answers
    ]
    said = {"schema": "hullmark-access/1", "question": question, "answers": rows, "unknown": _unknown(unknown)}
    return json.dumps(said, indent=2) + "\n"


def _unknown(found: Iterable[Open]) -> list[dict[str, object]]:
    return [
        {
            "binding": f"{each.binding.kind}/{each.binding.name}",
            "role": each.role,
            "scope": each.scope or "cluster",
            "subjects": [_subject(who) for who in each.subjects],
        }
        for each in found
    ]


def rights_text(
    who: Identity, grants: Iterable[Grant], powers: Iterable[tuple[str, str, str]], unknown: Sequence[Open] = ()
) -> str:
    """Rules by grant, then the powers they amount to (power, scope, severity); `WIDTH` wide where words allow."""
    lines = [str(who)]
    for grant in grants:
        group = "" if grant.identity == who else f"as a member of {grant.identity}: "
        lines += _wrapped(f"{group}{through(grant)}", 2, 4)
        for policy in grant.role.policies:
            lines += _wrapped(rule_line(policy), 4, 8)
    for each in unknown:
        lines += _wrapped(_bound(each.binding, each.role, each.scope), 2, 4)
        lines.append("    a role that is not in this input")
    if len(lines) == 1:
        lines.append("  no grant in this input")
    found = list(powers)
    if found:
        lines.append("  amounts to (`hullmark explain rbac/NAME` says why it matters)")
        width = max(len(power) for power, _, _ in found)
        lines.extend(f"    {severity:<8}  {power:<{width}}  {scope}" for power, scope, severity in found)
    return "".join(f"{visible(line)}\n" for line in lines)


WIDTH = 80


def _wrapped(text: str, first: int, rest: int) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=" " * first,
        subsequent_indent=" " * rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def rule_line(policy: Policy) -> str:
    """One rule in one line: `get, list: pods, services of apps named web`; the core group is not named."""
    verbs = ", ".join(policy.verbs)
    if policy.urls:
        every = "every verb" if policy.verbs == ("*",) else verbs
        return f"{every}: {'every URL' if policy.urls == ('*',) else ', '.join(policy.urls)}"
    groups = ", ".join(group or "the core group" for group in policy.groups)
    of = "" if policy.groups == ("",) else f" of {'every group' if policy.groups == ('*',) else groups}"
    resources = "every resource" if policy.resources == ("*",) else ", ".join(policy.resources)
    names = f", only {', '.join(policy.names)}" if policy.names else ""
    return f"{'every verb' if policy.verbs == ('*',) else verbs}: {resources}{of}{names}"


def rights_json(
    who: Identity, grants: Iterable[Grant], powers: Iterable[tuple[str, str, str]], unknown: Sequence[Open] = ()
) -> str:
    """The same for programs."""
    rows = [
        {"through": _grant(grant), "rules": [_policy(policy) for policy in grant.role.policies]} for grant in grants
    ]
    found = [{"power": power, "scope": scope, "severity": severity} for power, scope, severity in powers]
    said = {
        "schema": "hullmark-access/1",
        "subject": _subject(who),
        "grants": rows,
        "powers": found,
        "unknown": _unknown(unknown),
    }
    return json.dumps(said, indent=2) + "\n"


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
