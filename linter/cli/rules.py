"""The rules that a command line knows: the packaged ones and those of installed plugins."""

from __future__ import annotations

from hullmark.linter.cli.stop import StopError
from hullmark.linter.load.plugins import installed_plugins
from hullmark.linter.rule.registry import PluginError, Registry


def installed() -> Registry:
    """All rules; a plugin that cannot be used ends the run with a sentence."""
    try:
        return Registry.extended(installed_plugins())
    except PluginError as error:
        raise StopError(str(error)) from None
