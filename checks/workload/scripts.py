"""Commands and scripts of containers: what they fetch, whom they trust, what they become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.commands import Program, Text, command_texts
from hullmark.linter.manifest.place import Place, Placed
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.patterns import regex
from hullmark.linter.rule import QUOTED, Hit, Rule, in_container
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_FETCHES = frozenset({"curl", "wget", "fetch"})
_RUNS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh", "python", "python2", "python3", "perl", "ruby", "node"})
_CHECKS = frozenset({"sha256sum", "sha512sum", "shasum", "sha1sum", "gpg", "gpgv", "cosign", "minisign"})
_URL = regex(r"https?://[^\s'\"]+")
_SUBSTITUTED = regex(
    r"\b(?:(?:ba|da|z|a|k)?sh|eval|source|python[23]?|perl|ruby|node)\b[^\n|;&]{0,200}?(?:\$\(|<\(|`)\s{0,8}"
    r"(?:curl|wget|fetch)\b[^\n)`]{0,300}?https?://"
)
_LOCAL_HOST = regex(
    r"https?://(?:[^@/\s]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|\$[{(]?(?:POD_IP|HOSTNAME|POD_NAME|MY_POD\w*)[})]?)"
)
_SHORT_K = regex(r"-[a-zA-Z]*k[a-zA-Z]*")
_UNVERIFIED = ("--insecure-skip-tls-verify", "--insecure-skip-verify", "--tls-skip-verify", "--kubelet-insecure-tls")
_FALSE = frozenset({"0", "false", "no", "off"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_ENV = {
    "NODE_TLS_REJECT_UNAUTHORIZED": _FALSE,
    "PYTHONHTTPSVERIFY": _FALSE,
    "GIT_SSL_NO_VERIFY": _TRUE,
    "npm_config_strict_ssl": _FALSE,
    "KUBECTL_INSECURE_SKIP_TLS_VERIFY": _TRUE,
    "CURL_INSECURE": _TRUE,
}
_API_CLIENTS = frozenset({"kubectl", "helm", "argocd", "flux", "oc"})
_TOKENS = ("--token", "--kube-token", "--auth-token")


def _fetched(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for text in command_texts(container):
            found = _fetched_script(text)
            if found is not None:
                place, url = found
                message = f"{container.described} runs what it fetches from {_host(url)!r}"
                severity = Severity.HIGH if url.startswith("http://") else None
                yield pod_hit(rule, pod, place, message, container=container, severity=severity)


def _fetched_script(text: Text) -> tuple[Place, str] | None:
    if text.script < 0:
        return None
    programs = list(text.programs)
    for number, program in enumerate(programs):
        url = _fetches(program)
        if url and (_is_piped(programs[number + 1 :]) or _is_run_later(program, url, programs[number + 1 :])):
            return program.place, url
    found = _SUBSTITUTED.search(text.script_text)
    if found is None:
        return None
    address = _URL.search(text.script_text, found.start())
    return text.at(found.start(), found.end()), address.group() if address else ""


def _fetches(program: Program) -> str:
    if program.name not in _FETCHES:
        return ""
    return next((word for word in program.words if _URL.match(word)), "")


def _is_piped(following: list[Program]) -> bool:
    for program in following:
        if not program.piped:
            return False
        name = program.name
        if name == "sudo":
            name = next((word for word in program.arguments if not word.startswith("-")), "").rpartition("/")[2]
        if name in _RUNS:
            return True
    return False


def _is_run_later(program: Program, url: str, following: Iterable[Program]) -> bool:
    target = _target(program, url)
    if not target:
        return False
    for later in following:
        if later.name in _CHECKS:
            return False
        names = {word.removeprefix("./") for word in later.arguments}
        if later.name in _RUNS and target.removeprefix("./") in names:
            return True
        if later.words and "/" in later.words[0] and later.words[0].rpartition("/")[2] == target.rpartition("/")[2]:
            return True
    return False


def _target(program: Program, url: str) -> str:
    words = program.words
    for flag, value in pairwise(words):
        if flag in ("-o", "--output", "--output-document", ">") or (flag == "-O" and program.name == "wget"):
            return value
    last = url.rstrip("/").rpartition("/")[2].partition("?")[0]
    return last if program.name == "wget" or "-O" in words or any(re.fullmatch(r"-\w*O\w*", w) for w in words) else ""


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2][:80]


def _unverified(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for variable in container.env:
            name = variable.name.value or ""
            if (variable.value.text or "").lower() in _ENV.get(name, ()):
                message = f"{container.described} turns off the verification of certificates with {name}"
                yield pod_hit(rule, pod, variable.value, message, container=container)
        for text in command_texts(container):
            for place, what in _unverified_words(text):
                kubelet = what == "--kubelet-insecure-tls"
                yield pod_hit(
                    rule,
                    pod,
                    place,
                    f"{container.described} turns off the verification of certificates with {what}",
                    container=container,
                    severity=Severity.LOW if kubelet else None,
                    profile=Profile.STRICT if kubelet else None,
                )


def _unverified_words(text: Text) -> Iterator[tuple[Placed, str]]:
    for word, place in text.words:
        name, _, value = word.partition("=")
        if name in _UNVERIFIED and value.lower() not in _FALSE:
            yield place, name
    for program in text.programs:
        if any(_LOCAL_HOST.match(word) for word in program.words):
            continue
        for word in program.arguments:
            insecure = program.name == "curl" and (word == "--insecure" or _SHORT_K.fullmatch(word))
            if insecure or (program.name == "wget" and word == "--no-check-certificate"):
                yield program.place, f"{program.name} {word}"
                break


def _api(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        for text in command_texts(container):
            for program in text.programs:
                if program.name in _API_CLIENTS and (what := _given_away(program)):
                    yield pod_hit(rule, pod, program.place, f"{container.described} {what}", container=container)


def _given_away(program: Program) -> str:
    words = program.arguments
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, equals, value = word.partition("=")
        value = value if equals else following
        if (
            name in ("--server", "-s", "--kube-apiserver")
            and value.startswith("http://")
            and not _LOCAL_HOST.match(value)
        ):
            return f"sends the credentials of {program.name} in clear text"
        if name in _TOKENS and value and not value.startswith(("$", "`")):
            return f"gives {program.name} a token on its command line"
    return ""


def _sudo(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        found = next(_becomes_root(container), None)
        if found is not None:
            yield pod_hit(
                rule, pod, found.place, f"{container.described} becomes root with {found.name}", container=container
            )


def _becomes_root(container: Container) -> Iterator[Program]:
    for text in command_texts(container):
        for program in text.programs:
            user = next((word for word in program.arguments if not word.startswith("-")), "root")
            if program.name == "sudo" or (program.name == "su" and user == "root"):
                yield program


_FETCH = """
    command: [sh, -c]
    args:
      - |
        wget -O i.sh http://get.example/i.sh  # ! runs what it fetches
        chmod +x i.sh
        ./i.sh --yes
