"""Rules as SARIF describes them, within what GitHub reads."""

import re

from hullmark.linter.docs.descriptors import descriptor
from hullmark.linter.finding import Severity
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.rule.registry import Registry

# https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
BANDS = {
    Severity.CRITICAL: (9.0, 10.0),
    Severity.HIGH: (7.0, 8.9),
    Severity.MEDIUM: (4.0, 6.9),
    Severity.LOW: (0.1, 3.9),
}


def test_descriptor_is_plain_data(loud: RuleDoc) -> None:
    found = descriptor(loud)
    assert (found["id"], found["name"]) == ("house/loud-container", "LoudContainer")
    assert found["shortDescription"] == {"text": "Container is loud."}
    assert found["defaultConfiguration"] == {"level": "error"}
    assert found["properties"] == {
        "tags": ["security", "house", "CIS-1.12/5.2.2", "MITRE/T1610"],
        "precision": "medium",
        "security-severity": "8.0",
    }


def test_help_shows_what_to_do_and_an_example(loud: RuleDoc) -> None:
    help_ = descriptor(loud)["help"]
    assert isinstance(help_, dict)
    assert "Turn it down." in help_["text"]
    assert "```" not in help_["text"]
    for text in ("### What to do", "volume: 11  # <-- is loud", "+      volume: 3", "# hullmark: ignore[", "T1610]("):
        assert text in help_["markdown"]


def test_informational_rule_is_no_security_alert(plain: RuleDoc) -> None:
    found = descriptor(plain)
    assert found["defaultConfiguration"] == {"level": "note"}
    assert found["properties"] == {
        "tags": ["security", "house"],
        "precision": "medium",
        "problem.severity": "recommendation",
    }


def test_long_texts_are_cut(loud: RuleDoc) -> None:
    found = descriptor(loud._replace(why="word " * 1000))
    full = found["fullDescription"]
    assert isinstance(full, dict)
    assert len(full["text"]) == 1024
    assert full["text"].endswith("…")


def test_every_rule_keeps_the_limits_of_github() -> None:
    registry = Registry.packaged()
    for info in registry:
        found = descriptor(registry.doc(info.id))
        texts = [found["shortDescription"], found["fullDescription"], found["help"]]
        assert all(isinstance(text, dict) and text["text"] for text in texts)
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", str(found["name"]))
        properties = found["properties"]
        assert isinstance(properties, dict)
        assert properties["tags"][0] == "security"
        assert len(properties["tags"]) <= 10
        if info.severity in BANDS:
            low, high = BANDS[info.severity]
            assert low <= float(properties["security-severity"]) <= high
