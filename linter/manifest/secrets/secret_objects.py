"""Secrets of Kubernetes that lie in a file: what they hold, and whether it is worth anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.secrets.disclosure import (
    Found,
    Text,
    decoded_base64,
    decoded_bytes,
    disclosed,
    of_match,
)
from hullmark.linter.manifest.secrets.formats import matches
from hullmark.linter.manifest.secrets.pairs import pairs
from hullmark.linter.manifest.secrets.words import Value, is_sensitive, judged, length_class, words
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_SILENT_TYPES = regex(r"helm\.sh/release\.v1|istio\.io/.*")
_DOCKER = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
_BOOTSTRAP = "bootstrap.kubernetes.io/token"
_DOCUMENTED = "0123456789abcdef"
_ARGO = "argocd.argoproj.io/secret-type"
_ORDINARY = frozenset(
    {
        "ca.crt",
        "namespace",
        "tls.crt",
        "ca-bundle",
        "username",
        "user",
        "url",
        "host",
        "port",
        "database",
        "bucket",
        "region",
        "endpoint",
    }
)
_LAST_WORDS = tuple((word,) for word in ("username", "user", "url", "host", "port", "address", "database", "region"))
_USERS = (("username",), ("user",))
_ENCRYPTED = ("ENC[", "$ANSIBLE_VAULT;", "-----BEGIN AGE ENCRYPTED FILE-----", "age-encryption.org/")
_STORES = (b"\xfe\xed\xfe\xed",)


class Entry(NamedTuple):
    """One entry: its key, its place, and its text behind base64 (None: binary)."""

    key: str
    cursor: Cursor
    text: str | None
    data: bytes = b""
    encoded: bool = False


def entries(resource: Resource) -> Iterator[Entry]:
    """Entries that hold something, in file order."""
    for field in ("data", "stringData"):
        for key, at in resource.cursor.get(field).entries():
            written = at.text or ""
            if not written.strip():
                continue
            if field == "stringData" or written.startswith(_ENCRYPTED) or "{{" in written or "${" in written:
                yield Entry(key, at, written)
                continue
            text = decoded_base64(written)
            if text is not None:
                inner = decoded_base64(text) if len(text) >= 16 and text.isascii() else None
                yield Entry(key, at, inner if inner and inner.isprintable() else text, b"", True)
            else:
                yield Entry(key, at, None, decoded_bytes(written) or b"", True)


def in_secret(resource: Resource) -> Iterator[Found]:
    """What a Secret discloses: the first that applies of the forms, then whether it holds anything at all."""
    kind = resource.cursor.get("type").text or "Opaque"
    if _SILENT_TYPES.fullmatch(kind) or _is_public_repository(resource):
        return
    sops = resource.cursor.get("sops", "mac").present
    found = list(entries(resource))
    plain = [each for each in found if not (each.text or "").startswith(_ENCRYPTED)]
    if sops:
        yield from _left_plain(resource, plain)
        return
    formed = [*_stores(resource, plain), *specific(plain, str(resource), kind, resource.context.today)]
    if formed:
        yield from formed
        return
    # A password that is the name of its user is the one of the documentation.
    users = {each.text for each in plain if words(each.key)[-1:] in _USERS}
    weighed = [each for each in plain if not is_ordinary(each.key) and is_worth(each) and each.text not in users]
    weighed.sort(key=lambda each: not is_sensitive(each.key))
    if weighed:
        first = weighed[0]
        text = first.text or ""
        yield Found(
            "secret/unencrypted-secret-object",
            first.cursor.place,
            f"entry {first.key!r} of {resource} holds a credential in plain text ({length_class(text)})",
            Severity.HIGH,
            Confidence.MEDIUM,
            also=tuple(each.cursor.place for each in weighed[1:8]),
            value=text,
        )
        return
    for each in plain:
        yield from _weak(resource, each)


def is_ordinary(key: str) -> bool:
    """Whether the entry says who or where, which is no secret."""
    return key in _ORDINARY or words(key)[-1:] in _LAST_WORDS


def _is_public_repository(resource: Resource) -> bool:
    if resource.label(_ARGO).text not in ("repository", "repo-creds"):
        return False
    keys = {each.key for each in entries(resource)}
    return not keys & {"password", "sshPrivateKey", "githubAppPrivateKey", "tlsClientCertKey", "bearerToken"}


def _left_plain(resource: Resource, plain: list[Entry]) -> Iterator[Found]:
    for each in plain:
        text = each.cursor.text or ""
        if judged(text) in (Value.REAL, Value.UNSURE):
            message = f"entry {each.key!r} of {resource} is not encrypted, though the rest of the file is"
            yield Found("secret/sops-value-left-plain", each.cursor.place, message, Severity.HIGH, Confidence.HIGH)


def _stores(resource: Resource, plain: list[Entry]) -> Iterator[Found]:
    """Binary key stores: Java's, and PKCS#12 (a DER sequence whose first element is version 3)."""
    for each in plain:
        if each.data.startswith(_STORES) or re.match(rb"\x30\x82..\x02\x01\x03", each.data, re.DOTALL):
            message = f"entry {each.key!r} of {resource} holds a key store"
            yield Found("secret/private-key", each.cursor.place, message, Severity.CRITICAL, Confidence.HIGH)


