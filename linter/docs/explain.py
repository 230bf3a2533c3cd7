"""Texts about rules for a terminal: plain lines, no colour; the command line adds that."""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.rule.documentation import RuleDoc, RuleInfo


def explain_text(doc: RuleDoc, width: int = 80) -> str:
    """Everything about one rule, for `hullmark explain`; lines are at most `width` wide where words allow."""
    raise NotImplementedError


def rules_text(infos: Iterable[RuleInfo], width: int = 80) -> str:
    """A table of rules by family, for `hullmark rules`."""
    raise NotImplementedError
