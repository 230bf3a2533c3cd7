"""Settings written in every format that the adapters read, with a mark at the line of each: inputs of the matrix."""

import json
from collections.abc import Callable
from typing import NamedTuple

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.aliases import aliases
from hullmark.linter.rule.settings.formats import Written, tree

Write = Callable[[str, list[Written]], str]
PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
FLAGGED = (*PLANE, "etcd", "kubelet", "kube-proxy")
KUBEADM = {
    "kube-apiserver": "apiServer",
    "kube-controller-manager": "controllerManager",
    "kube-scheduler": "scheduler",
    "etcd": "etcd:\n  local",
}


class Carrier(NamedTuple):
    """A format: which components it can describe, how settings are written, and what is known of the origin."""

    name: str
    components: tuple[str, ...]
    write: Write
    column: str = ""
    origin: str = "upstream"
    role: str = ""
    path: str = "file.yaml"
    complete: bool = False


def whole(
    name: str,
    components: tuple[str, ...],
    write: Write,
    column: str = "",
    origin: str = "upstream",
    path: str = "file.yaml",
) -> Carrier:
    """A format in which absence proves that a setting is unset."""
    return Carrier(name, components, write, column, origin, "", path, True)


def bang(each: Written) -> str:
    """The mark of a line."""
    return "  " + " ".join(["# !"] * sum(each.marks)) if each.marked else ""


def shifted(text: str, depth: int) -> str:
    """Lines further right."""
    return "".join(f"{' ' * depth}{line}\n" for line in text.splitlines())


def items(settings: list[Written], depth: int, form: str = "--{0}={1}") -> str:
    """Flags as items of a block list."""
    return "".join(f"{' ' * depth}- {form.format(each.name, each.text)}{bang(each)}\n" for each in settings)


def pod(body: str, kind: str = "Pod") -> str:
    if kind == "Pod":
        return f"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n{shifted(body, 4)}"
    head = (
        f"apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a}}\nspec:\n  template:\n    spec:\n      containers:\n"
    )
    return head + shifted(body, 8)


def command(kind: str = "Pod", key: str = "command", form: str = "--{0}={1}") -> Write:
    def write(component: str, settings: list[Written]) -> str:
        name = f"- name: {component}\n  image: r.example/{component}:v1.34.0\n"
        first = f"  {key}:\n    - {component}\n" if key == "command" else f"  command: [{component}]\n  {key}:\n"
        return pod(name + first + items(settings, 4, form), kind)

    return write


def two_words(component: str, settings: list[Written]) -> str:
    lines = ""
    for each in settings:
        if catalogue.setting(component, each.name).type == "bool":
            lines += items([each], 4)
        else:
            lines += f'    - --{each.name}\n    - "{each.text}"{bang(each)}\n'
    return pod(f"- name: a\n  command:\n    - {component}\n{lines}")


def underscored(component: str, settings: list[Written]) -> str:
    changed = [each._replace(name=each.name.replace("-", "_")) for each in settings]
    return command()(component, changed)


def shell(component: str, settings: list[Written]) -> str:
    lines = "".join(f"      --{each.name}='{each.text}' \\{bang(each)}\n" for each in settings)
    script = f"    - |\n      set -e\n      exec /usr/bin/{component} \\\n{lines}      --v=2 2>&1\n"
    return pod(f"- name: a\n  command:\n    - /bin/sh\n    - -ec\n{script}")


def wrapped(component: str, settings: list[Written]) -> str:
    start = f"- name: a\n  command: [/go-runner]\n  args:\n    - --log-file=/a\n    - /usr/local/bin/{component}\n"
    return pod(start + items(settings, 4))


def hyperkube(component: str, settings: list[Written]) -> str:
    role = component.removeprefix("kube-")
    return pod(f"- name: a\n  command:\n    - /hyperkube\n    - {role}\n{items(settings, 4)}")


def as_json(component: str, settings: list[Written]) -> str:
    flags = [f'"--{each.name}={each.text}"' for each in settings]
    lines = [f'"{component}",', *(f"{flag}," for flag in flags), '"--v=2"']
    marks_ = ["", *(bang(each) for each in settings), ""]
    body = "\n".join(line + mark for line, mark in zip(lines, marks_, strict=True))
    start = '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"},\n'
    return start + f'"spec": {{"containers": [{{"name": "a", "command": [\n{body}\n]}}]}}}}\n'


def arguments(settings: list[Written], listed: bool) -> str:
    if listed:
        return "".join(f'- name: {each.name}\n  value: "{each.text}"{bang(each)}\n' for each in settings)
    return "".join(f'{each.name}: "{each.text}"{bang(each)}\n' for each in settings)


