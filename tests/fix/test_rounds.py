"""Fixing in memory: fixes that break a text are taken back, and nothing but what a finding is about is changed."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hullmark.linter.config.settings import Settings
from hullmark.linter.engine.repairing import Repaired, repaired
from hullmark.linter.engine.run import Request
from hullmark.linter.load.discover import Discovery, File
from hullmark.linter.manifest.pod import Container
from hullmark.linter.rule import Fix, Hit, Rule, in_container
from hullmark.linter.rule.registry import Registry
from hullmark.linter.text import Edit, Span


def _fixed(text: str, registry: Registry | None = None, profile: str = "all") -> Repaired:
    data = text.encode()
    found = Discovery((File("a.yaml", "a.yaml", len(data), content=data),), (), (), (".",))
    request = Request((".",), "/", "/", Settings(profile=profile), "2026-01-15", jobs=1, found=found)
    return repaired(request, registry or Registry.packaged(), unsafe=True)


class Breaking(Rule[Container]):
    """Container has a fix that breaks the text.

    Nobody gains anything.

    Write nothing.
    """

    bad = (in_container("stdin: true", fixed="stdin: false"),)
    good = (in_container("stdin: false"),)
    replacement = "[broken"

    def check(self, container: Container) -> Iterator[Hit]:
        place = container.place
        edit = Edit(Span(place.span.start, place.span.end), self.replacement)
        yield self.hit(place, "container is broken", fix=Fix("break it", ((place.source, edit),)))


class Endless(Breaking):
    """Container has a fix that does not help.

    Nobody gains anything.

    Write nothing.
    """

    def check(self, container: Container) -> Iterator[Hit]:
        place = container.place
        edit = Edit(Span(place.span.start, place.span.start), "x")
        yield self.hit(place, "container is never good enough", fix=Fix("lengthen it", ((place.source, edit),)))


POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: app
      image: registry.example/app:1
"""


def test_a_fix_that_breaks_the_text_is_taken_back() -> None:
    done = _fixed(POD, Registry.of([Breaking()]))
    assert (done.files, done.made) == ((), 0)
    assert [reason for _, reason in done.left] == ["the text that it makes could not be read as before"]


class Appending(Breaking):
    """Container has a fix at the end of what another one writes.

    Nobody gains anything.

    Write nothing.
    """

    def check(self, container: Container) -> Iterator[Hit]:
        image = container.cursor.get("image").place
        if "-fixed" not in image.source.slice(image.span):
            edit = Edit(Span(image.span.end, image.span.end), "-fixed")
            yield self.hit(container.place, "image is not fixed", fix=Fix("fix it", ((image.source, edit),)))


class Replacing(Breaking):
    """Container has a fix that another one touches.

    Nobody gains anything.

    Write nothing.
    """

    def check(self, container: Container) -> Iterator[Hit]:
        image = container.cursor.get("image").place
        if "-fixed" not in image.source.slice(image.span):
            edit = Edit(image.span, "registry.example/app:1-fixed")
            yield self.hit(container.place, "image is another", fix=Fix("replace it", ((image.source, edit),)))


def test_fixes_that_touch_are_not_both_made() -> None:
    done = _fixed(POD, Registry.of([Appending(), Replacing()]))
    assert done.made == 1
    assert done.files[0].new == POD.replace("app:1", "app:1-fixed")


def test_a_fix_that_does_not_help_ends() -> None:
    done = _fixed(POD, Registry.of([Endless()]))
    assert done.made <= 40
    assert done.report.findings


