"""Names outside that are places inside."""

from collections.abc import Iterator

from hullmark.linter.model.exposure.addresses import address, is_link_local, is_loopback
from hullmark.linter.model.exposure.backends import gateway_backends
from hullmark.linter.model.exposure.services import LinkedService
from hullmark.linter.rule import Hit, Rule, Severity, because, manifest, several

_METADATA = ("169.254.169.254", "metadata.google.internal", "instance-data", "instance-data.ec2.internal")
_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: partner
      namespace: shop
    spec:
      type: ExternalName
      externalName: {name}
"""
_INGRESS = """
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: partner
      namespace: shop
    spec:
      rules:
        - host: partner.example.com
          http:
            paths:
              - path: /
                pathType: Prefix
                backend: {service: {name: partner, port: {number: 80}}}
"""


class ExternalNamePointsInside(Rule[LinkedService]):
    """ExternalName leads to an address inside.

    Whoever sends requests to the Service, a gateway above all, is sent to
    its own loopback, to the metadata service of the cloud with the
    credentials of the node, or past the borders of namespaces. An IP
    address is taken as a name and resolves for nobody.

    Name the host that is meant, or put a Service with a selector into the
    namespace of the pods.
    """

    severity = Severity.MEDIUM
    controls = ("MITRE/T1552.005",)
    bad = (
        manifest(_SERVICE.format(name="metadata.google.internal  # ! metadata")),
        several(_SERVICE.format(name="db.bank.svc.cluster.local  # ! namespace 'bank'"), _INGRESS),
    )
    good = (manifest(_SERVICE.format(name="api.partner.example")),)

    def check(self, linked: LinkedService) -> Iterator[Hit]:
        """At most one hit, at the name."""
        field = linked.service.external_name
        name = (field.value or "").rstrip(".").lower()
        if linked.service.effective_type != "ExternalName" or not name:
            return
        reason = _reason(name)
        if reason:
            yield self.hit(field, f"{linked.service} leads to {field.value!r}, {reason}")
            return
        space = _other_namespace(name, linked)
        gateways = gateway_backends(linked.bundle).get((linked.namespace.name, linked.service.name), ())
        if space and gateways:
            why = [because(place, "a gateway sends requests here") for place in gateways[:1]]
            yield self.hit(field, f"{linked.service} leads a gateway into namespace {space!r}", *why)


def _reason(name: str) -> str:
    if name in _METADATA:
        return "the metadata service of the cloud"
    if name == "localhost" or name.endswith(".localhost") or is_loopback(name):
        return "whoever asks itself"
    if is_link_local(name):
        return "an address of the own link"
    return "an address, which is no name and never resolves" if address(name) is not None else ""


def _other_namespace(name: str, linked: LinkedService) -> str:
    parts = name.split(".")
    if len(parts) < 3 or parts[2] != "svc" or parts[1] == linked.namespace.name:
        return ""
    return parts[1]
