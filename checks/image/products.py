"""Images that are known for what they do: Tiller, dashboards, toolboxes, miners."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.commands import command_texts
from hullmark.linter.manifest.globs import literal, name_glob
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.service import Service
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.patterns import regex
from hullmark.linter.rule import QUOTED, Hit, Option, Row, Rule, because, in_pod, manifest
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_TILLER = {"app": "helm", "name": "tiller"}
_TOOLBOXES = (
    "nicolaka/netshoot",
    "*/network-multitool",
    "*/doks-debug",
    "*/alpine-nettools",
    "linuxserver/openssh-server",
    "*/ssh-server",
    "*/kali*",
    "*/parrot*",
    "*/metasploit*",
)
_ATTACK = regex(r"(?:^|/)(?:kali|parrot|metasploit)")
_MINERS = ("xmrig", "cpuminer", "minerd", "kinsing", "cryptonight")
_MINING = regex(r"stratum\+(?:tcp|ssl)://|--donate-level\b")
_OPEN = ("--enable-skip-login", "--disable-settings-authorizer", "--enable-insecure-login")


def _tiller(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    services = [each for each in bundle.each(Service) if _is_tiller_service(each)]
    found = False
    for pod in bundle.pods:
        image = next((each for each in pod.containers if _last(each) == "tiller"), None)
        labels = pod.labels.value or {}
        if image is None and not _TILLER.items() <= labels.items():
            continue
        found = True
        why = [because(each, "this Service makes it reachable") for each in services]
        place = image.image if image is not None else pod.labels.get("name")
        message = f"{pod} is Tiller, which does whatever anybody in the cluster asks of it"
        yield pod_hit(rule, pod, place, message, *why)
    for service in () if found else services:
        yield rule.hit(service, f"{service} leads to Tiller, which does whatever anybody in the cluster asks of it")


def _is_tiller_service(service: Service) -> bool:
    return service.name == "tiller-deploy" or _TILLER.items() <= (service.selector.value or {}).items()


def _last(container: Container) -> str:
    reference = container.image_reference
    return "" if reference is None else reference.path.rpartition("/")[2]


def _dashboard(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        reference = container.image_reference
        last = _last(container)
        is_it = last.startswith("kubernetes-dashboard") or (
            reference is not None and reference.path.startswith("kubernetesui/dashboard")
        )
        if not is_it or "scraper" in last:
            continue
        item = next(
            (item for item in (*container.command.items, *container.args.items) if _opens(item.text or "")), None
        )
        if item is None:
            message = f"{pod} is the Kubernetes dashboard"
            yield pod_hit(rule, pod, container.image, message, container=container, profile=Profile.STRICT)
        else:
            message = f"{pod} is the Kubernetes dashboard, open to everybody with {(item.text or '').partition('=')[0]}"
            yield pod_hit(
                rule, pod, item, message, container=container, severity=Severity.HIGH, profile=Profile.DEFAULT
            )


def _opens(text: str) -> bool:
    name, _, value = text.partition("=")
    return name in _OPEN and value.lower() != "false"


def _toolbox(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if pod.resource.is_batch:
        return
    patterns = rule.texts(pod.resource.context, "images")
    for container in pod.containers:
        reference = container.image_reference
        if reference is None or not container.is_long_running:
            continue
        if _is_one(reference.path, patterns):
            attack = _ATTACK.search(reference.path) is not None
            yield pod_hit(
                rule,
                pod,
                container.image,
                f"{container.described} is a toolbox that keeps running ({reference.path})",
                container=container,
                severity=Severity.HIGH if attack else None,
                profile=Profile.DEFAULT if attack else Profile.STRICT,
            )


@lru_cache(maxsize=1024)
def _is_one(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a repository, in whatever organisation, is one of those."""
    near = (pattern for pattern in patterns if literal(pattern) in path)
    return any(name_glob(p).fullmatch(path) or name_glob(f"*/{p}").fullmatch(path) for p in near)


def _miner(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        message = f"{container.described} mines coins"
        if any(name in _last(container) for name in _MINERS):
            yield pod_hit(rule, pod, container.image, message, container=container)
            continue
        words = (place for text in command_texts(container) for word, place in text.words if _MINING.search(word))
        place = next(words, None)
        if place is not None:
            yield pod_hit(rule, pod, place, message, container=container)


def _image(text: str, mark: str = "", extra: str = "") -> str:
    return f"""
    initContainers:
      - name: tool
        image: {text}{mark}
        restartPolicy: Always
        {extra}
    """


_PLAIN = in_pod("terminationGracePeriodSeconds: 30")

RULES = (
    Row(
        "image/tiller",
        Bundle,
        "Tiller runs in the cluster.\n\n"
        "The server part of Helm 2 asks nobody who he is: every pod that reaches it installs what it likes\n"
        "with Tiller's account, which usually may do everything.\n\n"
        "Move to Helm 3, which has no such part, and remove Tiller.",
        _tiller,
        severity=Severity.CRITICAL,
        mentions=("tiller",),
        controls=("MITRE/T1133", "MITRE/T1611"),
        bad=(
            in_pod(_image("gcr.io/kubernetes-helm/tiller:v2.17.0", "  # ! Pod 'web' is Tiller")),
            manifest(
                "apiVersion: v1\nkind: Service\nmetadata:\n  name: tiller-deploy  # ! leads to Tiller\n"
                "spec: {ports: [{port: 44134}]}"
            ),
        ),
        good=(_PLAIN,),
    ),
    PodRow(
        "image/kubernetes-dashboard",
        "Kubernetes dashboard runs in the cluster.",
        "A page on which the cluster can be changed is a way in for whoever reaches it; without a login it\n"
        "has the rights of its own account.",
        "Use a program on the desktop with the user's own credentials, or put the dashboard behind a login.",
        _dashboard,
        severity=Severity.LOW,
        profile=Profile.DEFAULT,
        controls=("STIG/V-242395", "MITRE/T1133"),
        mentions=("dashboard",),
        bad=(
            in_pod(_image("kubernetesui/dashboard:v2.7.0", "", "args: [--enable-skip-login]  # ! open to everybody")),
            in_pod(_image("kubernetesui/dashboard:v2.7.0", "  # ! Pod 'web' is the Kubernetes dashboard")),
        ),
        good=(_PLAIN,),
    ),
    PodRow(
        "image/debug-image",
        "Toolbox keeps running beside the program.",
        "Scanners, sniffers and shells are at hand for whoever gets in.",
        "Remove the container, and use `kubectl debug` when tools are needed.",
        _toolbox,
        severity=Severity.LOW,
        controls=("MITRE/T1609",),
        options=(Option("images", _TOOLBOXES, "Repositories that are toolboxes; `*` is any text."),),
        bad=(
            in_pod(_image("nicolaka/netshoot:v0.13", "  # ! is a toolbox")),
            in_pod(_image("kalilinux/kali-rolling:2025.1", "  # ! is a toolbox")),
        ),
        good=(_PLAIN,),
    ),
    PodRow(
        "image/cryptominer",
        "Container mines coins.",
        "Somebody else's work is done with the cluster's money; miners come with whoever found a way in.",
        "Remove it, and look for the way by which it came.",
        _miner,
        severity=Severity.HIGH,
        controls=("MITRE/T1496",),
        mentions=(*_MINERS, "stratum+", "--donate-level", QUOTED),
        bad=(
            in_pod(_image("registry.example/xmrig:6.21.0", "  # ! mines coins")),
            in_pod(_image("busybox:1.36.1", "", "command: [/run, -o, 'stratum+tcp://pool.example:3333']  # !")),
        ),
        good=(_PLAIN,),
    ),
)
