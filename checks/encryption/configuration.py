"""Rules about encryption configurations: what they leave in clear text, and keys that are not secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.manifest.components.catalogue import facts
from hullmark.linter.manifest.components.encryption import KEYED, EncryptionConfiguration, SecretsProvider, covers
from hullmark.linter.manifest.components.literals import decoded, literal
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told

_LENGTHS = {"aescbc": (16, 24, 32), "aesgcm": (16, 24, 32), "secretbox": (32,)}


def _not_covered(document: EncryptionConfiguration) -> Iterator[Hit]:
    named = [name.text or "" for entry in document.entries for name in entry.names]
    if any(map(templated, named)):
        return
    if document.entries and not any(entry.covers("secrets") for entry in document.entries):
        yield at(document.cursor.get("resources"), "no entry covers secrets: they are stored in clear text")


def _writer(name: str, message: str) -> Callable[[SecretsProvider], Iterator[Hit]]:
    def check(document: SecretsProvider) -> Iterator[Hit]:
        found = document.named
        if found is not None and found[0] == name:
            yield at(found[1], message)

    return check


def _kms_v1(document: EncryptionConfiguration) -> Iterator[Hit]:
    for name, value in document.providers:
        version = value.get("apiVersion")
        if name == "kms" and version.text != "v2":
            place = version.place if version.present else value.key_place
            yield at(place, f"kms provider uses version {version.text or 'v1'!r}")


def _keys(document: EncryptionConfiguration) -> Iterator[tuple[str, Cursor]]:
    """Provider and `secret` of every key that is written out."""
    for name, value in document.providers:
        if name in KEYED:
            for key in value.get("keys").items():
                secret = key.get("secret")
                if literal(secret.text):
                    yield name, secret


def _key_in_file(document: EncryptionConfiguration) -> Iterator[Hit]:
    for name, secret in _keys(document):
        yield at(secret, f"a key of provider {name} is written in the file", secret=True)


def _weak_key(document: EncryptionConfiguration) -> Iterator[Hit]:
    for name, secret in _keys(document):
        fault = _fault(name, secret.text or "")
        if fault:
            yield at(secret, f"a key of provider {name} {fault}", secret=True)


def _fault(name: str, text: str) -> str:
    raw = decoded(text)
    if raw is None:
        return "is not base64"
    if raw.decode("latin-1").strip() in facts()["lists"]["sample_encryption_keys_decode_to"]:
        return "is a published sample"
    if len(raw) not in _LENGTHS[name]:
        return f"has {len(raw)} bytes, not {' or '.join(map(str, _LENGTHS[name]))}"
    if len(set(raw)) == 1:
        return "repeats one byte"
    return "is made of printable characters" if all(32 <= byte < 127 for byte in raw) else ""


def _shadowed(document: EncryptionConfiguration) -> Iterator[Hit]:
    for index, entry in enumerate(document.entries):
        for item in entry.names:
            text = (item.text or "").removesuffix(".")
            for earlier in document.entries[:index]:
                names = [name.text or "" for name in earlier.names]
                if text in [name.removesuffix(".") for name in names]:
                    yield at(item, f"an earlier entry names {text!r} too: providers of this one only read")
                    break
                if not text.startswith("*") and any(name.startswith("*") and covers(name, text) for name in names):
                    yield at(item, f"an earlier wildcard covers {text!r}: the API server does not start")
                    break


def _with(provider: str, resource: str = "secrets", mark: str = "", more: str = "") -> str:
    return f"""
    apiVersion: apiserver.config.k8s.io/v1
    kind: EncryptionConfiguration
    resources:{mark}
      - resources:
          - {resource}
        providers:
{provider}
          - identity: {{}}
{more}
"""


_SECRETBOX = "          - secretbox:\n              keys:\n                - {name: a, secret: '${KEY}'}"
_KMS = "          - kms: {apiVersion: v2, name: vault, endpoint: 'unix:///run/kms.sock'}"
_GOOD = manifest(_with(_KMS))


def _key(secret: str, provider: str = "aescbc") -> str:
    return (
        f"          - {provider}:\n              keys:\n                - name: a\n                  secret: {secret}"
    )


_DOCUMENTS = told(
    "encryption",
    EncryptionConfiguration,
    {
        "secrets-not-covered": Told(
            "The encryption configuration leaves Secrets out.",
            _not_covered,
            (manifest(_with(_KMS, "configmaps", "  # !")),),
            (_GOOD, manifest(_with(_KMS, "'*.'"))),
        ),
        "kms-v1": Told(
            "Secrets are encrypted through KMS v1.",
            _kms_v1,
            (
                manifest(
                    _with(
                        "          - kms:  # !\n              name: vault\n              endpoint: unix:///run/kms.sock"
                    )
                ),
                manifest(_with("          - kms:\n              name: vault\n              apiVersion: v1  # !")),
            ),
            (_GOOD,),
        ),
        "key-in-file": Told(
            "The key that encrypts etcd is in the file.",
            _key_in_file,
            (manifest(_with(_key("3sRk0u0Bg2Qm0Pq8mWJv4m3kqkq1lC0m0vJj0m2y1nQ=  # !"))),),
            (_GOOD, manifest(_with(_key("${ENCRYPTION_KEY}")))),
        ),
        "weak-key": Told(
            "The key that encrypts etcd is guessable or refused.",
            _weak_key,
            (
                manifest(_with(_key("c2VjcmV0IGlzIHNlY3VyZQ==  # ! published sample"))),
                manifest(_with(_key("3sRk0u0Bg2Qm0Pq8  # ! has 12 bytes"))),
                manifest(
                    _with(_key("YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=  # ! repeats one byte", "secretbox"))
                ),
            ),
            (_GOOD, manifest(_with(_key("3sRk0u0Bg2Qm0Pq8mWJv4m3kqkq1lC0m0vJj0m2y1nQ=")))),
        ),
        "entry-shadowed": Told(
            "An entry repeats what an earlier one covers.",
            _shadowed,
            (
                manifest(_with(_KMS, more="      - resources: [secrets]  # !\n        providers: [{identity: {}}]")),
                manifest(
                    _with(_KMS, "'*.*'", more="      - resources: [secrets]  # !\n        providers: [{identity: {}}]")
                ),
            ),
            (_GOOD, manifest(_with(_KMS, more="      - resources: ['*.']\n        providers: [{identity: {}}]"))),
        ),
    },
    carried=True,
)
_WRITERS = told(
    "encryption",
    SecretsProvider,
    {
        "identity-provider-first": Told(
            "New Secrets are written in clear text.",
            _writer("identity", "provider identity comes first: new secrets are written in clear text"),
            (manifest(_with("          - identity: {}  # !")),),
            (_GOOD,),
        ),
        "aesgcm-with-static-key": Told(
            "Secrets are encrypted with AES-GCM and a fixed key.",
            _writer("aesgcm", "provider aesgcm writes secrets with a fixed key"),
            (
                manifest(
                    _with(
                        "          - aesgcm:  # !\n              keys:\n                - {name: a, secret: '${KEY}'}"
                    )
                ),
            ),
            (_GOOD, manifest(_with(_SECRETBOX))),
        ),
        "aescbc-provider": Told(
            "Secrets are encrypted with AES-CBC.",
            _writer("aescbc", "provider aescbc writes secrets"),
            (
                manifest(
                    _with(
                        "          - aescbc:  # !\n              keys:\n                - {name: a, secret: '${KEY}'}"
                    )
                ),
            ),
            (_GOOD,),
        ),
    },
    carried=True,
)
RULES = (*_DOCUMENTS, *_WRITERS)
