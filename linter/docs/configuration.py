"""The table of keys in docs/configuration.md."""

from __future__ import annotations

from collections.abc import Iterable

from hullmark.linter.config import keys
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.rule.index import option_keys


def keys_table(docs: Iterable[RuleDoc]) -> str:
    """Every key with its type, its default and what it decides: those of a run, then those that rules read."""
    rows = [_row(key) for key in (*keys.RUN, *keys.OPTIONS)]
    written = {key.name for key in (*keys.RUN, *keys.OPTIONS)}
    for doc in sorted(docs, key=lambda doc: doc.id):
        for name, option in option_keys(doc).items():
            if name not in written:
                written.add(name)
                kind = keys.kind_of(option.default)
                rows.append(_row(keys.Key(name, kind, option.shown_default, option.help)))
    return "\n".join(["| key | value | default | what it decides |", "|---|---|---|---|", *rows])


def _row(key: keys.Key) -> str:
    default = f"`{_cell(key.default)}`" if key.default else ""
    return f"| `{key.name}` | {_cell(key.kind.expected)} | {default} | {_cell(key.help)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
