"""Files that are no YAML: systemd units and environment files of components, each one resource of its own."""

from __future__ import annotations

import re

from hullmark.linter.manifest.components.forms import ENVIRONMENT, UNIT
from hullmark.linter.manifest.components.mime import is_mime
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Envelope, Resource
from hullmark.linter.patterns import regex
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.nodes import Scalar

ARCHIVE = "MIME archive"
_UNIT_NAME = regex(r"\.(?:service|conf)$")
_NAMES = regex(r"(?:^|/)(?:[^/]+\.(?:service|conf|env|kubeconfig)|(?:default|sysconfig)/kubelet|kubeconfig)$")
_ENDINGS = (".service", ".conf", ".env", "kubeconfig", "/kubelet")
_SERVICE = regex(r"^\[Service\]", re.MULTILINE)
_SUBJECT = regex(r"\b(?:kubelet|etcd|k3s|rke2|KUBELET_|kube-(?:apiserver|controller-manager|scheduler|proxy))")
_DROP_IN = regex(r"(?:^|/)(?:kubelet|etcd|k3s|rke2)[^/]*\.service\.d/[^/]+$")
_ASSIGNMENT = regex(
    r"^(?:export )?(?:KUBELET_[A-Z_]+|DAEMON_ARGS|ETCD_[A-Z0-9_]+|(?:K3S|RKE2)_[A-Z0-9_]+|INSTALL_(?:K3S|RKE2)_EXEC)=",
    re.MULTILINE,
)
_DOCUMENT = regex(r"^\s*[\"'{]?\s*[\"']?(?:apiVersion|kind)[\"']?:", re.MULTILINE)


def foreign(source: Source, context: Context) -> tuple[Resource, ...] | None:
    """Resources of a file that is no YAML, none where it is of no interest; None where it is to be read as YAML."""
    if is_mime(source.text):
        return (_resource(source, ARCHIVE, context),)
    if not source.tells(_is_named):
        return None
    kind = foreign_kind(source.path, source.text)
    if kind is not None:
        return (_resource(source, kind, context),)
    return None if _DOCUMENT.search(source.text) else ()


def _is_named(path: str) -> bool:
    """Whether a file may be no YAML, by its name."""
    return path.endswith(_ENDINGS) and _NAMES.search(path) is not None


def foreign_kind(path: str, text: str) -> str | None:
    """What a file is by its name and content."""
    if _UNIT_NAME.search(path) and _SERVICE.search(text):
        return UNIT if _SUBJECT.search(text) or _DROP_IN.search(path) else None
    return ENVIRONMENT if _ASSIGNMENT.search(text) else None


def _resource(source: Source, kind: str, context: Context) -> Resource:
    whole = Scalar(source.text, "", None, 0, len(source.text))
    return Resource(Cursor(source, whole, None, Span(0, 0)), context, Envelope("", kind))


def text_of(resource: Resource) -> Word:
    """The text of such a file as a word."""
    source = resource.cursor.source
    span = Span(0, len(source.text))
    return Word(source.text, source, span, ((0, 0),), (), resource.ref)
