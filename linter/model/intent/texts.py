"""Everything that a pod reads: variables, command lines, and the ConfigMaps and Secrets that it mounts."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.pod import Container, PodSpec
from hullmark.linter.manifest.volume import Volume
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.named_tuple import NamedTuple

_LARGEST = 4 * 1024 * 1024


class PodText(NamedTuple):
    """One text. `key` is what it is the value of, `what` says what it is; the text itself is never shown."""

    text: str
    key: str
    what: str
    place: Place


def texts(bundle: Bundle, pod: PodSpec) -> Iterator[PodText]:
    """Texts of a pod, in the order in which they are written."""
    namespace = bundle.namespace_of(pod.resource).name
    for container in pod.containers:
        yield from _variables(bundle, namespace, container)
        yield from _command(container)
    for volume in pod.volumes:
        yield from _files(bundle, namespace, volume)


def _variables(bundle: Bundle, namespace: str, container: Container) -> Iterator[PodText]:
    for variable in container.env:
        name = variable.name.text or ""
        value = variable.value.value
        if value is not None:
            yield PodText(value, name, f"variable {name} of {container}", variable.value.place)
        for kind, source, key in (
            ("ConfigMap", variable.config_map_name, variable.config_map_key),
            ("Secret", variable.secret_name, variable.secret_key),
        ):
            for found in _data(bundle, namespace, kind, source.value, key.value):
                yield found._replace(key=name)
    for whole in container.env_from:
        yield from _data(bundle, namespace, "ConfigMap", whole.config_map_name.value, None)
        yield from _data(bundle, namespace, "Secret", whole.secret_name.value, None)


def _command(container: Container) -> Iterator[PodText]:
    flag = ""
    for item in (*container.command.items, *container.args.items):
        text = item.value
        if text is None:
            continue
        name, equals, value = text.partition("=")
        if text.startswith("-") and equals and " " not in name:
            yield PodText(value, name.strip("-"), f"argument {name} of {container}", item.place)
            flag = ""
            continue
        yield PodText(text, flag, f"argument {flag and f'--{flag}'} of {container}".replace("  ", " "), item.place)
        flag = text.strip("-") if text.startswith("-") and " " not in text else ""


def _files(bundle: Bundle, namespace: str, volume: Volume) -> Iterator[PodText]:
    sources = [("ConfigMap", volume.config_map.name.value), ("Secret", volume.secret.secret_name.value)]
    for source in volume.projected_sources:
        sources += [("ConfigMap", source.config_map_name.value), ("Secret", source.secret_name.value)]
    for kind, name in sources:
        yield from _data(bundle, namespace, kind, name, None)


def _data(bundle: Bundle, namespace: str, kind: str, name: str | None, key: str | None) -> Iterator[PodText]:
    """Values of an object, or the one under `key`."""
    found = None if name is None else bundle.find("", kind, namespace, name)
    if found is None:
        return
    fields = ("data",) if kind == "ConfigMap" else ("stringData", "data")
    for field in fields:
        for each, cursor in found.cursor.get(field).entries():
            text = cursor.text
            if (key is not None and each != key) or text is None:
                continue
            if field == "data" and kind == "Secret":
                text = _decoded(text)
            if text and len(text) <= _LARGEST:
                yield PodText(text, each, f"{kind} {name}", _key(cursor))


def _key(cursor: Cursor) -> Place:
    return cursor.key_place


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
