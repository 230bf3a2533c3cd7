"""Names of rules and families for shell completion."""

from __future__ import annotations


def starting_with(incomplete: str) -> list[str]:
    """Families and rule ids that begin with what was typed."""
    from hullmark.linter.rule.registry import Registry

    registry = Registry.packaged()
    return [name for name in (*registry.families, *registry.ids) if name.startswith(incomplete)]
