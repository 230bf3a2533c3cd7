"""What a row says about a component: the thing, the setting, its value or what its absence means."""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.manifest.components.catalogue import SET
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.effective import Effective
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.rule.settings.conditions import Condition


def value(component: Component, effective: Effective, demand: Condition) -> str:
    """About the whole value of a setting."""
    setting = effective.setting
    if setting is None:
        return _unset(component, effective, demand)
    if demand.op == "contains":
        return f"{component} leaves {demand.safe!r} out of {effective.name}"
    if not setting.text:
        return f"{component} sets {effective.name} to nothing"
    return f"{component} sets {effective.name} to {shown(setting.text)}"


def _unset(component: Component, effective: Effective, demand: Condition) -> str:
    default = effective.values[0] if effective.values else None
    if demand.op == "contains" and effective.name.startswith("enable-"):
        return f"{component} does not enable {demand.safe!r}: {effective.name} is not set"
    if default in (None, "", ()):
        return f"{component} does not set {effective.name}"
    return f"{component} does not set {effective.name}, which then is {spelled(default)}"


def member(component: Component, effective: Effective, word: Word, op: str) -> str:
    """About one member of a list or map."""
    if op in ("gate-not", "gates-not-false", "map-not-true"):
        return f"{component} sets {shown(word.text)} in {effective.name}"
    return f"{component} has {shown(word.text)} in {effective.name}"


def none_of(component: Component, names: Iterable[str]) -> str:
    """About several settings of which one would be enough."""
    return f"{component} sets none of {', '.join(names)}"


def shown(text: str) -> str:
    """A hostile text in quotes, without the user and password of a URL."""
    scheme, separator, rest = text.partition("://")
    if separator and "@" in rest.partition("/")[0]:
        text = f"{scheme}://***@{rest.partition('@')[2]}"
    return repr(text)


def spelled(found: Typed) -> str:
    """A default as people write it."""
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float):
        return f"{found:g} seconds"
    if isinstance(found, tuple):
        return ", ".join("=".join(each) if isinstance(each, tuple) else each for each in found)
    return "set" if found == SET else str(found)