def specific(plain: list[Entry], holder: str, kind: str, today: str) -> Iterator[Found]:
    """What entries of a Secret of some type hold that has a form of its own."""
    for each in plain:
        if each.text is None:
            continue
        if _DOCKER.get(kind) == each.key:
            yield from _docker(holder, each)
            continue
        text = Text(each.cursor, each.text, each.key, f"entry {each.key!r} of {holder}", "", each.encoded)
        for match in matches(each.text, each.key):
            if not (kind == _BOOTSTRAP and match.format.id == "bootstrap-token"):
                yield of_match(text, match, today)
    if kind == _BOOTSTRAP:
        yield from _bootstrap(holder, plain)


def _docker(holder: str, entry: Entry) -> Iterator[Found]:
    try:
        config = json.loads(entry.text or "")
    except (ValueError, RecursionError):
        return
    auths = config.get("auths", config) if isinstance(config, dict) else None
    for auth in auths.values() if isinstance(auths, dict) else ():
        if isinstance(auth, dict) and any(_is_secret(value) for value in _credentials(auth)):
            message = f"entry {entry.key!r} of {holder} holds credentials of a registry"
            yield Found("secret/docker-credentials", entry.cursor.place, message, Severity.HIGH, Confidence.HIGH)
            return


def _credentials(auth: dict[str, object]) -> Iterator[str]:
    for name in ("password", "identitytoken", "registrytoken"):
        yield str(auth.get(name) or "")
    decoded = decoded_base64(str(auth.get("auth") or "")) or ""
    yield decoded.partition(":")[2]


def _is_secret(value: str) -> bool:
    return bool(value) and judged(value) not in (Value.PLACEHOLDER, Value.REFERENCE, Value.WEAK, Value.NOTHING)


def _bootstrap(holder: str, plain: list[Entry]) -> Iterator[Found]:
    held = {each.key: each for each in plain}
    secret = held.get("token-secret")
    if secret is None or not secret.text or secret.text == _DOCUMENTED or judged(secret.text) is Value.REFERENCE:
        return
    groups = held["auth-extra-groups"].text if "auth-extra-groups" in held else ""
    widened = any(
        group.strip() not in ("", "system:bootstrappers:kubeadm:default-node-token")
        for group in (groups or "").split(",")
    )
    forever = "expiration" not in held
    severity = Severity.CRITICAL if forever or (widened and "usage-bootstrap-signing" in held) else Severity.HIGH
    message = f"{holder} holds a token with which nodes join{', and it never ends' if forever else ''}"
    yield Found("secret/bootstrap-token", secret.cursor.place, message, severity, Confidence.HIGH)


def is_worth(entry: Entry) -> bool:
    """Whether an entry holds something that is worth encrypting: its name says nothing, so the value has to."""
    text = (entry.text or "").strip()
    if len(text) < 8 or "-----BEGIN CERTIFICATE-----" in text or "-----BEGIN PUBLIC KEY-----" in text:
        return False
    if "\n" in text:
        # A configuration: what it holds under names that promise a secret decides.
        return any(is_sensitive(pair.key) and judged(pair.value) is Value.REAL for pair in pairs(text))
    return judged(text) in (Value.REAL, Value.UNSURE)


def _weak(resource: Resource, entry: Entry) -> Iterator[Found]:
    text = Text(entry.cursor, entry.text or "", entry.key, f"entry {entry.key!r} of {resource}", "", entry.encoded)
    for found in disclosed(text, resource.context.today):
        if found.rule == "secret/weak-password":
            yield found
