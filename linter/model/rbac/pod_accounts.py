"""Pods with the account that they run as, and what that account can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.accounts import Usage, automounts, token_present, usages
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.identity import Identity, account
from hullmark.linter.model.rbac.shared import HeldPower, Holder, public_pods
from hullmark.linter.model.rbac.surroundings import CLOUD_ANNOTATIONS
from hullmark.linter.records import record

_AZURE_OPT_IN = "azure.workload.identity/use"
_KUBE2IAM = "iam.amazonaws.com/role"
_AAD_POD_IDENTITY = "aadpodidbinding"
POWERFUL = frozenset({Effect.TAKEOVER, Effect.NODE, Effect.SECRETS, Effect.NAMESPACE})


@record
class PodAccount:
    """One pod and its account. `powers` are what the account is found to hold, worst first.

    `variants` are further definitions of the same object in the bundle: one object, one finding.
    """

    kinds: ClassVar[KindSet | None] = POD_KINDS

    pod: PodSpec
    variants: tuple[PodSpec, ...]
    who: Identity
    usage: Usage
    powers: tuple[tuple[HeldPower, Holder], ...]
    bundle: Bundle

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[PodAccount, ...]:
        """Every pod whose account is known by name."""
        return bundle.derived(_pod_accounts)

    @property
    def containers_with_token(self) -> tuple[Container, ...]:
        """Containers that see a token the API server accepts."""
        return tuple(each for each in self.pod.containers if token_present(each, self.usage.declared, self.bundle))

    @property
    def automounts(self) -> bool:
        """Whether the token is mounted without the pod asking for a particular one."""
        return automounts(self.pod, self.usage.declared)

    @property
    def worst(self) -> tuple[HeldPower, Holder] | None:
        """The worst power of the account."""
        return self.powers[0] if self.powers else None

    @property
    def is_public(self) -> bool:
        """Whether everybody on the internet may knock at the pod."""
        return self.pod in self.bundle.derived(public_pods)

    @property
    def cloud_identities(self) -> Iterator[StrField]:
        """What says which identity the pod has in the cloud: annotations of the account, and of the pod itself."""
        declared = self.usage.declared
        azure = self.pod.labels.get(_AZURE_OPT_IN).text == "true"
        for name in CLOUD_ANNOTATIONS:
            field = declared.annotation(name) if declared is not None else None
            if field is not None and field.present and (azure or not name.startswith("azure.")):
                yield field
        for own in (self.pod.annotations.get(_KUBE2IAM), self.pod.labels.get(_AAD_POD_IDENTITY)):
            if own.present:
                yield own

    @property
    def has_own_grant(self) -> bool:
        """Whether some binding names the account itself."""
        return bool(access(self.bundle).direct(self.who))


def _pod_accounts(bundle: Bundle) -> tuple[PodAccount, ...]:
    used = bundle.derived(usages)
    powers: dict[Identity, list[tuple[HeldPower, Holder]]] = defaultdict(list)
    for held in HeldPower.among(bundle):
        for holder in held.holders:
            powers[holder.who].append((held, holder))
    variants: dict[tuple[Identity, object], list[PodSpec]] = defaultdict(list)
    for pod in bundle.pods:
        name = pod.account_name
        if name is not None:
            who = account(bundle.namespace_of(pod.resource).name, name)
            variants[who, (pod.resource.gk, pod.resource.name, pod.label)].append(pod)
    found = []
    for (who, _), (pod, *others) in variants.items():
        mine = tuple(sorted(powers[who], key=lambda pair: (-pair[0].effect, -pair[1].severity)))
        found.append(PodAccount(pod, tuple(others), who, used[who], mine, bundle))
    return tuple(found)


@record
class DeclaredAccount:
    """A ServiceAccount of the input with the pods that run as it."""

    kinds: ClassVar[KindSet | None] = ServiceAccount.kinds

    declared: ServiceAccount
    who: Identity
    pods: tuple[PodSpec, ...]

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[DeclaredAccount, ...]:
        """Every ServiceAccount, in file order."""
        used = bundle.derived(usages)
        return tuple(
            DeclaredAccount(each, who, tuple(used[who].pods))
            for each in bundle.each(ServiceAccount)
            for who in (account(bundle.namespace_of(each).name, each.name),)
        )
