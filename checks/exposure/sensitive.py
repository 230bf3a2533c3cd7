"""Programs that an attacker looks for first, within reach of the outside."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.exposures import Way
from hullmark.linter.model.exposure.openings import Opening
from hullmark.linter.model.exposure.publicness import NODES_PUBLIC
from hullmark.linter.model.exposure.sorts import Sort
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.rule import Because, Hit, Option, Row, Rule, several
from hullmark.linter.rule.pod_rows import about

_NODES = Option(NODES_PUBLIC, "auto", "Whether nodes have public addresses: yes, no, or auto to look for evidence.")
_CONTROLS = ("NSA/network-separation-and-hardening", "MITRE/T1133", "MITRE/T1190")
_DOCKER_PLAIN = 2375
_JDWP = 5005


def _hit(opening: Opening, severity: Severity, rule: Rule[Opening], profile: Profile | None = None) -> Hit:
    """The way in as a path: from what opens to the container."""
    first = opening.first
    zone = (first.zone.zone or Zone.CLUSTER).words
    container = first.container
    who = str(first.pod) if container is None else container.described
    return Hit(
        opening.place,
        f"{opening.match.what} is open to {zone}{opening.ports}: {who}",
        tuple(Because(step.place, step.note) for step in first.steps),
        severity=severity,
        confidence=min(rule.confidence, opening.confidence),
        profile=profile,
        subject_name=opening.match.sort,
        flow=True,
        about=about(first.pod, container),
    )


def _is(opening: Opening, sort: Sort) -> bool:
    return opening.match.sort is sort and not opening.is_blocked and opening.first.zone.is_exposed


def _datastore(rule: Rule[Opening], opening: Opening) -> Iterator[Hit]:
    if not _is(opening, Sort.DATASTORE) or opening.is_limited or opening.first.auth.is_on:
        return
    if not opening.first.is_public:
        yield _hit(opening, Severity.MEDIUM, rule)
    else:
        yield _hit(opening, Severity.CRITICAL if opening.lacks_password else Severity.HIGH, rule)


def _admin(rule: Rule[Opening], opening: Opening) -> Iterator[Hit]:
    auth = opening.first.auth
    if not _is(opening, Sort.ADMIN) or opening.is_limited or auth.is_on:
        return
    if not opening.first.is_public:
        yield _hit(opening, Severity.MEDIUM, rule, Profile.STRICT)
    else:
        unsure = auth.is_unknown or opening.match.own_login
        yield _hit(opening, Severity.MEDIUM if unsure else Severity.HIGH, rule)


def _shell(rule: Rule[Opening], opening: Opening) -> Iterator[Hit]:
    if not _is(opening, Sort.SHELL):
        return
    first = opening.first
    if first.is_public or first.zone.zone is Zone.NODE:
        yield _hit(opening, Severity.CRITICAL if _DOCKER_PLAIN in opening.numbers else Severity.HIGH, rule)


def _debugger(rule: Rule[Opening], opening: Opening) -> Iterator[Hit]:
    if _is(opening, Sort.DEBUGGER):
        java = _JDWP in opening.numbers or opening.match.confidence is Confidence.HIGH
        critical = java and opening.first.zone.is_internet
        yield _hit(opening, Severity.CRITICAL if critical else Severity.HIGH, rule)


def _component(rule: Rule[Opening], opening: Opening) -> Iterator[Hit]:
    if _is(opening, Sort.COMPONENT) and opening.first.way in (Way.SERVICE, Way.GATEWAY):
        yield _hit(opening, Severity.CRITICAL, rule)


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: {name}
      namespace: shop
    spec:
      type: {type}
      selector: {{app: {name}}}
      ports:
        - port: {port}
"""
_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: {name}
      namespace: shop
      labels: {{app: {name}}}
    spec:
      containers:
        - name: {name}
          image: {image}
          ports:
            - containerPort: {port}
