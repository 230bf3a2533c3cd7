"""Ways into a container that its author left open: debuggers, shells, terminals, ports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.commands import Text, command_texts
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.patterns import regex
from hullmark.linter.rule import (
    QUOTED,
    Hit,
    Offer,
    Rule,
    because,
    in_container,
    in_deployment,
    in_pod,
    manifest,
    remove,
    together,
)
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_JDWP = regex(r"-agentlib:jdwp=|-Xrunjdwp:")
_ADDRESS = regex(r"\baddress=([^,\s]*)")
_INSPECT = regex(r"--inspect(?:-brk)?=(\S+)")
_NEAR = regex(r"(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::|$)")
_SWITCHES = {
    "FLASK_DEBUG": ("1", "true"),
    "WERKZEUG_DEBUG_PIN": ("off",),
    "DJANGO_DEBUG": ("1", "true"),
    "APP_DEBUG": ("1", "true"),
}
_SSH = frozenset({"sshd", "dropbear"})


def _debugger(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for place, what in _debuggers(container):
            yield pod_hit(rule, pod, place, f"{container.described} lets {what} in from outside", container=container)
        for variable in container.env:
            name, text = variable.name.value or "", (variable.value.text or "").lower()
            if text in _SWITCHES.get(name, ()):
                message = f"{container.described} runs in debug mode ({name})"
                yield pod_hit(
                    rule,
                    pod,
                    variable.value,
                    message,
                    container=container,
                    severity=Severity.LOW,
                    profile=Profile.STRICT,
                )


def _debuggers(container: Container) -> Iterator[tuple[Placed, str]]:
    for text in command_texts(container):
        for word, place in text.words:
            what = _debugger_in(word)
            if what:
                yield place, what
        yield from _listening(text)
    hosts = {variable.name.value: variable.value.text or "" for variable in container.env}
    for variable in container.env:
        what = _debugger_in(variable.value.text or "")
        if what:
            yield variable.value, what
        elif variable.name.value == "XDEBUG_MODE" and "debug" in (variable.value.text or ""):
            host = re.search(r"client_host=(\S+)", hosts.get("XDEBUG_CONFIG", ""))
            if host and not _NEAR.match(host[1]):
                yield variable.value, "Xdebug"


def _debugger_in(text: str) -> str:
    """Name of a debugger that an option of Java or Node.js opens to others."""
    if _JDWP.search(text):
        address = _ADDRESS.search(text)
        where = address[1] if address else ""
        # Since Java 9 a port alone is one of the loopback address; `*:` and hosts are not.
        return "" if not where or _NEAR.match(where) or where.isdigit() else "a Java debugger"
    found = _INSPECT.search(text)
    if found and ":" in found[1] + ":" and not _NEAR.match(found[1]) and not found[1].isdigit():
        return "a Node.js debugger"
    return ""


def _listening(text: Text) -> Iterator[tuple[Place, str]]:
    for program in text.programs:
        words = program.words
        line = " ".join(words)
        if program.name == "dlv" and "--headless" in line:
            listen = re.search(r"--listen[= ](\S+)", line)
            if listen and not _NEAR.match(listen[1]):
                yield program.place, "a Go debugger"
        elif "debugpy" in words and "--listen" in words:
            following = words[words.index("--listen") + 1 :]
            if following and not following[0].isdigit() and not _NEAR.match(following[0]):
                yield program.place, "a Python debugger"


def _ssh(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        place = _ssh_place(container)
        if place is not None:
            yield pod_hit(rule, pod, place, f"{container.described} runs an SSH server", container=container)


def _ssh_place(container: Container) -> Placed | None:
    for port in container.ports:
        if port.container_port.value == 22 and port.transport == "TCP":
            return port.container_port
    for text in command_texts(container):
        for program in text.programs:
            if program.name in _SSH:
                return program.place
    return None


def _low_port(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    if any((s.name.text or "").endswith("ip_unprivileged_port_start") for s in pod.security_context.sysctls):
        return
    for container in pod.containers:
        user = container.effective.run_as_user.value
        held = container.effective.capabilities
        if not user or held is None or any(True for _ in container.capabilities.added("NET_BIND_SERVICE", "ALL")):
            continue
        for port in container.ports:
            if 0 < (port.container_port.value or 0) < 1024:
                message = (
                    f"{container.described} needs NET_BIND_SERVICE for port {port.container_port.value} as user {user}"
                )
                yield pod_hit(rule, pod, port.container_port, message, container=container)
                break


def _terminal(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        if container.is_long_running and container.stdin.is_true and container.tty.is_true:
            yield pod_hit(
                rule,
                pod,
                container.tty,
                f"{container.described} keeps a terminal open",
                because(container.stdin, "and reads from it"),
                container=container,
                fix=_closed(container) if pod.resource.is_controlled else None,
            )


def _closed(container: Container) -> Offer:
    return together("close the terminal", remove(container.stdin), remove(container.tty), safe=True)


def _git_sync(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        reference = container.image_reference
        if reference is None or not reference.has_tail("git-sync"):
            continue
        message = f"{container.described} runs another program in the place of git"
        for variable in container.env:
            if variable.name.value == "GITSYNC_GIT":
                yield pod_hit(rule, pod, variable.name, message, container=container)
        for item in (*container.command.items, *container.args.items):
            if (item.text or "").partition("=")[0] in ("--git", "-git"):
                yield pod_hit(rule, pod, item, message, container=container)


def _ephemeral(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    at = pod.cursor.get("ephemeralContainers")
    if any(True for _ in at.items()):
        field = pod.ephemeral_containers
        message = f"{pod} is written with debug containers, which no API server accepts"
        yield pod_hit(rule, pod, field.key_place, message, fix=remove(field, safe=True))


_PLAIN = in_container("command: [/app/server]")

RULES = (
    PodRow(
        "workload/remote-debugger-enabled",
        "Container lets a debugger in from outside.",
        "A debugger runs any code in the process, and asks nobody for a password: whoever reaches the port\n"
        "is the program.",
        "Remove the option, or let it listen on localhost and use `kubectl port-forward`.",
        _debugger,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1133",),
        mentions=("jdwp", "--inspect", "dlv", "debugpy", "XDEBUG_MODE", *_SWITCHES, QUOTED),
        bad=(
            in_container(
                "env:\n  - name: JAVA_TOOL_OPTIONS\n"
                "    value: -agentlib:jdwp=transport=dt_socket,server=y,address=*:5005  # ! lets a Java debugger in"
            ),
            in_container("args: [--inspect=0.0.0.0:9229, index.js]  # ! Node.js debugger"),
            in_container("command: [dlv, exec, --headless, '--listen=:2345', /app]  # ! Go debugger"),
            in_container("command: [python, -m, debugpy, --listen, '0.0.0.0:5678', app.py]  # ! Python debugger"),
            in_container("env:\n  - name: FLASK_DEBUG\n    value: '1'  # ! runs in debug mode"),
        ),
        good=(_PLAIN, in_container("args: [--inspect=127.0.0.1:9229, index.js]")),
    ),
    PodRow(
        "workload/ssh-server",
        "Container runs an SSH server.",
        "A second way in, with keys and passwords that the cluster does not know: no role limits it, and no\n"
        "audit log shows it.",
        "Remove the server and use `kubectl exec`.",
        _ssh,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1021.004",),
        mentions=("containerPort", *sorted(_SSH), QUOTED),
        bad=(
            in_container("ports:\n  - containerPort: 22  # ! runs an SSH server"),
            in_container("command: [/usr/sbin/sshd, -D]  # !"),
        ),
        good=(
            in_container("ports: [{containerPort: 2222}]"),
            in_container("ports: [{containerPort: 22, protocol: UDP}]"),
        ),
    ),
    PodRow(
        "workload/privileged-port",
        "Container needs a capability for its port.",
        "Ports below 1024 are kept for root. A program that runs as another user fails to bind them, and\n"
        "the usual answer is to make it root.",
        "Use a port above 1023, add `NET_BIND_SERVICE`, or set the sysctl\n`net.ipv4.ip_unprivileged_port_start`.",
        _low_port,
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        profile=Profile.ALL,
        mentions=("runAsUser",),
        bad=(in_container("securityContext: {runAsUser: 10001}\nports:\n  - containerPort: 80  # ! for port 80"),),
        good=(in_container("securityContext: {runAsUser: 10001}\nports: [{containerPort: 8080}]"),),
    ),
    PodRow(
        "workload/interactive-terminal",
        "Container keeps a terminal open.",
        "Whoever may attach to the container has a shell that is already running, with whatever was typed\ninto it.",
        "Remove `stdin` and `tty`, and use `kubectl exec -it` when a terminal is needed.",
        _terminal,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1609",),
        mentions=("stdin",),
        bad=(
            in_deployment(
                """
                initContainers:
                  - name: proxy
                    image: registry.example/proxy:1.0.0
                    restartPolicy: Always
                    stdin: true
                    tty: true  # ! keeps a terminal open
                """,
                fixed="""
                initContainers:
                  - name: proxy
                    image: registry.example/proxy:1.0.0
                    restartPolicy: Always
                """,
            ),
            manifest(
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: shell}
                spec:
                  containers:
                    - {name: sh, image: "busybox:1.36", stdin: true, tty: true}  # ! container 'sh'
                """
            ),
        ),
        good=(in_container("stdin: true"),),
    ),
    PodRow(
        "workload/git-sync-executable-override",
        "Sidecar git-sync runs another program than git.",
        "Whoever may change one variable of a trusted sidecar runs a program of his choice with the\n"
        "sidecar's credentials.",
        "Remove `GITSYNC_GIT` and `--git`.",
        _git_sync,
        severity=Severity.MEDIUM,
        profile=Profile.STRICT,
        controls=("MITRE/T1574",),
        mentions=("git-sync",),
        bad=(
            in_pod("""
                initContainers:
                  - name: sync
                    image: registry.k8s.io/git-sync/git-sync:v4.4.0
                    env:
                      - name: GITSYNC_GIT  # ! in the place of git
                        value: /repo/run
            """),
        ),
        good=(_PLAIN,),
    ),
    PodRow(
        "workload/ephemeral-container-in-manifest",
        "Manifest holds debug containers.",
        "No API server accepts them there: either the text does nothing, or it is a copy of a pod that\n"
        "somebody debugged, with whatever else that pod had.",
        "Remove `ephemeralContainers`, and use `kubectl debug`.",
        _ephemeral,
        severity=Severity.LOW,
        controls=("MITRE/T1609",),
        mentions=("ephemeralContainers",),
        bad=(in_pod("ephemeralContainers:  # ! debug containers\n  - {name: debug, image: 'busybox:1.36'}", fixed=""),),
        good=(in_pod("ephemeralContainers: []"),),
    ),
)
