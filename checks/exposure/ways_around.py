"""Ways past firewalls and lists of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.gateway import PublishingObject
from hullmark.linter.model.exposure.client_addresses import lost_addresses
from hullmark.linter.model.exposure.manual import ManualAddress
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.model.exposure.trusted_headers import ClientAddress
from hullmark.linter.model.exposure.tunnels import Tunnel
from hullmark.linter.rule import Hit, Row, Rule, because, insert, manifest, rewrite, several
from hullmark.linter.rule.expiry import expired, malformed
from hullmark.linter.rule.repair import remove_object


def _tunnel(rule: Rule[Tunnel], tunnel: Tunnel) -> Iterator[Hit]:
    if tunnel.to_internet:
        yield rule.hit(
            tunnel,
            f"{tunnel.owner} opens a tunnel to the internet: {tunnel.what}",
            *(because(each.host_place, f"publishes {each.address}") for each in tunnel.endpoints),
        )


def _headers(rule: Rule[ClientAddress], setting: ClientAddress) -> Iterator[Hit]:
    if setting.from_anybody:
        yield rule.hit(
            setting,
            f"callers may say which address they have: {setting.what}",
            profile=Profile.DEFAULT if setting.matters else Profile.STRICT,
        )


def _not_preserved(rule: Rule[LinkedService], linked: LinkedService) -> Iterator[Hit]:
    policy = linked.service.external_traffic_policy
    for place in lost_addresses(linked):
        absent = insert(linked.service, "spec.externalTrafficPolicy", "Local")
        fix = rewrite(policy, "Local") if policy.present else absent
        text = f"the list sees addresses of nodes: {linked} does not preserve those of callers"
        yield rule.hit(place, text, because(linked.service, "publishes the gateway"), fix=fix)


def _manual(rule: Rule[ManualAddress], address: ManualAddress) -> Iterator[Hit]:
    if address.leads and address.is_exposed:
        why = [] if address.service is None else [because(address.service.opening, "open to the outside")]
        yield rule.hit(address, f"{address.resource} leads requests to {address.leads}", *why)


_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
      annotations:
        {annotation}
    spec:
      type: LoadBalancer
      ports: [{{port: 443}}]
"""
_CONFIG = """
    apiVersion: v1
    kind: ConfigMap
    metadata: {{name: ingress-nginx-controller, namespace: ingress-nginx}}
    data:
      use-forwarded-headers: {value}
"""
_BOUNDED = """\
      proxy-real-ip-cidr: 192.0.2.0/24
      use-proxy-protocol: "true"
"""
_GATEWAY = """
    apiVersion: v1
    kind: Service
    metadata:
      name: ingress-nginx-controller
      namespace: ingress-nginx
      labels: {{app.kubernetes.io/name: ingress-nginx}}
    spec:
      type: LoadBalancer
      externalTrafficPolicy: {policy}
      selector: {{app.kubernetes.io/name: ingress-nginx}}
      ports: [{{port: 443}}]
"""
_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
      namespace: shop
      annotations:
        nginx.ingress.kubernetes.io/whitelist-source-range: 192.0.2.0/24{mark}
    spec:
      ingressClassName: nginx
      tls: [{{hosts: [shop.example.com]}}]
      rules:
        - host: shop.example.com
          http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: web, port: {{number: 80}}}}}}}}]}}
"""
_ENDPOINTS = """
    apiVersion: v1
    kind: Endpoints
    metadata: {{name: web, namespace: shop}}
    subsets:
      - addresses:
          - ip: {ip}
        ports: [{{port: 80}}]
