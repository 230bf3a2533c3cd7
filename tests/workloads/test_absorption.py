"""Of findings about one defect the strongest is shown, and the others are kept for those who ask."""

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.absorb import ABSORPTIONS, LADDERS
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Profile, Report, Severity
from hullmark.linter.manifest.context import ExpectedPowers
from hullmark.linter.rule.registry import Registry
from tests.workloads.test_mistakes import HARDENED, REGISTRY, hardened, mounted

NOTHING = dict.fromkeys(HARDENED, "")


def _report(text: str, profile: Profile | str = Profile.STRICT, **more: object) -> Report:
    return lint_texts({"web.yaml": text}, REGISTRY, profile=profile, **more)  # type: ignore[arg-type]  # keywords


def _rules(report: Report) -> list[str]:
    return sorted(finding.rule for finding in report.findings)


def test_tables_name_rules_that_exist() -> None:
    known = set(Registry.of(shelf().rules).ids)
    named = {rule for ladder in LADDERS for rule in ladder} | {rule for row in ABSORPTIONS for rule in row.absorbed}
    ours = {rule for rule in named if rule.partition("/")[0] in ("workload", "image", "reliability")}
    assert ours <= known
    assert {row.absorber for row in ABSORPTIONS if not row.absorber.startswith("exposure/")} <= known


def test_absorbed_findings_say_by_what() -> None:
    report = _report(hardened(privileged="true", **NOTHING))
    assert "workload/privileged-container" in _rules(report)
    by = {finding.rule: finding.absorbed_by for finding in report.absorbed}
    assert by["workload/capabilities-not-dropped"] == "workload/privileged-container"
    assert sum(count for _, count in report.summary.by_severity) == len(report.findings)


def test_stronger_finding_names_what_it_absorbs() -> None:
    (found,) = (f for f in _report(hardened(privileged="true", **NOTHING)).findings if "privileged" in f.rule)
    assert "(also: " in found.message
    assert "capabilities-not-dropped" in found.message


def test_weaker_rung_returns_with_the_fix() -> None:
    assert "workload/low-user-id" not in _rules(_report(hardened(runAsUser="0", runAsNonRoot=""), Profile.ALL))
    assert "workload/low-user-id" in _rules(_report(hardened(runAsUser="100"), Profile.ALL))


def test_rung_that_is_not_selected_hides_nothing() -> None:
    text = hardened(**mounted("/etc", ""))
    assert _rules(_report(text, select=("workload/host-path-volume",))) == ["workload/host-path-volume"]


@pytest.mark.parametrize("ignored", [(), ("workload/writable-root-filesystem", "workload/non-root-not-enforced")])
def test_sum_of_what_is_missing(ignored: tuple[str, ...]) -> None:
    assert _rules(_report(hardened(**NOTHING), ignore=ignored)) == ["workload/security-context-missing"]


def test_sum_of_little_is_none() -> None:
    missing = ("non-root-not-enforced", "capabilities-not-dropped", "seccomp-profile-missing")
    ignored = tuple(f"workload/{name}" for name in missing)
    report = _report(hardened(**NOTHING), ignore=ignored)
    assert _rules(report) == ["workload/privilege-escalation-not-disabled", "workload/writable-root-filesystem"]
    assert report.absorbed == ()
    alone = _report(hardened(**NOTHING), select=("workload/security-context-missing",))
    assert _rules(alone) == ["workload/security-context-missing"]


def test_suppressed_finding_goes_on_absorbing() -> None:
    text = hardened(privileged="true", **NOTHING).replace(
        "          securityContext:",
        "          # hullmark: ignore[workload/privileged-container] -- the driver needs it\n"
        "          securityContext:",
    )
    report = _report(text)
    assert [finding.rule for finding in report.suppressed] == ["workload/privileged-container"]
    assert "workload/capabilities-not-dropped" not in _rules(report)


def test_standard_absorbs_nothing() -> None:
    report = _report(hardened(privileged="true", **NOTHING), "pss-restricted")
    assert report.absorbed == ()
    assert len(report.findings) >= 5


def test_value_of_the_pod_is_one_finding_for_all_who_inherit_it() -> None:
    pod = "securityContext: {runAsUser: 0}\ninitContainers:\n  - {name: proxy, image: 'a:1', restartPolicy: Always}"
    report = _report(hardened(pod=pod, runAsUser="", runAsNonRoot=""), select=("workload/root-user",))
    (found,) = report.findings
    assert "containers 'proxy', 'app'" in found.message


def test_one_text_through_an_anchor_is_one_finding() -> None:
    text = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      containers:
        - name: one
          image: a:1.0.0
          securityContext: &open {privileged: true}
        - name: two
          image: b:1.0.0
          securityContext: *open
    """
    (found,) = _report(text, select=("workload/privileged-container",)).findings
    assert "1 more through the same text" in found.message


@pytest.mark.parametrize(
    ("image", "severity", "profile"),
    [
        ("registry.example/app:1.0.0", Severity.HIGH, Profile.DEFAULT),
        ("quay.io/prometheus/node-exporter:v1.8.0", Severity.MEDIUM, Profile.STRICT),
    ],
)
def test_known_infrastructure_weighs_less(image: str, severity: Severity, profile: Profile) -> None:
    (found,) = _report(hardened(pod="hostPID: true", image=image), select=("workload/host-pid",)).findings
    assert (found.severity, found.profile) == (severity, profile)


@pytest.mark.parametrize(
    ("namespaces", "command", "profile"),
    [
        ((), "", Profile.STRICT),
        (("shop",), "", Profile.STRICT),
        (("gpu",), "", Profile.DEFAULT),
        ((), "[/bin/drive]", 1),
    ],
)
def test_infrastructure_of_the_user_weighs_less(namespaces: tuple[str, ...], command: str, profile: int) -> None:
    row = ExpectedPowers(
        "gpu driver", () if command else ("drivers/gpu-*",), ("drive",), namespaces, ("privileged",), "loads a module"
    )
    text = hardened(
        f"command: {command}" if command else "", image="registry.example/drivers/gpu-a100:1.0.0", privileged="true"
    )
    report = _report(text, settings=Settings(known_workloads=(row,)), select=("workload/privileged-container",))
    (found,) = report.findings
    assert found.profile is Profile(profile)
    assert ("expected for gpu driver" in found.message) is (found.profile is Profile.STRICT)
    other = _report(text.replace("gpu-a100", "shop").replace("drive]", "x]"), settings=Settings(known_workloads=(row,)))
    assert "workload/privileged-container" in _rules(other)


def test_known_infrastructure_keeps_what_it_does_not_need() -> None:
    text = hardened(pod="hostIPC: true", image="quay.io/prometheus/node-exporter:v1.8.0")
    (found,) = _report(text, select=("workload/host-ipc",)).findings
    assert found.profile is Profile.DEFAULT


def test_tests_of_charts_are_strict() -> None:
    text = hardened(pod="hostPID: true").replace(
        "labels: {app: web}}\nspec", "annotations: {helm.sh/hook: test}}\nspec", 1
    )
    assert _rules(_report(text, Profile.DEFAULT)) == []
    assert _rules(_report(text, Profile.STRICT)) == ["workload/host-pid"]


def test_many_containers_take_no_time() -> None:
    names = "\n".join(
        f"        - {{name: c{n}, image: 'a:1', securityContext: {{privileged: true}}}}" for n in range(3000)
    )
    text = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n{names}\n"
    assert len(_report(text, select=("workload",)).findings) >= 3000