"""
_PLAIN = in_container("command: [/app/server, --listen, ':8080']")

RULES = (
    PodRow(
        "workload/remote-script-execution",
        "Container runs a script that it fetches.",
        "Whoever controls the address, or over plain http the way to it, runs code in the container at its\n"
        "next start. Nothing was reviewed and nothing is recorded.",
        "Put the script into the image, or check its digest before it is run.",
        _fetched,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1105", "MITRE/T1195.002"),
        mentions=(*sorted(_FETCHES), QUOTED),
        bad=(
            in_container(
                "command: [sh, -c, 'curl -sL https://get.example/i.sh | bash']  # ! fetches from 'get.example'"
            ),
            in_container(_FETCH),
            in_container("command: [bash, -ec, 'eval \"$(curl -s https://get.example/env)\"']  # !"),
        ),
        good=(
            _PLAIN,
            in_container("command: [sh, -c, 'curl -so i.sh https://get.example/i.sh; sha256sum -c sums && sh i.sh']"),
            in_container("command: [sh, -c, 'curl -s https://api.example/v1 | jq .status']"),
        ),
    ),
    PodRow(
        "workload/tls-verification-disabled",
        "Container does not verify certificates.",
        "Whoever is on the way answers in the name of the server, reads what is sent to it, tokens among\n"
        "it, and decides what comes back.",
        "Give the program the certificate of the authority that signed the server's.",
        _unverified,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1557",),
        mentions=(*_ENV, *_UNVERIFIED, "curl", "--no-check-certificate", QUOTED),
        bad=(
            in_container("env:\n  - name: NODE_TLS_REJECT_UNAUTHORIZED\n    value: '0'  # ! with NODE_TLS_REJECT"),
            in_container("args:\n  - --insecure-skip-tls-verify  # ! turns off the verification"),
            in_container("command: [sh, -c, 'curl -sk https://api.example']  # ! with curl -sk"),
            in_container("args:\n  - --kubelet-insecure-tls=true  # !"),
        ),
        good=(
            _PLAIN,
            in_container("args: [--insecure-skip-tls-verify=false]"),
            in_container("livenessProbe: {exec: {command: [curl, -k, 'https://localhost:8443/healthz']}}"),
        ),
    ),
    PodRow(
        "workload/api-credentials-over-http",
        "Container gives away its credentials for an API.",
        "In clear text everybody on the way reads the token; on a command line every process of the pod,\n"
        "and whoever reads the manifest.",
        "Use https, and let the client read its token from a file.",
        _api,
        severity=Severity.MEDIUM,
        controls=("MITRE/T1552.007",),
        mentions=("http://", *_TOKENS, QUOTED),
        bad=(
            in_container("command: [kubectl, --server, 'http://10.0.0.1:8080', get, pods]  # ! in clear text"),
            in_container("command: [sh, -c, 'argocd app sync shop --auth-token eyJ0']  # ! gives argocd a token"),
        ),
        good=(in_container("command: [sh, -c, 'kubectl --token $TOKEN get pods']"),),
    ),
    PodRow(
        "workload/sudo-in-command",
        "Container becomes root with sudo or su.",
        "The image lets its user become root without a question: whatever runs in it can do the same.",
        "Run the part that needs root in an init container of its own, and the program without.",
        _sudo,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("MITRE/T1548.003",),
        bad=(in_container("command: [sudo, -E, /app/server]  # ! becomes root with sudo"),),
        good=(in_container("command: [sh, -c, 'su - postgres -c psql']"),),
    ),
)
