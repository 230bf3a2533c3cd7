"""Rules about configurations of Talos."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.literals import literal
from hullmark.linter.manifest.components.products import TalosConfig
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, given, told

_POWERFUL = ("os:admin", "os:operator")


def _secrets(config: TalosConfig) -> Iterator[Hit]:
    for field in config.secrets:
        if literal(field.text):
            yield at(field, f"{'.'.join(field.path)} is written in the file", secret=True)


def _api(config: TalosConfig) -> Iterator[Hit]:
    access = config.cursor.get("machine", "features", "kubernetesTalosAPIAccess")
    if config.resource.kind == "KubeTalosAPIAccessConfig":
        access = config.cursor
    elif not access.get("enabled").truth:
        return
    for role in access.get("allowedRoles").items():
        if role.text in _POWERFUL:
            yield at(role, f"pods may get role {role.text!r} of the machine's API")


def _rbac(config: TalosConfig) -> Iterator[Hit]:
    field = config.cursor.get("machine", "features", "rbac")
    if field.truth is False:
        fix = given(config.cursor.get("machine", "features"), "rbac", True, "let roles decide")
        yield at(field, "every client certificate of Talos is an administrator's", fix=fix)


def _workloads(config: TalosConfig) -> Iterator[Hit]:
    for key in ("allowSchedulingOnControlPlanes", "allowSchedulingOnMasters"):
        field = config.cursor.get("cluster", key)
        if field.truth:
            yield at(field, "pods of users may run on nodes of the control plane")


def _registries(config: TalosConfig) -> Iterator[Hit]:
    for _, registry in config.cursor.get("machine", "registries", "config").entries():
        field = registry.get("tls", "insecureSkipVerify")
        if field.truth:
            yield at(field, "the certificate of a registry is not verified")
    field = config.cursor.get("insecureSkipVerify")
    if config.resource.kind == "RegistryTLSConfig" and field.truth:
        yield at(field, "the certificate of a registry is not verified")


def _machine(*lines: str) -> str:
    body = "\n".join(f"      {line}" for line in lines)
    return f"""
    version: v1alpha1
    machine:
{body}
    """


def _document(kind: str, *lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"""
    apiVersion: v1alpha1
    kind: {kind}
{body}
    """


_PLAIN = manifest(_machine("type: worker", "features: {rbac: true}"))

RULES = told(
    "provider",
    TalosConfig,
    {
        "talos-secrets-in-file": Told(
            "Keys of the whole cluster are in the file.",
            _secrets,
            (
                manifest(_machine("type: worker", "token: q7w2xk.8m3v5t1r9z4y6b0c  # ! machine.token")),
                manifest(
                    _document(
                        "KubeServiceAccountConfig", "issuer:", "  privateKey: LS0tLS1CRUdJTiBFWEFNUExF  # ! privateKey"
                    )
                ),
            ),
            (
                _PLAIN,
                manifest(_machine("type: worker", "token: ${MACHINE_TOKEN}")),
                manifest(_document("KubeServiceAccountConfig", "issuer: {privateKey: '${ISSUER_KEY}'}")),
            ),
        ),
        "talos-api-open-to-pods": Told(
            "Pods may manage the machines that they run on.",
            _api,
            (
                manifest(
                    _machine(
                        "features:",
                        "  kubernetesTalosAPIAccess:",
                        "    enabled: true",
                        "    allowedRoles:",
                        "      - os:admin  # !",
                    )
                ),
                manifest(_document("KubeTalosAPIAccessConfig", "allowedRoles:", "  - os:operator  # !")),
            ),
            (_PLAIN, manifest(_document("KubeTalosAPIAccessConfig", "allowedRoles: ['os:reader']"))),
        ),
        "talos-rbac-off": Told(
            "Every client of Talos is an administrator.",
            _rbac,
            (manifest(_machine("features:", "  rbac: false  # !"), _machine("features:", "  rbac: true")),),
            (_PLAIN,),
        ),
        "talos-workloads-on-control-plane": Told(
            "Pods of users run beside the control plane.",
            _workloads,
            (manifest("version: v1alpha1\ncluster:\n  allowSchedulingOnControlPlanes: true  # !\n"),),
            (_PLAIN,),
        ),
        "talos-registry-tls-skipped": Told(
            "Images come from whoever answers.",
            _registries,
            (
                manifest(
                    _machine(
                        "registries:",
                        "  config:",
                        "    r.example:",
                        "      tls:",
                        "        insecureSkipVerify: true  # !",
                    )
                ),
                manifest(_document("RegistryTLSConfig", "insecureSkipVerify: true  # !")),
            ),
            (_PLAIN, manifest(_document("RegistryTLSConfig", "insecureSkipVerify: false"))),
        ),
    },
)
