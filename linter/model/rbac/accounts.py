"""Which pods run as which service account, whether they see its token, and which controllers they are.

Token presence: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/
and the ServiceAccount admission plugin, which mounts the token where the pod, else the account, does
not say otherwise.
"""

from __future__ import annotations

from collections import defaultdict

from hullmark.linter.manifest.data import Secret
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.rbac import ServiceAccount
from hullmark.linter.manifest.volume import Volume
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.controllers import Controller, controller_of
from hullmark.linter.model.rbac.identity import Identity, account
from hullmark.linter.patterns import regex
from hullmark.linter.records import field, record

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
TOKEN_TYPE = "kubernetes.io/service-account-token"  # noqa: S105 - a type
ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name"
API_AUDIENCES = ("https://kubernetes.default.svc", "https://kubernetes.default.svc.cluster.local", "kubernetes", "api")


@record(frozen=False)
class Usage:
    """How the pods of the input use one account."""

    pods: list[PodSpec] = field(default_factory=list)
    with_token: list[PodSpec] = field(default_factory=list)
    controller: Controller | None = None
    declared: ServiceAccount | None = None


def usages(bundle: Bundle) -> dict[Identity, Usage]:
    """Accounts that the bundle declares or that its pods run as."""
    found: dict[Identity, Usage] = defaultdict(Usage)
    for declared in bundle.each(ServiceAccount):
        found[account(bundle.namespace_of(declared).name, declared.name)].declared = declared
    matches: dict[Identity, list[Controller | None]] = defaultdict(list)
    for pod in bundle.pods:
        name = pod.account_name
        if name is None:
            continue
        who = account(bundle.namespace_of(pod.resource).name, name)
        usage = found[who]
        usage.pods.append(pod)
        matches[who].append(controller_of(pod, name))
        if any(token_present(container, usage.declared, bundle) for container in pod.containers):
            usage.with_token.append(pod)
        others = {each for container in pod.containers for each in accounts_of_tokens(container, bundle)}
        for other in sorted(others - {who}):
            found[other].with_token.append(pod)
    for who, rows in matches.items():
        # An account that an unknown workload shares is no longer the controller's alone.
        if all(row is not None for row in rows):
            found[who].controller = rows[0]
    return dict(found)


def automounts(pod: PodSpec, declared: ServiceAccount | None) -> bool:
    """Effective `automountServiceAccountToken`: the pod's, else the account's, else true."""
    if pod.automount_service_account_token.value is not None:
        return pod.automount_service_account_token.value
    if declared is not None and declared.automount_service_account_token.value is not None:
        return declared.automount_service_account_token.value
    return True


def token_present(container: Container, declared: ServiceAccount | None, bundle: Bundle) -> bool:
    """Whether the container sees a token of its pod's account that the API server accepts."""
    pod = container.pod
    if pod.is_static:
        return False
    mounts = {mount.mount_path.text.rstrip("/"): mount for mount in container.volume_mounts if mount.mount_path.text}
    if automounts(pod, declared) and TOKEN_PATH not in mounts:
        return True
    if any(_holds_token(volume, bundle) for volume in _mounted(container)):
        return True
    space = bundle.namespace_of(pod.resource).name
    return account(space, pod.account_name or "") in accounts_of_tokens(container, bundle)


def accounts_of_tokens(container: Container, bundle: Bundle) -> frozenset[Identity]:
    """Accounts whose tokens the container reads from Secrets, as files or as variables."""
    if container.pod.is_static:
        return frozenset()  # the kubelet refuses static pods that refer to API objects
    space = bundle.namespace_of(container.pod.resource).name
    names = {volume.secret.secret_name.text for volume in _mounted(container)}
    names |= {source.secret_name.text for volume in _mounted(container) for source in volume.projected_sources}
    names |= {each.secret_name.text for each in container.env}
    names |= {each.secret_name.text for each in container.env_from}
    found = (_account_of_secret(bundle, space, name) for name in names if name)
    return frozenset(who for who in found if who is not None)


def _mounted(container: Container) -> list[Volume]:
    names = {mount.name.text for mount in container.volume_mounts}
    return [volume for volume in container.pod.volumes if volume.name.text in names]


# Names that the token controller made up before 1.24: five characters of a safe alphabet
# (k8s.io/apimachinery pkg/util/rand).
_MADE_UP = regex(r"(?P<account>.+)-token-[bcdfghjklmnpqrstvwxz2456789]{5}")


def _account_of_secret(bundle: Bundle, namespace: str, name: str) -> Identity | None:
    known = bundle.derived(token_secrets).get((namespace, name))
    if known is not None:
        return known
    made = _MADE_UP.fullmatch(name)
    if made is None or bundle.find("", "ServiceAccount", namespace, made["account"]) is None:
        return None
    return account(namespace, made["account"])


def _holds_token(volume: Volume, bundle: Bundle) -> bool:
    audiences = bundle.context.texts("serviceaccount.api-audiences") or API_AUDIENCES
    for source in volume.projected_sources:
        token = source.token
        if token.present and (token.audience.absent or token.audience.text in audiences):
            return True
    return False


def token_secrets(bundle: Bundle) -> dict[tuple[str, str], Identity]:
    """Accounts by the namespace and name of the Secret that holds their token."""
    found = {}
    for secret in bundle.each(Secret):
        name = secret.annotation(ACCOUNT_ANNOTATION).text
        if secret.type.text == TOKEN_TYPE and name:
            space = bundle.namespace_of(secret).name
            found[space, secret.name] = account(space, name)
    return found
