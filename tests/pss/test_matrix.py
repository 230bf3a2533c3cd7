"""Pod Security Standards: the engine and an oracle that shares nothing with it agree on every setting and version."""

import json
from pkgutil import iter_modules

import pytest

from hullmark.checks import workload
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.model.pod_security import violations
from hullmark.linter.rule.modules import rules_of
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Source
from tests.pss import oracle
from tests.pss.matrix import LEVELS, VERSIONS, innocent, pods

CASES = list(pods())
REGISTRY = Registry.of(
    rule for module in iter_modules(workload.__path__, f"{workload.__name__}.") for rule in rules_of(module.name)
)


def _read(pod: oracle.Pod) -> PodSpec:
    manifest = read_manifest(Source("pod.json", json.dumps(pod)))
    return next(PodSpec.of(manifest.resources[0]))


def test_there_are_thousands_of_cases() -> None:
    assert len(CASES) * len(VERSIONS) * len(LEVELS) >= 5_000
    assert len({name for name, _ in CASES}) == len(CASES)


def test_innocent_pod_is_allowed_everywhere() -> None:
    assert not any(oracle.refused(innocent(), level, version) for level in LEVELS for version in VERSIONS)


def test_oracle_tells_cases_apart() -> None:
    seen = {frozenset(oracle.refused(pod, "restricted", (1, 37))) for _, pod in CASES}
    alone = {next(iter(each)) for each in seen if len(each) == 1}
    assert len(alone) == 15  # every check that is not overridden


@pytest.mark.parametrize("level", LEVELS)
def test_engine_agrees_with_the_standard(level: str) -> None:
    wrong = []
    for name, pod in CASES:
        read = _read(pod)
        for version in VERSIONS:
            found = {violation.check for violation in violations(read, level, version)}
            due = oracle.refused(pod, level, version)
            if found != due:
                wrong.append((name, version, sorted(found ^ due)))
    assert wrong == []


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("minor", [19, 24, 34, 37])
def test_profile_reports_exactly_what_is_refused(level: str, minor: int) -> None:
    files = {f"{number}.json": json.dumps(pod) for number, (_, pod) in enumerate(CASES)}
    report = lint_texts(files, REGISTRY, profile=f"pss-{level}@v1.{minor}")
    reported = {finding.location.path for finding in report.findings}
    due = {f"{n}.json" for n, (_, pod) in enumerate(CASES) if oracle.refused(pod, level, (1, minor))}
    assert report.problems == ()
    assert reported == due


@pytest.mark.parametrize(
    ("change", "level", "below", "since"),
    [
        ({"hostUsers": False, "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, "restricted", 34, 35),
        ({"hostUsers": False, "runAsUser": 0}, "restricted", 34, 35),
        ({"hostUsers": False, "procMount": "Unmasked"}, "baseline", 34, 35),
        ({"os": {"name": "windows"}, "capabilities": None}, "restricted", 24, 25),
    ],
)
def test_relaxations_hold_from_their_version_on(change: dict[str, object], level: str, below: int, since: int) -> None:
    pod = innocent()
    for field, value in change.items():
        if field in ("runAsUser", "procMount", "capabilities"):
            for container in oracle.containers(pod):
                container["securityContext"].pop(field, None)
                if value is not None:
                    container["securityContext"][field] = value
        else:
            pod["spec"][field] = value
    read = _read(pod)
    assert list(violations(read, level, (1, below))) != []
    assert list(violations(read, level, (1, since))) == []
