"""Every generated file with the content it should have, derived from the rules and the readable fact tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hullmark.linter
from hullmark.linter.dev.discovery import Shelf, shelf
from hullmark.linter.dev.facts import tables, unpacked
from hullmark.linter.docs.configuration import keys_table
from hullmark.linter.docs.pages import between_markers, family_page, rule_page, rules_page, rules_table
from hullmark.linter.docs.schema import config_schema
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.index import RULES, TEXTS, index_text, texts_text

PACKED = "schemas/facts/packed"
PAGES = "docs/rules"
CONFIG_SCHEMA = "schemas/hullmark.schema.json"
README = "README.md"
CONFIGURATION = "docs/configuration.md"
SECTIONS = {README: "rules", CONFIGURATION: "keys"}
"""Files that people write, with the name of the part between markers that is generated."""


class Output(NamedTuple):
    """A generated file: path from the root with slashes, and its bytes; None where it must not exist."""

    path: str
    content: bytes | None

    def fresh(self, root: Path) -> bool:
        """Whether the file says what it should. Compressed files are compared by what is in them."""
        path = root / self.path
        if self.content is None:
            return not path.exists()
        if not path.is_file():
            return False
        written = path.read_bytes()
        if self.path.endswith(".z"):
            return unpacked(written) == unpacked(self.content)
        return written == self.content

    def write(self, root: Path) -> None:
        """Makes the file so."""
        path = root / self.path
        if self.content is None:
            path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)


class RootError(RuntimeError):
    """These tools run in a checkout."""


def repository() -> Path:
    """The checkout that this module was imported from."""
    root = Path(hullmark.linter.__file__).resolve().parents[1]
    if not (root / "pyproject.toml").is_file():
        raise RootError(f"{root} is no checkout of hullmark: install it with `make setup` and run it there")
    return root


def fact_outputs(root: Path) -> Iterator[Output]:
    """Packed fact tables. They come before the rules, which read them when they are imported."""
    found = tables(root / "schemas/facts")
    for name, data in found.items():
        yield Output(f"{PACKED}/{name}", data)
    yield from _strays(root, PACKED, "*.json.z", {f"{PACKED}/{name}" for name in found})


def docs_of(found: Shelf) -> list[RuleDoc]:
    """What is said about the rules of a shelf, by id."""
    return [RuleDoc.of(rule, RuleInfo.of(rule, found.modules[rule.id])) for rule in found.rules]


def rule_outputs(root: Path, found: Shelf | None = None) -> Iterator[Output]:
    """Index, texts, pages, tables and the schema of the configuration."""
    found = found or shelf()
    docs = docs_of(found)
    infos = [doc.info for doc in docs]
    families = {name: text for name, text in found.families.items() if any(info.family == name for info in infos)}
    texts = {
        f"schemas/{RULES}": index_text(docs, families),
        f"schemas/{TEXTS}": texts_text(docs),
        CONFIG_SCHEMA: config_schema(docs, families),
        f"{PAGES}/README.md": rules_page(families, infos),
    }
    for family, sentence in families.items():
        mine = [info for info in infos if info.family == family]
        texts[f"{PAGES}/{family}/README.md"] = family_page(family, sentence, mine)
    texts |= {f"{PAGES}/{doc.id}.md": rule_page(doc) for doc in docs}
    tables = {README: rules_table(families, infos), CONFIGURATION: keys_table(docs)}
    for path, marker in SECTIONS.items():
        text = between_markers(_text(root / path), marker, tables[path])
        if text is not None:
            texts[path] = text
    for path, text in sorted(texts.items()):
        yield Output(path, text.encode("utf-8"))
    yield from _strays(root, PAGES, "**/*.md", set(texts))


def section_faults(root: Path) -> list[str]:
    """Files that have lost the markers between which they are kept fresh."""
    return [
        f"{path} has no part between <!-- {marker}: begin --> and <!-- {marker}: end -->"
        for path, marker in SECTIONS.items()
        if between_markers(_text(root / path), marker, "") is None
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _strays(root: Path, folder: str, pattern: str, known: set[str]) -> Iterator[Output]:
    """Files that nothing generates any more."""
    for path in sorted((root / folder).glob(pattern)):
        name = path.relative_to(root).as_posix()
        if name not in known:
            yield Output(name, None)
