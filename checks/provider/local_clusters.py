"""Rules about kind: clusters for tests that reach further than the machine they run on."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.provider import ProviderSpec
from hullmark.linter.manifest.components.values import loopback, templated
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, removed, told

_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock")
_PATHS = frozenset({"/", "/root", "/etc", "$HOME", "~"})


def _address(spec: ProviderSpec) -> Iterator[Hit]:
    field = spec.spec.get("networking", "apiServerAddress")
    if spec.product == "kind" and field.text and not templated(field.text) and not loopback(field.text):
        fix = removed(field, "listen on this machine only")
        yield at(field, f"the API server of the test cluster listens on {field.text!r}", fix=fix)


def _mounts(spec: ProviderSpec) -> Iterator[Hit]:
    for node in spec.spec.get("nodes").items() if spec.product == "kind" else ():
        for mount in node.get("extraMounts").items():
            path = mount.get("hostPath")
            text = (path.text or "").rstrip("/") or ("/" if path.text else "")
            home = text.startswith("/home/") and text.count("/") == 2
            if text in _PATHS or home or text.endswith(_SOCKETS):
                yield at(path, f"pods of the test cluster reach {text!r} of the host")


def _kind(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"""
    apiVersion: kind.x-k8s.io/v1alpha4
    kind: Cluster
{body}
    """


RULES = told(
    "provider",
    ProviderSpec,
    {
        "kind-api-address-public": Told(
            "A test cluster's API server is on the network.",
            _address,
            (
                manifest(
                    _kind("networking:", "  apiServerAddress: 0.0.0.0  # !", "  apiServerPort: 6443"),
                    _kind("networking:", "  apiServerPort: 6443"),
                ),
            ),
            (manifest(_kind("networking: {apiServerAddress: 127.0.0.1}")),),
        ),
        "kind-host-directory-mounted": Told(
            "Pods of a test cluster reach files of the host.",
            _mounts,
            (
                manifest(
                    _kind("nodes:", "  - extraMounts:", "      - hostPath: /home/mia  # !", "        containerPath: /a")
                ),
            ),
            (manifest(_kind("nodes:", "  - extraMounts: [{hostPath: /srv/charts, containerPath: /a}]")),),
        ),
    },
)
