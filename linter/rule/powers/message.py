"""The sentence and the places of a finding about a power: who, through which binding, by which rule, to what end."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField, StrListField
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.constrained import SINCE
from hullmark.linter.model.rbac.holding import Reason
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.shared import HeldPower, Holder
from hullmark.linter.rule.hit import Because, because

_SHOWN = 3
_SESSIONS = frozenset({"pod-exec", "pod-attach", "pod-port-forward"})
_HARMLESS_ELSEWHERE = frozenset({"get", "list", "watch"})


def sentence(held: HeldPower, phrase: str) -> str:
    """Who can do what where, through which binding to which role, and what else is known of it."""
    if held.is_unbound:
        text = f"whoever holds {path(held.reason)} can {phrase} {extent(held)}{_rule(held.reason)}"
    else:
        text = f"{subjects(held.holders)} can {phrase} {extent(held)} through {path(held.reason)}{_rule(held.reason)}"
    return "; ".join([text, *_notes(held)])


def subjects(holders: tuple[Holder, ...]) -> str:
    """Names of the first holders, and how many more there are."""
    names = [described(holder.who) for holder in holders[:_SHOWN]]
    more = len(holders) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def described(who: Identity) -> str:
    """Kind and quoted name."""
    name = f"{who.namespace}/{who.name}" if who.kind == "ServiceAccount" else who.name
    return f"{who.kind} {name!r}"


def extent(held: HeldPower) -> str:
    """Where: the whole cluster or namespaces; for named objects also which."""
    first = held.first
    if first.is_cluster_wide:
        where = "in the whole cluster"
    else:
        shown = ", ".join(repr(scope) for scope in first.scopes[:_SHOWN])
        more = len(first.scopes) - _SHOWN
        where = f"in namespace{'s' if len(first.scopes) > 1 else ''} {shown}" + (
            f" and {more} more" if more > 0 else ""
        )
    if first.names:
        names = sorted(name for name in first.names if name)
        listed = ", ".join(repr(name) for name in names[:_SHOWN])
        return f"(only {listed}{', ...' if len(names) > _SHOWN else ''}) {where}"
    return where


def path(reason: Reason) -> str:
    """Binding and role."""
    grant = reason.grant
    role = f"{'ClusterRole' if grant.role.is_cluster else 'Role'} {grant.role.name!r}"
    if grant.binding is None:
        return role
    return f"{grant.binding} to {role}"


def _rule(reason: Reason) -> str:
    if reason.policy is None or not reason.verb:
        return ""
    return f", which allows {reason.verb} on {reason.resource}"


def _notes(held: HeldPower) -> Iterator[str]:
    first = held.first
    if held.is_unbound:
        yield "nobody in this input holds this role"
    if held.reason.verb == "get" and held.effect is Effect.INFORMATION and held.power in _SESSIONS:
        yield "`get` alone works below Kubernetes 1.35"
    if held.power == "constrained-impersonation":
        if first.amounts:
            yield f"in their names it holds {_listed(first.amounts)}"
        if not held.context.at_least(*SINCE):
            yield f"works from Kubernetes {SINCE[0]}.{SINCE[1]} on"
    if first.raised:
        yield _raised(held)
    expected = held.holders[0].expected_by
    if expected:
        yield f"expected for {expected}"
    elif held.holders[0].not_needed_by and held.effect >= Effect.WORKLOAD:
        yield f"not needed by {held.holders[0].not_needed_by}"
    if first.implied:
        yield f"also: {_listed(first.implied)}"


def _raised(held: HeldPower) -> str:
    where = held.first.raised
    if held.power in ("secret-read", "read-everything"):
        return f"the Secrets of {where!r} open more than the namespace"
    if where == "kube-system":
        return "the accounts of kube-system control the cluster"
    return f"a powerful account lives in {where!r}"


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def deciding(held: HeldPower) -> Placed:
    """The smallest text that decides: an element of the rule, else the role's name in the binding."""
    reason = held.reason
    policy, grant = reason.policy, reason.grant
    if policy is not None and policy.view is not None:
        named = policy.view.resource_names
        if held.first.names and named.items:
            return next((item for item in named.items if item.text in held.first.names), named.items[0])
        elements = policy.view.resources if reason.verb in _HARMLESS_ELSEWHERE else policy.view.verbs
        text = reason.resource if reason.verb in _HARMLESS_ELSEWHERE else reason.verb
        found = _element(elements, text)
        return policy.view if found is None else found
    if grant.binding is not None:
        return grant.binding.role_ref
    if grant.role.view is not None:
        return grant.role.view
    raise LookupError("a default grant is never judged")


def _element(elements: StrListField, text: str) -> StrField | None:
    """The element that covers `text`: itself, else the first wildcard."""
    found = elements.find(text)
    if found is not None:
        return found
    return next((item for item in elements.items if (item.text or "").startswith("*")), None)


def places(held: HeldPower) -> tuple[Because, ...]:
    """Further places, as an attacker would walk them: subject, role of the binding, pods, further rules."""
    found: list[Because] = []
    at = deciding(held).place
    for holder in held.holders[:_SHOWN]:
        grant = holder.holding.reasons[0].grant
        if grant.subject_view is not None:
            found.append(because(grant.subject_view.name, f"{described(holder.who)} is granted the role here"))
        if grant.binding is not None:
            found.append(because(grant.binding.role_ref, f"{grant.binding} refers to the role"))
        if holder.usage is not None and holder.usage.with_token:
            pod = holder.usage.with_token[0]
            found.append(because(pod, f"{pod} sees the token of the account"))
    for reason in held.first.reasons[1:]:
        if reason.policy is not None and reason.policy.view is not None:
            element = _element(reason.policy.view.verbs, reason.verb)
            if element is not None:
                found.append(because(element, f"{reason.verb} on {reason.resource} completes it"))
    return tuple(each for each in _distinct(found) if not _same(each.place, at))


def _distinct(found: list[Because]) -> Iterator[Because]:
    seen = set()
    for each in found:
        key = (each.place.source.path, each.place.span, each.note)
        if key not in seen:
            seen.add(key)
            yield each


def _same(one: Place, other: Place) -> bool:
    return one.source.path == other.source.path and one.span == other.span