def plane(component: str, settings: list[Written], listed: bool) -> str:
    keys = KUBEADM[component]
    depth = 4 if "\n" in keys else 2
    return f"{keys}:\n{' ' * depth}extraArgs:\n{shifted(arguments(settings, listed), depth + 2)}"


def kubeadm(version: str, listed: bool) -> Write:
    def write(component: str, settings: list[Written]) -> str:
        head = f"apiVersion: kubeadm.k8s.io/{version}\nkind: ClusterConfiguration\nkubernetesVersion: v1.34.0\n"
        return head + plane(component, settings, listed)

    return write


def node(version: str, kind: str, listed: bool) -> Write:
    def write(component: str, settings: list[Written]) -> str:
        args = shifted(arguments(settings, listed), 4)
        return f"apiVersion: kubeadm.k8s.io/{version}\nkind: {kind}\nnodeRegistration:\n  kubeletExtraArgs:\n{args}"

    return write


def cluster_api(version: str, listed: bool) -> Write:
    def write(component: str, settings: list[Written]) -> str:
        head = (
            f"apiVersion: controlplane.cluster.x-k8s.io/{version}\nkind: KubeadmControlPlane\nmetadata: {{name: a}}\n"
        )
        spec = "spec:\n  version: v1.34.0\n  kubeadmConfigSpec:\n    clusterConfiguration:\n"
        return head + spec + shifted(plane(component, settings, listed), 6)

    return write


def join_template(component: str, settings: list[Written]) -> str:
    head = "apiVersion: bootstrap.cluster.x-k8s.io/v1beta2\nkind: KubeadmConfigTemplate\nmetadata: {name: a}\n"
    spec = "spec:\n  template:\n    spec:\n      joinConfiguration:\n        nodeRegistration:\n"
    return head + spec + "          kubeletExtraArgs:\n" + shifted(arguments(settings, True), 12)


def kind(component: str, settings: list[Written]) -> str:
    patch = f"kind: ClusterConfiguration\n{plane(component, settings, False)}"
    return f"apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nkubeadmConfigPatches:\n  - |\n{shifted(patch, 4)}"


def rancher(component: str, settings: list[Written]) -> str:
    return f"cluster-init: true\n{component}-arg:\n{items(settings, 2, '{0}={1}')}"


def talos(component: str, settings: list[Written]) -> str:
    block = {**KUBEADM, "etcd": "etcd", "kube-proxy": "proxy"}.get(component, "")
    if component == "kubelet":
        return f"version: v1alpha1\nmachine:\n  kubelet:\n    extraArgs:\n{shifted(arguments(settings, False), 6)}"
    return f"version: v1alpha1\ncluster:\n  {block}:\n    extraArgs:\n{shifted(arguments(settings, False), 6)}"


def talos_document(component: str, settings: list[Written]) -> str:
    name = {
        "kube-apiserver": "KubeAPIServerConfig",
        "kube-controller-manager": "KubeControllerManagerConfig",
        "kube-scheduler": "KubeSchedulerConfig",
        "kube-proxy": "KubeProxyConfig",
        "kubelet": "KubeletConfig",
    }[component]
    args = "".join(f'  {each.name}:\n    - "{each.text}"{bang(each)}\n' for each in settings)
    return f"apiVersion: v1alpha1\nkind: {name}\nextraArgs:\n{args}"


def kubespray_args(component: str, settings: list[Written]) -> str:
    name = {"kube-apiserver": "apiserver", "kube-controller-manager": "controller", "kube-scheduler": "scheduler"}[
        component
    ]
    args = shifted(arguments(settings, False), 2)
    return f"kubelet_custom_flags: []\nkube_kubeadm_{name}_extra_args:\n{args}"


def custom_flags(component: str, settings: list[Written]) -> str:
    return f"kube_kubeadm_apiserver_extra_args: {{}}\nkubelet_custom_flags:\n{items(settings, 2)}"


def node_config_flags(component: str, settings: list[Written]) -> str:
    head = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    flags:\n"
    return head + items(settings, 6)


def unit(component: str, settings: list[Written]) -> str:
    lines = "".join(f"  --{each.name}={each.text} \\{bang(each)}\n" for each in settings)
    return f"[Unit]\nDescription=a\n[Service]\nExecStart=/usr/bin/{component} \\\n{lines}  --v=2\nRestart=always\n"


def variable(component: str, settings: list[Written]) -> str:
    return (
        "".join(f'KUBELET_{n}_ARGS="--{each.name}={each.text}"{bang(each)}\n' for n, each in enumerate(settings))
        .replace("KUBELET_0", "KUBELET_EXTRA")
        .replace("KUBELET_1", "KUBELET_MORE")
    )


