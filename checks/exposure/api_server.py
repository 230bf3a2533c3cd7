"""The API server within reach of the outside."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.model.exposure.addresses import is_everything, is_private, network
from hullmark.linter.model.exposure.api_publications import ApiProxy, ApiPublication
from hullmark.linter.model.exposure.api_servers import ApiServerAccess
from hullmark.linter.model.exposure.zones import Zone
from hullmark.linter.rule import Because, Hit, Option, Row, Rule, manifest, remove, several

_PREFIX = Option("exposure.max-public-prefix", 16, "The widest range of public IPv4 addresses; IPv6 twice as long.")
_CONTROLS = (
    "CIS-EKS-1.8/5.4.1",
    "CIS-GKE-1.9/5.6.3",
    "NSA/network-separation-and-hardening",
    "MITRE/T1133",
    "MITRE/T1190",
)


def _open(rule: Rule[ApiServerAccess], access: ApiServerAccess) -> Iterator[Hit]:
    if access.public is not True or any("{{" in (item.text or "") for item in access.entries):
        return
    severity, profile = (Severity.LOW, Profile.STRICT) if access.local else (None, None)
    texts = [access.range_of(item) for item in access.entries]
    message = "the API server is reachable from everywhere"
    if texts and not is_everything(texts):
        return
    if not texts:
        sure = Confidence.HIGH if access.explicit else Confidence.MEDIUM
        yield rule.hit(access, message, confidence=sure, severity=severity, profile=profile)
        return
    alone = [item for item in access.entries if is_everything([access.range_of(item)])]
    for item in alone or access.entries:
        yield rule.hit(item, f"{message}: {item.text!r}", severity=severity, profile=profile)


def _too_wide(rule: Rule[ApiServerAccess], access: ApiServerAccess) -> Iterator[Hit]:
    widest = rule.number(access.resource.context, "exposure.max-public-prefix")
    for item in access.entries if access.public else ():
        found = network(item.text or "")
        if found is None or is_private(item.text or "") or found.prefixlen == 0:
            continue
        if found.prefixlen < (widest if found.version == 4 else 2 * widest):
            yield rule.hit(item, f"{found.num_addresses} addresses reach the API server: {item.text!r}")


def _private_off(rule: Rule[ApiServerAccess], access: ApiServerAccess) -> Iterator[Hit]:
    private = access.private
    if private is None or not access.public or (private.text or "").lower() == "true" or _templated(private.text):
        return
    yield rule.hit(private, "the private endpoint of the API server is off, so that nodes take the public one")


def _templated(text: str | None) -> bool:
    return text is not None and "{{" in text


def _published(rule: Rule[ApiPublication], found: ApiPublication) -> Iterator[Hit]:
    if found.zone.zone not in (Zone.INTERNET, Zone.NODE):
        return
    guarded = found.is_guarded
    yield rule.hit(
        found,
        f"{found.resource} publishes the API server to {found.zone.zone.words}"
        + (", for a short list of addresses" if guarded else ""),
        *(Because(step.place, step.note) for step in found.steps),
        severity=Severity.INFO if guarded else None,
        profile=Profile.ALL if guarded else None,
        confidence=min(rule.confidence, found.zone.confidence),
        flow=True,
    )


def _proxy(rule: Rule[ApiProxy], proxy: ApiProxy) -> Iterator[Hit]:
    for item in proxy.opens:
        yield rule.hit(
            item,
            f"{proxy.container.described} lets others use its access to the API server",
            severity=Severity.CRITICAL if proxy.is_exposed else None,
            fix=remove(item),
        )


_EKSCTL = """
    apiVersion: eksctl.io/v1alpha5
    kind: ClusterConfig
    metadata: {{name: shop, region: eu-central-1}}
    vpc:
      clusterEndpoints:
        publicAccess: {public}
        privateAccess: {private}
{more}
"""
_LIST = "      publicAccessCIDRs: [{ranges}]"
_CONTAINER_CLUSTER = """
    apiVersion: container.cnrm.cloud.google.com/v1beta1
    kind: ContainerCluster
    metadata: {name: shop}
    spec:
      location: europe-west1
      masterAuthorizedNetworksConfig:
        cidrBlocks:
          - cidrBlock: 0.0.0.0/0  # ! '0.0.0.0/0'
"""
_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: api
      namespace: default
      annotations: {nginx.ingress.kubernetes.io/backend-protocol: HTTPS}
    spec:
      ingressClassName: nginx
      rules:
        - host: api.example.com
          http:
            paths:
              - path: /
                pathType: Prefix
                backend:
                  service:
                    name: kubernetes  # ! publishes the API server
                    port: {number: 443}
"""
_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata: {{name: api, namespace: kube-system}}
    spec:
      type: LoadBalancer{mark}
      selector: {{component: kube-apiserver}}
      ports: [{{port: 6443}}]
      loadBalancerSourceRanges: [{ranges}]
