"""What counts as public: the internet, and the network of the nodes where nodes have public addresses."""

from __future__ import annotations

from hullmark.linter.manifest.components.provider import ProviderSpec, is_true
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.zones import Reached, Zone

NODES_PUBLIC = "exposure.nodes-public"


def is_public(reached: Reached, bundle: Bundle) -> bool:
    """Whether everybody may knock, for all that is known."""
    return reached.is_internet or (reached.zone is Zone.NODE and nodes_are_public(bundle))


def nodes_are_public(bundle: Bundle) -> bool:
    """Whether nodes have public addresses: as the configuration says, else where the input shows it."""
    said = bundle.context.options.get(NODES_PUBLIC)
    if said in ("yes", "no"):
        return said == "yes"
    return bundle.derived(_evidence)


def _evidence(bundle: Bundle) -> bool:
    return any(_has_public_nodes(spec) for spec in bundle.each(ProviderSpec))


def _has_public_nodes(spec: ProviderSpec) -> bool:
    root = spec.spec
    match spec.product:
        case "eksctl":
            return any(group.get("privateNetworking").text == "false" for group in spec.node_groups)
        case "capz" | "capz pool":
            return is_true(root.get("enableNodePublicIP"))
        case "capg":
            return root.get("clusterNetwork", "privateCluster", "enablePrivateNodes").text == "false"
        case "kops":
            return root.get("topology", "nodes").text == "public"
    return False
