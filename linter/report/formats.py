"""The formats by name. A format's module is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from hullmark.linter.finding import Report
from hullmark.linter.report.view import View

Renderer = Callable[[Report, View], str]

FORMATS = ("text", "sarif", "json", "junit", "github", "gitlab", "markdown")
"""Names for the command line, in the order of its help; each is a module of this package."""


def renderer(name: str) -> Renderer:
    """The renderer of a format; raises KeyError for a name that is none."""
    if name not in FORMATS:
        raise KeyError(name)
    render: Renderer = import_module(f"{__package__}.{name}").render
    return render