def cloud_init_environment(component: str, settings: list[Written]) -> str:
    body = shifted(variable(component, settings), 6)
    return f"#cloud-config\nwrite_files:\n  - path: /etc/default/kubelet\n    content: |\n{body}"


def bootstrap(component: str, settings: list[Written]) -> str:
    flags = "".join(f"          --{each.name}={each.text}{bang(each)}\n" for each in settings)
    return (
        "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  userData: |\n"
        f"    #!/bin/bash\n    /etc/eks/bootstrap.sh shop --kubelet-extra-args '\n{flags}    '\n"
    )


def minikube(component: str, settings: list[Written]) -> str:
    short = component.removeprefix("kube-")
    options = [
        f'{{"Component": "{short}", "Key": "{each.name}", "Value": {json.dumps(each.text)}}}' for each in settings
    ]
    lines = "".join(f"{text},{bang(each)}\n" for text, each in zip(options, settings, strict=True))
    last = f'{{"Component": "{short}", "Key": "v", "Value": "2"}}'
    return f'{{"KubernetesConfig": {{"ExtraOptions": [\n{lines}{last}\n]}}}}\n'


def etcd_environment(component: str, settings: list[Written]) -> str:
    lines = "".join(
        f'    - name: ETCD_{each.name.upper().replace("-", "_")}\n      value: "{each.text}"{bang(each)}\n'
        for each in settings
    )
    return pod(f"- name: etcd\n  image: r.example/etcd:3.6.5\n  env:\n{lines}")


def within(head: str, depth: int, column: str) -> Write:
    """Fields of a document below a head that ends where they begin."""

    def write(component: str, settings: list[Written]) -> str:
        return head + shifted(tree(component, settings, catalogue.fields(component, column)), depth)

    return write


def kops(component: str, settings: list[Written]) -> str:
    paths = {alias.setting: alias.path for alias in aliases(component, "kops")}
    head = "apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: a.example}\n"
    return head + tree(component, settings, paths)


def kubespray(component: str, settings: list[Written]) -> str:
    paths = {alias.setting: alias.path for alias in aliases(component, "kubespray") if not alias.means}
    return "kubelet_custom_flags: []\nkubelet_config_extra_args: {}\n" + tree(component, settings, paths)


KUBELET = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
PROXY = "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"
MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  kubelet: |\n"
FILES = "#cloud-config\nwrite_files:\n  - path: /var/lib/kubelet/config.yaml\n    content: |\n"
CAPI_FILES = (
    "apiVersion: bootstrap.cluster.x-k8s.io/v1beta1\nkind: KubeadmConfig\nmetadata: {name: a}\nspec:\n  files:\n"
    "    - path: /etc/a.yaml\n      content: |\n"
)
EKSCTL = (
    "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmanagedNodeGroups:\n  - name: a\n    kubeletExtraConfig:\n"
)
NODE_CONFIG = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  kubelet:\n    config:\n"
TALOS_EXTRA = "version: v1alpha1\nmachine:\n  kubelet:\n    extraConfig:\n"
TALOS_KUBELET = "apiVersion: v1alpha1\nkind: KubeletConfig\nconfig:\n"
KIND_PATCH = "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nkubeadmConfigPatches:\n  - |\n    kind: {}\n"
KUBESPRAY_EXTRA = "kubelet_custom_flags: []\nkubelet_config_extra_args:\n"

