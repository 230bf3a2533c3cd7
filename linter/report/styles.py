"""Colours of a terminal: a dozen escape sequences, or none at all."""

from __future__ import annotations

from hullmark.linter.finding import Severity

_RESET = "\x1b[0m"
_CODES = {
    "critical": "1;97;41",
    "high": "1;31",
    "medium": "33",
    "low": "36",
    "info": "34",
    "strong": "1",
    "faint": "2",
    "good": "32",
    "rule": "1",
    "place": "1",
}
_UNDERLINE = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "1;31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "34",
}


class Styles:
    """Paints text that is already inert; without colour every method gives its text back."""

    __slots__ = ("_on",)

    def __init__(self, color: bool) -> None:
        self._on = color

    def paint(self, text: str, style: str) -> str:
        """`text` in a named style."""
        return f"\x1b[{_CODES[style]}m{text}{_RESET}" if self._on and text else text

    def severity(self, severity: Severity, width: int = 0) -> str:
        """The name of a severity in its colour, padded to `width` cells outside the colour."""
        return self.paint(severity.label, severity.label) + " " * (width - len(severity.label))

    def underline(self, text: str, severity: Severity) -> str:
        """The marks under an offending span."""
        return f"\x1b[{_UNDERLINE[severity]}m{text}{_RESET}" if self._on else text
