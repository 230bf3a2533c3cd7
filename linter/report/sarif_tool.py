"""The tool in SARIF: its rules, and what it has to say about its own run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import sarif_om as om

from hullmark.linter.finding import Problem, ProblemKind, Report, Severity
from hullmark.linter.report.escape import message, visible
from hullmark.linter.report.sarif_places import file_only, physical
from hullmark.linter.report.view import View
from hullmark.linter.report.wording import counted

# GitHub's limits: "SARIF support for code scanning" and "SARIF results exceed one or more limits".
_NAME = 255
_DESCRIPTION = 1024
_TAGS = 10
_LOCATIONS = 1000

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub reads > 9.0 as critical, 7.0 to 8.9 as high, 4.0 to 6.9 as medium: values in the middle, so that no edge
# matters. Informational findings have none, since any number would make them security alerts without a severity.
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}

HOME = "https://hullmark.io/"
"""Where to learn about the tool; the same name stands in front of the annotations that manifests may carry."""

CAPPED = "results-capped"
SKIPPED = "skipped"
_NOTIFICATIONS = {
    ProblemKind.UNREADABLE.value: "A file could not be read.",
    ProblemKind.BROKEN.value: "A document could not be parsed.",
    ProblemKind.LIMIT.value: "A file or document exceeds a limit.",
    ProblemKind.CRASH.value: "A rule failed.",
    ProblemKind.NOTE.value: "Something worth knowing about the run.",
    SKIPPED: "Files were not judged.",
    CAPPED: "There are more results than code scanning hosts keep.",
}
_NUMBERS = {name: number for number, name in enumerate(_NOTIFICATIONS)}


def driver(report: Report, rules: Mapping[str, Severity], view: View) -> om.ToolComponent:
    """hullmark with the given rules, by id with the severity to assume where nothing is known of one."""
    return om.ToolComponent(
        name="hullmark",
        full_name=f"hullmark {report.version}",
        version=report.version,
        semantic_version=report.version,
        short_description=om.MultiformatMessageString(text="Static security linter for Kubernetes."),
        information_uri=HOME,
        rules=[_rule(rule, severity, view) for rule, severity in rules.items()],
        notifications=[_notice(f"hullmark/{name}", text) for name, text in _NOTIFICATIONS.items()],
    )


def _notice(name: str, text: str) -> om.ReportingDescriptor:
    words = om.MultiformatMessageString(text=text)
    return om.ReportingDescriptor(
        id=name, name=_pascal(name), short_description=words, full_description=words, help=words
    )


def _name(rule: str, given: Mapping[str, object]) -> str:
    name = given.get("name")
    return name if isinstance(name, str) and name and name.lower() != rule.lower() else _pascal(rule)


def _pascal(rule: str) -> str:
    """`WorkloadPrivilegedContainer`: the name of a rule has to differ from its id (SARIF 2.1.0, 3.49.7)."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", rule))


def _rule(rule: str, severity: Severity, view: View) -> om.ReportingDescriptor:
    """What GitHub requires of a rule is there even where its descriptor lacks it."""
    given = view.descriptors.get(rule, {})
    short = _text(given, "shortDescription") or rule
    full = _text(given, "fullDescription") or short
    help_text = _text(given, "help") or full
    properties = dict(_mapping(given, "properties"))
    tags = [tag for tag in _strings(properties.get("tags")) if tag != "security"]
    properties["tags"] = list(dict.fromkeys(("security", *tags)))[:_TAGS]
    properties.setdefault("precision", "high")
    if severity in SCORES:
        properties.setdefault("security-severity", SCORES[severity])
    else:
        properties.setdefault("problem.severity", "recommendation")
    level = _mapping(given, "defaultConfiguration").get("level") or LEVELS[severity]
    uri = given.get("helpUri")
    return om.ReportingDescriptor(
        id=rule,
        name=_name(rule, given)[:_NAME],
        short_description=om.MultiformatMessageString(text=short[:_DESCRIPTION]),
        full_description=om.MultiformatMessageString(text=full[:_DESCRIPTION]),
        help=om.MultiformatMessageString(text=help_text, markdown=_text(given, "help", "markdown") or help_text),
        help_uri=uri if isinstance(uri, str) else None,
        default_configuration=om.ReportingConfiguration(level=level),
        properties=properties,
    )


def _mapping(value: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = value.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Mapping[str, object], name: str, form: str = "text") -> str:
    found = _mapping(value, name).get(form)
    return found if isinstance(found, str) else ""


def _strings(value: object) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def invocation(report: Report, dropped: int) -> om.Invocation:
    """Whether everything was understood, and everything that was not."""
    return om.Invocation(
        execution_successful=not any(problem.incomplete for problem in report.problems),
        tool_execution_notifications=[*_capped(dropped), *map(_problem, report.problems), *_skipped(report)],
    )


def _notification(kind: str, level: str, text: str, locations: list[om.Location]) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=f"hullmark/{kind}", index=_NUMBERS[kind]),
        level=level,
        message=om.Message(text=text),
        locations=locations or None,
    )


def _capped(dropped: int) -> Iterator[om.Notification]:
    if dropped:
        text = f"{counted(dropped, 'result')} of the lowest severities left out: hosts keep no more than the rest."
        yield _notification(CAPPED, "warning", text, [])


def _problem(problem: Problem) -> om.Notification:
    locations = []
    if problem.location:
        locations.append(om.Location(physical_location=physical(problem.location)))
    elif problem.path:
        locations.append(file_only(problem.path))
    text = f"{visible(problem.path)}: {message(problem.message)}" if problem.path else message(problem.message)
    return _notification(problem.kind.value, "error" if problem.incomplete else "note", f"{text}.", locations)


def _skipped(report: Report) -> Iterator[om.Notification]:
    """One notification for each reason, with the files as its locations."""
    files: dict[str, list[str]] = {}
    for each in report.skipped:
        files.setdefault(each.reason.value, []).append(each.path)
    for reason, found in sorted(files.items()):
        paths = list(dict.fromkeys(found))
        shown = f", the first {_LOCATIONS:,} of them here" if len(paths) > _LOCATIONS else ""
        text = f"{counted(len(paths), 'file')} not judged: {reason}{shown}."
        yield _notification(SKIPPED, "note", text, [file_only(path) for path in paths[:_LOCATIONS]])
