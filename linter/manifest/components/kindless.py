"""Documents without `kind` that configure a component: what they are is told by their keys and their path."""

from __future__ import annotations

from hullmark.linter.manifest.components.ansible import is_tasks
from hullmark.linter.manifest.components.documents import IMAGE_POLICY
from hullmark.linter.manifest.components.embedded import CLOUD_INIT, ETCD_KEYS, IGNITION, KUBESPRAY
from hullmark.linter.manifest.components.forms import ANSIBLE, ETCD, K3S, MINIKUBE, PIPELINE, RANCHER_FILE, RKE2
from hullmark.linter.manifest.components.k3s import KEYS, RKE2_ONLY
from hullmark.linter.manifest.components.kubespray import variables
from hullmark.linter.manifest.components.patches import of_patch, patched
from hullmark.linter.manifest.components.pipelines import is_pipeline
from hullmark.linter.manifest.components.talos_blocks import TALOS
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.helm_values import HELM_VALUES, VALUES_NAME
from hullmark.linter.manifest.resource import Envelope
from hullmark.linter.patterns import regex

_INVENTORY = regex(r"(?:^|/)(?:group_vars|inventory|inventories)/")
TALOS_CONFIG = "Talos client configuration"
TALOS_SECRETS = "Talos secrets bundle"


def envelope(cursor: Cursor) -> Envelope | None:
    """The kind that stands for the format of the document at `cursor`; None where nothing tells."""
    change = cursor.source.tells(patched)
    kind = None if change is None else of_patch(cursor, change)
    if kind is not None:
        return Envelope("v1" if kind == "Pod" else "", kind)
    if cursor.is_sequence:
        return Envelope("", ANSIBLE) if is_tasks(cursor) else None
    if not cursor.is_mapping:
        return None
    keys = frozenset(key for key, _ in cursor.entries())
    kind = _kind(cursor, keys)
    return None if kind is None else Envelope("", kind)


def _kind(cursor: Cursor, keys: frozenset[str]) -> str | None:
    if keys & ETCD_KEYS:
        return ETCD
    # https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#imagereview-config-file-format
    if keys == {"imagePolicy"} and cursor.get("imagePolicy", "kubeConfigFile").present:
        return IMAGE_POLICY
    if cursor.get("version").text == "v1alpha1" and keys & {"machine", "cluster"}:
        return TALOS
    if {"contexts", "context"} <= keys and any(
        "ca" in dict(value.entries()) for _, value in cursor.get("contexts").entries()
    ):
        return TALOS_CONFIG
    if {"certs", "secrets", "trustdinfo"} <= keys:
        return TALOS_SECRETS
    if cursor.get("KubernetesConfig", "ExtraOptions").is_sequence:
        return MINIKUBE
    if "ignition" in keys or {"variant", "version"} <= keys:
        return IGNITION
    if cursor.source.text.lstrip("\ufeff \t\r\n").startswith("#cloud-config"):
        return CLOUD_INIT
    return _rancher(cursor, keys) or _kubespray(cursor, keys) or _values(cursor) or _pipeline(cursor)


def _values(cursor: Cursor) -> str | None:
    return HELM_VALUES if VALUES_NAME.search(cursor.source.path) else None


def _pipeline(cursor: Cursor) -> str | None:
    return PIPELINE if is_pipeline(cursor) else None


def _rancher(cursor: Cursor, keys: frozenset[str]) -> str | None:
    """k3s or RKE2: by the path, else by two keys that nothing else has."""
    match = RANCHER_FILE.search(cursor.source.path)
    plain = frozenset(key.rstrip("+") for key in keys)
    # `server` and `token` alone are keys of many files.
    if match is None and (len(plain & KEYS) < 2 or not any("-" in key for key in plain & KEYS)):
        return None
    if match is not None:
        return RKE2 if match[1] == "rke2" else K3S
    return RKE2 if plain & RKE2_ONLY else K3S


def _kubespray(cursor: Cursor, keys: frozenset[str]) -> str | None:
    if _INVENTORY.search(cursor.source.path) is None:
        return None
    return KUBESPRAY if len(keys & variables()) >= 2 else None
