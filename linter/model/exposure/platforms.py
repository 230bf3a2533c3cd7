"""Which cloud a bundle is for, told by the controllers that make its load balancers."""

from __future__ import annotations

from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.images import runs_image

# https://kubernetes.io/docs/concepts/architecture/cloud-controller/: one of them runs in a cluster.
_CONTROLLERS = {
    "aws": ("aws-load-balancer-controller", "aws-alb-ingress-controller", "aws-cloud-controller-manager"),
    "azure": ("azure-cloud-controller-manager",),
    "gcp": ("gcp-controller-manager", "cloud-controller-manager-gcp"),
    "hetzner": ("hcloud-cloud-controller-manager",),
    "digitalocean": ("digitalocean-cloud-controller-manager",),
    "openstack": ("openstack-cloud-controller-manager",),
    "oci": ("cloud-provider-oci",),
    "scaleway": ("scaleway-cloud-controller-manager",),
}


def platform(bundle: Bundle) -> str:
    """Name of the platform as the table of markers has it; empty where nothing tells, or several do."""
    return bundle.derived(_platform)


def _platform(bundle: Bundle) -> str:
    found = [name for name, images in _CONTROLLERS.items() if runs_image(bundle, *images)]
    return found[0] if len(found) == 1 else ""
