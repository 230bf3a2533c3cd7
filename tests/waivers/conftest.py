"""Small rules, and texts with waivers in them."""

from collections.abc import Iterator, Mapping

from hullmark.linter.config.settings import Settings
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Report, Severity
from hullmark.linter.manifest.pod import Container
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule.hit import Hit, because
from hullmark.linter.rule.registry import Registry
from hullmark.linter.rule.rule import Row, Rule

DOC = "It is there.\n\nSomebody may use it.\n\nRemove it.\n"
WAIVER_RULES = [rule for rule in shelf().rules if rule.family == "waiver"]


def _tty(rule: Rule[Container], container: Container) -> Iterator[Hit]:
    field = container.cursor.get("tty")
    if field.text == "true":
        yield rule.hit(field, "tty is on")


def labelled(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    field = resource.cursor.get("metadata", "labels", "bad")
    if field.present:
        yield rule.hit(field, "label 'bad' is there")


def _unnamed(rule: Rule[Resource], resource: Resource) -> Iterator[Hit]:
    if resource.kind == "Deployment":
        yield rule.hit(resource.cursor.get("spec", "strategy"), "no strategy")


def _clash(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    first, *others = bundle.resources
    yield from (rule.hit(first, "clashes", because(other, "with this")) for other in others if other.name == first.name)


TTY = Row("test/tty", Container, DOC, _tty, severity=Severity.HIGH)
LABEL = Row("test/label", Resource, DOC, labelled, severity=Severity.LOW, formerly=("test/old-label",))
STRATEGY = Row("other/strategy", Resource, DOC, _unnamed, severity=Severity.MEDIUM)
CLASH = Row("cross/clash", Bundle, DOC, _clash, severity=Severity.MEDIUM)
REGISTRY = Registry.of([TTY, LABEL, STRATEGY, CLASH, *WAIVER_RULES])


def linted(text: str | Mapping[str, str], *, settings: Settings | None = None, today: str = "2026-06-15") -> Report:
    files = {"a.yaml": text} if isinstance(text, str) else text
    return lint_texts(files, REGISTRY, settings=settings, today=today)


def shown(report: Report) -> list[tuple[str, int]]:
    return [(finding.rule, finding.location.line) for finding in report.findings if finding.rule[:6] != "waiver"]


def about_waivers(report: Report) -> list[tuple[str, int]]:
    quiet = ("waiver/without-reason", "waiver/without-expiry")
    return [
        (finding.rule, finding.location.line)
        for finding in report.findings
        if finding.rule.startswith("waiver/") and finding.rule not in quiet
    ]


def hidden(report: Report) -> list[tuple[str, int]]:
    return [(finding.rule, finding.location.line) for finding in report.suppressed]


POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    bad: "1"
spec:
  containers:
    - name: app
      tty: true
    - name: side
      tty: true
"""


OTHER = POD.replace("web", "other")


def marked(line: int, comment: str, text: str = POD, above: bool = False) -> str:
    """The text with a comment at the end of a line, or on a line of its own above it."""
    lines = text.splitlines()
    if above:
        indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
        lines.insert(line - 1, " " * indent + comment)
    else:
        lines[line - 1] += f"  {comment}"
    return "\n".join(lines) + "\n"


def annotated(value: str, text: str = POD) -> str:
    return text.replace("  name: web\n", f"  name: web\n  annotations:\n    hullmark.io/ignore: {value}\n", 1)
