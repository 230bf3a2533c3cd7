"""Edits of a repository, with the findings that are new, gone and known afterwards."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

pytest.importorskip("pygit2")

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: app
          image: registry.example/shop/app:1.4.2
          securityContext:
            allowPrivilegeEscalation: false
            privileged: true
        - name: log
          image: registry.example/shop/log:2.0.1
          securityContext:
            allowPrivilegeEscalation: true
"""
ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: deployer}
rules:
  - apiGroups: [apps]
    resources: [deployments]
    verbs: ["*"]
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 80}]
"""
FILES = {"shop/web.yaml": WEB, "roles.yaml": ROLE, "service.yaml": SERVICE}
RULES = (
    "workload/privileged-container,workload/privilege-escalation-not-disabled,workload/privilege-escalation-enabled,"
    "rbac/wildcard-verb,exposure/node-port-service,waiver/unused"
)
PRIVILEGED, UNSET, ENABLED = "privileged-container", "privilege-escalation-not-disabled", "privilege-escalation-enabled"
WILDCARD, NODE_PORT = "wildcard-verb", "node-port-service"
LOG = """\
        - name: log
          image: registry.example/shop/log:2.0.1
          securityContext:
            allowPrivilegeEscalation: true
"""
APP = WEB[WEB.index("        - name: app") : WEB.index("        - name: log")]
DISABLED = "allowPrivilegeEscalation: false"
JOBS = '  - {apiGroups: [batch], resources: [jobs], verbs: ["*"]}'
WAIVER = "# hullmark: ignore[exposure/node-port-service] -- known to all"
KNOWN = 4


class Edit(NamedTuple):
    """What is done, and what is new and gone because of it; all other findings are known."""

    name: str
    do: Callable[[Any], None]
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def _change(path: str, *pairs: tuple[str, str]) -> Callable[[Any], None]:
    def do(scratch: Any) -> None:
        text = (scratch.root / path).read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        scratch.write(path, text)

    return do


def _move(old: str, new: str, *pairs: tuple[str, str]) -> Callable[[Any], None]:
    def do(scratch: Any) -> None:
        (scratch.root / new).parent.mkdir(exist_ok=True, parents=True)
        (scratch.root / old).rename(scratch.root / new)
        _change(new, *pairs)(scratch)

    return do


def _write(path: str, text: str) -> Callable[[Any], None]:
    def do(scratch: Any) -> None:
        scratch.write(path, text)

    return do


def _remove(path: str) -> Callable[[Any], None]:
    def do(scratch: Any) -> None:
        (scratch.root / path).unlink()

    return do


def _split(scratch: Any) -> None:
    """Moves an object out of a file into one with many others."""
    scratch.write("all.yaml", "---\n".join((SERVICE, ROLE)))
    _remove("roles.yaml")(scratch)
    _remove("service.yaml")(scratch)


def _copy_and_fix(scratch: Any) -> None:
    """The same object in two places: fixed in one, brought in at the other."""
    _change("roles.yaml", ('["*"]', "[get]"))(scratch)
    scratch.write("overlay/roles.yaml", ROLE)


def _indented(text: str) -> str:
    """The containers, indented by four more columns."""
    head, _, tail = text.partition("        - name: app")
    body = f"        - name: app{tail}"
    return head + "".join(f"    {line}\n" for line in body.splitlines())


EDITS = (
    Edit("nothing", lambda _scratch: None),
    Edit("lines move down", _change("shop/web.yaml", ("apiVersion", "# one\n# two\n\napiVersion"))),
    Edit("containers change places", _change("shop/web.yaml", (APP + LOG, LOG + APP))),
    Edit("file is renamed", _move("shop/web.yaml", "shop/deployment.yaml")),
    Edit("file is moved and edited", _move("shop/web.yaml", "apps/web.yaml", ("1.4.2", "1.4.3"))),
    Edit("image is bumped", _change("shop/web.yaml", ("1.4.2", "1.5.0"), ("2.0.1", "2.1.0"))),
    Edit("text is indented", lambda s: s.write("shop/web.yaml", _indented(WEB))),
    Edit(
        "block becomes flow",
        _change("roles.yaml", ("rules:\n  - apiGroups", "rules:\n- apiGroups"), ("\n    ", "\n  ")),
    ),
    Edit("quotes change", _change("roles.yaml", ('["*"]', "['*']"))),
    Edit("line breaks change", lambda s: s.write("shop/web.yaml", WEB.replace("\n", "\r\n"))),
    Edit("label is added", _change("shop/web.yaml", ("  namespace: shop", "  namespace: shop\n  labels: {a: b}"))),
    Edit(
        "container is added",
        _change("shop/web.yaml", (LOG, LOG + LOG.replace("name: log", "name: other"))),
        new=(ENABLED,),
    ),
    Edit("container is removed", _change("shop/web.yaml", (LOG, "")), gone=(ENABLED,)),
    Edit("field is fixed", _change("shop/web.yaml", ("privileged: true", "privileged: false")), gone=(PRIVILEGED,)),
    Edit(
        "field that made it good is deleted",
        _change(
            "shop/web.yaml",
            ("            allowPrivilegeEscalation: false\n", ""),
            (": true\n        -", ": false\n        -"),
        ),
        new=(UNSET,),
        gone=(PRIVILEGED,),
    ),
    Edit("field that was bad is deleted", _change("service.yaml", ("  type: NodePort\n", "")), gone=(NODE_PORT,)),
    Edit(
        "one is fixed and another one brought in",
        _change(
            "shop/web.yaml",
            ("privileged: true", "privileged: false"),
            ("Escalation: true", "Escalation: true\n            privileged: true"),
        ),
        new=(PRIVILEGED,),
        gone=(PRIVILEGED, ENABLED),
    ),
    Edit(
        "container is renamed",
        _change("shop/web.yaml", ("name: log", "name: logs")),
        new=(ENABLED,),
        gone=(ENABLED,),
    ),
    Edit(
        "object is renamed",
        _change("roles.yaml", ("name: deployer", "name: deployers")),
        new=(WILDCARD,),
        gone=(WILDCARD,),
    ),
    Edit("objects are moved into one file", _split),
    Edit("object is copied", _write("copy/roles.yaml", ROLE), new=(WILDCARD,)),
    Edit("object is fixed here and copied there", _copy_and_fix, new=(WILDCARD,), gone=(WILDCARD,)),
    Edit(
        "rule is doubled",
        _change("roles.yaml", ("rules:", 'rules:\n  - {apiGroups: [batch], resources: [jobs], verbs: ["*"]}')),
        new=(WILDCARD,),
    ),
    Edit("file is deleted", _remove("service.yaml"), gone=(NODE_PORT,)),
    Edit("file is added", _write("service2.yaml", SERVICE.replace("name: web", "name: web2")), new=(NODE_PORT,)),
    Edit(
        "waiver is added",
        _change(
            "service.yaml", ("NodePort", "NodePort  # hullmark: ignore[exposure/node-port-service] -- known to all")
        ),
        gone=(NODE_PORT,),
    ),
    Edit("kind of the list changes", lambda s: s.write("roles.yaml", _as_list(ROLE))),
    Edit("document marker is added", _change("service.yaml", ("apiVersion: v1", "---\napiVersion: v1"))),
)


def _as_list(text: str) -> str:
    body = "".join(f"  {line}\n" for line in text.splitlines())
    return f"apiVersion: v1\nkind: List\nitems:\n- {body[2:]}"


@pytest.fixture
def base(scratch: Any) -> Any:
    """The files, committed."""
    for path, text in FILES.items():
        scratch.write(path, text)
    scratch.commit()
    return scratch


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
@pytest.mark.parametrize("staged", [False, True], ids=["files", "index"])
def test_edit(base: Any, edit: Edit, staged: bool) -> None:
    edit.do(base)
    if staged:
        base.git("add", "-A")
    arguments = ["--select", RULES, "--base", "HEAD", "--fail-on", "never", *(["--staged"] if staged else [])]
    report = base.report(*arguments)
    new = sorted(finding["rule"].partition("/")[2] for finding in report["findings"])
    (note,) = [note for note in report["notes"] if note.startswith("compared with")]
    known = KNOWN - len(edit.gone)
    assert new == sorted(edit.new)
    assert note.endswith(f": {len(edit.new)} new, {known} known and not shown, {len(edit.gone)} gone")


def test_there_are_enough_edits() -> None:
    assert len(EDITS) >= 25


def test_new_finding_is_the_one_in_changed_lines(base: Any) -> None:
    """Of findings that are alike, the one that was there stays known, wherever the other is put."""
    _change("roles.yaml", ("rules:\n", f"rules:\n{JOBS}\n"))(base)
    (finding,) = base.report("--select", RULES, "--base", "HEAD", "--fail-on", "never")["findings"]
    assert finding["location"]["line"] == 5


def test_a_removed_waiver_makes_its_finding_new(base: Any) -> None:
    base.write("service.yaml", SERVICE.replace("NodePort", f"NodePort  {WAIVER}"))
    base.commit()
    base.write("service.yaml", SERVICE)
    assert base.found("--select", RULES, "--base", "HEAD") == ["service.yaml:5 exposure/node-port-service"]


def test_rules_and_settings_are_those_of_now(base: Any) -> None:
    base.write("hullmark.yaml", "profile: all\nkubernetes-version: '1.30'\n")
    assert base.found("--base", "HEAD", "--fail-on", "never") == []


def test_what_could_not_be_read_then_counts_as_new(base: Any) -> None:
    base.write("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: [web}\n")
    base.commit()
    base.write("service.yaml", SERVICE)
    report = base.report("--select", RULES, "--base", "HEAD", "--fail-on", "never")
    assert [finding["rule"] for finding in report["findings"]] == ["exposure/node-port-service"]
    assert "1 file could not be read there" in report["notes"][-1]


def test_the_baseline_counts_on_both_sides(base: Any) -> None:
    base.hullmark("baseline", "--select", RULES)
    base.commit()
    base.write("copy/roles.yaml", ROLE)
    arguments = ("--select", RULES, "--base", "HEAD", "--baseline", "hullmark-baseline.json", "--fail-on", "never")
    assert [row.partition(" ")[2] for row in base.found(*arguments)] == ["rbac/wildcard-verb"]


LINES = ("--select", RULES, "--changed-lines", "--fail-on", "never")


def test_changed_lines(base: Any) -> None:
    assert base.found(*LINES) == []
    _change("shop/web.yaml", ("1.4.2", "1.4.3"))(base)
    assert base.found(*LINES) == []
    base.write("new.yaml", SERVICE.replace("name: web", "name: new"))
    assert base.found(*LINES) == ["new.yaml:5 exposure/node-port-service"]


def test_parent_of_a_deleted_field_is_a_changed_line(base: Any) -> None:
    fine = WEB.replace("privileged: true", "privileged: false")
    base.write("shop/web.yaml", fine)
    base.commit()
    base.write("shop/web.yaml", fine.replace("            allowPrivilegeEscalation: false\n", ""))
    (found,) = base.found(*LINES, "--base", "HEAD")
    assert found.endswith("workload/privilege-escalation-not-disabled")


def test_new_findings_elsewhere_are_counted(base: Any) -> None:
    base.write("hullmark.yaml", "")
    _change("shop/web.yaml", ("name: web\n", "name: shop\n"))(base)
    report = base.report(*LINES)
    assert report["findings"] == []
    assert report["notes"][-1] == "2 new findings in lines that did not change not shown"
