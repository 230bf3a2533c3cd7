"""Rules about flags that a component does not read as their author meant."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.setting import Carrier, Setting
from hullmark.linter.manifest.components.subjects import Process
from hullmark.linter.manifest.components.values import quoted, scalar, templated
from hullmark.linter.manifest.components.wording import Brief
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.messages import shown
from hullmark.linter.rule.settings.told import Told, at, told


def _repeated(process: Process) -> Iterator[Hit]:
    if process.component.document is not None:
        return  # it has fields, and no flags
    briefs = process.component.briefs
    if briefs is not None and _is_told_once(briefs):
        return
    for setting in process.component.settings.values():
        # Flags outside the table may be lists: nothing is said about them.
        if len(setting.occurrences) < 2 or setting.joins or not setting.known.defaults:
            continue
        written = [each for each in setting.occurrences if each.carrier is Carrier.FLAG]
        if len({each.text for each in written}) < 2:
            continue
        text = f"{setting.name} is given {len(written)} times: only {shown(setting.text)} counts"
        yield at(written[1], text, subject_name=setting.name)


@lru_cache(maxsize=256)
def _is_told_once(briefs: tuple[Brief, ...]) -> bool:
    return len({name for name, _, _ in briefs}) == len(briefs)


_SCALARS = ("bool", "int", "duration", "ip", "hostport", "enum", "path")


def _malformed(process: Process) -> Iterator[Hit]:
    component = process.component
    if component.document is not None or _is_sound(component):
        return
    for word, reason in process.component.strays:
        if reason and not templated(word.text):
            yield at(word, f"word {shown(word.text)} {reason}")
    for setting in process.component.settings.values():
        yield from _values(setting)


def _is_sound(component: Component) -> bool:
    """Whether every flag is surely in order; most are, and the same ones stand in many files."""
    if component.said is None or component.briefs is None or component.strays:
        return False
    return _are_meant(component.name, component.briefs)


@lru_cache(maxsize=256)
def _are_meant(component: str, briefs: tuple[Brief, ...]) -> bool:
    return all(_is_meant(component, brief) for brief in briefs)


@lru_cache(maxsize=4096)
def _is_meant(component: str, brief: Brief) -> bool:
    name, value, joint = brief
    known = catalogue.setting(component, name)
    if value is None:
        return known.type in ("bool", "string")
    if known.many and quoted(value):
        return False
    odd = known.type in _SCALARS and scalar(known.type, value).odd
    return not odd and (" --" not in value or joint != "=")


def _values(setting: Setting) -> Iterator[Hit]:
    for each in setting.occurrences:
        if each.carrier is not Carrier.FLAG:
            continue
        value = each.words[0].text if each.words else ""
        known = setting.known
        if " --" in value and each.joint == "=":
            text = f"{setting.name} takes the whole rest as its value: {shown(value)}"
        elif not each.words and known.type not in ("bool", "string"):
            text = f"{setting.name} has no value"
        elif (known.type in _SCALARS or known.many) and setting.reading.odd and each is setting.winner:
            text = f"{setting.name}: {shown(value)} {setting.reading.odd}"
        else:
            continue
        if not templated(each.text):
            yield at(each, text)


def _pod(*flags: str) -> str:
    lines = "\n".join(f"            - {flag}" for flag in flags)
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: kube-apiserver, namespace: kube-system}}
    spec:
      containers:
        - name: kube-apiserver
          command:
            - kube-apiserver
{lines}
    """


_PLAIN = manifest(
    _pod("--profiling=false", "--request-timeout=1m", "--service-account-issuer=a", "--service-account-issuer=b")
)


def _kubeadm(*arguments: str) -> str:
    lines = "\n".join(f"        - {argument}" for argument in arguments)
    return f"""
    apiVersion: kubeadm.k8s.io/v1beta4
    kind: ClusterConfiguration
    apiServer:
      extraArgs:
{lines}
    """


RULES = told(
    "schema",
    Process,
    {
        "repeated-flag": Told(
            "A flag is given twice with different values.",
            _repeated,
            (
                manifest(_pod("--profiling=true", "--profiling=false  # ! only 'false' counts")),
                # kubeadm sorts arguments of one name by their values.
                manifest(
                    _kubeadm(
                        "{name: profiling, value: \"true\"}  # ! only 'true' counts",
                        '{name: profiling, value: "false"}',
                    )
                ),
            ),
            (
                _PLAIN,
                manifest(_pod("--profiling=false", "--profiling=false")),
                manifest(
                    _kubeadm("{name: service-account-issuer, value: a}", "{name: service-account-issuer, value: b}")
                ),
            ),
            by_text=True,
        ),
        "malformed-flag": Told(
            "A component does not read a flag as it is meant.",
            _malformed,
            (
                manifest(_pod("--profiling", '"false"  # ! is not read')),
                manifest(_pod("--request-timeout=60  # ! no duration with a unit")),
                manifest(_pod('"--client-ca-file=/a --token-auth-file=/b"  # ! the whole rest')),
                manifest(_pod("--audit-log-maxage=a week  # ! is no integer")),
                manifest(_kubeadm('{name: request-timeout, value: "60"}  # ! no duration with a unit')),
            ),
            (
                _PLAIN,
                manifest(_pod("--audit-log-maxage", '"30"')),
                manifest(_kubeadm("{name: request-timeout, value: 60s}")),
            ),
        ),
    },
)
