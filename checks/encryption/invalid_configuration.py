"""Encryption configurations that the API server refuses."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.encryption import PROVIDERS, EncryptionConfiguration, Entry
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told

# Wildcards are understood from 1.27 on: https://kep.k8s.io/3299
_WILDCARDS_FROM = 27
_NEVER_STORED = ("events.k8s.io", "extensions")


def _invalid(document: EncryptionConfiguration) -> Iterator[Hit]:
    if not document.entries:
        yield at(document.cursor.get("resources"), "the configuration has no resources")
    for entry in document.entries:
        yield from _entry(document, entry)


def _entry(document: EncryptionConfiguration, entry: Entry) -> Iterator[Hit]:
    if not entry.names:
        yield at(entry.cursor.get("resources"), "the entry names no resources")
    if not entry.providers:
        yield at(entry.cursor.get("providers"), "the entry has no providers")
    for item in entry.providers:
        names = [(name, value) for name, value in item.entries() if name in PROVIDERS]
        if len(names) > 1:
            yield at(names[1][1].key_place, f"one item holds two providers, {names[0][0]} and {names[1][0]}")
    seen: set[str] = set()
    for name in entry.names:
        text = (name.text or "").removesuffix(".")
        fault = _fault(name.text or "", text in seen, document)
        seen.add(text)
        if fault:
            yield at(name, fault)


def _fault(text: str, again: bool, document: EncryptionConfiguration) -> str:
    resource, _, group = text.partition(".")
    if templated(text):
        return ""
    if text == "*":
        return "'*' alone is no resource: write '*.*' or '*.'"
    if again:
        return f"{text!r} is listed twice"
    if text != text.lower():
        return f"{text!r} has upper-case letters"
    if group == "*" and resource != "*":
        return f"{text!r} has a wildcard for its group only"
    if group in _NEVER_STORED:
        return f"group {group!r} is stored under another group"
    if resource == "*" and all(minor < _WILDCARDS_FROM for minor in document.minors):
        return "wildcards are understood from Kubernetes 1.27 on"
    return ""


def _listing(names: str, providers: str = "{identity: {}}") -> str:
    return f"""
    apiVersion: apiserver.config.k8s.io/v1
    kind: EncryptionConfiguration
    resources:
      - resources:
          - {names}
        providers:
          - {providers}
    """


RULES = told(
    "encryption",
    EncryptionConfiguration,
    {
        "invalid-configuration": Told(
            "API server refuses this encryption configuration.",
            _invalid,
            (
                manifest(_listing("'*'  # ! alone is no resource")),
                manifest(_listing("Secrets  # ! upper-case")),
                manifest(_listing("secrets\n          - secrets  # ! listed twice")),
                manifest(_listing("secrets", "{identity: {}, kms: {name: a}}  # ! two providers")),
            ),
            (manifest(_listing("secrets")), manifest(_listing("'*.*'"))),
        ),
    },
    carried=True,
)
