"""Just-in-time access: bindings that are meant to end."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.expiry import expiry
from hullmark.linter.manifest.rbac import Binding
from hullmark.linter.rule import Hit, Row, Rule, manifest

_SOON = 7
_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      name: on-call
      namespace: shop
      annotations:
        hullmark.io/expires: {day}
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: edit
    subjects:
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: on-call
"""
_CONTROLS = ("CIS-1.12/5.1.1", "NSA/role-based-access-control", "MITRE/T1078")


def _expired(rule: Rule[Binding], binding: Binding) -> Iterator[Hit]:
    found = expiry(binding)
    left = found.days_left(binding.context) if found else None
    if found and left is not None and left < 0:
        yield rule.hit(found, f"{binding} should have ended on {found.text}, {-left} days ago")


def _soon(rule: Rule[Binding], binding: Binding) -> Iterator[Hit]:
    found = expiry(binding)
    left = found.days_left(binding.context) if found else None
    if found and left is not None and 0 <= left <= binding.context.number("temporary-access.soon-days", _SOON):
        yield rule.hit(found, f"{binding} ends on {found.text}, in {left} days")


def _malformed(rule: Rule[Binding], binding: Binding) -> Iterator[Hit]:
    found = expiry(binding)
    if found and found.day is None:
        yield rule.hit(found, f"{binding} expires on {found.text!r}, which is no date")


def _beyond(rule: Rule[Binding], binding: Binding) -> Iterator[Hit]:
    found = expiry(binding)
    most = binding.context.number("temporary-access.max-days", 0)
    left = found.days_left(binding.context) if found else None
    if found and most and left is not None and left > most:
        yield rule.hit(found, f"{binding} ends in {left} days, {most} are allowed")


RULES = (
    Row(
        "rbac/expired-grant",
        Binding,
        "Temporary binding is past its last day.\n\n"
        "Access that was given for an afternoon is still there: Kubernetes knows nothing of the annotation,\n"
        "and whoever took the account over since then has it too.\n\n"
        "Remove the binding from the manifests, or give it a new last day on purpose.",
        _expired,
        severity=Severity.HIGH,
        controls=_CONTROLS,
        bad=(manifest(_BINDING.format(day='"2026-01-01"  # ! 14 days ago')),),
        good=(manifest(_BINDING.format(day='"2026-01-15"')),),
    ),
    Row(
        "rbac/grant-expires-soon",
        Binding,
        "Temporary binding ends within days.\n\n"
        "Nothing is wrong yet: the binding will be a finding once its last day is past.\n\n"
        "Plan its removal, or give it a new last day on purpose.",
        _soon,
        severity=Severity.INFO,
        profile=Profile.STRICT,
        bad=(manifest(_BINDING.format(day='"2026-01-20"  # ! in 5 days')),),
        good=(manifest(_BINDING.format(day='"2026-03-01"')),),
    ),
    Row(
        "rbac/malformed-expiry",
        Binding,
        "Expiry of a binding is no date.\n\n"
        "A value that is no date never comes, so that the binding stays for ever while everybody believes\n"
        "that it will end.\n\n"
        'Write the last valid day as `hullmark.io/expires: "2026-01-31"`.',
        _malformed,
        severity=Severity.MEDIUM,
        bad=(manifest(_BINDING.format(day="in two weeks  # ! no date")),),
        good=(manifest(_BINDING.format(day='"2026-03-01"')),),
    ),
    Row(
        "rbac/expiry-beyond-limit",
        Binding,
        "Temporary binding lives longer than allowed.\n\n"
        "Access for a year is no temporary access.\n\n"
        "Choose a last day within `temporary-access.max-days`.",
        _beyond,
        severity=Severity.MEDIUM,
        profile=Profile.OPT_IN,
        bad=(
            manifest(
                _BINDING.format(day='"2026-12-31"  # ! 30 are allowed'),
                options={"temporary-access.max-days": 30},
            ),
        ),
        good=(manifest(_BINDING.format(day='"2026-02-01"'), options={"temporary-access.max-days": 30}),),
    ),
)