FIELDS = st.lists(
    st.sampled_from(
        [
            "stdin: true",
            "tty: true",
            "imagePullPolicy: IfNotPresent",
            "securityContext: {privileged: true}",
            "securityContext:\n  privileged: true\n  capabilities: {add: [SYS_ADMIN, NET_RAW]}",
            "securityContext:\n  allowPrivilegeEscalation: true\n  procMount: Unmasked",
            "securityContext: {}",
            'securityContext: {"privileged": false, "runAsUser": 0}',
            "ports:\n- containerPort: 80\n  hostPort: 80",
            "env: [{name: A, value: 'b # no comment'}]",
            "args:\n- |\n  # no comment\n  echo\n- >-\n  folded",
            "livenessProbe: {httpGet: {path: /, port: 80, host: 127.0.0.1}}",
        ]
    ),
    unique_by=lambda text: text.partition(":")[0],
    max_size=5,
)
POD_FIELDS = st.lists(
    st.sampled_from(
        [
            "hostNetwork: true",
            "hostPID: true",
            "hostIPC: true",
            "shareProcessNamespace: true",
            "automountServiceAccountToken: true",
            "securityContext: {runAsUser: 0}",
            "securityContext:\n  sysctls:\n  - {name: kernel.msgmax, value: '1'}",
            "restartPolicy: Never",
        ]
    ),
    unique_by=lambda text: text.partition(":")[0],
    max_size=5,
)


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """Pods of any style with comments at any place, each with a number of its own."""
    lines = ["apiVersion: v1", "kind: Pod", "metadata:", "  name: web", "spec:"]
    for each in draw(POD_FIELDS):
        lines += [f"  {line}" for line in each.split("\n")]
    lines.append("  containers:")
    for number in range(draw(st.integers(1, 3))):
        lines += [f"  - name: c{number}", "    image: registry.example/app:1.2"]
        for each in draw(FIELDS):
            lines += [f"    {line}" for line in each.split("\n")]
    text = "\n".join(_commented(draw, lines)) + "\n"
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def _commented(draw: st.DrawFn, lines: list[str]) -> Iterator[str]:
    inside = 0
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if inside and indent >= inside:
            yield line
            continue
        inside = indent + 2 if re.search(r"[|>]-?$", line) else 0
        if draw(st.booleans()) and not line.startswith("    -"):
            yield f"{' ' * indent}# above {number}"
        yield f"{line}  # behind {number}" if draw(st.booleans()) and not inside else line


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            name = each.get("name", number) if isinstance(each, dict) else number
            yield from _leaves(each, f"{path}[{name}]")
    else:
        yield path, value


def _values(text: str) -> dict[str, Any]:
    return dict(_leaves(YAML(typ="safe").load(text)))


COMMENT = re.compile(r"# (?:above|behind) \d+")


@settings(max_examples=120)
@given(manifests())
def test_nothing_else_is_changed(text: str) -> None:
    done = _fixed(text)
    if not done.files:
        return
    new = done.files[0].new
    before, after = _values(text), _values(new)
    about = {finding.field_path for finding in (*done.first.findings, *done.first.absorbed) if finding.fix}
    about |= {"spec.containers[c0].securityContext.privileged"} & set(before)
    for path, value in before.items():
        if after.get(path, _GONE) != value:
            assert any(_is_below(path, each) for each in about), f"{path} was {value}, is {after.get(path)}"
    gone = [path for path in before if path not in after]
    kept = set(COMMENT.findall(new))
    for line in text.splitlines():
        for comment in COMMENT.findall(line):
            if comment not in kept:  # it stood behind something that was taken out
                assert comment.startswith("# behind"), comment
                assert any(_key(path) in line for path in gone), line
    assert ("\r\n" in text) == ("\r\n" in new)
    assert new.count("\n") == new.count("\r\n") or "\r" not in new
    again = _fixed(new)
    assert again.files == ()


_GONE = object()


def _is_below(path: str, other: str) -> bool:
    plain = re.sub(r"\[#?\d+\]", "[]", path)
    wanted = re.sub(r"\[#?\d+\]", "[]", other)
    return plain == wanted or plain.startswith((f"{wanted}.", f"{wanted}["))


def _key(path: str) -> str:
    return re.split(r"[.\[]", re.sub(r"\[[^\]]*\]$", "", path))[-1]


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_second_run_changes_nothing(line_break: str) -> None:
    done = _fixed(POD.replace("\n", line_break))
    assert done.made > 2
    assert _fixed(done.files[0].new).files == ()
