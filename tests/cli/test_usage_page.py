"""docs/usage.md lists the options that there are. UPDATE_GOLDEN=1 writes the table anew."""

import os
from pathlib import Path

from hullmark.linter.cli.options import LINT

BEGIN, END = "<!-- options: begin -->\n", "<!-- options: end -->"


def _table() -> str:
    rows = ["| option | value | what it does |", "|---|---|---|"]
    for option in LINT:
        flags = ", ".join(f"`{flag}`" for flag in option.flags)
        value = f"`{option.metavar}`".replace("|", "\\|") if option.metavar else ""
        default = f" Default: `{option.default}`." if option.default else ""
        rows.append(f"| {flags} | {value} | {option.help}{default} |")
    return "\n".join(rows) + "\n"


def test_options_are_listed(repository: Path) -> None:
    page = repository / "docs" / "usage.md"
    head, _, rest = page.read_text().partition(BEGIN)
    written, _, tail = rest.partition(END)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(f"{head}{BEGIN}{_table()}{END}{tail}")
        written = _table()
    assert written == _table()
