"""The schema of the configuration accepts what the configuration accepts."""

import json
from typing import Any

import pytest

from hullmark.linter.config.read import Names, read_settings
from hullmark.linter.docs.schema import config_schema
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.text import Source

FILES: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"profile": "strict"}, True),
    ({"profile": "cis-1.12"}, True),
    ({"profile": "strange"}, False),
    ({"select": ["house", "house/loud-container", "CIS-1.12/5.2.2", "CIS-1.12", "NSA"]}, True),
    ({"ignore": "house"}, True),
    ({"ignore": ["hose"]}, False),
    ({"rules": {"house/loud-container": {"severity": "low", "enabled": False, "limit": 3}}}, True),
    ({"rules": {"house/loud-container": {"limit": "many"}}}, False),
    ({"rules": {"house/loud-container": {"unknown": 1}}}, False),
    ({"rules": {"house/quiet": {}}}, False),
    ({"scope": {"complete": ["shop"]}}, True),
    ({"scope.complete": "cluster"}, True),
    ({"scope": {"unknown": 1}}, False),
    ({"waivers": [{"rule": "house/loud-container", "reason": "it sings", "until": "2027-01-31"}]}, True),
    ({"waivers": {"warn-days": 3}}, True),
    ({"waivers.warn-days": 3}, True),
    ({"waivers": [{"because": "x"}]}, False),
    ({"unknown": 1}, False),
]


@pytest.mark.parametrize(("file", "accepted"), FILES, ids=[json.dumps(file) for file, _ in FILES])
def test_schema_accepts_what_the_configuration_accepts(loud: RuleDoc, file: dict[str, Any], accepted: bool) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(config_schema([loud], {"house": "At home."}))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid(file) is accepted
    if not any(key in file for key in ("profile", "select", "ignore")):
        options = {option.full_key(loud.id): option for option in loud.options}
        problems = read_settings(Source("hullmark.yaml", json.dumps(file)), Names((loud.id,), options))[1]
        assert (problems == ()) is accepted


def test_editors_are_told_what_names_mean(loud: RuleDoc) -> None:
    schema = json.loads(config_schema([loud], {"house": "At home."}))
    assert schema["$defs"]["rule"]["oneOf"] == [{"const": "house/loud-container", "description": "Container is loud."}]
    limit = schema["$defs"]["rules"]["properties"]["house/loud-container"]["properties"]["limit"]
    assert (limit["default"], limit["description"]) == (10, "What is too loud.")
