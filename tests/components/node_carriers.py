"""More formats of the matrix: k3s and RKE2 as command lines, patches, and whatever else brings settings to nodes."""

from hullmark.linter.rule.settings.formats import Written
from tests.components import carriers
from tests.components.carriers import (
    FLAGGED,
    KUBEADM,
    KUBELET,
    Carrier,
    Write,
    bang,
    command,
    items,
    node_config_flags,
    pod,
    rancher,
    shifted,
    unit,
    variable,
    whole,
    within,
)


def rancher_unit(component: str, settings: list[Written]) -> str:
    lines = "".join(f"  '--{component}-arg={each.name}={each.text}' \\{bang(each)}\n" for each in settings)
    head = "[Service]\nEnvironment=K3S_URL=https://10.0.0.5:6443\nExecStart=/usr/local/bin/k3s \\\n  server \\\n"
    return f"{head}{lines}  --debug\n"


def rancher_pod(component: str, settings: list[Written]) -> str:
    flags = items(settings, 4, f"--{component}-arg={{0}}={{1}}")
    return pod(
        f"- name: server\n  image: rancher/k3s:v1.34.1-k3s1\n  args:\n    - server\n{flags}    - --cluster-init\n"
    )


def rancher_words(component: str, settings: list[Written]) -> str:
    lines = "".join(f'    - --{component}-arg\n    - "{each.name}={each.text}"{bang(each)}\n' for each in settings)
    return pod(f"- name: a\n  image: r.example/rke2\n  command:\n    - rke2\n    - server\n{lines}", "DaemonSet")


def rancher_script(component: str, settings: list[Written]) -> str:
    flags = "".join(f"      --{component}-arg={each.name}={each.text}{bang(each)}\n" for each in settings)
    start = "#cloud-config\nruncmd:\n  - |\n    curl -sfL https://get.k3s.io | INSTALL_K3S_EXEC='server\n"
    return f"{start}{flags}      --cluster-init' sh -s -\n"


def rancher_pipe(component: str, settings: list[Written]) -> str:
    flags = "".join(f"      --{component}-arg '{each.name}={each.text}' \\{bang(each)}\n" for each in settings)
    start = "#cloud-config\nruncmd:\n  - |\n    curl -sfL https://get.rke2.io | sh -s - server \\\n"
    return f"{start}{flags}      --cluster-init\n"


def rancher_file(component: str, settings: list[Written]) -> str:
    head = "#cloud-config\nwrite_files:\n  - path: /etc/rancher/k3s/config.yaml\n    content: |\n"
    return head + shifted(rancher(component, settings), 6)


def workflow(component: str, settings: list[Written]) -> str:
    short = component.removeprefix("kube-")
    flags = "".join(
        f"            --extra-config='{short}.{each.name}={each.text}' \\{bang(each)}\n" for each in settings
    )
    head = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n"
    return f"{head}          minikube start --kubernetes-version=v1.34.1 \\\n{flags}            --driver=docker\n"


def gitlab_job(component: str, settings: list[Written]) -> str:
    short = component.removeprefix("kube-")
    flags = "".join(f"      --extra-config {short}.{each.name}='{each.text}'{bang(each)}\n" for each in settings)
    return f"test:\n  script:\n    - >-\n      minikube start\n{flags}      --driver=docker\n"


def environment_of_task(component: str, settings: list[Written]) -> str:
    head = (
        "- hosts: nodes\n  tasks:\n    - name: flags\n      ansible.builtin.copy:\n        dest: /etc/default/kubelet\n"
    )
    return f"{head}        content: |\n{shifted(variable(component, settings), 10)}"


def command_of_task(component: str, settings: list[Written]) -> str:
    flags = "".join(f"      --{each.name}={each.text}{bang(each)}\n" for each in settings)
    head = "- name: join\n  shell: |\n    /etc/eks/bootstrap.sh shop --kubelet-extra-args '\n"
    return f"{head}{flags}    '\n"


def operations_at(settings: list[Written], depth: int, pointer: str) -> str:
    """A JSON patch that adds arguments."""
    lines = "".join(
        f'- op: add\n  path: {pointer.format(each.name)}\n  value: "{each.text}"{bang(each)}\n' for each in settings
    )
    return shifted(lines, depth)


def pointer(component: str) -> str:
    return f"/{KUBEADM[component].replace(':', '').replace(chr(10) + '  ', '/')}/extraArgs/{{0}}"


