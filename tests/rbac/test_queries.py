"""`who-can`, `can-they` and `graph rbac` through the console script, on the insecure cluster and on hostile names.

The table says what `kubectl auth can-i VERB RESOURCE --as=SUBJECT` answers there, by the rule of the authorizer.
"""

import json
from pathlib import Path
from typing import Any

import pytest

KIM, CONTRACTORS = "User kim", "Group contractors"
DEPLOYER, DEFAULT = "ServiceAccount tools/deployer", "ServiceAccount shop/default"
ANYBODY = "Group system:unauthenticated"
ALL = {KIM, CONTRACTORS, DEPLOYER}

HOSTILE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "a\\e[31m::error::<b>"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
  - {kind: Group, apiGroup: rbac.authorization.k8s.io, name: "x\\e]0;owned\\a\\"];y"}
"""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("get secrets", ALL),
        ("get secrets -n shop", {*ALL, DEFAULT}),
        ("get secrets -n tools", ALL),
        ("watch secrets", {CONTRACTORS, DEPLOYER}),
        ("create pods/exec -n shop", {*ALL, DEFAULT}),
        ("create pods/exec -n other", ALL),
        ("create pods -n shop", {CONTRACTORS, DEPLOYER, DEFAULT}),
        ("get pods", {CONTRACTORS, DEPLOYER, ANYBODY}),
        ("get pods/log -n tools", {CONTRACTORS, DEPLOYER, ANYBODY}),
        ("get deployments", {CONTRACTORS, DEPLOYER, ANYBODY}),
        ("get deployments.apps -n shop", {CONTRACTORS, DEPLOYER, ANYBODY, DEFAULT}),
        ("impersonate users", {KIM, CONTRACTORS, DEPLOYER}),
        ("impersonate serviceaccounts -n shop", {CONTRACTORS, DEPLOYER, DEFAULT}),
        ("bind clusterroles", ALL),
        ("bind rolebindings -n shop", {CONTRACTORS, DEPLOYER}),
        ("get nodes/proxy", ALL),
        ("get nodes/metrics", {CONTRACTORS, DEPLOYER}),
        ("get /metrics", {DEPLOYER}),
        ("get /version", {DEPLOYER}),
        ("delete namespaces --name shop", {CONTRACTORS, DEPLOYER}),
    ],
)
def test_who_can_answers_as_can_i_would(scratch: Any, repository: Path, question: str, expected: set[str]) -> None:
    done = scratch.hullmark("who-can", *question.split(), repository / "examples" / "insecure", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    answers = json.loads(done.stdout)["answers"]
    assert {_name(each["subject"]) for each in answers} == expected
    assert all(each["because"] for each in answers)


def _name(subject: dict[str, str]) -> str:
    space = f"{subject['namespace']}/" if "namespace" in subject else ""
    return f"{subject['kind']} {space}{subject['name']}"


def test_who_can_shows_binding_role_and_place(scratch: Any, repository: Path) -> None:
    done = scratch.hullmark("who-can", "get", "secrets", repository / "examples" / "insecure")
    assert done.stdout.startswith("3 in this input can get secrets in all namespaces:\n")
    assert "User kim\n  ClusterRoleBinding helpdesk to ClusterRole helpdesk, in the whole cluster\n" in done.stdout
    assert "tools/rbac.yaml:53:3\n" in done.stdout
    assert "more by bindings that every cluster has" in done.stdout
    everybody = scratch.hullmark("who-can", "get", "secrets", repository / "examples" / "insecure", "--built-in")
    assert "Group system:masters\n  built-in binding to ClusterRole cluster-admin" in everybody.stdout


def test_nobody_is_said(scratch: Any) -> None:
    scratch.write("empty/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    done = scratch.hullmark("who-can", "get", "secrets", "empty")
    assert done.stdout.startswith("Nobody in this input can get secrets in all namespaces.\n")


def test_can_they_lists_grants_and_what_they_amount_to(scratch: Any, repository: Path) -> None:
    done = scratch.hullmark("can-they", "User:kim", repository / "examples" / "insecure", "--format", "json")
    found = json.loads(done.stdout)
    assert [each["through"]["role"] for each in found["grants"]] == ["ClusterRole/helpdesk"]
    assert {"escalate-verb", "bind-verb", "secret-read", "kubelet-api-proxy"} <= {
        each["power"] for each in found["powers"]
    }
    nobody = scratch.hullmark("can-they", "User:nobody", repository / "examples" / "insecure")
    assert nobody.stdout == "User nobody\n  no grant in this input\n"


UNKNOWN = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: NAME, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ROLE}
subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: "system:serviceaccounts:shop"}]
"""


