"""Where a path that a component names really is: on the node, or in a ConfigMap or Secret that is mounted.

https://kubernetes.io/docs/concepts/storage/volumes/ and `extraVolumes` of
https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import normpath

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.named_tuple import NamedTuple


class Located(NamedTuple):
    """A file: `path` on the node, or `key` of the object `kind` that is called `name`; nothing where nobody knows."""

    path: str = ""
    kind: str = ""
    name: str = ""
    key: str = ""


class Mount(NamedTuple):
    """What a container sees at `path`: the `inside` of a path of the node, or of an object whose keys are files."""

    path: str
    inside: str = ""
    kind: str = ""
    name: str = ""
    host: bool = False
    items: tuple[tuple[str, str], ...] = ()


def located(path: str, mounts: Iterable[Mount]) -> Located:
    """The file that a component reads at `path`; without a mount above it, it is that of the node or image."""
    clean = normpath(path)
    above = [mount for mount in mounts if clean == mount.path or clean.startswith(f"{mount.path.rstrip('/')}/")]
    if not above:
        return Located(clean)
    mount = max(above, key=lambda each: len(each.path))
    rest = clean[len(mount.path) :].strip("/")
    within = "/".join(part for part in (mount.inside, rest) if part)
    if mount.host:
        return Located(normpath(within or "/"))
    if not mount.kind:
        return Located()
    key = {file: key for key, file in mount.items}.get(within, "") if mount.items else within
    return Located("", mount.kind, mount.name, key)


def of_container(container: Cursor, spec: Cursor) -> Iterator[Mount]:
    """Mounts of a container, with the volumes of its pod."""
    volumes = {volume.get("name").text: volume for volume in spec.get("volumes").items()}
    for item in container.get("volumeMounts").items():
        path, volume = item.get("mountPath").text, volumes.get(item.get("name").text)
        if path is None or volume is None:
            continue
        sub = item.get("subPath").text or ""
        host = volume.get("hostPath", "path").text
        if host is not None:
            yield Mount(normpath(path), "/".join(part for part in (host, sub) if part), host=True)
            continue
        config, secret = volume.get("configMap"), volume.get("secret")
        kind = "ConfigMap" if config.present else "Secret" if secret.present else ""
        holder = config if config.present else secret
        name = (config.get("name") if config.present else secret.get("secretName")).text or ""
        items = tuple((each.get("key").text or "", each.get("path").text or "") for each in holder.get("items").items())
        yield Mount(normpath(path), sub, kind if name else "", name, False, items)


def of_kubeadm(volumes: Cursor) -> Iterator[Mount]:
    """`extraVolumes` of a component in a kubeadm document."""
    for item in volumes.items():
        path, host = item.get("mountPath").text, item.get("hostPath").text
        if path and host:
            yield Mount(normpath(path), host, host=True)
