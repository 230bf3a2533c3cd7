"""Reads `hullmark.yaml`: strict keys, checked types, and every mistake with its line and column."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Pairs
from types import MappingProxyType
from typing import Any

from hullmark.linter.config import keys
from hullmark.linter.config.settings import (
    BundleSettings,
    ConfigWaiver,
    Limits,
    RuleSettings,
    Settings,
    WaiverSettings,
)
from hullmark.linter.config.values import ConfigProblem, Reader, Record, Table, is_nothing, meant, shown
from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.manifest.context import ExpectedPowers
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import replace
from hullmark.linter.rule.rule import Option
from hullmark.linter.text import Source, Span
from hullmark.linter.yaml.documents import documents
from hullmark.linter.yaml.nodes import Entry, Mapping, Node, Scalar, Sequence

_RULES = "rules."


class Names(NamedTuple):
    """What the file may name. `objection` gives, for a key and a name in it, what is wrong with the name or nothing.

    `rules` are the known rule ids; without any, all are accepted under `rules:`. `options` are the
    keys that rules declare, by full dotted name.
    """

    rules: Collection[str] = ()
    options: Pairs[str, Option] = MappingProxyType({})
    objection: Callable[[str, str], str] = lambda _key, _name: ""


def read_settings(source: Source, names: Names | None = None) -> tuple[Settings, tuple[ConfigProblem, ...]]:
    """Settings that the file makes of the defaults, and what is wrong with it, in file order.

    Problems never stop the reading, so that all are reported at once; settings with problems must
    not be used.
    """
    reader = Reader(source)
    root = _root(source, reader)
    found = _Found(reader, names or Names())
    if isinstance(root, Mapping):
        found.top(root)
    elif root is not None and not is_nothing(root):
        reader.refuse(root.span, f"the configuration must be a mapping, not {shown(root)}")
    return found.settings(), tuple(sorted(reader.problems, key=lambda problem: (problem.line, problem.column)))


def severity_of(word: str) -> Severity | None:
    """The severity that `word` names, None for `never`."""
    return None if word == "never" else Severity[word.upper()]


def _root(source: Source, reader: Reader) -> Node | None:
    found = documents(source)
    for document in found:
        for problem in document.problems:
            reader.refuse(problem.span, problem.message)
    written = [document.root for document in found if document.root is not None]
    for more in written[1:]:
        reader.refuse(more.span, "the configuration is one document; this is a second one")
    return written[0] if written else None


class _Found:
    """What the file says, by dotted key."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self.reader = reader
        self.names = names
        self.known = keys.known(names.options)
        self.groups = frozenset(name.partition(".")[0] for name in self.known if "." in name)
        self.values: dict[str, Any] = {}
        self.places: dict[str, Span] = {}
        self.rules: dict[str, RuleSettings] = {}

    def top(self, root: Mapping) -> None:
        """Reads the keys of the document."""
        self.duplicates(root)
        self.entries(root)
        if "pss.version" in self.values and "pss.level" not in self.values:
            self.reader.refuse(self.places["pss.version"], "'pss.version' needs 'pss.level'")

    def entries(self, root: Mapping) -> None:
        """Reads every key."""
        for entry in root.entries:
            name = entry.name
            if name == "rules":
                self.about_rules(entry)
            elif name in self.groups and (isinstance(entry.value, Mapping) or name not in self.known):
                self.group(entry)
            elif name in self.known and not name.startswith(_RULES):
                self.key(name, entry)
            else:
                names = [key for key in (*self.known, *self.groups) if not key.startswith(_RULES)]
                self.reader.refuse(entry.key.span, f"unknown key {name!r}{meant(name, names)}")

    def group(self, group: Entry) -> None:
        """Reads keys that are written below their common first part."""
        if not isinstance(group.value, Mapping):
            if not is_nothing(group.value):
                self.reader.refuse(group.value.span, f"{group.name!r} must be a mapping, not {shown(group.value)}")
            return
        self.duplicates(group.value)
        start = f"{group.name}."
        for entry in group.value.entries:
            if start + entry.name in self.known:
                self.key(start + entry.name, entry)
            else:
                names = [key.removeprefix(start) for key in self.known if key.startswith(start)]
                hint = meant(entry.name, names)
                self.reader.refuse(entry.key.span, f"unknown key {entry.name!r} in {group.name!r}{hint}")

    def key(self, name: str, entry: Entry) -> None:
        """Reads the value of one key."""
        if name in self.values:
            self.reader.refuse(entry.key.span, f"key {name!r} is written twice")
            return
        value = self.known[name].read(entry.value, name, self.reader)
        if value is None:
            return
        self.values[name] = value
        self.places[name] = entry.key.span
        if name in keys.NAMING:
            for item in entry.value.items if isinstance(entry.value, Sequence) else (entry.value,):
                said = self.names.objection(name, item.value) if isinstance(item, Scalar) else ""
                if said:
                    self.reader.refuse(item.span, said)

    def duplicates(self, mapping: Mapping) -> None:
        """Notes keys that are written twice: the last one would win in silence."""
        for _, again in mapping.duplicates:
            self.reader.refuse(again.key.span, f"key {again.name!r} is written twice")

    def about_rules(self, entry: Entry) -> None:
        """Reads what is said about single rules."""
        if not isinstance(entry.value, Mapping):
            self.reader.refuse(entry.value.span, f"'rules' must be a mapping of rule ids, not {shown(entry.value)}")
            return
        self.duplicates(entry.value)
        for rule in entry.value.entries:
            if self.names.rules and rule.name not in self.names.rules:
                hint = meant(rule.name, self.names.rules)
                self.reader.refuse(rule.key.span, f"unknown rule {rule.name!r}{hint}")
                continue
            start = f"{_RULES}{rule.name}."
            own = {key.removeprefix(start): kind for key, kind in self.known.items() if key.startswith(start)}
            record = Table({**keys.RULE, **own}).read(rule.value, rule.name, self.reader)
            if record is not None:
                self.about_rule(rule.name, record)

    def about_rule(self, name: str, record: Record) -> None:
        """Keeps what is said about one rule."""
        severity = record.text("severity")
        enabled = record.values.get("enabled")
        self.rules[name] = RuleSettings(
            severity=severity_of(severity) if severity else None,
            enabled=enabled if isinstance(enabled, bool) else None,
        )
        for option, value in record.values.items():
            if option not in keys.RULE:
                self.values[f"{_RULES}{name}.{option}"] = value

    def settings(self) -> Settings:
        """Everything that was read, on top of the defaults."""
        values = self.values
        own = {key.name for key in keys.RUN}
        changed = {field: values[name] for name, field in _FIELDS.items() if name in values}
        if "pss.level" in values:
            level = f"pss-{values['pss.level']}@{values.get('pss.version', 'latest')}"
            changed |= {"profile": level, "select": ()}
        if "fail-on" in values:
            changed["fail_on"] = severity_of(values["fail-on"])
        if "min-confidence" in values:
            changed["min_confidence"] = Confidence[values["min-confidence"].upper()]
        if "limits.file-size" in values:
            changed["limits"] = Limits(file_size=values["limits.file-size"])
        return replace(
            Settings(source=self.reader.source, rules=self.rules),
            waivers=tuple(_waiver(record, self.reader.source) for record in values.get("waivers", ())),
            waiver=_waiver_settings(values),
            bundles=tuple(_bundle(record) for record in values.get("bundles", ())),
            known_workloads=tuple(_known_workload(record) for record in values.get("known-workloads", ())),
            options={name: value for name, value in values.items() if name not in own},
            **changed,
        )


