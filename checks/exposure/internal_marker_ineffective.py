"""Markers that keep nothing inside."""

from collections.abc import Iterator

from hullmark.linter.model.exposure.internal_markers import InternalMarker
from hullmark.linter.rule import Confidence, Hit, Rule, Severity, manifest

_SERVICE = """
    apiVersion: v1
    kind: Service
    metadata:
      name: reports
      namespace: shop
      annotations:
        {annotation}
    spec:
      type: {type}
      selector: {{app: reports}}
      ports:
        - port: 443
"""
_AZURE = "service.beta.kubernetes.io/azure-load-balancer-internal"


class InternalMarkerIneffective(Rule[InternalMarker]):
    """Marker for an internal load balancer does not act.

    The author wanted a private address and believes that there is one. The
    platform does not read the marker, or not with this value, and what it
    does by default is often a public address.

    Write the value exactly as the platform documents it, on a Service of
    type LoadBalancer, and no other marker that says the opposite.
    """

    severity = Severity.MEDIUM
    confidence = Confidence.MEDIUM
    controls = ("NSA/network-separation-and-hardening",)
    bad = (
        manifest(_SERVICE.format(annotation=f"{_AZURE}: \"True\"  # ! only 'true' acts", type="LoadBalancer")),
        manifest(_SERVICE.format(annotation=f'{_AZURE}: "true"  # ! of type NodePort', type="NodePort")),
    )
    good = (manifest(_SERVICE.format(annotation=f'{_AZURE}: "true"', type="LoadBalancer")),)

    def check(self, marker: InternalMarker) -> Iterator[Hit]:
        """A hit at the value."""
        if marker.defect:
            yield self.hit(marker.field, f"{marker.key} of {marker.resource} does not act: {marker.defect}")
