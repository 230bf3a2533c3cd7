"""One hand-made report that shows everything a report can hold, and means to make others."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from hullmark.linter.finding import (
    Confidence,
    FileEdits,
    Finding,
    Location,
    Problem,
    ProblemKind,
    Profile,
    Related,
    Repair,
    Report,
    ResourceRef,
    Severity,
    Skipped,
    SkipReason,
    Summary,
    Suppression,
    SuppressionKind,
)
from hullmark.linter.report.view import View
from hullmark.linter.text import Edit, Source, Span, utf16_column

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      hostNetwork: true
      serviceAccountName: web
      containers:
        - name: app
          image: registry.example/shop/app:1.4.2
          args: ["🚀🚀", "--insecure"]
          securityContext: {privileged: true}
"""
RBAC = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: web-admin
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
  - {kind: ServiceAccount, name: web, namespace: shop}
"""
FILES = {"deploy/web server.yaml": WEB, "deploy/rbac.yaml": RBAC}
SOURCES = {path: Source(path, text) for path, text in FILES.items()}


@dataclass(frozen=True)
class Text:
    """Documentation of a rule."""

    title: str
    why: str
    remedy: str


RULES = {
    "workload/privileged-container": Text(
        "Container runs privileged.",
        "A privileged container holds every capability and sees every device of its\n"
        "node: whoever runs code in it runs code on the node.",
        "Remove `securityContext.privileged` and add the one capability that the\nprogram needs.",
    ),
    "workload/host-network": Text("Pod shares the node's network.", "It sees all traffic.", "Remove `hostNetwork`."),
    "workload/insecure-flag": Text("Program is told to be insecure.", "It says so itself.", "Remove the flag."),
    "rbac/cluster-admin-binding": Text(
        "Subject is bound to cluster-admin.", "It may do everything.", "Bind a role with the verbs that it needs."
    ),
}
DESCRIPTORS: dict[str, dict[str, object]] = {
    rule: {
        "id": rule,
        "name": rule,
        "shortDescription": {"text": text.title},
        "fullDescription": {"text": " ".join(text.why.split())},
        "help": {"text": text.remedy, "markdown": f"{text.why}\n\n{text.remedy}"},
        "defaultConfiguration": {"level": "error"},
        "properties": {"security-severity": "8.0", "tags": ["security", "kubernetes"], "precision": "high"},
    }
    for rule, text in RULES.items()
}


def _location(path: str, part: str) -> Location:
    """The place of the first `part` in one of the files."""
    source = SOURCES[path]
    start = source.text.index(part)
    region = source.region(Span(start, start + len(part)))
    line = source.line(region.line)
    return Location(
        path,
        *region,
        utf16_column(line, region.column),
        utf16_column(line, region.end_column),
        line,
    )


WEB_PATH, RBAC_PATH = FILES
RESOURCE = ResourceRef("apps/v1", "Deployment", "shop", "web", "app")
BASE = Finding(
    rule="workload/privileged-container",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    profile=Profile.DEFAULT,
    message="container 'app' runs privileged",
    location=_location(WEB_PATH, "true}"),
)


def _edit(part: str, replacement: str) -> Repair:
    start = WEB.index(part)
    edit = Edit(Span(start, start + len(part)), replacement)
    return Repair("set `privileged` to false", False, (FileEdits(WEB_PATH, (edit,)),))


def _sample() -> Report:
    value = replace(_location(WEB_PATH, "true}"), end_column=_location(WEB_PATH, "true}").end_column - 1)
    value = replace(value, utf16_end_column=value.utf16_end_column - 1)
    privileged = replace(
        BASE,
        absorbs=("workload/insecure-flag",),
        location=value,
        resource=RESOURCE,
        field_path="spec.template.spec.containers[app].securityContext.privileged",
        controls=("PSS/baseline", "CIS-1.12/5.2.2"),
        fingerprint="f" * 32,
        fix=_edit("true}", "false}"),
    )
    network = replace(
        BASE,
        rule="workload/host-network",
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        message="pod shares the node's network",
        location=_location(WEB_PATH, "hostNetwork"),
        resource=replace(RESOURCE, container=""),
        field_path="spec.template.spec.hostNetwork",
        related=(Related(_location(WEB_PATH, "serviceAccountName"), "and has a service account"),),
        fingerprint="e" * 32,
        fix=Repair("remove `hostNetwork`", True, (FileEdits(WEB_PATH, (Edit(_line_of("hostNetwork"), ""),)),)),
    )
    flag = replace(
        BASE,
        rule="workload/insecure-flag",
        severity=Severity.MEDIUM,
        message="container 'app' is started with '--insecure'",
        location=_location(WEB_PATH, '"--insecure"'),
        resource=RESOURCE,
        fingerprint="d" * 32,
    )
    steps = (
        Related(
            _location(WEB_PATH, "serviceAccountName"), "pods of Deployment shop/web run as ServiceAccount shop/web"
        ),
        Related(_location(RBAC_PATH, "{kind: ServiceAccount"), "which is a subject of this binding"),
        Related(_location(RBAC_PATH, "cluster-admin"), "which grants everything"),
    )
    binding = replace(
        BASE,
        rule="rbac/cluster-admin-binding",
        severity=Severity.HIGH,
        confidence=Confidence.LOW,
        message="ServiceAccount shop/web is bound to 'cluster-admin'",
        location=steps[-1].location,
        resource=ResourceRef("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "web-admin"),
        field_path="roleRef.name",
        related=steps[:2],
        flow=steps,
        fingerprint="c" * 32,
    )
    hidden = replace(
        flag,
        fingerprint="b" * 32,
        suppression=Suppression(
            SuppressionKind.COMMENT, "started behind a proxy", "2027-01-31", _location(WEB_PATH, "args")
        ),
    )
    covered = replace(
        BASE,
        rule="workload/insecure-flag",
        severity=Severity.LOW,
        message="container 'app' may gain privileges",
        resource=RESOURCE,
        absorbed_by="workload/privileged-container",
    )
    return Report(
        version="1.2.3",
        profile="default",
        rules=tuple(sorted(RULES)),
        findings=(binding, network, flag, privileged),
        suppressed=(hidden,),
        absorbed=(covered,),
        problems=(
            Problem(
                ProblemKind.BROKEN,
                "mapping values are not allowed here",
                "deploy/broken.yaml",
                Location("deploy/broken.yaml", 3, 7, 3, 8, 7, 8, "  name: : web"),
            ),
            Problem(ProblemKind.UNREADABLE, "permission denied", "deploy/secret.yaml"),
            Problem(ProblemKind.NOTE, "kind Widget is not known", "deploy/widget.yaml"),
        ),
        skipped=(
            Skipped("charts/web/templates/web.yaml", SkipReason.NOT_RENDERED, "Helm template"),
            Skipped("values.yaml", SkipReason.NOT_MANIFEST),
        ),
        summary=Summary(
            files=6,
            linted=2,
            documents=2,
            resources=2,
            skipped=(("not a manifest", 1), ("not rendered", 1), ("broken", 2)),
            suppressed=(("comment", 1),),
            by_severity=(("critical", 1), ("high", 2), ("medium", 1)),
            fixable=2,
        ),
        seconds=0.42,
        notes=("cross-file rules saw 2 files only",),
    )


def _line_of(part: str) -> Span:
    source = SOURCES[WEB_PATH]
    line = source.region(Span(source.text.index(part), source.text.index(part))).line
    return Span(source.line_starts[line - 1], source.line_starts[line])


@pytest.fixture
def sample() -> Report:
    """The report that shows everything."""
    return _sample()


@pytest.fixture
def view() -> View:
    """Options with which the texts of rules and files are at hand."""
    return View(
        rules=RULES,
        descriptors=DESCRIPTORS,
        content=lambda path: FILES[path].encode() if path in FILES else None,
        source=SOURCES.get,
    )


@pytest.fixture
def clean() -> Report:
    """A run that found nothing wrong and understood everything."""
    return Report("1.2.3", "default", tuple(sorted(RULES)), (), (), (), (), Summary(3, 3, 4, 4))


@pytest.fixture
def many(sample: Report) -> Callable[[int], Report]:
    """Reports of any size: the findings of the sample again and again, on other lines."""

    def make(size: int) -> Report:
        kinds = sample.findings
        findings = tuple(
            replace(
                kinds[n % len(kinds)],
                location=replace(kinds[n % len(kinds)].location, line=n + 1, end_line=n + 1),
                fingerprint=f"{n:032x}",
            )
            for n in range(size)
        )
        return replace(sample, findings=findings)

    return make


HOSTILE = (
    "\x1b[2J\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x9b31mred\x9d0;title\x9c",
    "web\u202egnp.yaml\u2066\u200b\u200d\ufeff",
    "a\r\n::error file=x.yaml,line=1::forged\r\n::stop-commands::x",
    "::warning::forged",
    "\u2028::set-output name=a::b",
    "##[error]forged ##vso[task.setvariable variable=a]b ##teamcity[x]",
    "<script>alert(1)</script><img src=x onerror=alert(1)></code></details>&lt;",
    "[click](https://evil.example) ![x](https://evil.example/x.png) [a][b] <https://evil.example>",
    "x | y |\n|---|---|\n# head\n- item",
    "`code` **bold** _it_ ~~no~~ @org/team #123 GH-1 https://evil.example www.evil.example a@evil.example $x$ \\",
    "```\nfence\n```\n> quote\n[ref]: https://evil.example",
    "]]> <!-- --> <?x?> &amp; &#64; %0A%2C",
    "\udcff\ud800\ufffe\uffff\x00\x7f",
    "{0} %s {name} [x](1) ](2)",
    "\U0001f680 日本語 e\u0301",
)


def _hostile(text: str) -> Report:
    report = _sample()
    place = replace(report.findings[0].location, path=f"{text}.yaml", snippet=f"{text}: {text}", column=1)
    about = ResourceRef(text, text, text, text, text)
    steps = (Related(place, text), Related(replace(place, path=f"other/{text}"), text))
    edit = Edit(Span(0, 4), text)
    finding = replace(
        report.findings[0],
        message=f"{text} in {text}",
        location=place,
        resource=about,
        field_path=text,
        related=steps,
        flow=steps,
        controls=(text,),
        fix=Repair(text, True, (FileEdits(place.path, (edit,)), FileEdits(WEB_PATH, (edit,)))),
    )
    plain = replace(finding, flow=(), resource=None, message=text, rule="workload/host-network")
    hidden = replace(finding, suppression=Suppression(SuppressionKind.CONFIGURATION, text, text, place))
    return replace(
        report,
        profile=text,
        findings=(finding, plain),
        suppressed=(hidden,),
        problems=(
            Problem(ProblemKind.BROKEN, text, place.path, place),
            Problem(ProblemKind.NOTE, text, text),
        ),
        skipped=(Skipped(text, SkipReason.BINARY, text),),
        notes=(text,),
    )


@pytest.fixture
def all_hostile() -> Report:
    """Every attack in one report."""
    reports = [_hostile(text) for text in HOSTILE]
    return replace(
        reports[0],
        findings=tuple(finding for report in reports for finding in report.findings),
        problems=tuple(problem for report in reports for problem in report.problems),
        skipped=tuple(each for report in reports for each in report.skipped),
    )


@pytest.fixture(params=range(len(HOSTILE)), ids=lambda number: f"hostile{number}")
def hostile(request: pytest.FixtureRequest) -> tuple[str, Report]:
    """A text that attacks some reader, and a report in which every string from a file is that text."""
    text = HOSTILE[request.param]
    return text, _hostile(text)
