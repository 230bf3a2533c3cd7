"""What is known of the holder of a power moves its severity one step, and its profile with it."""

from __future__ import annotations

import pytest

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.shared import HeldPower, JudgedPower
from hullmark.linter.model.workspace import build_workspace
from hullmark.linter.rule.powers.rows import profile_of
from hullmark.linter.text import Source

ROLE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: agent}
rules:
  - {apiGroups: [""], resources: [RESOURCE], verbs: [VERB]}
"""
BINDING = """
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: agent}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: agent}
subjects:
  - SUBJECT
"""
ACCOUNT = "{kind: ServiceAccount, name: agent, namespace: shop}"
POD = """
---
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop, labels: {app: agent}}
spec:
  serviceAccountName: agent
  containers: [{name: agent, image: IMAGE, ports: [{containerPort: 8080}]}]
"""
PLAIN = POD.replace("IMAGE", "registry.example/agent:1.0.0")
WITHOUT_TOKEN = PLAIN.replace("spec:\n", "spec:\n  automountServiceAccountToken: false\n")
KNOWN = POD.replace("IMAGE", "quay.io/jetstack/cert-manager-controller:v1.17.1")
PUBLIC = """
---
apiVersion: v1
kind: Service
metadata: {name: agent, namespace: shop}
spec: {type: LoadBalancer, selector: {app: agent}, ports: [{port: 80, targetPort: 8080}]}
"""
ANN = "{kind: User, apiGroup: rbac.authorization.k8s.io, name: ann}"
OPEN = "{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:authenticated'}"


def _bundle(text: str, context: Context) -> Bundle:
    manifest = read_manifest(Source("a.yaml", text), context)
    (bundle,) = build_workspace(list(manifest.resources), context).bundles
    return bundle


def _powers(text: str, context: Context) -> dict[str, HeldPower]:
    return {each.power: each for each in JudgedPower.among(_bundle(text, context))}


def _role(resource: str, verb: str) -> str:
    return ROLE.replace("RESOURCE", resource).replace("VERB", verb)


def _bound(subject: str, *more: str) -> str:
    return BINDING.replace("SUBJECT", subject) + "".join(more)


@pytest.mark.parametrize(
    ("holder", "severity", "profile"),
    [
        (_bound(ACCOUNT, PLAIN), Severity.HIGH, Profile.DEFAULT),
        (_bound(ACCOUNT, PLAIN, PUBLIC), Severity.CRITICAL, Profile.DEFAULT),
        (_bound(ACCOUNT, WITHOUT_TOKEN, PUBLIC), Severity.MEDIUM, Profile.STRICT),
        (_bound(ACCOUNT), Severity.MEDIUM, Profile.STRICT),
        (_bound(ACCOUNT, KNOWN), Severity.MEDIUM, Profile.STRICT),
        (_bound(ANN), Severity.MEDIUM, Profile.STRICT),
        (_bound(OPEN), Severity.CRITICAL, Profile.DEFAULT),
        ("", Severity.INFO, Profile.STRICT),
    ],
    ids=["token", "public", "no token", "unused", "known controller", "person", "everybody", "nobody"],
)
def test_holder_moves_the_severity(holder: str, severity: Severity, profile: Profile) -> None:
    held = _powers(_role("secrets", "get") + holder, Context())["secret-read"]
    assert (held.severity, profile_of(held)) == (severity, profile)


@pytest.mark.parametrize(("key", "severity"), [("rbac.trusted-subjects", 0), ("rbac.machine-identities", 3)])
def test_configuration_knows_the_holder(key: str, severity: int) -> None:
    context = Context(options={key: ("User:ann",)})
    held = _powers(_role("secrets", "get") + _bound(ANN), context)["secret-read"]
    assert held.severity == Severity(severity)


@pytest.mark.parametrize(
    ("minor", "severity"), [((1, 34), Severity.CRITICAL), ((1, 35), Severity.INFO), ((1, 36), Severity.INFO)]
)
def test_get_on_exec_depends_on_the_version(minor: tuple[int, int], severity: Severity) -> None:
    held = _powers(_role("pods/exec", "get") + _bound(ACCOUNT, PLAIN), Context(kubernetes=minor))["pod-exec"]
    assert held.severity == severity


SECRET = """
---
apiVersion: v1
kind: Secret
metadata: {name: NAME, namespace: shop, annotations: {kubernetes.io/service-account.name: WHO}}
type: TYPE
"""
TOKEN = SECRET.replace("TYPE", "kubernetes.io/service-account-token").replace("NAME", "token")
ROOT = (
    BINDING.replace("name: agent", "name: root", 1)
    .replace("name: agent", "name: cluster-admin")
    .replace("SUBJECT", "{kind: ServiceAccount, name: root, namespace: ops}")
)


@pytest.mark.parametrize(("verbs", "severity"), [("get", Severity.LOW), ("get, delete", Severity.HIGH)])
def test_a_powerful_neighbour_raises_what_can_be_forged_alone(verbs: str, severity: Severity) -> None:
    home = "metadata: {name: agent, namespace: ops}"
    rules = f"  - {{apiGroups: [''], resources: [secrets], verbs: [{verbs}], resourceNames: [own]}}\n"
    role = _role("secrets", "create").replace("ClusterRole", "Role").replace("metadata: {name: agent}", home) + rules
    bound = _bound(ACCOUNT).replace("Cluster", "").replace("metadata: {name: agent}", home)
    assert _powers(role + bound + ROOT, Context())["token-secret-forge"].severity == severity


@pytest.mark.parametrize(
    ("namespace", "beside", "severity"),
    [
        ("shop", "", Severity.MEDIUM),
        ("kube-system", "", Severity.HIGH),
        ("shop", TOKEN.replace("WHO", "weak"), Severity.MEDIUM),
        ("ops", TOKEN.replace("WHO", "root").replace("shop", "ops"), Severity.CRITICAL),
        ("shop", SECRET.replace("NAME", "admin-kubeconfig").replace("TYPE", "Opaque"), Severity.CRITICAL),
        ("shop", SECRET.replace("NAME", "database").replace("TYPE", "Opaque"), Severity.MEDIUM),
    ],
    ids=["ordinary", "kube-system", "token of a weak account", "token of a strong one", "kubeconfig", "password"],
)
def test_reading_secrets_of_a_namespace_is_worth_what_they_open(
    namespace: str, beside: str, severity: Severity
) -> None:
    home = f"metadata: {{name: agent, namespace: {namespace}}}"
    bound = _bound(ACCOUNT).replace("Cluster", "").replace("metadata: {name: agent}", home, 1)
    role = _role("secrets", "get").replace("ClusterRole", "Role").replace("metadata: {name: agent}", home, 1)
    assert _powers(role + bound + PLAIN + ROOT + beside, Context())["secret-read"].severity == severity


@pytest.mark.parametrize(
    ("source", "severity"),
    [
        ("", Severity.MEDIUM),
        ("env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: token, key: token}}}]", Severity.HIGH),
        ("envFrom: [{secretRef: {name: token}}]", Severity.HIGH),
        ("envFrom: [{secretRef: {name: agent-token-x7k2p}}]", Severity.HIGH),
        ("envFrom: [{secretRef: {name: other-token-x7k2p}}]", Severity.MEDIUM),
    ],
    ids=["none", "variable", "variables", "by its name", "of nobody"],
)
@pytest.mark.parametrize("runs_as", ["agent", "another"])
def test_tokens_that_pods_read_from_secrets_are_tokens(source: str, severity: Severity, runs_as: str) -> None:
    """Whoever runs as somebody else and reads the token of the account holds it as well."""
    pod = WITHOUT_TOKEN.replace("image: registry.example/agent:1.0.0", f"image: a, {source}" if source else "image: a")
    pod = pod.replace("serviceAccountName: agent", f"serviceAccountName: {runs_as}")
    declared = "\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: agent, namespace: shop}\n"
    text = _role("secrets", "get") + _bound(ACCOUNT, pod, TOKEN.replace("WHO", "agent"), declared)
    assert _powers(text, Context())["secret-read"].severity == severity


@pytest.mark.parametrize(
    ("rules", "severity"),
    [
        (("create", "get"), Severity.CRITICAL),
        (("create", "get|own"), Severity.MEDIUM),
        (("create", "get|own", "delete|own"), Severity.CRITICAL),
        (("create", "get|own", "delete|other"), Severity.MEDIUM),
        (("create", "get|own", "delete"), Severity.CRITICAL),
    ],
    ids=["read all", "own alone", "own can be freed", "another can be freed", "all can be freed"],
)
def test_a_secret_that_is_there_cannot_be_forged(rules: tuple[str, ...], severity: Severity) -> None:
    """Controllers that keep a Secret of their own create freely and read by name: it exists once they have run."""
    lines = [
        f"  - {{apiGroups: [''], resources: [secrets], verbs: [{verb}]{name and f', resourceNames: [{name}]'}}}\n"
        for verb, _, name in (rule.partition("|") for rule in rules)
    ]
    text = ROLE[: ROLE.index("  - ")] + "".join(lines) + _bound(ACCOUNT, PLAIN)
    assert _powers(text, Context())["token-secret-forge"].severity == severity


def test_powers_of_unbound_roles_are_nobodys() -> None:
    bundle = _bundle(_role("secrets", "get"), Context())
    assert [each.is_unbound for each in JudgedPower.among(bundle)] == [True]
    assert HeldPower.among(bundle) == ()


@pytest.mark.parametrize("role", ["view", "edit", "admin"])
def test_people_with_the_usual_roles_in_a_namespace_are_the_normal_way_to_work(role: str) -> None:
    text = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: NAMESPACE}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}\nsubjects: [{ANN}]\n"
    )
    usual = JudgedPower.among(_bundle(text.replace("NAMESPACE", "shop"), Context()))
    assert {profile_of(each) for each in usual} <= {Profile.ALL}
    raised = JudgedPower.among(_bundle(text.replace("NAMESPACE", "kube-system"), Context()))
    assert any(profile_of(each) is Profile.DEFAULT for each in raised) == (role != "view")


@pytest.mark.parametrize(("names", "severity"), [("agent", Severity.MEDIUM), ("other", Severity.HIGH)])
def test_a_controllers_own_webhook_is_one_step_less(names: str, severity: Severity) -> None:
    rule = "apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations]"
    role = ROLE.replace('apiGroups: [""], resources: [RESOURCE]', f"{rule}, resourceNames: [{names}]")
    hook = "\n---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
    text = role.replace("VERB", "update") + _bound(ACCOUNT, PLAIN, hook + "metadata: {name: agent}\nwebhooks: []\n")
    assert _powers(text, Context())["admission-webhook-write"].severity == severity


def test_effects_that_other_subjects_decide() -> None:
    role = _role("serviceaccounts", "create")
    waiting = _bound("{kind: ServiceAccount, name: old, namespace: shop}").replace("name: agent", "name: cluster-admin")
    declared = "\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: agent, namespace: shop}\n"
    text = role + _bound(ACCOUNT, PLAIN, declared, waiting.replace("name: cluster-admin", "name: waiting", 1))
    assert _powers(text, Context())["service-account-write"].severity is Severity.CRITICAL
