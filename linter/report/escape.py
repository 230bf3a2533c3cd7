"""Hostile text made inert: one function for each kind of reader.

Paths, names and notes come from files that an attacker may write. What would act on a reader
(control characters, bidirectional overrides, workflow commands, markup) becomes text that shows it.
"""

from __future__ import annotations

import re

from hullmark.linter.finding import Location
from hullmark.linter.patterns import regex

# The runner of GitHub Actions takes `::name ...::` for a command at the start of a line, after any white
# space, and `##[name]` anywhere (actions/runner, src/Runner.Common/ActionCommand.cs); the agent of Azure
# Pipelines takes `##vso[` anywhere, TeamCity `##teamcity[`.
_LINE_COMMAND = regex(r"^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)", re.MULTILINE)
_INNER_COMMAND = regex(r"#(?=#[A-Za-z]*\[)")

LONGEST = 4096
"""Code points of one path, name or message that are shown: the longest path that Linux knows."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARKDOWN = {ord(mark): f"&#{ord(mark)};" for mark in "&<>\\`*_[]|~:$^!(){}"}
# Zero width space behind the sign, as dependency bots do, so that nobody is mentioned and no issue is referred to.
_MARKDOWN[ord("@")] = "@&#8203;"
_MARKDOWN[ord("#")] = "#&#8203;"
_BARE_HOST = regex(r"\b(www)\.", re.IGNORECASE)
_NOT_URI = regex(rb"[^A-Za-z0-9._~/-]")
_LINK = regex(r"\](?=[(\[])")
_NOT_XML = regex("[\ufffe\uffff]")


def visible(text: str) -> str:
    """One line without control, invisible or bidirectional characters; those are shown by their code.

    A name of megabytes is cut: it would be repeated in every finding about it.
    """
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}..."
    if text.isprintable():
        return text
    return "".join(mark if mark.isprintable() else code(mark) for mark in text)


def code(mark: str) -> str:
    """A character by its code, as Python writes it."""
    short = _SHORT.get(mark)
    if short:
        return short
    number = ord(mark)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def log(text: str) -> str:
    """Text of any number of lines in which no build log finds a command."""
    text = _LINE_COMMAND.sub(r"\1\\x3a", text)
    return _INNER_COMMAND.sub(r"\\x23", text) if "##" in text else text


def json_log(text: str) -> str:
    """The same for serialized JSON, whose values stay what they are."""
    return _INNER_COMMAND.sub(r"\\u0023", text) if "##" in text else text


def command_data(text: str) -> str:
    """The message of a workflow command; line breaks of our own are kept."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """A property of a workflow command."""
    return command_data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def markdown(text: str) -> str:
    """Inline text that Markdown and HTML show as it is: no markup, link, mention or reference."""
    return _BARE_HOST.sub(r"\1&#46;", visible(text).translate(_MARKDOWN))


def message(text: str) -> str:
    """Text of a SARIF message: `[text](1)` would be a link."""
    return _LINK.sub("] ", visible(text))


def xml(text: str) -> str:
    """One line of an XML element or attribute."""
    shown = _NOT_XML.sub(lambda found: code(found[0]), visible(text))
    shown = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _INNER_COMMAND.sub("&#35;", _LINE_COMMAND.sub(r"\1&#58;", shown))


def uri(path: str) -> str:
    """A relative URI reference of a report path; names that are no UTF-8 keep their bytes."""
    while path.startswith("./"):
        path = path[2:]
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "replace")
    return _NOT_URI.sub(lambda found: b"%%%02X" % found[0][0], raw).decode("ascii")


def place(location: Location) -> str:
    """`path:line:column`, which editors and terminals turn into a link."""
    return f"{visible(location.path)}:{location.line}:{location.column}"
