"""Secrets in what kustomizations make Secrets and ConfigMaps of: literals, lists of variables, and files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.manifest.commands import part_of
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.generated import GENERATED, generators
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.manifest.secrets.disclosure import Found, Text, disclosed
from hullmark.linter.manifest.secrets.secret_objects import Entry, is_ordinary, is_worth, specific
from hullmark.linter.manifest.secrets.words import is_sensitive, length_class
from hullmark.linter.text import Span
from hullmark.linter.yaml.nodes import Scalar

_RULE = "secret/credential-in-values"


def in_generators(resource: Resource) -> Iterator[Found]:
    """Secrets in literals of a kustomization, or in a file that one of its generators reads."""
    today = resource.context.today
    if resource.kind in ("Kustomization", "Component") and resource.group.startswith("kustomize"):
        for item, secret in generators(resource.cursor):
            made = _made(secret, item.get("name").text or "")
            yield from _judged(list(_literals(item)), made, secret, item.get("type").text or "Opaque", today)
    elif resource.gk == ("", GENERATED):
        how = resource.context.generated[resource.cursor.source.path]
        whole = resource.cursor
        entries = [Entry(how.key, whole, whole.text or "")] if how.key else list(_variables(whole))
        yield from _judged(entries, _made(how.secret, how.name), how.secret, how.kind, today)


def _literals(generator: Cursor) -> Iterator[Entry]:
    """Entries that are written in the kustomization. Quotes around a value are none of its."""
    for item in generator.get("literals").items():
        key, equals, written = (item.text or "").partition("=")
        value = written.strip("\"'")
        if equals and value:
            start = len(key) + 1 + written.index(value)
            yield _entry(item, key, value, part_of(item, start, start + len(value)).span)


def _variables(whole: Cursor) -> Iterator[Entry]:
    """Entries of a list of variables: one a line, the rest of the line as it stands; no value is the environment's."""
    text = whole.source.text
    at = 0
    for line in text.splitlines(keepends=True):
        written = line.lstrip()
        key, equals, value = written.rstrip("\r\n").partition("=")
        if equals and value and not written.startswith("#"):
            start = at + len(line) - len(written) + len(key) + 1
            yield _entry(whole, key, value, Span(start, start + len(value)))
        at += len(line)


def _entry(at: Cursor, key: str, value: str, span: Span) -> Entry:
    node = Scalar(value, "", None, span.start, span.end)
    path = (*at.path[:-1], key)
    return Entry(key, Cursor(at.source, node, None, span, path, at.owner), value)


def _made(secret: bool, name: str) -> str:
    return f"{'Secret' if secret else 'ConfigMap'} {name[:80]!r}"


def _judged(entries: list[Entry], made: str, secret: bool, kind: str, today: str) -> Iterator[Found]:
    # https://getsops.io/docs/: a list of variables that is encrypted says so in variables of its own.
    if any(entry.key == "sops_mac" for entry in entries):
        return
    if secret:
        yield from _of_secret(entries, made, kind, today)
        return
    for entry in entries:
        yield from _disclosed(entry, made, today)


def _of_secret(entries: list[Entry], made: str, kind: str, today: str) -> Iterator[Found]:
    """Everything that a form or a name gives away, line by line; else the first that is worth encrypting."""
    found = list(specific(entries, made, kind, today))
    known = {each.place.path for each in found}
    left = [each for each in entries if each.cursor.place.path not in known]
    worth = [each for each in left if not is_ordinary(each.key) and is_worth(each)]
    found += (_found(each, made) for each in worth if is_sensitive(each.key) and not _has_lines(each))
    found += (one for each in left if _has_lines(each) for one in _disclosed(each, made, today))
    if worth and not found:
        found.append(_found(worth[0], made, worth[1:8]))
    yield from found
    for each in left:
        yield from (one for one in _disclosed(each, made, today) if one.rule == "secret/weak-password")


def _has_lines(entry: Entry) -> bool:
    return "\n" in (entry.text or "").strip()


def _disclosed(entry: Entry, made: str, today: str) -> Iterator[Found]:
    return disclosed(
        Text(entry.cursor, entry.text or "", entry.key, f"entry {entry.key[:60]!r} of {made}", _RULE), today
    )


def _found(entry: Entry, made: str, others: Iterable[Entry] = ()) -> Found:
    text = entry.text or ""
    return Found(
        _RULE,
        entry.cursor.place,
        f"entry {entry.key[:60]!r} of {made} holds a credential in plain text ({length_class(text)})",
        Severity.HIGH,
        Confidence.MEDIUM,
        also=tuple(each.cursor.place for each in others),
        value=text,
    )
