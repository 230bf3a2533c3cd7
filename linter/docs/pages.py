"""Rules as Markdown: a page for each rule and family, and tables. Links are relative to `docs/rules`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from hullmark.linter.docs.prose import PROFILES, change, circumstances, controls, fix_diff, pointed, waiver
from hullmark.linter.finding import Severity
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.index import ABOUT

HEAD = f"<!-- {ABOUT} -->\n"


def rule_page(doc: RuleDoc) -> str:
    """`docs/rules/<family>/<rule>.md`."""
    info = doc.info
    fix = " · fix available" if info.fixable else ""
    facts = (
        f"severity **{info.severity.label}** · confidence {info.confidence.label} · profile {PROFILES[info.profile]}"
    )
    parts = [
        f"# {doc.title.removesuffix('.')}",
        f"`{doc.id}` · {facts}{fix}",
        doc.why,
        f"## What to do\n\n{doc.remedy}",
        *_examples("Bad", doc.bad),
        *_examples("Good", doc.good),
        _options(doc),
        _controls(info),
        f"## Waive\n\n```yaml\n{waiver(doc)}\n```",
        f"All rules of family [{info.family}](README.md) · [all rules](../README.md)",
    ]
    return HEAD + "\n" + "\n\n".join(part for part in parts if part) + "\n"


def family_page(family: str, sentence: str, infos: Iterable[RuleInfo]) -> str:
    """`docs/rules/<family>/README.md`."""
    return f"{HEAD}\n# Rules: {family}\n\n{sentence}\n\n{_table(infos, '')}\n\n[All rules](../README.md)\n"


def rules_page(families: Mapping[str, str], infos: Sequence[RuleInfo]) -> str:
    """`docs/rules/README.md`: every rule, by family."""
    parts = [f"{HEAD}\n# Rules", f"{len(infos)} rules. A rule's id is `family/bad-pattern`."]
    for family, sentence in sorted(families.items()):
        mine = [info for info in infos if info.family == family]
        if mine:
            parts.append(f"## [{family}]({family}/README.md)\n\n{sentence}\n\n{_table(mine, f'{family}/')}")
    return "\n\n".join(parts) + "\n"


def rules_table(families: Mapping[str, str], infos: Sequence[RuleInfo], folder: str = "docs/rules") -> str:
    """The table of a README: one row a family, with how many rules of each severity it has."""
    rows = ["| family | what it is about | rules | of these critical or high |", "|---|---|---:|---:|"]
    for family, sentence in sorted(families.items()):
        mine = [info for info in infos if info.family == family]
        if mine:
            count = Counter(info.severity for info in mine)
            grave = count[Severity.CRITICAL] + count[Severity.HIGH]
            rows.append(f"| [{family}]({folder}/{family}/README.md) | {_cell(sentence)} | {len(mine)} | {grave} |")
    grave = sum(info.severity >= Severity.HIGH for info in infos)
    rows.append(f"| [all]({folder}/README.md) | | {len(infos)} | {grave} |")
    return "\n".join(rows)


def between_markers(text: str, name: str, content: str) -> str | None:
    """`text` with `content` between `<!-- name: begin -->` and `<!-- name: end -->`; None without these."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    return f"{head}{begin}{content}\n{end}{tail}" if found and closed else None


def _table(infos: Iterable[RuleInfo], folder: str) -> str:
    rows = ["| rule | severity | profile | fix |", "|---|---|---|---|"]
    for info in sorted(infos):
        link = f"[`{info.name}`]({folder}{info.name}.md)"
        fix = "yes" if info.fixable else ""
        rows.append(f"| {link}<br>{_cell(info.title)} | {info.severity.label} | {info.profile.label} | {fix} |")
    return "\n".join(rows)


def _examples(title: str, examples: Sequence[Example]) -> list[str]:
    parts = []
    for number, example in enumerate(examples, start=1):
        parts.append(f"## {title}" if len(examples) == 1 else f"## {title} ({number} of {len(examples)})")
        said = circumstances(example)
        if said:
            parts.append(said)
        several = len(example.files) > 1
        for path in example.files:
            parts.append((f"`{path}`:\n\n" if several else "") + fenced(pointed(path, example), "yaml"))
        changed = "\n".join(change(example, context=2))
        if changed:
            parts.append("Changed since the state that `--base` names:\n\n" + fenced(changed, "diff"))
        difference = "\n".join(fix_diff(example, context=2))
        if difference:
            parts.append("The fix:\n\n" + fenced(difference, "diff"))
    return parts


def fenced(text: str, language: str) -> str:
    """`text` as a code block, whatever runs of backticks it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    body = text.rstrip("\n")
    return f"{fence}{language}\n{body}\n{fence}"


def _options(doc: RuleDoc) -> str:
    if not doc.options:
        return ""
    rows = ["## Options", "", "| key of `hullmark.yaml` | default | |", "|---|---|---|"]
    for option in doc.options:
        rows.append(f"| `{option.full_key(doc.id)}` | `{option.shown_default}` | {_cell(option.help)} |")
    return "\n".join(rows)


def _controls(info: RuleInfo) -> str:
    if not info.controls:
        return ""
    rows = ["## Controls", "", "| control | |", "|---|---|"]
    for name, title, url in controls(info):
        rows.append(f"| [{name}]({url}) | {_cell(title)} |" if url else f"| {name} | {_cell(title)} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
