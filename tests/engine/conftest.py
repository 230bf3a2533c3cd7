"""Small rules and small repositories: the engine is tested without knowing any rule of ours."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.run import Request, run
from hullmark.linter.finding import Report, Severity
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule

DOC = "It is there.\n\nSomebody may use it.\n\nRemove it.\n"


def _pod_exists(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    if resource.kind == "Pod":
        yield rule.hit(resource, f"pod {resource.name!r} exists")


def _container_exists(rule: Rule[Container], container: Container) -> Iterator[Hit]:
    yield rule.hit(container, f"{container} exists")


def _crashes(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    if resource.name == "victim":
        yield rule.hit(resource, "found before the crash")
        raise ValueError("the password is hunter2")
    yield rule.hit(resource, f"{resource.name!r} survived")


def _pods_together(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    pods = bundle.by_kind("", "Pod")
    if len(pods) > 1:
        yield rule.hit(pods[0], f"{len(pods)} pods in {bundle.name}")


POD_EXISTS = Row("a/pod-exists", Resource, DOC, _pod_exists, severity=Severity.MEDIUM)
CONTAINER_EXISTS = Row("a/container-exists", Container, DOC, _container_exists, severity=Severity.LOW)
CRASHES = Row("b/crashes", Resource, DOC, _crashes, severity=Severity.HIGH)
TOGETHER = Row("c/pods-together", Bundle, DOC, _pods_together, severity=Severity.HIGH)

REGISTRY = Registry.of([POD_EXISTS, CONTAINER_EXISTS, TOGETHER])


def pod(name: str, *more: str) -> str:
    return "\n".join(
        (
            "apiVersion: v1",
            "kind: Pod",
            f"metadata: {{name: {name}}}",
            "spec:",
            "  containers:",
            "    - name: app",
            "      image: registry.example/app:1.0.0",
            *more,
            "",
        )
    )


Lint = Callable[..., Report]


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """Lints the temporary directory."""

    def linted(
        *paths: str, rules: Registry = REGISTRY, settings: Settings | None = None, jobs: int = 1, stdin: bytes = b""
    ) -> Report:
        root = str(tmp_path.resolve())
        request = Request(
            paths or (".",), root, root, settings or Settings(), "2026-01-15", stdin=stdin, jobs=jobs, version="1.2.3"
        )
        return run(request, rules)

    return linted
