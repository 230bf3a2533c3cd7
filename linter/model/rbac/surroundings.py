"""What else the input says that decides about the worth of a right: accounts, Secrets, namespaces, workloads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from hullmark.linter.manifest.components.provider import ProviderSpec
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.data import Secret
from hullmark.linter.manifest.namespace import Namespace
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.controllers import controller_of
from hullmark.linter.model.rbac.accounts import token_secrets
from hullmark.linter.model.rbac.builtin import builtin_bindings
from hullmark.linter.model.rbac.identity import Identity, account
from hullmark.linter.model.rbac.policy import CLUSTER

CLOUD_ANNOTATIONS = (
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
    "azure.workload.identity/client-id",
)
_ADMIN_ACCESS = "resource.kubernetes.io/admin-access"


class Surroundings:
    """Facts about one bundle, each worked out when it is first asked for.

    Scopes are as in grants: "" is the whole cluster, so that every namespace is within it.
    """

    def __init__(self, bundle: Bundle | None = None) -> None:
        """Without a bundle nothing is known."""
        self._bundle = bundle or Bundle("", ())

    @property
    def context(self) -> Context:
        """The circumstances of the run."""
        return self._bundle.context

    def is_dangling(self, who: Identity) -> bool:
        """Whether an account is not in the input although its namespace is: whoever creates it is it."""
        if who.kind != "ServiceAccount" or who.name == "default" or who in _accounts_of_clusters():
            return False
        if who.namespace not in self._namespaces:
            return False
        return self._bundle.find("", "ServiceAccount", who.namespace, who.name) is None

    def has_cloud_account(self, scope: str) -> bool:
        """Whether an account within `scope` carries a cloud identity."""
        return any(scope in (CLUSTER, space) for space in self._cloud_namespaces)

    def account_of_secret(self, namespace: str, name: str) -> Identity | None:
        """The account whose token a Secret of the input holds."""
        return self._bundle.derived(token_secrets).get((namespace, name))

    def namespaces_with_credentials(self, strong: Iterable[Identity]) -> frozenset[str]:
        """Namespaces with a Secret that holds the token of one of these accounts, or an administrator's kubeconfig."""
        wanted = frozenset(strong)
        tokens = self._bundle.derived(token_secrets)
        found = {namespace for (namespace, _), who in tokens.items() if who in wanted}
        return frozenset(found | self._kubeconfigs)

    def accounts_of_workloads(self, scope: str, names: frozenset[str]) -> Iterator[Identity]:
        """Accounts that the workloads of these names run as, within `scope`."""
        for pod in self._bundle.pods:
            space = self._bundle.namespace_of(pod.resource).name
            if pod.account_name is not None and scope in (CLUSTER, space) and pod.resource.name in names:
                yield account(space, pod.account_name)

    def mounts_config_maps(self, namespace: str) -> bool:
        """Whether a workload of the namespace takes its configuration from ConfigMaps."""
        return any(_config_maps(pod) for pod in self._bundle.pods_in(namespace))

    def steers_guard(self, scope: str, names: frozenset[str]) -> bool:
        """Whether one of these ConfigMaps configures a policy engine or a gateway of the input."""
        return any(scope in (CLUSTER, space) and name in names for space, name in self._guards)

    def allows_admin_devices(self, scope: str) -> bool:
        """Whether a namespace within `scope` admits claims with administrator access to devices."""
        return any(
            scope in (CLUSTER, each.name) and each.label(_ADMIN_ACCESS).text == "true"
            for each in self._bundle.each(Namespace)
        )

    @cached_property
    def is_eks(self) -> bool:
        """Whether something in the input is written for Amazon's clusters."""
        if any(spec.product == "eksctl" for spec in self._bundle.each(ProviderSpec)):
            return True
        return any(each.annotation(CLOUD_ANNOTATIONS[0]).present for each in self._bundle.each(ServiceAccount))

    @cached_property
    def _namespaces(self) -> frozenset[str]:
        """Namespaces whose accounts the input knows."""
        named = {each.name for each in self._bundle.each(Namespace)}
        accounts = self._bundle.each(ServiceAccount)
        return frozenset(named | {self._bundle.namespace_of(each).name for each in accounts})

    @cached_property
    def _cloud_namespaces(self) -> frozenset[str]:
        return frozenset(
            self._bundle.namespace_of(each).name
            for each in self._bundle.each(ServiceAccount)
            if any(each.annotation(name).present for name in CLOUD_ANNOTATIONS)
        )

    @cached_property
    def _kubeconfigs(self) -> frozenset[str]:
        secrets = (each for each in self._bundle.each(Secret) if "kubeconfig" in each.name)
        return frozenset(self._bundle.namespace_of(each).name for each in secrets)

    @cached_property
    def _guards(self) -> frozenset[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for pod in self._bundle.pods:
            controller = controller_of(pod, pod.account_name or "")
            if controller is not None and (controller.gateway or "rbac/policy-engine-write" in controller.powers):
                space = self._bundle.namespace_of(pod.resource).name
                found.update((space, name) for name in _config_maps(pod))
        return frozenset(found)


def surroundings(bundle: Bundle) -> Surroundings:
    """The surroundings of a bundle; made once."""
    return bundle.derived(Surroundings)


def _accounts_of_clusters() -> frozenset[Identity]:
    return frozenset(who for row in builtin_bindings() for who in row.subjects)


def _config_maps(pod: PodSpec) -> frozenset[str]:
    names = {volume.config_map.name.text for volume in pod.volumes}
    names.update(source.config_map_name.text for volume in pod.volumes for source in volume.projected_sources)
    for container in pod.containers:
        names.update(each.config_map_name.text for each in container.env_from)
        names.update(each.config_map_name.text for each in container.env)
    return frozenset(name for name in names if name)
