"""Stars in roles that no finding about a power points at already."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.fields import StrListField
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.rule import Hit, Row, Rule, manifest

_RULE = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: reader
    rules:
      - apiGroups: {groups}
        resources: {resources}
        verbs: [get, list]
"""
_URLS = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      name: reader
    rules:
      - nonResourceURLs: {urls}
        verbs: [get]
"""
_CONTROLS = ("CIS-1.12/5.1.3", "NSA/role-based-access-control")


def _severity(written: WrittenRule) -> Severity:
    return Severity.MEDIUM if written.is_bound_cluster_wide else Severity.LOW


def _starred(
    field: Callable[[WrittenRule], StrListField], says: Callable[[WrittenRule], str]
) -> Callable[[Rule[WrittenRule], WrittenRule], Iterator[Hit]]:
    def judge(rule: Rule[WrittenRule], written: WrittenRule) -> Iterator[Hit]:
        if written.is_reported or not written.is_foreign:
            return
        for item in field(written).items:
            text = item.text or ""
            if text == "*" or (text.startswith("*/") and text != "*/*"):
                yield rule.hit(item, says(written), severity=_severity(written))

    return judge


def _resource_hits(rule: Rule[WrittenRule], written: WrittenRule) -> Iterator[Hit]:
    says = _starred(lambda each: each.rule.resources, lambda each: f"{each.role} is about every resource")
    for hit in says(rule, written):
        if hit.place.source.slice(hit.place.span).strip("'\"") == "*/scale":
            # The horizontal pod autoscaler scales whatever has a scale subresource.
            yield rule.hit(hit.place, f"{written.role} may scale everything", severity=Severity.INFO)
        else:
            yield hit


def _group_hits(rule: Rule[WrittenRule], written: WrittenRule) -> Iterator[Hit]:
    if "*" in written.rule.resources.texts:
        return  # the star among the resources says it already
    yield from _starred(
        lambda each: each.rule.api_groups, lambda each: f"{each.role} names resources of every API group"
    )(rule, written)


def _url_hits(rule: Rule[WrittenRule], written: WrittenRule) -> Iterator[Hit]:
    # Where it holds in the whole cluster, `rbac/sensitive-url-access` says more.
    if not written.is_reported and not written.is_bound_cluster_wide:
        for item in written.rule.non_resource_urls.items:
            if item.text == "*":
                yield rule.hit(item, f"{written.role} is about every URL of the API server")


RULES = (
    Row(
        "rbac/wildcard-resource",
        WrittenRule,
        "Role is about every resource of a group.\n\n"
        "The star covers subresources and whatever a later version adds, without anybody having decided so.\n\n"
        "List the resources that are needed.",
        _resource_hits,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=_CONTROLS,
        bad=(manifest(_RULE.format(groups="[apps]", resources="['*']  # ! every resource")),),
        good=(manifest(_RULE.format(groups="[apps]", resources="[deployments]")),),
    ),
    Row(
        "rbac/wildcard-api-group",
        WrittenRule,
        "Role names resources of every API group.\n\n"
        "The same name may stand for something quite different in another group: `services` of the core and\n"
        "`services` of Knative, `pods` and `pods` of metrics.\n\n"
        "List the groups that are meant; the core group is the empty string.",
        _group_hits,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=_CONTROLS,
        bad=(manifest(_RULE.format(groups="['*']  # ! every API group", resources="[deployments]")),),
        good=(manifest(_RULE.format(groups="[apps]", resources="[deployments]")),),
    ),
    Row(
        "rbac/wildcard-url",
        WrittenRule,
        "Role is about every URL of the API server.\n\n"
        "Among the URLs are profiles, flags and logs of the API server.\n\n"
        "List the paths that are needed: `/metrics`, `/healthz`, `/version`.",
        _url_hits,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.1.3",),
        bad=(manifest(_URLS.format(urls="['*']  # ! every URL")),),
        good=(manifest(_URLS.format(urls="[/metrics]")),),
    ),
)
