"""One defect, one finding: what follows from a stronger power stays behind it until that is waived or not asked for."""

from __future__ import annotations

import pytest

from hullmark.linter.config.settings import ConfigWaiver, Settings
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Report
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source, Span

REGISTRY = Registry.of([rule for rule in shelf().rules if rule.family == "rbac"])
BINDING = """
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: agent}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME}
subjects:
  - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: NAMES}
"""
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: agent}\nrules:\n"


def _text(*rules: str, role: str = "agent", group: str = "agents") -> str:
    lines = "".join(f"  - {{apiGroups: ['', apps], {rule}}}\n" for rule in rules)
    return (ROLE + lines if rules else "") + BINDING.replace("NAMES", group).replace("NAME", role)


def _report(text: str, *waived: str, select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> Report:
    source = Source("hullmark.yaml", "")
    waivers = tuple(ConfigWaiver(source, Span(0, 0), rule=f"rbac/{name}", reason="it is ours") for name in waived)
    settings = Settings(waivers=waivers)
    return lint_texts({"a.yaml": text}, REGISTRY, settings=settings, select=select, ignore=ignore)


def _shown(report: Report) -> list[str]:
    return sorted(each.rule.removeprefix("rbac/") for each in report.findings)


PODS = "resources: [pods, deployments], verbs: [create, update]"
EXEC = "resources: [pods/exec, pods/ephemeralcontainers, pods/attach], verbs: [create, update]"
READS = "resources: ['*'], verbs: [list]"


@pytest.mark.parametrize(
    ("rule", "waived", "shown"),
    [
        (PODS, (), ["pod-create"]),
        (PODS, ("pod-create",), ["workload-create"]),
        (PODS, ("pod-create", "workload-create"), ["workload-modify"]),
        (PODS, ("pod-create", "workload-create", "workload-modify"), ["pod-modify"]),
        (PODS, ("pod-create", "workload-create", "workload-modify", "pod-modify"), []),
        (PODS, ("workload-modify",), ["pod-create"]),
        (EXEC, (), ["pod-exec"]),
        (EXEC, ("pod-exec",), ["ephemeral-container-write"]),
        (EXEC, ("pod-exec", "ephemeral-container-write"), ["pod-attach"]),
    ],
)
def test_a_waived_power_gives_way_to_the_next(rule: str, waived: tuple[str, ...], shown: list[str]) -> None:
    assert _shown(_report(_text(rule), *waived)) == shown


def test_what_is_not_asked_for_hides_nothing() -> None:
    assert _shown(_report(_text(PODS), select=("rbac/workload-modify",))) == ["workload-modify"]
    assert _shown(_report(_text(PODS), ignore=("rbac/pod-create",))) == ["workload-create"]


def test_who_accepts_a_whole_role_has_accepted_its_parts() -> None:
    text = _text(role="cluster-admin")
    assert _shown(_report(text)) == ["cluster-admin-binding"]
    assert _shown(_report(text, "cluster-admin-binding")) == []


def test_a_rule_about_everything_is_one_finding() -> None:
    assert _shown(_report(_text(READS))) == ["read-everything"]
    assert _shown(_report(_text(READS), "read-everything")) == []


def test_a_weaker_finding_never_hides_a_worse_one() -> None:
    """Listing everything is no takeover, `get` on nodes/proxy is; `get` on exec is inert, a debug container is not."""
    proxy = _text(READS, "resources: [nodes/proxy], verbs: [get]")
    assert _shown(_report(proxy)) == ["kubelet-api-proxy", "read-everything"]
    debug = _text("resources: [pods/exec], verbs: [get]", "resources: [pods/ephemeralcontainers], verbs: [patch]")
    assert _shown(_report(debug)) == ["ephemeral-container-write", "pod-exec"]


def test_the_message_names_what_follows_and_programs_get_it_too() -> None:
    report = _report(_text(PODS))
    (leader,) = report.findings
    assert leader.message.endswith("also: pod-modify, workload-create, workload-modify")
    assert leader.absorbs == ("rbac/pod-modify", "rbac/workload-create", "rbac/workload-modify")
    assert {each.absorbed_by for each in report.absorbed} == {"rbac/pod-create"}


def test_holders_of_one_rule_are_told_apart() -> None:
    """Agents hold pod-create too, others only what follows from it: those are not hidden by what agents hold."""
    weak = ROLE.replace("agent", "weak") + "  - {apiGroups: [''], resources: [pods], verbs: [update]}\n"
    strong = ROLE.replace("agent", "strong") + "  - {apiGroups: [''], resources: [pods], verbs: [create]}\n"
    both = (
        BINDING.replace("agent", "weak")
        .replace("NAMES", "agents\n  - {kind: Group, name: others}")
        .replace("NAME", "weak")
        .replace("agents\n", "agents}\n")
        .replace("others}}", "others}")
    )
    text = (
        weak
        + both
        + "---\n"
        + strong
        + BINDING.replace("agent", "s").replace("NAMES", "agents").replace("NAME", "strong")
    )
    shown = {(each.rule, "'others'" in each.message, "'agents'" in each.message) for each in _report(text).findings}
    assert ("rbac/pod-modify", True, False) in shown
    assert ("rbac/pod-create", False, True) in shown
    assert ("rbac/pod-modify", False, True) not in shown
