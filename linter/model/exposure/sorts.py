"""What sort of program stands behind an exposed port: datastores, admin interfaces, shells, debuggers, components."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from hullmark.linter.finding import Confidence
from hullmark.linter.manifest.pod import Container
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.exposure.exposures import Exposure, exposures
from hullmark.linter.model.sensitive import by_image, is_one_of, sensitive_sort, tail
from hullmark.linter.named_tuple import NamedTuple

_DOCKER_API = (2375, 2376)
_KUBECTL_PROXY = 8001
_RABBIT_UI = 15672
_MEMBER = "component"


class Sort(StrEnum):
    """Sorts of sensitive programs."""

    DATASTORE = "datastore"
    ADMIN = "admin-interface"
    SHELL = "remote-shell"
    DEBUGGER = "debugger"
    COMPONENT = "cluster-component"
    API_SERVER = "api-server"


class Match(NamedTuple):
    """A sort, what it is in words, and how sure that is: high by image or argument, medium by port."""

    sort: Sort
    what: str
    confidence: Confidence
    own_login: bool = False


def is_static_site(container: Container | None) -> bool:
    """Whether the container serves files and nothing else, for all that its image says."""
    return by_image(container, "static")


def has_own_login(container: Container | None) -> bool:
    """Whether the container is a program that brings a login of its own."""
    name = tail(container)
    return bool(name) and is_one_of(name, sensitive_sort(Sort.ADMIN).own_login)


def match(exposure: Exposure) -> Match | None:
    """The sort of an exposed port: what the container is, else what its port stands for."""
    return _by_arguments(exposure) or _by_image(exposure) or _by_port(exposure)


def _by_arguments(exposure: Exposure) -> Match | None:
    container, number = exposure.container, exposure.number
    if container is None:
        return None
    text = " ".join(item.text or "" for item in (*container.command.items, *container.args.items))
    agents = [each.value.text or "" for each in container.env if "-agentlib:jdwp" in (each.value.text or "")]
    if ("-agentlib:jdwp" in text or agents) and number is not None and f"{number}" in text + " ".join(agents):
        return Match(Sort.DEBUGGER, "a Java debugger", Confidence.HIGH)
    name = tail(container)
    if name == "argocd" and ("argocd-server" in text or container.name == "argocd-server"):
        return Match(Sort.ADMIN, "Argo CD", Confidence.HIGH, True)
    if name in ("hyperkube",) and "apiserver" in text:
        return Match(Sort.API_SERVER, "the API server", Confidence.HIGH)
    return None


def _by_image(exposure: Exposure) -> Match | None:
    container, number = exposure.container, exposure.number
    name = tail(container)
    if name == "docker" and number in _DOCKER_API:
        return Match(Sort.SHELL, "a Docker daemon", Confidence.HIGH)
    if by_image(container, Sort.API_SERVER):
        return Match(Sort.API_SERVER, "the API server", Confidence.HIGH)
    if by_image(container, Sort.COMPONENT) and (not is_one_of(name, ("etcd",)) or _is_member(exposure)):
        return Match(Sort.COMPONENT, f"a component of the cluster ({name})", Confidence.HIGH)
    if name.startswith("rabbitmq") and number == _RABBIT_UI:
        return Match(Sort.ADMIN, "an admin interface (rabbitmq)", Confidence.HIGH)
    if by_image(container, Sort.DATASTORE):
        return Match(Sort.DATASTORE, f"a datastore ({name})", Confidence.HIGH)
    if by_image(container, Sort.ADMIN):
        own = is_one_of(name, sensitive_sort(Sort.ADMIN).own_login)
        return Match(Sort.ADMIN, f"an admin interface ({name})", Confidence.HIGH, own)
    if by_image(container, Sort.SHELL):
        return Match(Sort.SHELL, f"a remote shell ({name})", Confidence.HIGH)
    return None


def _is_member(exposure: Exposure) -> bool:
    """Whether this is the etcd of a control plane and not somebody's own: label, or the namespace of the system."""
    labels = exposure.pod.labels
    return (
        labels.get("tier").value == "control-plane"
        or labels.get(_MEMBER).value == "etcd"
        or exposure.bundle.namespace_of(exposure.pod.resource).name == "kube-system"
    )


def _by_port(exposure: Exposure) -> Match | None:
    number, name = exposure.number, tail(exposure.container)
    if number is None or exposure.protocol != "TCP":
        return None
    if number == _KUBECTL_PROXY and _runs(exposure.container, "kubectl", "proxy"):
        return Match(Sort.ADMIN, "kubectl proxy", Confidence.HIGH)
    for sort in (Sort.DEBUGGER, Sort.SHELL, Sort.COMPONENT, Sort.DATASTORE, Sort.ADMIN):
        if number in sensitive_sort(sort).ports and not _contradicts(exposure.container, sort):
            return Match(sort, _words(sort, number), Confidence.MEDIUM)
    if number in sensitive_sort(Sort.DEBUGGER).weak_ports and _port_name(exposure) in (
        "debug",
        "debugger",
        "dlv",
        "delve",
    ):
        return Match(Sort.DEBUGGER, _words(Sort.DEBUGGER, number), Confidence.MEDIUM)
    if number in sensitive_sort(Sort.SHELL).weak_ports and (
        "ssh" in _port_name(exposure) or "ssh" in name or "docker" in name
    ):
        return Match(Sort.SHELL, _words(Sort.SHELL, number), Confidence.MEDIUM)
    return None


def _contradicts(container: Container | None, sort: Sort) -> bool:
    """Whether the image is known to be something else."""
    others = [each for each in Sort if each is not sort]
    if any(by_image(container, each) for each in others) or is_static_site(container):
        return True
    return sort is Sort.COMPONENT and container is not None and bool(tail(container))


def _words(sort: Sort, number: int) -> str:
    words = {
        Sort.DATASTORE: "the port of a datastore",
        Sort.ADMIN: "the port of an admin interface",
        Sort.SHELL: "the port of the Docker API" if number in _DOCKER_API else "the port of a remote shell",
        Sort.DEBUGGER: "the port of a debugger",
        Sort.COMPONENT: "the port of a cluster component",
    }
    return words[sort]


def _port_name(exposure: Exposure) -> str:
    container = exposure.container
    for port in () if container is None else container.ports:
        if port.container_port.value == exposure.number:
            return (port.name.value or "").lower()
    return ""


def _runs(container: Container | None, *words: str) -> bool:
    if container is None:
        return False
    found = [item.text or "" for item in (*container.command.items, *container.args.items)]
    return all(any(word in text.split("/")[-1].split() for text in found) for word in words)


class SensitiveExposure(NamedTuple):
    """An exposure and its sort."""

    exposure: Exposure
    match: Match


def sensitive(bundle: Bundle) -> tuple[SensitiveExposure, ...]:
    """Exposures of sensitive programs; made once."""
    return bundle.derived(_sensitive)


def _sensitive(bundle: Bundle) -> tuple[SensitiveExposure, ...]:
    return tuple(_matched(bundle))


def _matched(bundle: Bundle) -> Iterator[SensitiveExposure]:
    for exposure in exposures(bundle):
        found = match(exposure)
        if found is not None:
            yield SensitiveExposure(exposure, found)
