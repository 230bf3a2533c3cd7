"""Edits of component files by `sed -i` and `yq -i` in scripts of nodes: what they say, and what they leave open.

A component whose file a script edits is no longer known as a whole; a setting that the edit speaks of is unknown.
https://www.gnu.org/software/sed/manual/sed.html and https://mikefarah.gitbook.io/yq
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import partial

from hullmark.linter.manifest.components import catalogue, shell
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.host_files import partial as explicitly
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.components.written import Written, from_argv
from hullmark.linter.manifest.context import Context
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
_KUBELET = regex(
    r"/var/lib/kubelet/(?:config\.ya?ml|kubeadm-flags\.env)|/etc/(?:default|sysconfig)/kubelet"
    r"|.*/kubelet\.service(?:\.d/.*)?|.*/kubelet[^/]*\.conf\.d/.*|/etc/kubernetes/kubelet/.*"
)
_KUBEADM = regex(r"(?:/run/kubeadm/|/tmp/|/etc/kubernetes/)?kubeadm[^/]*\.ya?ml")
_IN_PLACE = regex(r"-[nErsz]*i[^=]*|--in-?place(?:=.*)?")
_FLAG = regex(r"--[a-z][a-z0-9-]*=[^\s'\"\\\]]+")
_ADDED = regex(r"(?:^|[}/0-9$])\s*[aic](?:\\|\s)")
_ASSIGNED = regex(
    r"\.(?P<path>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)\s*=\s*(?P<quote>[\"']?)(?P<value>[^\"'|]*?)(?P=quote)\s*$"
)


class Edit(NamedTuple):
    """One command that edits files: the components that read them, its expressions, and whether it is `yq`."""

    components: frozenset[str]
    expressions: tuple[Word, ...]
    structured: bool


def edits(script: Word) -> Iterator[Edit]:
    """Edits of component files in a script."""
    if "sed" not in script.text and "yq" not in script.text:
        return
    for command in shell.commands(script):
        names = [word.text.rpartition("/")[2] for word in command[:2]]
        start = next((index for index, name in enumerate(names) if name in ("sed", "yq")), None)
        if start is None or not any(_IN_PLACE.fullmatch(word.text) for word in command[start + 1 :]):
            continue
        rest = [word for word in command[start + 1 :] if not word.text.startswith("-")]
        components = frozenset(name for word in rest for name in _readers(word.text))
        if components:
            said = tuple(word for word in rest if not _readers(word.text))
            yield Edit(components, said, names[start] == "yq")


def _readers(path: str) -> tuple[str, ...]:
    """Components that read a file, a pattern of files, or what kubeadm makes of it."""
    if _KUBELET.fullmatch(path):
        return ("kubelet",)
    if _KUBEADM.fullmatch(path):
        return (*_PLANE, "kubelet", "kube-proxy")
    if not path.startswith("/etc/kubernetes/manifests/"):
        return ()
    return tuple(name for name in _PLANE if fnmatchcase(f"/etc/kubernetes/manifests/{name}.yaml", path))


def unsettle(found: Sequence[Component], made: Sequence[Edit]) -> None:
    """Leaves open what edits may have changed in components of the same nodes."""
    for component in found:
        about = [edit for edit in made if component.name in edit.components]
        if not about:
            continue
        component.traits = component.traits._replace(complete=False)
        text = " ".join(word.text for edit in about for word in edit.expressions)
        component.unsettle(partial(_speaks, text, component.name))


def _speaks(text: str, component: str, name: str, occurrence: Occurrence) -> bool:
    """Whether an edit speaks of a setting: by its name, or by the path of its field; of a template nobody knows."""
    if templated(text):
        return True
    if occurrence.carrier is Carrier.FIELD:
        return ".".join(catalogue.fields(component, "kubelet_config").get(name, (name,))) in text
    return name in text or occurrence.spelled.lstrip("-") in text


def explicit(edit: Edit, context: Context) -> Iterator[Component]:
    """What an edit writes for certain: a field that `yq` assigns, flags in what `sed` puts in."""
    if len(edit.components) != 1:
        return
    (name,) = edit.components
    for expression in edit.expressions:
        if templated(expression.text):
            continue
        written = _assigned(name, expression) if edit.structured else []
        for start, end in _replacements(expression.text, edit.structured):
            flags = [expression.part(*match.span()) for match in _FLAG.finditer(expression.text, start, end)]
            written += from_argv(name, flags)[0]
        if written:
            yield explicitly(name, written, written[0][1].item, context)


def _assigned(name: str, expression: Word) -> list[Written]:
    match = _ASSIGNED.match(expression.text.lstrip())
    if match is None or expression.text != expression.text.lstrip():
        return []
    value = expression.part(*match.span("value"))
    for setting, path in catalogue.fields(name, "kubelet_config").items():
        if ".".join(path) == match["path"]:
            return [(setting, Occurrence((value,), value, path[-1], Carrier.FIELD))]
    return []


def _replacements(text: str, structured: bool) -> Iterator[tuple[int, int]]:
    """Parts of an expression that end up in the file."""
    if structured:
        at = text.find("=")
        if at >= 0:
            yield at + 1, len(text)
    elif text[:1] == "s" and len(text) > 1:
        parts = [match.start() for match in re.finditer(rf"(?<!\\){re.escape(text[1])}", text)]
        if len(parts) >= 3:  # s/old/new/
            yield parts[1] + 1, parts[2]
    elif (added := _ADDED.search(text)) is not None:
        yield added.end(), len(text)
