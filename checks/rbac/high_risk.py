"""Who may do dangerous things: only those who are trusted, and not too many."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.rbac import BINDING_KINDS, ROLE_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.shared import HeldPower, Holder, is_human, is_trusted
from hullmark.linter.rule import Hit, Needs, Row, Rule, manifest

HIGH_RISK = frozenset(
    {
        "pod-create", "workload-create", "workload-modify", "workload-delete", "pod-modify", "pod-exec", "pod-attach",
        "ephemeral-container-write", "secret-read", "secret-write", "token-secret-forge",
        "service-account-token-create", "impersonate-users-or-groups", "impersonate-service-accounts", "bind-verb",
        "escalate-verb", "namespace-delete", "full-cluster-control", "cluster-admin-binding", "read-everything",
        "cluster-admin-binding-in-namespace", "broad-builtin-role-bound-cluster-wide", "namespace-full-control",
        "broad-builtin-role-bound-in-namespace",
    }
)  # fmt: skip
_MOST = 5
_CONTROLS = ("CIS-1.12/5.1.1", "CIS-1.12/5.1.2", "CIS-1.12/5.1.3", "CIS-1.12/5.1.4")

_BINDING = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      name: operators
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: {role}
    subjects:
"""
_GROUP = """\
      - kind: Group
        apiGroup: rbac.authorization.k8s.io
        name: {name}
"""


def _bound(role: str, *names: str) -> str:
    return _BINDING.format(role=role) + "".join(_GROUP.format(name=name) for name in names)


def _holders(bundle: Bundle) -> dict[Identity, list[tuple[HeldPower, Holder]]]:
    """Everybody who holds a high-risk power, with what it is; built-in and known controllers' needs left out."""
    found: dict[Identity, list[tuple[HeldPower, Holder]]] = {}
    for held in HeldPower.among(bundle):
        if held.power not in HIGH_RISK:
            continue
        for holder in held.holders:
            if not holder.who.is_system and not holder.expected_by:
                found.setdefault(holder.who, []).append((held, holder))
    return found


def _outside(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    context = bundle.context
    if not context.texts("rbac.trusted-subjects"):
        return
    for who, powers in _holders(bundle).items():
        if not is_human(who, context) or is_trusted(who, context):
            continue
        reason = powers[0][1].holding.reasons[0]
        if reason.grant.subject_view is None:
            continue
        wide = any(holder.holding.is_cluster_wide or holder.holding.raised for _, holder in powers)
        names = ", ".join(sorted({held.power for held, _ in powers}))
        yield rule.hit(
            reason.grant.subject_view,
            f"{who.kind.lower()} {who.name!r} is not trusted and holds {names}",
            severity=Severity.HIGH if wide else Severity.MEDIUM,
        )


def _too_many(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    most = bundle.context.number("rbac.max-high-risk-holders", _MOST)
    wide = [
        (who, holder)
        for who, powers in _holders(bundle).items()
        if (holder := next((each for _, each in powers if each.holding.is_cluster_wide), None)) is not None
    ]
    if len(wide) <= most:
        return
    who, holder = wide[most]
    view = holder.holding.reasons[0].grant.subject_view
    if view is not None:
        yield rule.hit(
            view,
            f"{len(wide)} subjects may do dangerous things in the whole cluster, {most} are allowed; "
            f"this is number {most + 1}: {who.kind.lower()} {who.name!r}",
        )


RULES = (
    Row(
        "rbac/high-risk-action-outside-trusted-group",
        Bundle,
        "Somebody untrusted may do dangerous things.\n\n"
        "Reading Secrets, running commands in pods and creating workloads are for those whom\n"
        "`rbac.trusted-subjects` names; everybody else is a way in that nobody watches.\n\n"
        "Take the role away, or add the subject to `rbac.trusted-subjects`.",
        _outside,
        severity=Severity.HIGH,
        controls=(*_CONTROLS, "CIS-1.12/5.1.8", "MITRE/T1078"),
        needs=Needs(ROLE_KINDS | BINDING_KINDS),
        bad=(
            manifest(
                _bound("edit", "platform", "interns  # ! 'interns' is not trusted"),
                options={"rbac.trusted-subjects": ("Group:platform",)},
            ),
        ),
        good=(manifest(_bound("edit", "platform"), options={"rbac.trusted-subjects": ("Group:platform",)}),),
    ),
    Row(
        "rbac/high-risk-holders-exceed-limit",
        Bundle,
        "Too many may do dangerous things cluster-wide.\n\n"
        "Every holder of such rights is a way to the whole cluster; nobody can watch a crowd.\n\n"
        "Bind most of them in the namespaces where they work, or raise `rbac.max-high-risk-holders`.",
        _too_many,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=_CONTROLS,
        needs=Needs(ROLE_KINDS | BINDING_KINDS),
        bad=(manifest(_bound("edit", "platform", "interns  # ! number 2"), options={"rbac.max-high-risk-holders": 1}),),
        good=(manifest(_bound("edit", "platform"), options={"rbac.max-high-risk-holders": 1}),),
    ),
)
