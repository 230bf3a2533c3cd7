"""Rules as SARIF describes them: plain data that any writer of the format can take."""

from __future__ import annotations

from hullmark.linter.rule.documentation import RuleDoc

Descriptor = dict[str, object]
"""A SARIF reportingDescriptor: id, name, shortDescription, fullDescription, help, helpUri,
defaultConfiguration and properties, in the format's own names."""


def descriptor(doc: RuleDoc) -> Descriptor:
    """The reportingDescriptor of a rule."""
    raise NotImplementedError
