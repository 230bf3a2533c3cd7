"""What a run need not import: rules and subjects say it, and nothing is missed because of it."""

import subprocess
import sys
from functools import cache

import pytest

from hullmark.linter.dev.trial import settings_of
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Profile, Report
from hullmark.linter.rule.documentation import RuleInfo, Scope
from hullmark.linter.rule.index import Index, PackagedDocs, packaged_index
from hullmark.linter.rule.registry import Registry

INDEX = packaged_index()
GUARDED = [info for info in INDEX.infos.values() if info.needs is not None or info.glance]
WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: 'registry.example/shop/web:1.4.2', args: [--port=8080], ports: [{containerPort: 8080}]}
"""


def _unguarded(info: RuleInfo) -> RuleInfo:
    return info._replace(needs=None, glance="", kinds=None if info.scope is Scope.BUNDLE else info.kinds)


@cache
def _registry(guarded: bool) -> Registry:
    if guarded:
        return Registry.packaged()
    infos = {name: _unguarded(info) for name, info in INDEX.infos.items()}
    return Registry(Index(infos, INDEX.families, INDEX.options), PackagedDocs(INDEX.infos), {}, (Registry.packaged, ()))


def _seen(report: Report) -> list[tuple[object, ...]]:
    found = (*report.findings, *report.suppressed, *report.absorbed)
    return [(*finding.sort_key, finding.message, finding.severity, finding.suppression) for finding in found]


def test_there_is_something_to_test() -> None:
    assert {info.id for info in GUARDED if info.needs} >= {"network/workload-without-ingress-policy"}
    assert {info.id for info in GUARDED if info.glance} >= {"apiserver/anonymous-auth-enabled"}


@pytest.mark.parametrize("name", [info.id for info in GUARDED])
def test_the_same_is_found_when_everything_is_asked(name: str) -> None:
    registry = _registry(True)
    doc, rule = registry.doc(name), registry.rule(name)
    found = 0
    for example in (*doc.bad, *doc.good):
        settings = settings_of(rule, example, registry)
        guarded, unguarded = (
            lint_texts(
                example.files,
                _registry(each),
                settings=settings,
                select=(name,),
                today=example.today,
                earlier=example.files_before,
            )
            for each in (True, False)
        )
        assert _seen(guarded) == _seen(unguarded)
        found += len(unguarded.findings)
    assert found


@pytest.mark.parametrize("profile", [Profile.DEFAULT, Profile.ALL])
def test_a_workload_alone_is_judged_the_same(profile: Profile) -> None:
    guarded, unguarded = (
        lint_texts({"web.yaml": WORKLOAD}, _registry(each), profile=profile) for each in (True, False)
    )
    assert _seen(guarded) == _seen(unguarded)


@pytest.mark.parametrize("profile", [Profile.DEFAULT, Profile.STRICT])
def test_a_waiver_of_what_only_a_larger_profile_shows_is_used(profile: Profile) -> None:
    waived = f"# hullmark: ignore[network/namespace-without-default-deny] -- closed by the platform\n{WORKLOAD}"
    report = lint_texts({"web.yaml": waived}, _registry(True), profile=profile)
    assert not [finding for finding in report.findings if finding.rule == "waiver/unused"]
    assert bool(report.suppressed) is (profile is Profile.STRICT)


def test_a_need_may_end_at_a_profile() -> None:
    registry = _registry(True)
    info = registry.info("network/namespace-without-default-deny")
    assert info.needs is not None
    assert info.needs.up_to is Profile.DEFAULT
    default = {finding.rule for finding in lint_texts({"a.yaml": WORKLOAD}, registry, profile="default").findings}
    strict = {finding.rule for finding in lint_texts({"a.yaml": WORKLOAD}, registry, profile="strict").findings}
    assert info.id in strict - default


@pytest.mark.parametrize("glance", sorted({(info.glance, info.subject) for info in GUARDED if info.glance}))
def test_a_glance_costs_less_than_its_subject(glance: tuple[str, str]) -> None:
    """Otherwise it were better to ask at once."""
    module, subject = (each.partition(":")[0] for each in glance)
    code = f"import sys, {module}; sys.exit({subject!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-I", "-c", code], check=False).returncode == 0


def test_a_crash_of_a_glance_lets_everything_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_resource: object) -> bool:
        raise RuntimeError

    monkeypatch.setattr("hullmark.linter.manifest.components.glance.may_hold_components", broken)
    guarded = lint_texts({"web.yaml": WORKLOAD}, Registry.packaged(), profile="all")
    assert not guarded.problems
    assert _seen(guarded) == _seen(lint_texts({"web.yaml": WORKLOAD}, _registry(False), profile="all"))


def test_little_is_imported_for_a_workload_alone() -> None:
    """Most of a short run is imports: a rule that needs no more than a pod must not bring these."""
    code = (
        "import sys\n"
        "from hullmark.linter.engine.api import lint_texts\n"
        "from hullmark.linter.rule.registry import Registry\n"
        f"lint_texts({{'web.yaml': {WORKLOAD!r}}}, Registry.packaged(), profile='default')\n"
        "print(*sys.modules, sep='\\n')"
    )
    run = subprocess.run([sys.executable, "-I", "-c", code], check=True, capture_output=True, text=True)
    unwanted = (
        "hullmark.linter.manifest.components.detect",
        "hullmark.linter.model.exposure.exposures",
        "hullmark.linter.model.network",
        "hullmark.linter.model.rbac",
    )
    assert [name for name in run.stdout.split() if name in unwanted] == []