CARRIERS = (
    whole("static pod, command", FLAGGED, command()),
    whole("static pod, args", FLAGGED, command(key="args")),
    whole("static pod, one dash", ("etcd",), command(form="-{0}={1}")),
    whole("static pod, two words", FLAGGED, two_words),
    whole("static pod, quoted", FLAGGED, command(form='"--{0}={1}"')),
    whole("static pod, underscores", (*PLANE, "kubelet", "kube-proxy"), underscored),
    whole("static pod, shell", FLAGGED, shell),
    whole("static pod, wrapper", FLAGGED, wrapped),
    whole("static pod, hyperkube", (*PLANE, "kubelet", "kube-proxy"), hyperkube),
    whole("static pod, JSON", FLAGGED, as_json),
    whole("Deployment", FLAGGED, command("Deployment")),
    whole("DaemonSet", FLAGGED, command("DaemonSet", "args")),
    *(
        whole(f"kubeadm {version}", tuple(KUBEADM), kubeadm(version, version == "v1beta4"), origin="kubeadm")
        for version in ("v1beta1", "v1beta2", "v1beta3", "v1beta4")
    ),
    *(
        Carrier(
            f"{kind_} {version}", ("kubelet",), node(version, kind_, version == "v1beta4"), origin="kubeadm", role=role
        )
        for version in ("v1beta2", "v1beta3", "v1beta4")
        for kind_, role in (("InitConfiguration", "control-plane"), ("JoinConfiguration", "worker"))
    ),
    whole("Cluster API v1beta1", tuple(KUBEADM), cluster_api("v1beta1", False), origin="kubeadm"),
    whole("Cluster API v1beta2", tuple(KUBEADM), cluster_api("v1beta2", True), origin="kubeadm"),
    Carrier("Cluster API join", ("kubelet",), join_template, origin="kubeadm", role="worker"),
    Carrier("kind", tuple(KUBEADM), kind, origin="kubeadm"),
    Carrier("minikube", FLAGGED, minikube, origin="minikube"),
    Carrier("k3s", FLAGGED, rancher, origin="k3s", path="etc/rancher/k3s/config.yaml"),
    Carrier("RKE2", FLAGGED, rancher, origin="rke2", path="etc/rancher/rke2/config.yaml"),
    Carrier("Talos", FLAGGED, talos, origin="talos"),
    Carrier("Talos document", (*PLANE, "kubelet", "kube-proxy"), talos_document, origin="talos"),
    Carrier("kubespray arguments", PLANE, kubespray_args, path="inventory/shop/group_vars/all.yml"),
    Carrier("kubespray flags", ("kubelet",), custom_flags, path="inventory/shop/group_vars/all.yml"),
    Carrier("NodeConfig flags", ("kubelet",), node_config_flags, origin="eks-nodeadm", role="worker"),
    whole("systemd unit", FLAGGED, unit, path="kubelet.service"),
    Carrier("environment file", ("kubelet",), variable, path="kubeadm-flags.env"),
    Carrier("environment file of cloud-init", ("kubelet",), cloud_init_environment),
    Carrier("bootstrap script", ("kubelet",), bootstrap),
    whole("etcd variables", ("etcd",), etcd_environment),
    whole("KubeletConfiguration", ("kubelet",), within(KUBELET, 0, "kubelet_config"), "kubelet_config"),
    whole(
        "KubeletConfiguration in a map",
        ("kubelet",),
        within(MAP + shifted(KUBELET, 4), 4, "kubelet_config"),
        "kubelet_config",
    ),
    Carrier(
        "KubeletConfiguration in cloud-init",
        ("kubelet",),
        within(FILES + shifted(KUBELET, 6), 6, "kubelet_config"),
        "kubelet_config",
    ),
    Carrier(
        "KubeletConfiguration in Cluster API",
        ("kubelet",),
        within(CAPI_FILES + shifted(KUBELET, 8), 8, "kubelet_config"),
        "kubelet_config",
    ),
    Carrier("eksctl", ("kubelet",), within(EKSCTL, 6, "kubelet_config"), "kubelet_config", "eksctl", "worker"),
    Carrier(
        "NodeConfig", ("kubelet",), within(NODE_CONFIG, 6, "kubelet_config"), "kubelet_config", "eks-nodeadm", "worker"
    ),
    Carrier("Talos extraConfig", ("kubelet",), within(TALOS_EXTRA, 6, "kubelet_config"), "kubelet_config", "talos"),
    Carrier("Talos KubeletConfig", ("kubelet",), within(TALOS_KUBELET, 2, "kubelet_config"), "kubelet_config", "talos"),
    Carrier(
        "kind kubelet",
        ("kubelet",),
        within(KIND_PATCH.format("KubeletConfiguration"), 4, "kubelet_config"),
        "kubelet_config",
    ),
    Carrier(
        "kubespray kubelet",
        ("kubelet",),
        within(KUBESPRAY_EXTRA, 2, "kubelet_config"),
        "kubelet_config",
        path="group_vars/a.yml",
    ),
    whole("KubeProxyConfiguration", ("kube-proxy",), within(PROXY, 0, "kube_proxy_config"), "kube_proxy_config"),
    whole(
        "KubeProxyConfiguration in a map",
        ("kube-proxy",),
        within(MAP + shifted(PROXY, 4), 4, "kube_proxy_config"),
        "kube_proxy_config",
    ),
    Carrier(
        "kind kube-proxy",
        ("kube-proxy",),
        within(KIND_PATCH.format("KubeProxyConfiguration"), 4, "kube_proxy_config"),
        "kube_proxy_config",
    ),
    whole("etcd file", ("etcd",), within("name: a\ninitial-cluster: b\n", 0, "etcd_yaml"), "etcd_yaml"),
    Carrier("kOps", (*PLANE, "kubelet", "kube-proxy"), kops, "kops", "kops"),
    Carrier("kubespray", (*PLANE, "kubelet", "kube-proxy"), kubespray, "kubespray", path="group_vars/a.yml"),
)
