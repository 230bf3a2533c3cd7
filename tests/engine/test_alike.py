"""The same objects under other metadata are judged as if nobody had seen the others."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from hullmark.linter.config.settings import Settings
from hullmark.linter.dev.cases import cases
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.trial import settings_of
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.engine.dispatch import Dispatch
from hullmark.linter.engine.judge import judge_bytes
from hullmark.linter.engine.plan import Plan, plan
from hullmark.linter.engine.result import FileResult
from hullmark.linter.finding import Severity
from hullmark.linter.manifest.alike import Content, content
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.resource import Resource, text_at
from hullmark.linter.records import replace
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.hit import Hit
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule
from hullmark.linter.text import Source
from hullmark.linter.yaml.nodes import Mapping, Scalar
from tests.engine.conftest import DOC, pod

TESTS = Path(__file__).parents[1]
SHELF = shelf()
REGISTRY = Registry.packaged()
RULES = {rule.id: rule for rule in SHELF.rules}
EVERYTHING = Settings(profile="all")
TODAY = "2026-01-15"
NAMES = ("x", "kube-apiserver", "kubernetes-dashboard")
ELSEWHERE = ("exposure", "network", "rbac")
"""Families whose rules judge bundles: they always look at all objects, and have hundreds of examples."""
OF_PODS = ("examples", "image", "reliability", "secret", "workload")
"""Families some of whose rules read labels of pods and of other objects."""
TOKEN = "xoxb-123456789012-1234567890123-abcdefabcdefabcdefabcdef"


def _examples() -> Iterator[tuple[Rule[object], Example]]:
    for rule in SHELF.rules:
        if rule.family not in ELSEWHERE:
            yield from ((rule, example) for example in (*rule.bad, *rule.good))
    for case in cases(TESTS / "cases"):
        if not case.rule.startswith(ELSEWHERE):
            yield RULES[case.rule], case.example


def _inputs() -> Iterator[tuple[str, str, str, Plan]]:
    ordinary = replace(plan(EVERYTHING, REGISTRY, TODAY), tells_pods=True)
    for file in sorted((TESTS.parent / "examples").rglob("*.yaml")):
        yield "examples", file.relative_to(TESTS.parent).as_posix(), file.read_text(), ordinary
    for rule, example in _examples():
        usual = not (example.options or example.kubernetes or example.complete or example.today != TODAY)
        for path, text in example.files.items():
            yield rule.family, path, text, ordinary if usual else _plan(rule, example)


def _plan(rule: Rule[object], example: Example) -> Plan:
    settings = replace(settings_of(rule, example, REGISTRY), profile="all")
    return replace(plan(settings, REGISTRY, example.today), tells_pods=True)


def _others(path: str, text: str, context: Context) -> Iterator[str]:
    """The text with other names and other labels, then without labels, for every object that others may be like."""
    edits: list[list[tuple[int, int, str]]] = [[], []]
    for resource in read_manifest(Source(path, text), context).resources:
        metadata = resource.cursor.get("metadata").node
        name = text_at(metadata, "name")
        if name is None or not isinstance(metadata, Mapping) or content(resource) is None:
            continue
        for number, each in enumerate(edits):
            each.append((name.start, name.end, NAMES[(len(text) + number) % len(NAMES)]))
        edits[0].extend(_relabelled(metadata, text))
        edits[1].extend(_unlabelled(metadata, text))
    for each in edits:
        changed = text
        for start, end, said in sorted(each, reverse=True):
            changed = changed[:start] + said + changed[end:]
        if changed != text:
            yield changed


def _relabelled(metadata: Mapping, text: str) -> Iterator[tuple[int, int, str]]:
    labels, first = metadata.get("labels"), metadata.entries[0].key
    if isinstance(labels, Mapping) and labels.entries:
        value = labels.entries[0].value
        if isinstance(value, Scalar) and value.style not in ("|", ">"):
            yield value.start, value.end, "other"
    elif labels is None:
        added = "labels: {app: other, app.kubernetes.io/part-of: shop}"
        ends = ", " if metadata.flow else "\n" + " " * (first.start - text.rfind("\n", 0, first.start) - 1)
        yield first.start, first.start, added + ends


def _unlabelled(metadata: Mapping, text: str) -> Iterator[tuple[int, int, str]]:
    labels = metadata.entry("labels")
    if labels is not None:
        yield labels.value.start, labels.value.end, "{}"


def _judged(path: str, text: str, intent: Plan, dispatch: Dispatch) -> tuple[object, ...]:
    result: FileResult = judge_bytes(path, text.encode("utf-8", "surrogatepass"), intent, dispatch)
    return result.findings, result.problems, result.pods, result.ahead


INPUTS: dict[str, dict[tuple[str, str], Plan]] = {}
for _family, _path, _text, _intent in _inputs():
    INPUTS.setdefault(_family, {})[_path, _text] = _intent


@pytest.mark.parametrize("family", INPUTS)
def test_nothing_is_lost_or_gained(family: str) -> None:
    for (path, text), intent in INPUTS[family].items():
        alone = _judged(path, text, intent, Dispatch(intent, REGISTRY))
        others = list(_others(path, text, intent.context))
        for other in others if family in OF_PODS else others[:1]:
            dispatch = Dispatch(intent, REGISTRY)
            expected = _judged(path, other, intent, dispatch)
            assert (path, _judged(path, text, intent, dispatch)) == (path, alone)
            assert (path, _judged(path, other, intent, dispatch)) == (path, expected)


def _content(text: str) -> Content | None:
    return content(read_manifest(Source("a.yaml", text)).resources[0])


def _web(metadata: str, text: str = pod("web")) -> str:
    return text.replace("name: web", metadata)


def test_name_and_labels_are_left_out() -> None:
    assert _content(pod("web")) == _content(pod("shop")) is not None
    assert _content(_web("name: web, labels: {app: web}")) == _content(pod("shop"))
    assert _content("# For the shop.\n" + pod("web")) == _content(f"---\n{pod('shop')}")
    for field in ("namespace: shop", "annotations: {a: b}", "finalizers: [a]"):
        assert _content(_web(f"name: web, {field}")) != _content(pod("web"))
        assert _content(_web(f"name: web, {field}")) == _content(_web(f"{field}, name: shop"))
    assert _content(pod("web")) != _content(pod("web", "  hostNetwork: true"))
    assert _content(pod("web")) != _content(pod("web").replace("kind: Pod", "kind: Pod  # a comment"))


def test_what_may_say_more_is_like_nothing() -> None:
    assert _content(_web("name: &name web").replace("name: app", "name: *name")) is None
    assert _content(_web("name: !!str web")) is None
    assert _content(pod(TOKEN)) is None
    assert _content(_web(f"name: web, labels: {{a: {TOKEN}}}")) is None
    assert _content(_web("name: web, labels: {password: a}")) is None
    assert _content(_web(f"generateName: {TOKEN}")) is None
    items = pod("web").replace("\n", "\n  ")
    assert _content(f"apiVersion: v1\nkind: List\nitems:\n- {items}") is None


def test_levels_are_told_where_the_pod_is() -> None:
    """The same pod, with its metadata first, last and in the middle, by itself or behind another document."""
    intent = replace(plan(Settings(), REGISTRY, TODAY), tells_pods=True)
    dispatch = Dispatch(intent, REGISTRY)
    head, middle = "apiVersion: v1\nkind: Pod\n", "metadata:\n  name: {}\n  labels: {{a: {}}}\n"
    spec = pod("x").partition("\n")[2].partition("}\n")[2]
    for name in ("web", "a-long-name"):
        named = middle.format(name, name)
        for text in (head + named + spec, named + head + spec, head + spec + named, f"a: b\n---\n{head}{named}{spec}"):
            found = _judged("a.yaml", text, intent, dispatch)
            assert found == _judged("a.yaml", text, intent, Dispatch(intent, REGISTRY))
            level = found[2][0]  # type: ignore[index]  # one pod is in it
            assert text.splitlines()[level.location.line - 1] == "spec:"


def test_paths_may_say_more() -> None:
    intent = replace(plan(EVERYTHING, REGISTRY, TODAY), tells_pods=True)
    intent = replace(intent, context=replace(intent.context, fragments=frozenset({"piece.yaml"})))
    text = pod("server", "      command: [kube-apiserver, --profiling=false]", "      env:")
    text += "        - {name: PASSWORD, value: hJ7-kq2Lx9}\n"
    paths = ("a.yaml", "tests/a.yaml", "patches/kube-apiserver0+merge.yaml", "piece.yaml", "kubelet/b.yaml")
    alone = {path: _judged(path, text, intent, Dispatch(intent, REGISTRY)) for path in paths}
    dispatch = Dispatch(intent, REGISTRY)
    for path in (*paths, *reversed(paths)):
        assert _judged(path, text.replace("name: server", f"name: s{len(path)}"), intent, dispatch) is not None
        assert _judged(path, text, intent, dispatch) == alone[path]


def _listens(rule: Rule[PodSpec], subject: PodSpec) -> Iterator[Hit]:
    if subject.resource.name == "web":
        yield rule.hit(subject, f"{subject} is there")


def test_other_documents_of_the_file_may_say_more() -> None:
    """Beside a document of kubeadm, kubeadm completes the kubelet's."""
    kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 0\n"
    beside = f"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n---\n{kubelet}"
    for texts in ((beside, kubelet), (kubelet, beside)):
        files = {f"{at}.yaml": text for at, text in enumerate(texts)}
        report = lint_texts(files, REGISTRY, settings=EVERYTHING)
        found = {each.location.path for each in report.findings if each.rule == "kubelet/client-ca-missing"}
        assert found == {path for path, text in files.items() if text == kubelet}


def test_rules_of_others_may_read_names() -> None:
    row = Row("a/named", PodSpec, DOC, _listens, severity=Severity.LOW)
    found = lint_texts({"a.yaml": pod("shop"), "b.yaml": pod("web")}, Registry.of([row]))
    assert [finding.location.path for finding in found.findings] == ["b.yaml"]


def test_rules_are_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pods: list[str] = []
    of = PodSpec.of

    def heard(resource: Resource) -> Iterable[PodSpec]:
        pods.append(resource.name)
        return of(resource)

    monkeypatch.setattr(PodSpec, "of", heard)
    privileged = "      securityContext: {privileged: true}"
    quiet = replace(plan(Settings(), REGISTRY, TODAY), alone=True)
    dispatch = Dispatch(quiet, REGISTRY)
    for name in ("web", "shop"):
        _judged("a.yaml", pod(name), quiet, dispatch)
    assert pods[-1] == "web"
    _judged("a.yaml", pod("shop", privileged), quiet, dispatch)
    assert pods[-1] == "shop"
