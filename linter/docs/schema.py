"""The JSON Schema of `hullmark.yaml`, so that an editor completes keys and names of rules while one types."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from hullmark.linter.config import keys
from hullmark.linter.rule.controls import framework_profiles
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.rule.index import ABOUT, option_keys

Schema = dict[str, object]


def config_schema(docs: Iterable[RuleDoc], families: Mapping[str, str]) -> str:
    """`schemas/hullmark.schema.json` for these rules."""
    docs = sorted(docs, key=lambda doc: doc.id)
    schema: Schema = {
        "$comment": ABOUT,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hullmark.yaml",
        "description": "Configuration of hullmark, a static security linter for Kubernetes.",
        "type": "object",
        "additionalProperties": False,
        "properties": _properties(docs),
        "$defs": rule_definitions(docs, families),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def rule_definitions(docs: Iterable[RuleDoc], families: Mapping[str, str]) -> Schema:
    """Definitions `rule`, `family`, `control`, `selector`, `profile`, and `rules`: what may be said of each."""
    docs = sorted(docs, key=lambda doc: doc.id)
    controls = sorted({control for doc in docs for control in doc.info.controls})
    return {
        "rule": {"oneOf": [{"const": doc.id, "description": doc.title} for doc in docs]},
        "family": {"oneOf": [{"const": name, "description": text} for name, text in sorted(families.items())]},
        "control": {"enum": controls},
        # A part of a control selects what lies below it, so no closed list can hold them.
        "framework": {"type": "string", "pattern": "^[A-Za-z]+[-/].+$|^(?:PSS|NSA|MITRE|STIG|CVE)$"},
        "selector": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in ("rule", "family", "control", "framework")]},
        "profile": {"enum": ["default", "strict", "all", *framework_profiles()]},
        "rules": {
            "type": "object",
            "additionalProperties": False,
            "properties": {doc.id: _about_rule(doc) for doc in docs},
        },
    }


def _properties(docs: list[RuleDoc]) -> Schema:
    """Keys of the top level: each may be written in full, or below its first part."""
    types = {key.name: {**key.kind.schema(), "description": key.help} for key in (*keys.RUN, *keys.OPTIONS)}
    for doc in docs:
        for name, option in option_keys(doc).items():
            if not name.startswith("rules."):
                types.setdefault(name, {**keys.kind_of(option.default).schema(), "description": option.help})
    types |= {name: {**types[name], **schema} for name, schema in _NAMES.items()}
    groups: dict[str, Schema] = {}
    for name in sorted(types):
        group, dot, rest = name.partition(".")
        if dot:
            groups.setdefault(group, {})[rest] = types[name]
    properties: Schema = {"rules": {"$ref": "#/$defs/rules"}, **types}
    for group, below in groups.items():
        nested: Schema = {"type": "object", "additionalProperties": False, "properties": below}
        properties[group] = {"anyOf": [types[group], nested]} if group in types else nested
    return dict(sorted(properties.items()))


_SELECTORS: Schema = {
    "anyOf": [{"$ref": "#/$defs/selector"}, {"type": "array", "items": {"$ref": "#/$defs/selector"}}],
}
_NAMES: dict[str, Schema] = {
    "profile": {"$ref": "#/$defs/profile"},
    "select": _SELECTORS,
    "ignore": _SELECTORS,
}
"""Keys whose values are names of ours."""


def _about_rule(doc: RuleDoc) -> Schema:
    properties: Schema = {name: kind.schema() for name, kind in keys.RULE.items()}
    for option in doc.options:
        if "." not in option.key:
            kind = keys.kind_of(option.default).schema()
            default = list(option.default) if isinstance(option.default, tuple) else option.default
            properties[option.key] = {**kind, "default": default, "description": option.help}
    return {"description": doc.title, "type": "object", "additionalProperties": False, "properties": properties}
