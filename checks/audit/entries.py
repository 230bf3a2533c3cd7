"""Rules about single fields of audit policies: what the API server refuses, and what never matches."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.audit import LEVELS, STAGES, AuditPolicy, AuditRule
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told

# `group: "*"` is understood from 1.36 on.
_ANY_GROUP_FROM = 36


def _never(policy: AuditPolicy) -> Iterator[Hit]:
    closed: AuditRule | None = None
    for rule in policy.rules:
        if closed is not None:
            yield at(rule.cursor.get("level"), "a rule before this one has no selectors and takes every request")
        elif not rule.selects:
            closed = rule
        for entry in rule.resources:
            yield from _dead_entry(entry.cursor)


def _dead_entry(entry: Cursor) -> Iterator[Hit]:
    group = entry.get("group")
    name = group.text or ""
    if "/" in name:
        yield at(group, f"{name!r} names a version: groups are written without")
        return
    if name == "core":
        yield at(group, "there is no group 'core': the group of pods and secrets is written as an empty text")
        return
    known = table("api_resources")["groups"].get(name or "core")
    if known is None:
        return
    for item in entry.get("resources").items():
        resource, slash, subresource = (item.text or "").partition("/")
        if templated(item.text or ""):
            continue
        if resource in ("*", "") or resource in known:
            served = known.get(resource, {}).get("sub", {}) if slash else {}
            if (
                not slash
                or resource == "*"
                or subresource in ("*", "status", "scale", "finalizers")
                or subresource in served
            ):
                continue
        yield at(item, f"there is no resource {item.text!r} in {_group_name(name)}{_hint(resource, known)}")


def _hint(resource: str, known: dict[str, dict[str, object]]) -> str:
    lower = resource.lower()
    for candidate in (lower, f"{lower}s", f"{lower}es"):
        if candidate in known:
            return f": write {candidate!r}"
    for parent, about in known.items():
        served = about.get("sub")
        if isinstance(served, dict) and resource in served:
            return f": write '{parent}/{resource}'"
    return ""


def _group_name(group: str) -> str:
    return f"group {group!r}" if group else "the core group"


def _invalid(policy: AuditPolicy) -> Iterator[Hit]:
    rules = policy.cursor.get("rules")
    if not policy.rules:
        yield at(rules, "the policy has no rules")
    yield from _bad_stages(policy.cursor)
    for rule in policy.rules:
        level = rule.cursor.get("level")
        if rule.level not in LEVELS and not templated(rule.level):
            yield at(level, f"{rule.level!r} is no level" if rule.level else "the rule has no level")
        yield from _bad_stages(rule.cursor)
        yield from _bad_urls(rule)
        for entry in rule.resources:
            if entry.names is not None and entry.resources is None:
                yield at(entry.cursor.get("resourceNames"), "resourceNames needs resources beside it")
            if entry.group == "*" and all(minor < _ANY_GROUP_FROM for minor in policy.minors):
                yield at(entry.cursor.get("group"), "group '*' is understood from Kubernetes 1.36 on")


def _bad_stages(holder: Cursor) -> Iterator[Hit]:
    for item in holder.get("omitStages").items():
        if item.text not in STAGES and not templated(item.text or ""):
            yield at(item, f"{item.text!r} is no stage")


def _bad_urls(rule: AuditRule) -> Iterator[Hit]:
    urls = rule.cursor.get("nonResourceURLs")
    items = list(urls.items())
    if items and (rule.resources or rule.texts("namespaces")):
        yield at(urls, "nonResourceURLs stands beside resources or namespaces")
    for item in items:
        text = item.text or ""
        if "*" in text[:-1]:
            yield at(item, f"{text!r} has a star that is not its last character")


def _policy(entry: str) -> str:
    return f"""
    apiVersion: audit.k8s.io/v1
    kind: Policy
    rules:
      - level: Metadata
{entry}
"""


def _resources(group: str, resources: str) -> str:
    return _policy(
        f"        resources:\n          - group: {group}\n            resources:\n              - {resources}"
    )


RULES = told(
    "audit",
    AuditPolicy,
    {
        "rule-never-matches": Told(
            "An entry of the audit policy matches no request.",
            _never,
            (
                manifest(_resources('""', "deployments  # ! no resource 'deployments'")),
                manifest(_resources('""', "exec  # ! write 'pods/exec'")),
                manifest(_resources("apps/v1  # ! names a version", "deployments")),
                manifest(_policy("      - level: Request  # ! takes every request\n        verbs: [create]")),
            ),
            (manifest(_resources("apps", "deployments")), manifest(_resources('""', "pods/exec"))),
        ),
        "invalid-policy": Told(
            "API server refuses to start with this audit policy.",
            _invalid,
            (
                manifest("""
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    rules: []  # ! no rules
                """),
                manifest("""
                    apiVersion: audit.k8s.io/v1
                    kind: Policy
                    rules:
                      - level: metadata  # ! 'metadata' is no level
                """),
                manifest(_policy('        nonResourceURLs:\n          - "/api*/x"  # !')),
            ),
            (manifest(_policy("        nonResourceURLs: [/healthz*]")),),
        ),
    },
    carried=True,
)