"""
_LIMIT = "      loadBalancerSourceRanges: [192.0.2.0/24]\n"


def _pair(name: str, image: str, port: int, kind: str, more: str = "", pod: str = "") -> tuple[str, str]:
    return (
        _SERVICE.format(name=name, type=kind, port=port) + more,
        _POD.format(name=name, image=image, port=port) + pod,
    )


_DENY = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: deny, namespace: shop}
    spec:
      podSelector: {}
      policyTypes: [Ingress]
"""
_TRUST = "          env: [{name: POSTGRES_HOST_AUTH_METHOD, value: trust}]\n"
_OPEN = "LoadBalancer  # ! open to the internet"
_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: prometheus
      namespace: shop
      annotations:
        nginx.ingress.kubernetes.io/auth-url: https://login.example.com/check
    spec:
      ingressClassName: nginx
      rules:
        - host: metrics.example.com
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: {service: {name: prometheus, port: {number: 9090}}}
"""

RULES = (
    Row(
        "exposure/datastore-exposed",
        Opening,
        "Datastore is open to the outside.\n\n"
        "Databases are scanned for all day long: one weak password, or one flaw of the login, and the data\n"
        "is read, changed or held for ransom.\n\n"
        "Make the Service `ClusterIP` and remove routes to it; where somebody outside needs it, name the\n"
        "addresses that may come.",
        _datastore,
        severity=Severity.HIGH,
        controls=_CONTROLS,
        options=(_NODES,),
        bad=(
            several(*_pair("db", "docker.io/library/postgres:17", 5432, _OPEN)),
            several(*_pair("db", "docker.io/library/postgres:17", 5432, "LoadBalancer  # !", pod=_TRUST)),
            several(*_pair("cache", "registry.example/shop/cache:1.2", 6379, "NodePort  # ! port of a datastore")),
        ),
        good=(
            several(*_pair("db", "docker.io/library/postgres:17", 5432, "LoadBalancer", _LIMIT)),
            several(*_pair("db", "docker.io/library/postgres:17", 5432, "LoadBalancer"), _DENY),
        ),
    ),
    Row(
        "exposure/admin-interface-exposed",
        Opening,
        "Admin interface is open to the outside.\n\n"
        "Whoever opens the page operates what it operates: the cluster, a database, a build server. Many of\n"
        "these ask for no password unless they are told to.\n\n"
        "Keep it inside and use `kubectl port-forward`, or put a gateway that authenticates before it.",
        _admin,
        severity=Severity.HIGH,
        controls=(*_CONTROLS, "STIG/V-242395"),
        options=(_NODES,),
        bad=(several(*_pair("prometheus", "quay.io/prometheus/prometheus:v3.5.0", 9090, _OPEN)),),
        good=(several(*_pair("prometheus", "quay.io/prometheus/prometheus:v3.5.0", 9090, "ClusterIP"), _INGRESS),),
    ),
    Row(
        "exposure/remote-shell-exposed",
        Opening,
        "Remote shell is open to the outside.\n\n"
        "A login to a container from outside is a login to the cluster's network, with the token and the\n"
        "secrets of the pod. The Docker API asks for no login at all and gives the node.\n\n"
        "Remove the Service. People who need a shell have `kubectl exec`, which asks who they are.",
        _shell,
        severity=Severity.HIGH,
        controls=("NSA/network-separation-and-hardening", "MITRE/T1133", "MITRE/T1021"),
        options=(_NODES,),
        bad=(
            several(*_pair("bastion", "docker.io/linuxserver/openssh-server:9.9", 2222, _OPEN)),
            several(*_pair("build", "docker.io/library/docker:28-dind", 2375, "NodePort  # ! Docker")),
        ),
        good=(several(*_pair("bastion", "docker.io/linuxserver/openssh-server:9.9", 2222, "LoadBalancer"), _DENY),),
    ),
    Row(
        "exposure/debugger-exposed",
        Opening,
        "Debugger is open to the outside.\n\n"
        "Debuggers ask for no password: whoever connects reads and changes the memory of the program, and\n"
        "through it runs commands in the container.\n\n"
        "Remove the port from the Service and the debugger from the command line.",
        _debugger,
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        controls=("MITRE/T1190",),
        bad=(several(*_pair("api", "registry.example/shop/api:1.4.2", 5005, "NodePort  # ! port of a debugger")),),
        good=(several(*_pair("api", "registry.example/shop/api:1.4.2", 5005, "NodePort"), _DENY),),
    ),
    Row(
        "exposure/cluster-component-exposed",
        Opening,
        "Component of the cluster is published.\n\n"
        "etcd, the kubelet and the controllers rule the cluster. They are meant to be reached by one\n"
        "another, and a gap in their own authentication is a gap to everything.\n\n"
        "Remove the Service: nothing outside needs these ports.",
        _component,
        severity=Severity.CRITICAL,
        controls=("NSA/control-plane-hardening", "MITRE/T1133"),
        bad=(
            several(
                *_pair("scheduler", "registry.k8s.io/kube-scheduler:v1.34.0", 10259, "NodePort  # ! a component of the")
            ),
        ),
        good=(several(*_pair("scheduler", "registry.k8s.io/kube-scheduler:v1.34.0", 10259, "NodePort"), _DENY),),
    ),
)