def cluster_class(component: str, settings: list[Written]) -> str:
    head = "apiVersion: cluster.x-k8s.io/v1beta1\nkind: ClusterClass\nmetadata: {name: a}\nspec:\n  patches:\n"
    start = "    - name: b\n      definitions:\n        - jsonPatches:\n"
    below = f"/spec/template/spec/kubeadmConfigSpec/clusterConfiguration{pointer(component)}"
    return head + start + operations_at(settings, 12, below)


def kind_operations(component: str, settings: list[Written]) -> str:
    head = "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nkubeadmConfigPatchesJSON6902:\n"
    start = "  - kind: ClusterConfiguration\n    patch: |\n"
    return head + start + operations_at(settings, 6, pointer(component))


def patch_operations(component: str, settings: list[Written]) -> str:
    return "".join(
        f"- op: add\n  path: /spec/containers/0/command/-\n  value: '--{each.name}={each.text}'{bang(each)}\n"
        for each in settings
    )


def patch_of_pod(component: str, settings: list[Written]) -> str:
    return f"spec:\n  containers:\n    - name: {component}\n      command:\n        - {component}\n{items(settings, 8)}"


def kubeadm_commands(component: str, settings: list[Written]) -> str:
    head = "apiVersion: bootstrap.cluster.x-k8s.io/v1beta2\nkind: KubeadmConfig\nmetadata: {name: a}\nspec:\n"
    flags = "".join(f"        --{each.name}={each.text}{bang(each)}\n" for each in settings)
    start = f'{head}  preKubeadmCommands:\n    - |\n      echo "KUBELET_EXTRA_ARGS=\n'
    return f'{start}{flags}      " > /etc/default/kubelet\n'


def bootstrap_command(component: str, settings: list[Written]) -> str:
    head = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups:\n  - name: a\n"
    flags = "".join(f"        --{each.name}={each.text}{bang(each)}\n" for each in settings)
    return (
        f"{head}    overrideBootstrapCommand: |\n      /etc/eks/bootstrap.sh a --kubelet-extra-args '\n{flags}      '\n"
    )


OPENSHIFT = "apiVersion: machineconfiguration.openshift.io/v1\nkind: KubeletConfig\nmetadata: {name: a}\nspec:\n"
RKE2_BLOCKS = {
    "kube-apiserver": ("serverConfig", "kubeAPIServer"),
    "kube-controller-manager": ("serverConfig", "kubeControllerManager"),
    "kube-scheduler": ("serverConfig", "kubeScheduler"),
    "etcd": ("serverConfig", "etcd:\n      customConfig"),
    "kubelet": ("agentConfig", "kubelet"),
    "kube-proxy": ("agentConfig", "kubeProxy"),
}


def rke2_machines(component: str, settings: list[Written]) -> str:
    holder, block = RKE2_BLOCKS[component]
    head = "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\nmetadata: {name: a}\nspec:\n"
    return f"{head}  {holder}:\n    {block}:\n        extraArgs:\n{items(settings, 10, '{0}={1}')}"


def unit_within(head: str, depth: int) -> Write:
    """A unit in a literal block below a head."""

    def write(component: str, settings: list[Written]) -> str:
        return head + shifted(unit(component, settings), depth)

    return write


def etcd_variables(component: str, settings: list[Written]) -> str:
    return "".join(f'ETCD_{each.name.upper().replace("-", "_")}="{each.text}"{bang(each)}\n' for each in settings)


def mime(component: str, settings: list[Written]) -> str:
    head = "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: a}\nspec:\n  userData: |\n"
    start = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n\n--//\n'
    start += "Content-Type: application/node.eks.aws\n\n"
    return head + shifted(f"{start}{node_config_flags(component, settings)}\n--//--\n", 4)


KUBELET_FILE = "/var/lib/kubelet/config.yaml"
BUTANE = (
    f"variant: fcos\nversion: 1.5.0\nstorage:\n  files:\n    - path: {KUBELET_FILE}\n"
    "      contents:\n        inline: |\n"
)
KOPS_FILES = (
    "apiVersion: kops.k8s.io/v1alpha2\nkind: InstanceGroup\nmetadata: {name: a}\nspec:\n  fileAssets:\n"
    f"    - name: a\n      path: {KUBELET_FILE}\n      content: |\n"
)
TALOS_FILES = f"version: v1alpha1\nmachine:\n  files:\n    - path: {KUBELET_FILE}\n      op: create\n      content: |\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  kubelet: |\n"
UNIT_OF_BUTANE = (
    "variant: flatcar\nversion: 1.1.0\nsystemd:\n  units:\n    - name: kubelet.service\n      contents: |\n"
)
UNIT_OF_MACHINES = (
    "apiVersion: machineconfiguration.openshift.io/v1\nkind: MachineConfig\nmetadata: {name: a}\nspec:\n  config:\n"
    "    ignition: {version: 3.4.0}\n    systemd:\n      units:\n"
    "        - name: kubelet.service\n          contents: |\n"
)
UNIT_OF_CLOUD = "#cloud-config\nwrite_files:\n  - path: /etc/systemd/system/kubelet.service\n    content: |\n"