"""
_BALANCER = _SERVICE.format(annotation="example.com/owner: web")
_EXPIRES = "hullmark.io/expires: {day}"


def _lost(policy: str, mark: str = "") -> str:
    return "    ---\n".join((_GATEWAY.format(policy=policy), _INGRESS.format(mark=mark)))


RULES = (
    Row(
        "exposure/tunnel-to-internet",
        Tunnel,
        "Tunnel leads to the internet.\n\n"
        "The tunnel is opened from inside: firewalls, load balancers and their lists of addresses never see\n"
        "the callers, and whoever owns the account of the provider decides who they are.\n\n"
        "Publish through the gateway that your policies know, or limit the tunnel to a private network.",
        _tunnel,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("MITRE/T1572", "MITRE/T1133"),
        bad=(
            manifest(_SERVICE.format(annotation='tailscale.com/funnel: "true"  # ! Tailscale Funnel')),
            manifest("""
                apiVersion: v1
                kind: Pod
                metadata: {name: tunnel, namespace: shop}
                spec:
                  containers:
                    - name: tunnel
                      image: docker.io/cloudflare/cloudflared:2026.1.0  # ! cloudflared
            """),
        ),
        good=(manifest(_SERVICE.format(annotation='tailscale.com/expose: "true"')),),
    ),
    Row(
        "exposure/forwarded-headers-trusted",
        ClientAddress,
        "Gateway believes callers about their address.\n\n"
        "Whoever sends `X-Forwarded-For` is at the address that it names: lists of addresses, rate limits and\n"
        "logs are forged with one line.\n\n"
        "Say which proxies may set it (`proxy-real-ip-cidr`, `trustedIPs`), or turn the setting off.",
        _headers,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        controls=("NSA/network-separation-and-hardening",),
        bad=(manifest(_CONFIG.format(value='"true"  # ! use-forwarded-headers')),),
        good=(manifest(_CONFIG.format(value='"true"') + _BOUNDED),),
    ),
    Row(
        "exposure/client-address-not-preserved",
        LinkedService,
        "List of addresses sees nodes and not callers.\n\n"
        "On the way to the gateway the address of the caller is replaced by that of a node: the list lets\n"
        "everybody through, or nobody.\n\n"
        "Set `externalTrafficPolicy: Local`, or use the PROXY protocol.",
        _not_preserved,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=("NSA/network-separation-and-hardening",),
        bad=(manifest(_lost("Cluster", "  # ! addresses of nodes"), fixed=_lost("Local")),),
        good=(manifest(_lost("Local")),),
    ),
    Row(
        "exposure/manual-endpoints",
        ManualAddress,
        "Hand-written address leads where it should not.\n\n"
        "Whoever may write Endpoints sends a gateway to the loopback of its node, to the credentials of the\n"
        "cloud, or to Services of other namespaces (CVE-2021-25740).\n\n"
        "Let a selector choose the pods, and take the right to write Endpoints from users.",
        _manual,
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        controls=("CVE-2021-25740", "MITRE/T1557"),
        bad=(several(_BALANCER, _ENDPOINTS.format(ip="127.0.0.1  # ! loopback")),),
        good=(several(_BALANCER, _ENDPOINTS.format(ip="192.0.2.7")),),
    ),
    Row(
        "exposure/expired-opening",
        PublishingObject,
        "Temporary opening to the outside is past its last day.\n\n"
        "What was opened for an afternoon is still open: Kubernetes knows nothing of the annotation.\n\n"
        "Remove the object from the manifests, or give it a new last day on purpose.",
        partial(expired, fix=remove_object),
        severity=Severity.HIGH,
        controls=("NSA/network-separation-and-hardening",),
        bad=(
            manifest(_SERVICE.format(annotation=_EXPIRES.format(day='"2026-01-01"  # ! 14 days ago'))),
            several(
                _SERVICE.format(annotation=_EXPIRES.format(day='"2026-01-01"  # ! 14 days ago')),
                _BALANCER,
                fixed=_BALANCER,
            ),
        ),
        good=(manifest(_SERVICE.format(annotation=_EXPIRES.format(day='"2026-01-15"'))),),
    ),
    Row(
        "exposure/malformed-expiry",
        PublishingObject,
        "Expiry of an opening to the outside is no date.\n\n"
        "A value that is no date never comes, so that the opening stays while everybody believes that it will\n"
        "end.\n\n"
        'Write the last valid day as `hullmark.io/expires: "2026-01-31"`.',
        malformed,
        severity=Severity.MEDIUM,
        bad=(manifest(_SERVICE.format(annotation=_EXPIRES.format(day="in two weeks  # ! no date"))),),
        good=(manifest(_SERVICE.format(annotation=_EXPIRES.format(day='"2026-03-01"'))),),
    ),
)
