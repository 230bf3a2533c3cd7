"""The same settings written in the formats that people use: what generated examples are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.named_tuple import NamedTuple

_VERSION = "v1.34.0"
_COLUMNS = {
    "KubeletConfiguration": "kubelet_config",
    "KubeProxyConfiguration": "kube_proxy_config",
    "KubeSchedulerConfiguration": "scheduler_config",
}


class Written(NamedTuple):
    """One setting as an example writes it; `marks` says of each member whether a finding points at it."""

    name: str
    text: str
    marks: tuple[bool, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether a finding points at the line of the whole value."""
        return any(self.marks)


class Format(NamedTuple):
    """A format: how it writes settings of a component, and whether lists are one text with commas."""

    name: str
    write: Callable[[str, Sequence[Written], bool], str]
    joined: bool = True


def _mark(marked: bool, count: int = 1) -> str:
    return "  " + " ".join(["# !"] * max(count, 1)) if marked else ""


def static_pod(component: str, settings: Sequence[Written], parent: bool) -> str:
    """A static pod: flags as items of `command`."""
    lines = "".join(f"        - --{each.name}={each.text}{_mark(each.marked, sum(each.marks))}\n" for each in settings)
    version = "3.6.5-0" if component == "etcd" else _VERSION
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: {component}\n  namespace: kube-system\nspec:\n"
        f"  containers:\n    - name: {component}\n      image: registry.k8s.io/{component}:{version}\n"
        f"      command:{_mark(parent)}\n        - {component}\n{lines}"
    )


def kubeadm_list(component: str, settings: Sequence[Written], parent: bool) -> str:
    """kubeadm v1beta4: `extraArgs` as a list of name and value."""
    path, kind = _kubeadm(component)
    args = "".join(
        f"{_indent(path)}  - name: {each.name}\n{_indent(path)}    value: {_quoted(each.text)}"
        f"{_mark(each.marked, sum(each.marks))}\n"
        for each in settings
    )
    return _kubeadm_text("v1beta4", path, kind, args, parent)


def kubeadm_map(component: str, settings: Sequence[Written], parent: bool) -> str:
    """kubeadm v1beta3: `extraArgs` as a map."""
    path, kind = _kubeadm(component)
    args = "".join(
        f"{_indent(path)}  {each.name}: {_quoted(each.text)}{_mark(each.marked, sum(each.marks))}\n"
        for each in settings
    )
    return _kubeadm_text("v1beta3", path, kind, args, parent)


def _kubeadm(component: str) -> tuple[tuple[str, ...], str]:
    match component:
        case "kube-apiserver":
            return ("apiServer", "extraArgs"), "ClusterConfiguration"
        case "kube-controller-manager":
            return ("controllerManager", "extraArgs"), "ClusterConfiguration"
        case "kube-scheduler":
            return ("scheduler", "extraArgs"), "ClusterConfiguration"
        case "etcd":
            return ("etcd", "local", "extraArgs"), "ClusterConfiguration"
    return ("nodeRegistration", "kubeletExtraArgs"), "JoinConfiguration"


def _kubeadm_text(version: str, path: tuple[str, ...], kind: str, args: str, parent: bool) -> str:
    head = f"apiVersion: kubeadm.k8s.io/{version}\nkind: {kind}{_mark(parent and not args)}\n"
    if kind == "ClusterConfiguration":
        head += f"kubernetesVersion: {_VERSION}\n"
    keys = "".join(
        f"{'  ' * depth}{key}:{_mark(parent and depth == len(path) - 1)}\n" for depth, key in enumerate(path)
    )
    return head + keys + args if args else head


def document(kind: str, group: str, version: str) -> Format:
    """A configuration document whose fields are settings."""

    def write(component: str, settings: Sequence[Written], parent: bool) -> str:
        paths = catalogue.fields(component, _COLUMNS[kind])
        return f"apiVersion: {group}/{version}\nkind: {kind}{_mark(parent)}\n{tree(component, settings, paths)}"

    return Format(kind, write, joined=False)


def config_map(form: Format) -> Format:
    """The same document as a value of a ConfigMap."""

    def write(component: str, settings: Sequence[Written], parent: bool) -> str:
        inner = form.write(component, settings, parent)
        body = "".join(f"    {line}\n" for line in inner.splitlines())
        head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kubelet-config\n  namespace: kube-system\n"
        return f"{head}data:\n  kubelet: |\n{body}"

    return Format(f"ConfigMap with {form.name}", write, joined=False)


