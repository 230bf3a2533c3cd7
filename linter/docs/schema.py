"""Names of rules as JSON Schema definitions, so that an editor completes `hullmark.yaml`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from hullmark.linter.rule.controls import framework_profiles
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.rule.index import ABOUT
from hullmark.linter.rule.rule import Option

Schema = dict[str, object]


def rule_definitions(docs: Iterable[RuleDoc], families: Mapping[str, str]) -> Schema:
    """Definitions `rule`, `family`, `control`, `selector`, `profile`, and `rules`: what may be said of each."""
    docs = sorted(docs, key=lambda doc: doc.id)
    controls = sorted({control for doc in docs for control in doc.info.controls})
    return {
        "rule": {"oneOf": [{"const": doc.id, "description": doc.title} for doc in docs]},
        "family": {"oneOf": [{"const": name, "description": text} for name, text in sorted(families.items())]},
        "control": {"enum": controls},
        "selector": {"anyOf": [{"$ref": f"#/$defs/{kind}"} for kind in ("rule", "family", "control", "framework")]},
        # A part of a control selects what lies below it, so no closed list can hold them.
        "framework": {"type": "string", "pattern": "^(?i:CIS|PSS|NSA|MITRE|STIG|CVE)(?i:[-/].*)?$"},
        "profile": {"enum": ["default", "strict", "all", *framework_profiles()]},
        "rules": {
            "type": "object",
            "additionalProperties": False,
            "properties": {doc.id: _settings(doc) for doc in docs},
        },
    }


def rule_schema(docs: Iterable[RuleDoc], families: Mapping[str, str]) -> str:
    """The definitions as a file of its own."""
    schema: Schema = {
        "$comment": ABOUT,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of hullmark",
        "$defs": rule_definitions(docs, families),
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _settings(doc: RuleDoc) -> Schema:
    properties: Schema = {
        "enabled": {"type": "boolean"},
        "severity": {"enum": ["critical", "high", "medium", "low", "info"]},
    }
    for option in doc.options:
        if "." not in option.key:
            properties[option.key] = option_schema(option)
    return {
        "description": doc.title,
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def option_schema(option: Option) -> Schema:
    """The type of an option, told from its default."""
    default = option.default
    match default:
        case bool():
            kind: Schema = {"type": "boolean"}
        case int():
            kind = {"type": "integer"}
        case str():
            kind = {"type": "string"}
        case _:
            kind = {"type": "array", "items": {"type": "string"}}
    return {**kind, "default": list(default) if isinstance(default, tuple) else default, "description": option.help}
