"""Bad and good values of a row, and the examples that they make in several formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.catalogue import Known
from hullmark.linter.manifest.components.values import duration
from hullmark.linter.records import replace
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.settings.conditions import condition, is_bad
from hullmark.linter.rule.settings.formats import Format, Written, formats
from hullmark.linter.rule.settings.plan import Repair, Sample

_STRONG = "TLS_AES_128_GCM_SHA256"
_WEAK = "TLS_RSA_WITH_3DES_EDE_CBC_SHA"


def sample(row: Mapping[str, Any]) -> Sample:
    """The sample of a row, from its operator and its operand."""
    component = "kube-apiserver" if row["component"] == "any" else row["component"]
    names: list[str] = row.get("judged") or row["settings"]
    known = catalogue.setting(component, names[0])
    bad, good = _values(row, known)
    if row["op"] == "present":
        return Sample(dict.fromkeys(names, ""), {name: f"/etc/kubernetes/pki/{name}" for name in names}, unset=True)
    if row["op"] == "any-present":
        return Sample(dict.fromkeys(names[:1], ""), {names[0]: f"/etc/kubernetes/{names[0]}"}, unset=True)
    return Sample({names[0]: bad}, {} if good is None else {names[0]: good}, unset=_unset_fires(row, known))


def _unset_fires(row: Mapping[str, Any], known: Known) -> bool:
    """Whether the upstream default of a plain command line is bad."""
    if row["unset"] == "pass":
        return False
    demand = condition(row)
    for default in known.defaults:
        upstream = not default.origins or "kubelet-flags" in default.origins
        if upstream and catalogue.in_range(34, default.versions):
            return is_bad(demand, known, default.value, 34)
    return False


def _values(row: Mapping[str, Any], known: Known) -> tuple[str, str | None]:
    safe = row.get("safe")
    match row["op"]:
        case "equals" if isinstance(safe, bool):
            return str(not safe).lower(), str(safe).lower()
        case "equals":
            return "8080", str(safe)
        case "not-equals" if isinstance(safe, bool):
            return str(safe).lower(), str(not safe).lower()
        case "not-equals":
            return str(safe), "6443" if safe == 0 else "AlwaysVerify"
        case "absent":
            return "/etc/kubernetes/file" if known.type == "path" else "10.0.0.5", None
        case "contains":
            return _without(str(safe)), f"{_without(str(safe))},{safe}"
        case "not-contains" if known.type == "enum":
            return str(safe), "Webhook"
        case "not-contains":
            return f"{_neutral(known)},{safe}", _neutral(known)
        case "not-in":
            return "VersionTLS10", "VersionTLS12"
        case "subset-of":
            return f"{_STRONG},{_WEAK}", _STRONG
    return _numbers(row, known)


def _numbers(row: Mapping[str, Any], known: Known) -> tuple[str, str | None]:
    safe: Any = row.get("safe")
    match row["op"]:
        case "gte":
            return str(safe - 1), str(safe)
        case "positive":
            return "0", "4096"
        case "not-between":
            return str(safe[0]), str(safe[1] + 1)
        case "duration-max":
            return f"{int((duration(str(safe)) or 0) // 60) * 10}m", str(safe)
        case "duration-nonzero":
            return "0", "4h"
        case "loopback":
            return "0.0.0.0", "127.0.0.1"  # noqa: S104  # an example of what not to write
        case "loopback-hostport":
            return "0.0.0.0:10249", "127.0.0.1:10249"
        case "no-plain-http":
            return "http://10.0.0.5:2379", "https://10.0.0.5:2379"
        case "empty":
            return "kernel.msg*", None
        case "contains-none":
            return ("PodSecurity", _neutral(known)) if isinstance(safe, str) else ("/metrics", "/healthz")
        case "gate-not":
            gate, _, value = str(safe).partition("=")
            return str(safe), f"{gate}={'false' if value == 'true' else 'true'}"
        case "gates-not-false":
            gate = catalogue.named_list(str(safe))[0]
            return f"{gate}=false", f"{gate}=true"
        case "map-not-true":
            return "api/all=true", "api/beta=true"
    return "", None


def _without(name: str) -> str:
    """A list that lacks `name`."""
    return {"Node": "RBAC", "RBAC": "Node"}.get(name, "PodNodeSelector")


def _neutral(known: Known) -> str:
    """A member that no rule minds."""
    match known.name:
        case "authorization-mode":
            return "Node"
        case "disable-admission-plugins":
            return "DefaultIngressClass"
    return "NodeRestriction"


class Generated(Example):
    """An example that is written when somebody reads it: a run makes many of them and reads none."""

    __slots__ = ("_after", "_before", "_component", "_format", "_parent")

    def __init__(
        self, form: Format, component: str, before: Sequence[Written], parent: bool, after: Sequence[Written] | None
    ) -> None:
        path = "etcd.conf.yaml" if form.name == "etcd" else "example.yaml"
        super().__init__("", path=path)
        self._format = form
        self._component = component
        self._before = tuple(before)
        self._parent = parent
        self._after = None if after is None else tuple(after)

    @property
    def text(self) -> str:
        """The whole text, with its marks."""
        return self._format.write(self._component, self._before, self._parent)

    @property
    def fixed(self) -> str | None:
        """The whole text after the fix, or None where none is offered."""
        if self._after is None:
            return None
        return self._format.write(self._component, self._after, False)


Examples = tuple[tuple[Example, ...], tuple[Example, ...]]


def examples(row: Mapping[str, Any], shown: Sample, repair: Repair, safe: str, writes: str = "") -> Examples:
    """Bad and good examples of a row, in every format that can hold its settings."""
    component = "kube-apiserver" if row["component"] == "any" else row["component"]
    names = list({**shown.bad, **shown.good, **shown.beside})
    if repair is Repair.REMOVE:
        # A line is removed only where others are left.
        shown = replace(shown, beside={**shown.beside, "v": "2"})
        names.append("v")
    forms = formats(component, names)
    if "flag" in row.get("carriers", ()):
        forms = tuple(form for form in forms if form.joined)
    if row.get("role") == "worker":
        forms = tuple(form for form in forms if form.name.startswith("kubeadm"))
    bad: list[Example] = []
    if shown.bad:
        bad += [_bad(row, shown, form, component, repair, safe) for form in forms]
    if shown.unset:
        beside = [Written(name, text) for name, text in shown.beside.items()]
        after = [*beside, *_added(row, safe, writes)] if repair is Repair.SET else None
        bad += [Generated(form, component, beside, True, after) for form in forms if form.name == "static pod"]
        bad += [
            Generated(form, component, beside, True, after) for form in forms[:1] if not form.joined and _complete(row)
        ]
    good = [_good(shown, form, component) for form in forms]
    return tuple(bad), tuple(good)


def _added(row: Mapping[str, Any], safe: str, writes: str) -> list[Written]:
    """What a fix writes where nothing is set: the first setting that the row judges, unless it says which."""
    names: list[str] = row.get("judged") or row["settings"]
    return [Written(writes or names[0], safe)]


def _complete(row: Mapping[str, Any]) -> bool:
    """Whether the default with a configuration file is bad too."""
    component = row["component"]
    names = row.get("judged") or row["settings"]
    known = catalogue.setting(component, names[0])
    if row["op"] in ("any-of", "any-present"):
        return True
    for default in known.defaults:
        if (not default.origins or "kubelet-file" in default.origins) and catalogue.in_range(34, default.versions):
            return is_bad(condition(row), known, default.value, 34)
    return False


def _bad(row: Mapping[str, Any], shown: Sample, form: Format, component: str, repair: Repair, safe: str) -> Example:
    wanted = shown.marks if shown.marks is not None else tuple(shown.bad)
    before = [marked(row, component, name, text, name in wanted) for name, text in shown.bad.items()]
    before += [Written(name, text) for name, text in shown.beside.items()]
    after = None
    if repair is not Repair.NONE and (form.joined or repair in (Repair.SET, Repair.DROP)) and len(shown.bad) == 1:
        fixed = {name: _fixed(row, component, name, text, repair, safe) for name, text in shown.bad.items()}
        if None not in fixed.values():
            after = [Written(name, text or "") for name, text in {**fixed, **shown.beside}.items()]
        elif form.name == "static pod" or (form.joined and shown.beside):
            after = [Written(name, text) for name, text in shown.beside.items()]
    return Generated(form, component, before, False, after)


def marked(row: Mapping[str, Any], component: str, name: str, text: str, offends: bool) -> Written:
    """A setting as an example writes it, with marks at the members that a finding points at."""
    known = catalogue.setting(component, name)
    if not offends or not known.many or row["op"] in ("contains", "custom"):
        return Written(name, text, (offends,))
    demand = condition(row)
    members = text.split(",")
    if known.type in catalogue.MAPS:
        marks = tuple(
            is_bad(demand, known, ((member.partition("=")[0], member.partition("=")[2]),), 34) for member in members
        )
    else:
        marks = tuple(is_bad(demand, known, (member,), 34) for member in members)
    return Written(name, text, marks if any(marks) else (True,))


def _fixed(row: Mapping[str, Any], component: str, name: str, text: str, repair: Repair, safe: str) -> str | None:
    match repair:
        case Repair.SET:
            return safe
        case Repair.ADD:
            return f"{text},{safe}"
        case Repair.REMOVE:
            return None
        case Repair.LOOPBACK:
            return text.replace("10.0.0.5", "127.0.0.1")
    demand, known = condition(row), catalogue.setting(component, name)
    kept = [member for member in text.split(",") if not is_bad(demand, known, (member,), 34)]
    return ",".join(kept) if kept else None


def _good(shown: Sample, form: Format, component: str) -> Example:
    settings = [Written(name, text) for name, text in {**shown.good, **shown.beside}.items()]
    if not settings and component == "kubelet":
        settings = [Written("node-ip", "10.0.0.5")] if form.name.startswith("kubeadm") else []
    return Generated(form, component, settings, False, None)