_FIELDS = {
    "profile": "profile",
    "select": "select",
    "ignore": "ignore",
    "kubernetes-version": "kubernetes",
    "today": "today",
    "exclude": "exclude",
    "scope.complete": "complete",
    "respect": "respect",
}


def _waiver(record: Record, source: Source) -> ConfigWaiver:
    texts = {name: record.text(name) for name in keys.WAIVER.keys}
    return ConfigWaiver(source=source, span=record.span, spans=record.spans, **texts)


def _waiver_settings(values: dict[str, Any]) -> WaiverSettings:
    base = WaiverSettings()
    return WaiverSettings(
        warn_days=values.get("waivers.warn-days", base.warn_days),
        require_reason=values.get("waivers.require-reason", base.require_reason),
        require_until=values.get("waivers.require-until", base.require_until),
        max_days=values.get("waivers.max-days", base.max_days),
    )


def _known_workload(record: Record) -> ExpectedPowers:
    return ExpectedPowers(
        record.text("name"),
        record.texts("image"),
        record.texts("command"),
        record.texts("namespace"),
        record.texts("expects"),
        record.text("reason"),
    )


def _bundle(record: Record) -> BundleSettings:
    paths = record.texts("paths")
    complete = record.values.get("complete") is True
    return BundleSettings(record.text("name") or ", ".join(paths), paths, complete, record.text("namespace"))