def json_document(kind: str, group: str, version: str) -> Format:
    """The same document as JSON, one field a line."""

    def write(component: str, settings: Sequence[Written], parent: bool) -> str:
        paths = catalogue.fields(component, _COLUMNS[kind])
        fields = [(f'"{paths[each.name][0]}": {_json(component, each)}', each.marked) for each in settings]
        lines = [(f'"apiVersion": "{group}/{version}"', False), (f'"kind": "{kind}"', parent), *fields]
        last = len(lines) - 1
        return (
            "{\n"
            + "".join(f"  {text}{',' * (at < last)}{_mark(marked)}\n" for at, (text, marked) in enumerate(lines))
            + "}\n"
        )

    return Format(f"{kind} as JSON", write, joined=False)


def _json(component: str, each: Written) -> str:
    return each.text if catalogue.setting(component, each.name).type in ("bool", "int") else _quoted(each.text)


def etcd_file(component: str, settings: Sequence[Written], parent: bool) -> str:
    """etcd's own configuration file."""
    paths = catalogue.fields(component, "etcd_yaml")
    return f"name: a{_mark(parent)}\ninitial-cluster: a=https://10.0.0.5:2380\n{tree(component, settings, paths)}"


_Tree = dict[str, Any]


def tree(component: str, settings: Sequence[Written], paths: Mapping[str, tuple[str, ...]]) -> str:
    """Fields as nested keys, each key once."""
    root: _Tree = {}
    for each in settings:
        here = root
        *above, last = paths[each.name]
        for key in above:
            here = here.setdefault(key, {})
        here[last] = each
    return "".join(_lines(component, root, ""))


def _lines(component: str, tree: _Tree, depth: str) -> Iterator[str]:
    for key, value in tree.items():
        if not isinstance(value, Written):
            yield f"{depth}{key}:\n"
            yield from _lines(component, value, f"{depth}  ")
            continue
        known = catalogue.setting(component, value.name)
        if component != "etcd" and known.many:
            yield f"{depth}{key}:\n"
            yield from _members(known.type, value, depth)
            continue
        text = value.text if known.type in ("bool", "int") and value.text else _plain(value.text)
        if known.many:
            text = _quoted(value.text)
        yield f"{depth}{key}: {text}{_mark(value.marked, sum(value.marks))}\n"


def _members(kind: str, each: Written, depth: str) -> Iterator[str]:
    for index, member in enumerate(each.text.split(",")):
        mark = _mark(index < len(each.marks) and each.marks[index])
        if kind in catalogue.MAPS:
            key, _, value = member.partition("=")
            yield f"{depth}  {key}: {value}{mark}\n"
        else:
            yield f"{depth}  - {_plain(member)}{mark}\n"


def _indent(path: tuple[str, ...]) -> str:
    return "  " * (len(path) - 1)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _plain(text: str) -> str:
    risky = not text or text[0] in "*&!%@`#{[|>'\"-0123456789" or ": " in text or " #" in text or "," in text
    return _quoted(text) if risky else text


STATIC_POD = Format("static pod", static_pod)
KUBEADM_LIST = Format("kubeadm v1beta4", kubeadm_list)
KUBEADM_MAP = Format("kubeadm v1beta3", kubeadm_map)
KUBELET_FILE = document("KubeletConfiguration", "kubelet.config.k8s.io", "v1beta1")
KUBELET_JSON = json_document("KubeletConfiguration", "kubelet.config.k8s.io", "v1beta1")
KUBE_PROXY_FILE = document("KubeProxyConfiguration", "kubeproxy.config.k8s.io", "v1alpha1")
SCHEDULER_FILE = document("KubeSchedulerConfiguration", "kubescheduler.config.k8s.io", "v1")
ETCD_FILE = Format("etcd", etcd_file, joined=True)
_DOCUMENTS = {
    "kubelet": (KUBELET_FILE, "kubelet_config"),
    "kube-proxy": (KUBE_PROXY_FILE, "kube_proxy_config"),
    "kube-scheduler": (SCHEDULER_FILE, "scheduler_config"),
    "etcd": (ETCD_FILE, "etcd_yaml"),
}


def formats(component: str, names: Sequence[str]) -> tuple[Format, ...]:
    """Formats that can hold these settings of a component, the most usual one first."""
    found = []
    own = _DOCUMENTS.get(component)
    if own is not None and all(name in catalogue.fields(component, own[1]) for name in names):
        found.append(own[0])
    if all(catalogue.setting(component, name).flags for name in names):
        found.append(STATIC_POD)
        if component != "kube-proxy":
            found += [KUBEADM_LIST, KUBEADM_MAP]
    elif found == [KUBELET_FILE]:
        found += [KUBELET_JSON, config_map(KUBELET_FILE)]
    return tuple(found)
