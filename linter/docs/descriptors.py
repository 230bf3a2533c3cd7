"""Rules as SARIF describes them: plain data that any writer of the format can take.

What GitHub reads, and its limits: https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

from hullmark.linter.docs.pages import fenced
from hullmark.linter.docs.prose import change, circumstances, controls, fix_diff, pointed, waiver
from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo

Descriptor = dict[str, object]
"""A SARIF reportingDescriptor: id, name, shortDescription, fullDescription, help,
defaultConfiguration and properties, in the format's own names."""

TAGS = 10
"""GitHub shows no more of a rule's tags."""
DESCRIPTION = 1024
"""GitHub takes no longer descriptions."""

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}

# Inside GitHub's bands (over 9.0, 7.0, 4.0, 0.1), away from their edges. Informational rules have none: any number
# would make them security alerts.
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}

PRECISIONS = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def descriptor(doc: RuleDoc) -> Descriptor:
    """The reportingDescriptor of a rule."""
    info = doc.info
    return {
        "id": doc.id,
        "name": "".join(part.capitalize() for part in info.name.split("-")),
        "shortDescription": {"text": _short(doc.title)},
        "fullDescription": {"text": _short(_flat(doc.why) or doc.title)},
        "help": {"text": _help_text(doc), "markdown": _help_markdown(doc)},
        "defaultConfiguration": {"level": LEVELS[info.severity]},
        "properties": _properties(info),
    }


def _properties(info: RuleInfo) -> dict[str, object]:
    properties: dict[str, object] = {
        "tags": ["security", info.family, *info.controls][:TAGS],
        "precision": PRECISIONS[info.confidence],
    }
    if info.severity in SCORES:
        properties["security-severity"] = SCORES[info.severity]
    else:
        properties["problem.severity"] = "recommendation"
    return properties


def _help_text(doc: RuleDoc) -> str:
    parts = [_flat(doc.why), _flat(doc.remedy)]
    if doc.info.controls:
        parts.append(f"Controls: {', '.join(doc.info.controls)}.")
    return "\n\n".join(part for part in parts if part)


def _help_markdown(doc: RuleDoc) -> str:
    parts = [f"**{doc.title}**", doc.why, "### What to do", doc.remedy]
    if doc.bad:
        bad = doc.bad[0]
        parts += ["### Bad", circumstances(bad), fenced(pointed(bad.path, bad), "yaml")]
        changed = "\n".join(change(bad, context=2))
        if changed:
            parts += ["Changed since the base:", fenced(changed, "diff")]
        difference = "\n".join(fix_diff(bad, context=2))
        if difference:
            parts += ["The fix:", fenced(difference, "diff")]
    if doc.good:
        good = doc.good[0]
        parts += ["### Good", circumstances(good), fenced(good.clean, "yaml")]
    links = [f"[{name}]({url}) {title}".rstrip() if url else name for name, title, url in controls(doc.info)]
    if links:
        parts += ["### Controls", "\n".join(f"- {link}" for link in links)]
    parts += ["### Waive", fenced(waiver(doc), "yaml")]
    return "\n\n".join(part for part in parts if part)


def _flat(text: str) -> str:
    """Paragraphs as one line each."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= DESCRIPTION else flat[: DESCRIPTION - 1] + "…"