"""
_APISERVER = """
    apiVersion: v1
    kind: Pod
    metadata: {name: kube-apiserver, namespace: kube-system, labels: {component: kube-apiserver}}
    spec:
      hostNetwork: true
      containers: [{name: kube-apiserver, image: registry.k8s.io/kube-apiserver:v1.34.0}]
"""
_PROXY = """
    apiVersion: v1
    kind: Pod
    metadata: {{name: proxy, namespace: shop}}
    spec:
      containers:
        - name: proxy
          image: registry.example/tools/kubectl:1.34
          command: [kubectl]
          args:
            - proxy
{more}"""
_ADDRESS = "            - --address=0.0.0.0{mark}\n"
_SOME = _LIST.format(ranges="192.0.2.0/24")


def _eksctl(public: str = "true", private: str = "true", more: str = "") -> str:
    return _EKSCTL.format(public=public, private=private, more=more)


RULES = (
    Row(
        "exposure/api-server-open-to-internet",
        ApiServerAccess,
        "API server is open to the whole internet.\n\n"
        "Everybody may try stolen tokens, and the next flaw of the API server, from anywhere.\n\n"
        "Switch the public endpoint off, or list the addresses that may come.",
        _open,
        severity=Severity.HIGH,
        controls=_CONTROLS,
        bad=(
            manifest(_eksctl(public="true  # ! from everywhere")),
            manifest(_eksctl(more=_LIST.format(ranges="192.0.2.0/24, 0.0.0.0/0") + "  # ! '0.0.0.0/0'")),
            manifest(_CONTAINER_CLUSTER),
        ),
        good=(manifest(_eksctl(public="false")), manifest(_eksctl(more=_SOME))),
    ),
    Row(
        "exposure/api-server-allow-list-too-wide",
        ApiServerAccess,
        "List of addresses for the API server is very wide.\n\n"
        "A range of a provider holds the machines of all of its customers, and those of attackers.\n\n"
        "List the addresses of your own offices and pipelines.",
        _too_wide,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=_CONTROLS,
        options=(_PREFIX,),
        bad=(manifest(_eksctl(more=_LIST.format(ranges="203.0.0.0/10") + "  # ! addresses reach the API server")),),
        good=(manifest(_eksctl(more=_SOME)),),
    ),
    Row(
        "exposure/api-server-private-endpoint-off",
        ApiServerAccess,
        "Private endpoint of the API server is off.\n\n"
        "Nodes and pods reach the API server through the internet, so that the public endpoint can never be\n"
        "closed or narrowed.\n\n"
        "Switch the private endpoint on.",
        _private_off,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-EKS-1.8/5.4.2", "CIS-GKE-1.9/5.6.4", "NSA/network-separation-and-hardening"),
        bad=(manifest(_eksctl(private="false  # ! is off")),),
        good=(manifest(_eksctl()),),
    ),
    Row(
        "exposure/api-server-published-by-gateway",
        ApiPublication,
        "Service or route publishes the API server.\n\n"
        "The API server is open to everybody outside, past the list of addresses of its own endpoint; a\n"
        "gateway that ends TLS also takes the identity of callers away.\n\n"
        "Remove the route, or keep TLS to the API server and list the addresses that may come.",
        _published,
        severity=Severity.HIGH,
        controls=("NSA/network-separation-and-hardening", "MITRE/T1133"),
        options=(_PREFIX,),
        bad=(
            manifest(_INGRESS),
            several(_SERVICE.format(mark="  # ! publishes the API server", ranges="0.0.0.0/0"), _APISERVER),
        ),
        good=(several(_SERVICE.format(mark="", ranges="10.0.0.0/8"), _APISERVER),),
    ),
    Row(
        "exposure/api-server-proxy-exposed",
        ApiProxy,
        "kubectl proxy lets others in.\n\n"
        "The proxy puts its own credentials before every request that it passes on: whoever reaches it is it,\n"
        "and is asked for nothing.\n\n"
        "Remove the argument: by default only the own pod is let in.",
        _proxy,
        severity=Severity.HIGH,
        controls=("MITRE/T1133", "MITRE/T1609"),
        bad=(
            manifest(_PROXY.format(more=_ADDRESS.format(mark="  # ! lets others use")), fixed=_PROXY.format(more="")),
        ),
        good=(manifest(_PROXY.format(more="")),),
    ),
)
