"""Secrets that are not what they should be: encodings, types, and who may decrypt them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.data import Secret
from hullmark.linter.manifest.fields import StrField, is_templated
from hullmark.linter.manifest.secrets.disclosure import decoded_base64, decoded_bytes
from hullmark.linter.manifest.secrets.sealed import SealedSecret
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.rule import Hit, Offer, Row, Rule, manifest
from hullmark.linter.rule.rekey import renamed

_ENCRYPTED = ("ENC[", "$ANSIBLE_VAULT;")
_CONSUMERS = ("key", "encryption", "b64", "base64")
_REQUIRED = {
    "kubernetes.io/tls": (("tls.crt",), ("tls.key",)),
    "kubernetes.io/basic-auth": (("username", "password"),),
    "kubernetes.io/ssh-auth": (("ssh-privatekey",),),
    "kubernetes.io/dockerconfigjson": ((".dockerconfigjson",),),
    "kubernetes.io/dockercfg": ((".dockercfg",),),
    "bootstrap.kubernetes.io/token": (("token-id",), ("token-secret",)),
}
_JSON = {"kubernetes.io/dockerconfigjson": ".dockerconfigjson", "kubernetes.io/dockercfg": ".dockercfg"}
_WIDE = "sealedsecrets.bitnami.com/cluster-wide"
_NAMESPACE_WIDE = "sealedsecrets.bitnami.com/namespace-wide"
_STORES = (
    ("external-secrets.io", "SecretStore"),
    ("external-secrets.io", "ClusterSecretStore"),
    ("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
    ("secrets.hashicorp.com", "VaultAuth"),
    ("bitnami.com", "SealedSecret"),
    ("isindir.github.com", "SopsSecret"),
)


def _written(secret: Secret) -> Iterator[tuple[str, StrField, str]]:
    """Entries of `data` with a text that is neither encrypted nor to be filled in."""
    for key, cursor in secret.data.cursor.entries():
        text = cursor.text or ""
        if text and not is_templated(text) and not text.startswith(_ENCRYPTED):
            yield key, StrField(cursor), text


def _invalid(rule: Rule[Secret], secret: Secret) -> Iterator[Hit]:
    wrong = [(key, field) for key, field, text in _written(secret) if decoded_bytes(text) is None]
    fix = _as_text(secret, len(wrong))
    for key, field in wrong:
        message = f"entry {key!r} of {secret} is no base64: the API server refuses the Secret"
        yield _secret_hit(rule, field, message, fix)


def _secret_hit(rule: Rule[Secret], field: StrField, message: str, fix: Offer = None) -> Hit:
    return Hit(field.place, message, fix=fix, severity=rule.severity, secret=True)


def _as_text(secret: Secret, wrong: int) -> Offer:
    """All of `data` as `stringData`, where all of it is text; no value has to be moved for that."""
    entries = [at for _, at in secret.data.cursor.entries() if at.text]
    if wrong != len(entries) or secret.string_data.present:
        return None
    return renamed(secret.data.cursor, "stringData", safe=True)


def _double(rule: Rule[Secret], secret: Secret) -> Iterator[Hit]:
    for key, field, text in _written(secret):
        once = decoded_base64(text)
        if once is None or len(once.strip()) < 12 or any(word in key.lower() for word in _CONSUMERS):
            continue
        twice = decoded_base64(once.strip())
        if twice is not None and len(twice) >= 8 and twice.strip().isprintable():
            yield _secret_hit(rule, field, f"entry {key!r} of {secret} was encoded twice: programs get base64")


def _mismatch(rule: Rule[Secret], secret: Secret) -> Iterator[Hit]:
    wanted = _REQUIRED.get(secret.type.value or "")
    if wanted is None or (secret.data.absent and secret.string_data.absent) or secret.cursor.get("sops").present:
        return
    held = {key for field in (secret.data, secret.string_data) for key, _ in field.cursor.entries()}
    missing = [keys for keys in wanted if not held & set(keys)]
    if missing and not any("{{" in key for key in held):
        names = " and ".join(" or ".join(map(repr, keys)) for keys in missing)
        yield rule.hit(secret.type, f"{secret} is of type {secret.type.value!r} and has no {names}")
        return
    key = _JSON.get(secret.type.value or "")
    if key is not None and any(_is_no_json(text, field) for field, text in _values(secret, key)):
        yield rule.hit(secret.type, f"{secret} is of type {secret.type.value!r}, and its {key!r} is no JSON")


def _values(secret: Secret, key: str) -> Iterator[tuple[str, str]]:
    for field in ("data", "stringData"):
        text = secret.cursor.get(field, key).text or ""
        if text and not is_templated(text) and not text.startswith(_ENCRYPTED):
            yield field, text


def _is_no_json(text: str, field: str) -> bool:
    """https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets; no base64 is another fault."""
    plain = decoded_base64(text) if field == "data" else text
    if plain is None or is_templated(plain):
        return False
    try:
        json.loads(plain)
    except (ValueError, RecursionError):
        return True
    return False


def _sealed(rule: Rule[SealedSecret], sealed: SealedSecret) -> Iterator[Hit]:
    wide, within = sealed.annotation(_WIDE), sealed.annotation(_NAMESPACE_WIDE)
    if wide.text == "true":
        yield rule.hit(wide, f"{sealed} can be decrypted in every namespace")
    elif within.text == "true":
        message = f"{sealed} can be decrypted under any name in its namespace"
        yield rule.hit(within, message, severity=Severity.INFO, profile=Profile.ALL)


def _no_store(rule: Rule[Bundle], bundle: Bundle) -> Iterator[Hit]:
    if not bundle.complete or any(bundle.by_kind(group, kind) for group, kind in _STORES) or _has_kms(bundle):
        return
    secrets = [each for each in bundle.each(Secret) if each.data.present or each.string_data.present]
    if secrets and not any(_is_encrypted(each.cursor) for each in secrets):
        yield rule.hit(
            secrets[0], f"{secrets[0]} and its like come from files: nothing here fetches or decrypts secrets"
        )


def _has_kms(bundle: Bundle) -> bool:
    """Whether the API server encrypts with keys of a key management service."""
    return any(
        provider.get("kms").present
        for document in bundle.by_kind("apiserver.config.k8s.io", "EncryptionConfiguration")
        for resources in document.cursor.get("resources").items()
        for provider in resources.get("providers").items()
    )


def _is_encrypted(at: Cursor) -> bool:
    return at.get("sops", "mac").present


def _secret(kind: str, line: str, field: str = "data") -> str:
    return f"apiVersion: v1\nkind: Secret\nmetadata: {{name: web}}\n{kind}{field}:\n  {line}\n"


_FINE = manifest(_secret("type: Opaque\n", "color: Ymx1ZQ=="))


def _sealing(mark: str) -> str:
    return f"""
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: web
      annotations:
        sealedsecrets.bitnami.com/{mark}
    spec: {{encryptedData: {{password: AgBy8x}}}}
    """


RULES = (
    Row(
        "secret/invalid-base64",
        Secret,
        "Entry of the Secret is not base64.\n\n"
        "The API server refuses the object; what was meant to be replaced by it stays in use.\n\n"
        "Write plain text under `stringData`, or encode it.",
        _invalid,
        severity=Severity.MEDIUM,
        bad=(
            manifest(
                _secret("", "color: not-blue!  # ! is no base64"), fixed=_secret("", "color: not-blue!", "stringData")
            ),
        ),
        good=(_FINE,),
    ),
    Row(
        "secret/double-encoded",
        Secret,
        "Entry of the Secret was encoded twice.\n\n"
        "Programs get base64 where they expect the value, and whoever debugs that prints the secret.\n\n"
        "Encode the value once, or write it under `stringData`.",
        _double,
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
        profile=Profile.STRICT,
        bad=(manifest(_secret("", "color: YldsbmFIUnplUzFpYkhWbA==  # ! was encoded twice")),),
        good=(_FINE,),
    ),
    Row(
        "secret/type-mismatch",
        Secret,
        "Secret lacks what its type demands.\n\n"
        "The API server refuses it, or the controller that reads it finds nothing: certificates are not\n"
        "replaced, logins fail open or shut.\n\n"
        "Add the keys, or use type `Opaque`.",
        _mismatch,
        severity=Severity.MEDIUM,
        bad=(manifest(_secret("type: kubernetes.io/tls  # ! has no 'tls.key'\n", "tls.crt: Ymx1ZQ==")),),
        good=(_FINE, manifest(_secret("type: kubernetes.io/basic-auth\n", "password: Ymx1ZQ=="))),
    ),
    Row(
        "secret/sealed-secret-cluster-wide",
        SealedSecret,
        "Sealed secret can be decrypted anywhere.\n\n"
        "Whoever may create objects in any namespace copies it there and reads it.\n\n"
        "Remove the annotation and seal the secret anew: it then opens under its own name and namespace only.",
        _sealed,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        bad=(
            manifest(_sealing('cluster-wide: "true"  # ! in every namespace')),
            manifest(_sealing('namespace-wide: "true"  # ! under any name')),
        ),
        good=(manifest(_sealing("managed: 'true'")),),
    ),
    Row(
        "secret/no-external-store",
        Bundle,
        "Secrets come from files alone.\n\n"
        "Values in files are copied wherever the files go, and nobody can say who has read them.\n\n"
        "Let an operator fetch them from a secret store, or encrypt the files with SOPS or as SealedSecrets.",
        _no_store,
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        profile=Profile.ALL,
        controls=("CIS-1.12/5.4.2",),
        bad=(
            manifest(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web  # ! come from files\ndata: {color: Ymx1ZQ==}",
                complete="cluster",
            ),
        ),
        good=(_FINE,),
    ),
)
