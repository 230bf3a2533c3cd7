"""Rules about control planes that a provider runs: logs, keys, identities."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.provider import ProviderSpec, is_off, is_open, is_true
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, given, removed, told

_MASTERS = "system:masters"


def _audit(spec: ProviderSpec) -> Iterator[Hit]:
    if spec.product == "eksctl":
        types = spec.spec.get("cloudWatch", "clusterLogging", "enableTypes")
        texts = {item.text for item in types.items()} | ({types.text} if types.text else set())
        if not texts & {"audit", "*", "all"} and not any(templated(text or types.instead) for text in (*texts, "")):
            yield at(types, "audit logs of the control plane are not enabled")
    elif spec.product == "capa" and is_off(spec.spec.get("logging", "audit")):
        yield at(spec.spec.get("logging", "audit"), "audit logs of the control plane are not enabled")


def _own_key(spec: ProviderSpec) -> Iterator[Hit]:
    paths = {"eksctl": ("secretsEncryption", "keyARN"), "capa": ("encryptionConfig", "provider")}
    if spec.product in paths:
        field = spec.spec.get(*paths[spec.product])
        if not field.text and not is_open(field):
            note = "EKS encrypts recent versions itself, this is about a key that you control"
            yield at(field, f"no key of yours encrypts secrets: {note}")
    elif spec.product == "capz":
        field = spec.spec.get("securityProfile", "azureKeyVaultKms", "enabled")
        if is_off(field):
            yield at(field, "no key of yours encrypts secrets")


def _imds(spec: ProviderSpec) -> Iterator[Hit]:
    for group in spec.node_groups if spec.product == "eksctl" else ():
        if group.get("disableIMDSv1").truth is False:
            field = group.get("disableIMDSv1")
            fix = removed(field, "demand a session, as by default")
            yield at(field, "the metadata service answers requests without a session", fix=fix)


def _pod_imds(spec: ProviderSpec) -> Iterator[Hit]:
    if spec.product != "eksctl":
        return
    iam = spec.spec.get("iam")
    used = is_true(iam.get("withOIDC")) or any(
        True for key in ("serviceAccounts", "podIdentityAssociations") for _ in iam.get(key).items()
    )
    for group in spec.node_groups if used else ():
        if is_off(group.get("disablePodIMDS")):
            yield at(group.get("disablePodIMDS"), "pods reach the credentials of their node")


def _masters(spec: ProviderSpec) -> Iterator[Hit]:
    mappings: list[Cursor] = []
    if spec.product == "eksctl":
        mappings = list(spec.spec.get("iamIdentityMappings").items())
    elif spec.product == "capa":
        block = spec.spec.get("iamAuthenticatorConfig")
        mappings = [item for key in ("mapRoles", "mapUsers") for item in block.get(key).items()]
    for mapping in mappings:
        for group in mapping.get("groups").items():
            if group.text == _MASTERS:
                yield at(group, f"an identity of the cloud is mapped to {_MASTERS}")


def _creator(spec: ProviderSpec) -> Iterator[Hit]:
    field = spec.spec.get("accessConfig", "bootstrapClusterCreatorAdminPermissions")
    if spec.product in ("eksctl", "capa") and is_true(field):
        yield at(field, "the identity that creates the cluster stays its administrator")


def _local_accounts(spec: ProviderSpec) -> Iterator[Hit]:
    field = spec.spec.get("disableLocalAccounts")
    if spec.product == "capz" and is_off(field):
        yield at(field, "local administrator accounts are enabled")


def _workload_identity(spec: ProviderSpec) -> Iterator[Hit]:
    root = spec.spec
    if spec.product == "capg" and root.get("workloadIdentityConfig").absent and is_off(root.get("enableAutopilot")):
        yield at(root, "pods use the service account of their node: workloadIdentityConfig is not set")


def _unshielded(spec: ProviderSpec) -> Iterator[Hit]:
    if spec.product != "capg pool":
        return
    root = spec.spec
    for path in (("nodeSecurity",), ("shieldedInstanceConfig",)):
        block = root.get(*path)
        if is_open(block) or any(not is_off(value) for key, value in block.entries() if "ecureBoot" in key):
            return
    block = root.get("nodeSecurity")
    yield at(block if block.present else root, "nodes boot without secure boot")


def _etcd_volume(spec: ProviderSpec) -> Iterator[Hit]:
    root = spec.spec
    cloud = root.get("cloudProvider")
    if spec.product != "kops" or not (cloud.text == "aws" or cloud.get("aws").present):
        return
    for cluster in root.get("etcdClusters").items():
        for member in (*cluster.get("etcdMembers").items(), *cluster.get("members").items()):
            if is_off(member.get("encryptedVolume")):
                yield at(
                    member.get("encryptedVolume"),
                    f"the volume of etcd member {member.get('name').text!r} is not encrypted",
                    fix=given(member, "encryptedVolume", True, "encrypt the volume"),
                )


def _eksctl(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"""
    apiVersion: eksctl.io/v1alpha5
    kind: ClusterConfig
    metadata: {{name: shop, region: eu-central-1}}
{body}
    """


def _capi(kind: str, *lines: str) -> str:
    body = "\n".join(f"      {line}" for line in lines)
    return f"""
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: {kind}
    metadata: {{name: shop}}
    spec:
{body}
    """


def _template(kind: str, *lines: str) -> str:
    return _capi(f"{kind}Template", "template:", "  spec:", *(f"    {line}" for line in lines))


def _eks(*lines: str) -> str:
    return (
        _capi("AWSManagedControlPlane", *lines)
        .replace("infrastructure.", "controlplane.")
        .replace("v1beta1", "v1beta2")
    )


def _kops(encrypted: str, members: str = "etcdMembers") -> str:
    return f"""
    apiVersion: kops.k8s.io/v1alpha2
    kind: Cluster
    metadata: {{name: shop.example}}
    spec:
      cloudProvider: aws
      etcdClusters:
        - name: main
          {members}:
            - name: a
              encryptedVolume: {encrypted}
    """


def _kops_alpha3(encrypted: str) -> str:
    return _kops(encrypted, "members").replace("v1alpha2", "v1alpha3")


_LOGGED = manifest(_eksctl("cloudWatch: {clusterLogging: {enableTypes: [audit]}}"))
_GROUP = ("nodeGroups:", "  - name: web")

RULES = told(
    "provider",
    ProviderSpec,
    {
        "audit-logs-off": Told(
            "The control plane leaves no audit trail.",
            _audit,
            (
                manifest(_eksctl("cloudWatch:", "  clusterLogging:", "    enableTypes:  # !", "      - api")),
                manifest(_eks("logging:", "  audit: false  # !")),
            ),
            (_LOGGED, manifest(_eks("logging: {audit: true}"))),
        ),
        "secrets-without-own-key": Told(
            "Secrets are not encrypted with a key of your own.",
            _own_key,
            (
                manifest(_eksctl("secretsEncryption: {}  # !")),
                manifest(
                    _capi("AzureManagedControlPlane", "securityProfile:  # !", "  workloadIdentity: {enabled: true}")
                ),
            ),
            (
                manifest(_eksctl("secretsEncryption: {keyARN: 'arn:aws:kms:eu-central-1:111122223333:key/a'}")),
                manifest(_capi("AzureManagedControlPlane", "securityProfile: {azureKeyVaultKms: {enabled: true}}")),
            ),
        ),
        "imds-v1-allowed": Told(
            "A pod may fetch the credentials of its node.",
            _imds,
            (manifest(_eksctl(*_GROUP, "    disableIMDSv1: false  # !"), _eksctl(*_GROUP)),),
            (manifest(_eksctl(*_GROUP)),),
        ),
        "pod-access-to-instance-metadata": Told(
            "Pods with own identities reach that of their node.",
            _pod_imds,
            (manifest(_eksctl("iam: {withOIDC: true}", "nodeGroups:", "  - name: web  # !")),),
            (manifest(_eksctl("iam: {withOIDC: true}", *_GROUP, "    disablePodIMDS: true")), _LOGGED),
        ),
        "masters-group-mapping": Told(
            "An identity of the cloud is administrator for ever.",
            _masters,
            (
                manifest(
                    _eksctl(
                        "iamIdentityMappings:",
                        "  - arn: arn:aws:iam::111122223333:role/ops",
                        "    groups:",
                        "      - system:masters  # !",
                    )
                ),
                manifest(
                    _eks(
                        "iamAuthenticatorConfig:",
                        "  mapRoles:",
                        "    - rolearn: arn:aws:iam::111122223333:role/ops",
                        "      groups: ['system:masters']  # !",
                    )
                ),
            ),
            (
                manifest(_eksctl("iamIdentityMappings:", "  - {arn: 'arn:aws:iam::1:role/ops', groups: [ops]}")),
                manifest(
                    _eks("iamAuthenticatorConfig: {mapRoles: [{rolearn: 'arn:aws:iam::1:role/a', groups: [ops]}]}")
                ),
            ),
        ),
        "creator-stays-admin": Told(
            "The creator of the cluster stays its administrator.",
            _creator,
            (
                manifest(_eksctl("accessConfig:", "  bootstrapClusterCreatorAdminPermissions: true  # !")),
                manifest(_eks("accessConfig:", "  bootstrapClusterCreatorAdminPermissions: true  # !")),
            ),
            (
                manifest(_eksctl("accessConfig: {bootstrapClusterCreatorAdminPermissions: false}")),
                manifest(_eks("accessConfig: {bootstrapClusterCreatorAdminPermissions: false}")),
            ),
        ),
        "local-admin-accounts": Told(
            "Local administrator accounts stay beside the directory.",
            _local_accounts,
            (
                manifest(_capi("AzureManagedControlPlane", "disableLocalAccounts: false  # !")),
                manifest(_template("AzureManagedControlPlane", "disableLocalAccounts: false  # !")),
            ),
            (
                manifest(_capi("AzureManagedControlPlane", "disableLocalAccounts: true")),
                manifest(_template("AzureManagedControlPlane", "disableLocalAccounts: true")),
            ),
        ),
        "workload-identity-off": Told(
            "Pods use the service account of their node.",
            _workload_identity,
            (
                manifest(_capi("GCPManagedControlPlane", "location: europe-west3").replace("spec:", "spec:  # !")),
                manifest(
                    _template("GCPManagedControlPlane", "location: europe-west3").replace(
                        "  spec:\n          l", "  spec:  # !\n          l"
                    )
                ),
            ),
            (
                manifest(_capi("GCPManagedControlPlane", "enableAutopilot: true")),
                manifest(_template("GCPManagedControlPlane", "enableAutopilot: true")),
            ),
        ),
        "unshielded-nodes": Told(
            "Nodes boot without verifying what they boot.",
            _unshielded,
            (
                manifest(_capi("GCPManagedMachinePool", "nodeSecurity:  # !", "  sandboxType: GVISOR")),
                manifest(_template("GCPManagedMachinePool", "nodeSecurity:  # !", "  sandboxType: GVISOR")),
            ),
            (
                manifest(_capi("GCPManagedMachinePool", "nodeSecurity: {enableSecureBoot: true}")),
                manifest(_template("GCPManagedMachinePool", "nodeSecurity: {enableSecureBoot: true}")),
            ),
        ),
        "unencrypted-etcd-volume": Told(
            "Disks of etcd are not encrypted.",
            _etcd_volume,
            (manifest(_kops("false  # !"), _kops("true")), manifest(_kops_alpha3("false  # !"), _kops_alpha3("true"))),
            (manifest(_kops("true")), manifest(_kops_alpha3("true"))),
        ),
    },
)