@pytest.mark.parametrize("role", ["nowhere", "eks:admin"])
def test_roles_whose_rules_are_not_here_are_said(scratch: Any, role: str) -> None:
    """What an undefined role, or one that a platform installs, allows is not known: silence would be a `no`."""
    scratch.write("a.yaml", UNKNOWN.replace("NAME", "a").replace("ROLE", role))
    for question in (("who-can", "get", "pods", "-n", "shop"), ("can-they", "shop/web")):
        done = scratch.hullmark(*question, "a.yaml")
        assert f"RoleBinding a to ClusterRole {role}, in namespace shop" in " ".join(done.stdout.split())
        assert "not in this input" in done.stdout
        (unknown,) = json.loads(scratch.hullmark(*question, "a.yaml", "--format", "json").stdout)["unknown"]
        assert (unknown["role"], unknown["scope"]) == (f"ClusterRole {role}", "shop")
    for elsewhere in (("-n", "billing"), ()):
        done = scratch.hullmark("who-can", "get", "pods", *elsewhere, "a.yaml")
        assert role not in done.stdout


def test_members_of_groups_are_told_so(scratch: Any) -> None:
    scratch.write("a.yaml", UNKNOWN.replace("NAME", "a").replace("ROLE", "view"))
    done = scratch.hullmark("can-they", "shop/web", "a.yaml")
    assert "as a member of Group system:serviceaccounts:shop: RoleBinding a to" in " ".join(done.stdout.split())


@pytest.mark.parametrize("command", [("who-can", "get", "secrets"), ("can-they", "User:kim"), ("graph", "rbac")])
def test_lines_fit_a_terminal(scratch: Any, repository: Path, command: tuple[str, ...]) -> None:
    """Places are paths of the user's making; everything else is at most 80 wide."""
    done = scratch.hullmark(*command, repository / "examples" / "insecure")
    lines = [line for line in done.stdout.splitlines() if ".yaml:" not in line]
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("get secret", "get secrets in all namespaces"),
        ("get Ingress -n shop", "get ingresses in namespace shop"),
        ("get networkpolicy", "get networkpolicies in all namespaces"),
        ("list nodes", "list nodes"),
        ("get events.events.k8s.io", "get events.events.k8s.io in all namespaces"),
        ("delete namespaces --name shop", "delete namespaces shop"),
        ("sync applications.argoproj.io", "sync applications.argoproj.io in all namespaces"),
        ("get /metrics", "get /metrics"),
    ],
)
def test_resources_are_found_as_kubectl_finds_them(scratch: Any, question: str, asked: str) -> None:
    scratch.write("a.yaml", UNKNOWN.replace("NAME", "a").replace("ROLE", "view"))
    done = scratch.hullmark("who-can", *question.split(), "a.yaml", "--format", "json")
    assert json.loads(done.stdout)["question"] == asked


@pytest.mark.parametrize(
    ("question", "hint"),
    [
        ("get secretss", "is 'secrets' meant?"),
        ("get certificates", "with its group"),
        ("read secrets", "no verb 'read'"),
    ],
)
def test_what_nobody_serves_is_refused_instead_of_answered_with_nobody(scratch: Any, question: str, hint: str) -> None:
    done = scratch.hullmark("who-can", *question.split(), ".")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert hint in done.stderr


@pytest.mark.parametrize("subject", ["kim", "User:", "ServiceAccount:deployer", "Robot:x/y"])
def test_a_subject_that_names_nobody_is_one_line(scratch: Any, subject: str) -> None:
    done = scratch.hullmark("can-they", subject)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_graph_filters_edges(scratch: Any, repository: Path) -> None:
    def edges(*arguments: str) -> set[tuple[str, str]]:
        where = repository / "examples" / "insecure"
        done = scratch.hullmark("graph", "rbac", where, "--format", "json", *arguments)
        return {(each["subject"], each["power"]) for each in json.loads(done.stdout)["edges"]}

    everything = edges()
    assert (KIM, "secret-read") in everything
    assert {subject for subject, _ in edges("--subject", "kim")} == {KIM}
    assert {power for _, power in edges("--power", "secret-*")} == {"secret-read"}
    assert edges("--namespace", "shop") >= {(KIM, "secret-read")}
    assert edges("--subject", "nobody") == set()


@pytest.mark.parametrize("form", ["text", "json", "mermaid", "dot"])
def test_hostile_names_are_inert(scratch: Any, form: str) -> None:
    scratch.write("hostile.yaml", HOSTILE)
    done = scratch.hullmark("graph", "rbac", "hostile.yaml", "--format", form)
    assert done.returncode == 0
    assert "cluster-admin-binding" in done.stdout
    assert not {"\x1b", "\x07"} & set(done.stdout)
    assert not any(line.lstrip().startswith("::") for line in done.stdout.splitlines())
    if form == "mermaid":
        assert '"];y' not in done.stdout
    if form == "dot":
        assert '"];y' not in done.stdout.replace('\\"', "")


def test_an_unreadable_file_is_said_and_makes_the_answer_incomplete(scratch: Any) -> None:
    scratch.write("broken.yaml", "apiVersion: v1\nkind: [\n")
    done = scratch.hullmark("who-can", "get", "secrets", "broken.yaml")
    assert done.returncode == 3
    assert done.stderr.startswith("hullmark: broken.yaml: ")
