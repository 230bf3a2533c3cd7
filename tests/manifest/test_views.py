"""Services, ingresses, policies, roles and images as written, with the meaning of what is absent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.facts import table
from hullmark.linter.manifest.image import ImageReference, image_reference
from hullmark.linter.manifest.ingress import Ingress
from hullmark.linter.manifest.namespace import Namespace
from hullmark.linter.manifest.network import NetworkPolicy
from hullmark.linter.manifest.paths import branches, find
from hullmark.linter.manifest.place import Placed
from hullmark.linter.manifest.rbac import Binding, Role
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.scopes import is_cluster_scoped, plural
from hullmark.linter.manifest.service import Service

One = Callable[[str], Resource]
Shown = Callable[[Placed], str]


def service(one: One, spec: str) -> Service:
    return Service.reading(one(f"{{apiVersion: v1, kind: Service, metadata: {{name: a}}, spec: {spec}}}"))


@pytest.mark.parametrize(
    ("spec", "kind", "node_ports"),
    [
        ("{}", "ClusterIP", False),
        ("{type: NodePort}", "NodePort", True),
        ("{type: LoadBalancer}", "LoadBalancer", True),
        ("{type: LoadBalancer, allocateLoadBalancerNodePorts: false}", "LoadBalancer", False),
        ("{type: LoadBalancer, allocateLoadBalancerNodePorts: '${x}'}", "LoadBalancer", None),
        ("{type: '{{ t }}'}", None, None),
    ],
)
def test_service_type(one: One, spec: str, kind: str | None, node_ports: bool | None) -> None:
    found = service(one, spec)
    assert found.effective_type == kind
    assert found.opens_node_ports is node_ports


def test_service_ports(one: One) -> None:
    first, second, third = service(
        one, "{ports: [{port: 80}, {port: 81, targetPort: web, protocol: UDP}, {port: 82, targetPort: '{{ x }}'}]}"
    ).ports
    assert (first.transport, first.target) == ("TCP", 80)
    assert (second.transport, second.target) == ("UDP", "web")
    assert third.target is None


@pytest.mark.parametrize(("spec", "has"), [("{}", False), ("{selector: {}}", False), ("{selector: {a: b}}", True)])
def test_empty_service_selector_selects_nothing(one: One, spec: str, has: bool) -> None:
    assert service(one, spec).has_selector is has


def policy(one: One, spec: str) -> NetworkPolicy:
    return NetworkPolicy.reading(
        one(f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: a}}, spec: {spec}}}")
    )


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"),
    [
        ("{}", True, False),
        ("{policyTypes: []}", True, False),
        ("{egress: []}", True, False),
        ("{egress: [{}]}", True, True),
        ("{policyTypes: [Egress]}", False, True),
        ("{policyTypes: [Ingress], egress: [{}]}", True, False),
        ("{policyTypes: [Ingress, Egress]}", True, True),
        ("{policyTypes: ['${x}']}", None, None),
        ("{policyTypes: ['${x}', Egress]}", None, True),
    ],
)
def test_policy_types(one: One, spec: str, ingress: bool | None, egress: bool | None) -> None:
    found = policy(one, spec)
    assert found.isolates_ingress is ingress
    assert found.isolates_egress is egress


@pytest.mark.parametrize(
    ("rule", "any_peer", "any_port", "everywhere"),
    [
        ("{}", True, True, []),
        ("null", True, True, []),
        ("{from: [], ports: null}", True, True, []),
        ("{from: null, ports: [{port: 80}]}", True, False, []),
        ("{from: [{podSelector: {}}]}", False, True, [False]),
        ("{from: [{namespaceSelector: {}}]}", False, True, [True]),
        ("{from: [{namespaceSelector: {}, podSelector: {}}]}", False, True, [True]),
        ("{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}", False, True, [False]),
        ("{from: [{namespaceSelector: null, podSelector: {}}]}", False, True, [False]),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}", False, True, [True]),
        ("{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}", False, True, [False]),
        ("{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}", False, True, [False]),
    ],
)
def test_traffic_rules(one: One, rule: str, any_peer: bool, any_port: bool, everywhere: list[bool]) -> None:
    (found,) = policy(one, f"{{ingress: [{rule}]}}").ingress
    assert found.any_peer is any_peer
    assert found.any_port is any_port
    assert [peer.is_everywhere for peer in found.peers] == everywhere


@pytest.mark.parametrize(
    ("spec", "all_pods"),
    [
        ("{}", True),
        ("{podSelector: {}}", True),
        ("{podSelector: {matchLabels: {a: b}}}", False),
        ("{podSelector: [a]}", False),
    ],
)
def test_policy_without_selector_selects_every_pod(one: One, spec: str, all_pods: bool) -> None:
    assert policy(one, spec).selects_all is all_pods


def test_ingress_of_both_shapes(one: One) -> None:
    new = Ingress.reading(
        one(
            """\
            apiVersion: networking.k8s.io/v1
            kind: Ingress
            metadata: {name: a, annotations: {kubernetes.io/ingress.class: old}}
            spec:
              ingressClassName: nginx
              defaultBackend: {service: {name: d, port: {number: 80}}}
              rules: [{host: h, http: {paths: [{path: /, backend: {service: {name: s, port: {name: web}}}}]}}]
            """
        )
    )
    old = Ingress.reading(
        one(
            """\
            apiVersion: extensions/v1beta1
            kind: Ingress
            metadata: {name: a, annotations: {kubernetes.io/ingress.class: old}}
            spec:
              backend: {serviceName: d, servicePort: 80}
              rules: [{http: {paths: [{backend: {serviceName: s, servicePort: web}}]}}]
            """
        )
    )
    for each, name in ((new, "nginx"), (old, "old")):
        assert each.class_name.value == name
        assert (each.default_backend.service_name.value, each.default_backend.service_port.value) == ("d", 80)
        backend = each.rules[0].paths[0].backend
        assert (backend.service_name.value, backend.service_port.value) == ("s", "web")


def test_role_rules_know_the_place_of_every_element(one: One, shown: Shown) -> None:
    role = Role.reading(
        one(
            """\
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: a}
            rules:
              - verbs: [get, "*"]
                apiGroups: [""]
                resources: [secrets]
                resourceNames: []
              - nonResourceURLs: ["/healthz"]
                resourceNames: [a]
                verbs: [get]
            """
        )
    )
    first, second = role.rules
    star = first.verbs.find("*")
    assert star is not None
    assert shown(star) == '5: "*"'
    assert not first.is_restricted_by_name
    assert second.is_restricted_by_name
    assert role.is_cluster_role
    assert not role.is_aggregated


def test_binding(one: One, shown: Shown) -> None:
    binding = Binding.reading(
        one(
            """\
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: a}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
            subjects:
              - {kind: ServiceAccount, name: s, namespace: n}
              - {kind: User, name: "a\\e[2J"}
            """
        )
    )
    assert shown(binding.role_ref) == "4: admin"
    assert [str(each) for each in binding.subjects] == ["ServiceAccount 'n/s'", "User 'a\\x1b[2J'"]
    assert shown(binding.subjects[0]) == "6: s"
    assert not binding.is_cluster_binding


def test_pod_security_labels(one: One, shown: Shown) -> None:
    labels = "{pod-security.kubernetes.io/enforce: baseline}"
    namespace = Namespace.reading(one(f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels: {labels}\n"))
    assert namespace.pod_security("enforce").value == "baseline"
    assert shown(namespace.pod_security("warn")) == "5: labels"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", ("docker.io", "library/nginx", "", "")),
        ("nginx:1.27", ("docker.io", "library/nginx", "1.27", "")),
        ("bitnami/redis:7", ("docker.io", "bitnami/redis", "7", "")),
        ("docker.io/nginx", ("docker.io", "library/nginx", "", "")),
        ("index.docker.io/library/nginx", ("docker.io", "library/nginx", "", "")),
        ("registry.k8s.io/pause:3.9", ("registry.k8s.io", "pause", "3.9", "")),
        ("localhost/a", ("localhost", "a", "", "")),
        ("localhost:5000/a/b:c", ("localhost:5000", "a/b", "c", "")),
        ("host:5000/a@sha256:" + "0" * 64, ("host:5000", "a", "", "sha256:" + "0" * 64)),
        ("a.b/c:d@sha256:" + "f" * 64, ("a.b", "c", "d", "sha256:" + "f" * 64)),
        ("[2001:db8::1]:5000/a", ("[2001:db8::1]:5000", "a", "", "")),
        ("Nginx", None),
        ("nginx:", None),
        ("nginx:a b", None),
        ("a//b", None),
        ("-a", None),
        ("", None),
        ("a" * 2000, None),
        ("a\n", None),
    ],
)
def test_image_references(text: str, expected: tuple[str, str, str, str] | None) -> None:
    assert image_reference(text) == (None if expected is None else ImageReference(*expected))


def test_floating_references() -> None:
    floating = ["nginx", "nginx:latest", "a.b/c"]
    fixed = ["nginx:1", "nginx:latest@sha256:" + "0" * 64]
    assert [image_reference(text).floats for text in (*floating, *fixed)] == [True] * 3 + [False] * 2  # type: ignore[union-attr]


def test_path_patterns(one: One) -> None:
    root: Cursor = one(
        "{apiVersion: v1, kind: X, a: {b: [{c: 1}, {name: n, c: 2}, null], d: {x: {c: 3}, z: {c: 4}}}}"
    ).cursor
    assert [(label, at.text) for label, at in find(root, "a.b[].c")] == [("b[0]", "1"), ("b[n]", "2")]
    assert [(label, at.text) for label, at in find(root, "a.d{}.c")] == [("x", "3"), ("z", "4")]
    assert [(label, at.text) for label, at in find(root, "a.{d.x,b[],none}.c")] == [
        ("d.x", "3"),
        ("b[0]", "1"),
        ("b[n]", "2"),
    ]
    assert [label for label, _ in find(root, "a.{b,none}[].c")] == ["b[0]", "b[n]"]
    assert [label for label, _ in find(root, ".")] == [""]
    assert list(find(root, "a.b.c")) == []


def test_every_path_of_the_tables_is_a_pattern() -> None:
    rows = table("workload_kinds")
    for section in ("builtin", "wrappers", "custom"):
        for row in rows[section]:
            for column in ("path", "podspec", "objects", "at", "pod"):
                assert all(branches(row[column]) for column in [column] if column in row and row[column] != ".")


def test_path_that_is_no_pattern_is_an_error() -> None:
    with pytest.raises(ValueError, match="no path pattern"):
        branches("a.[b")


@pytest.mark.parametrize(
    ("group", "kind", "cluster"),
    [
        ("", "Namespace", True),
        ("", "Endpoints", False),
        ("apps", "Deployment", False),
        ("networking.k8s.io", "NetworkPolicy", False),
        ("networking.k8s.io", "IngressClass", True),
        ("rbac.authorization.k8s.io", "ClusterRole", True),
        ("cilium.io", "CiliumClusterwideNetworkPolicy", True),
        ("example.com", "Thing", None),
    ],
)
def test_scope_of_kinds(group: str, kind: str, cluster: bool | None) -> None:
    assert is_cluster_scoped(group, kind) is cluster


def test_plural_names() -> None:
    kinds = ["Pod", "NetworkPolicy", "Ingress", "Endpoints", "IngressClass", "Gateway", "PodSecurityPolicy"]
    assert [plural(kind) for kind in kinds] == [
        "pods",
        "networkpolicies",
        "ingresses",
        "endpoints",
        "ingressclasses",
        "gateways",
        "podsecuritypolicies",
    ]


def test_unknown_table_is_an_error() -> None:
    with pytest.raises((LookupError, OSError)):
        table("no-such-table")