CARRIERS = (
    *carriers.CARRIERS,
    whole("StatefulSet", FLAGGED, command("StatefulSet")),
    Carrier("k3s unit", FLAGGED, rancher_unit, origin="k3s", path="k3s.service"),
    Carrier("k3s container", FLAGGED, rancher_pod, origin="k3s"),
    Carrier("RKE2 container, two words", FLAGGED, rancher_words, origin="rke2"),
    Carrier("k3s installer, variable", FLAGGED, rancher_script, origin="k3s"),
    Carrier("RKE2 installer, words", FLAGGED, rancher_pipe, origin="rke2"),
    Carrier("k3s in cloud-init", FLAGGED, rancher_file, origin="k3s"),
    Carrier("k3s fragment", FLAGGED, rancher, origin="k3s", path="etc/rancher/k3s/config.yaml.d/10.yaml"),
    Carrier("workflow", FLAGGED, workflow, origin="minikube", path=".github/workflows/test.yml"),
    Carrier("GitLab job", FLAGGED, gitlab_job, origin="minikube", path=".gitlab-ci.yml"),
    Carrier("Ansible file", ("kubelet",), environment_of_task),
    Carrier("Ansible command", ("kubelet",), command_of_task),
    Carrier("ClusterClass", tuple(KUBEADM), cluster_class, origin="kubeadm"),
    Carrier("RKE2ControlPlane", FLAGGED, rke2_machines, origin="rke2"),
    Carrier(
        "KubeletConfig of OpenShift",
        ("kubelet",),
        within(f"{OPENSHIFT}  kubeletConfig:\n", 4, "kubelet_config"),
        "kubelet_config",
        "openshift",
    ),
    Carrier(
        "KubeletConfiguration in values",
        ("kubelet",),
        within(f"node:\n  kubelet:\n{shifted(KUBELET, 4)}", 4, "kubelet_config"),
        "kubelet_config",
        path="chart/values.yaml",
    ),
    Carrier("kind JSON patch", tuple(KUBEADM), kind_operations, origin="kind"),
    Carrier(
        "kubeadm JSON patch", ("kube-apiserver",), patch_operations, origin="kubeadm", path="p/kube-apiserver+json.yaml"
    ),
    whole("kubeadm pod patch", ("kube-scheduler",), patch_of_pod, path="p/kube-scheduler0+strategic.yaml"),
    Carrier("Cluster API commands", ("kubelet",), kubeadm_commands),
    Carrier("eksctl bootstrap", ("kubelet",), bootstrap_command, origin="eks-nodeadm"),
    Carrier("MIME archive", ("kubelet",), mime, origin="eks-nodeadm", role="worker"),
    whole("unit in Butane", ("kubelet",), unit_within(UNIT_OF_BUTANE, 8)),
    whole("unit in a MachineConfig", ("kubelet",), unit_within(UNIT_OF_MACHINES, 12)),
    whole("unit in cloud-init", ("kubelet", "etcd"), unit_within(UNIT_OF_CLOUD, 6)),
    Carrier("environment file of etcd", ("etcd",), etcd_variables, path="etc/etcd.env"),
    *(
        Carrier(
            f"KubeletConfiguration in {name}",
            ("kubelet",),
            within(head + shifted(KUBELET, depth), depth, column),
            column,
        )
        for name, head, depth, column in (
            ("Butane", BUTANE, 10, "kubelet_config"),
            ("kOps files", KOPS_FILES, 8, "kubelet_config"),
            ("Talos files", TALOS_FILES, 8, "kubelet_config"),
        )
    ),
    whole(
        "KubeletConfiguration in a Secret",
        ("kubelet",),
        within(SECRET + shifted(KUBELET, 4), 4, "kubelet_config"),
        "kubelet_config",
    ),
    Carrier(
        "kubeadm kubelet patch",
        ("kubelet",),
        within("", 0, "kubelet_config"),
        "kubelet_config",
        "kubeadm",
        path="p/kubeletconfiguration+merge.yaml",
    ),
)
