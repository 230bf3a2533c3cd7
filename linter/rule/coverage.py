"""What files can decide of a framework: every control with a verdict and the rules behind it, none left out.

The verdict says what a complete input could decide, not how a cluster fares. Nothing here claims compliance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.controls import benchmark_keys, framework_profiles
from hullmark.linter.rule.documentation import RuleInfo

_FIXED = {"nsa": "NSA", "stig": "STIG", "mitre": "MITRE"}


class Decidable(StrEnum):
    """How much of a control files decide."""

    DECIDED = "decided"
    PARTLY = "partly decided"
    NEVER = "not decidable from files"
    MOOT = "not applicable"


class Coverage(NamedTuple):
    """One control. `manual`: the benchmark itself has it assessed by hand; `how` says what is missing to decide it.

    `rules` exist and contribute; `awaited` are named by the table and not installed. `key` is that of the table.
    """

    number: str
    title: str
    verdict: Decidable
    rules: tuple[str, ...]
    manual: bool = False
    how: str = ""
    awaited: tuple[str, ...] = ()
    key: str = ""


def frameworks() -> tuple[str, ...]:
    """Names of frameworks that `coverage` knows."""
    return tuple(name for name in framework_profiles() if not name.startswith("pss"))


def coverage(framework: str, infos: Iterable[RuleInfo]) -> tuple[Coverage, ...]:
    """Every control of a framework, in its own order; nothing where there is no such framework."""
    known = {info.id: info for info in infos}
    name = framework.lower()
    if name in _FIXED:
        return tuple(_named(_FIXED[name], known))
    return tuple(_benchmark(name, known))


def _benchmark(name: str, known: Mapping[str, RuleInfo]) -> Iterator[Coverage]:
    facts = table("cis_benchmarks")
    by_key = _by_key(known)
    manual = set(facts["benchmarks"].get(name.removeprefix("cis-"), {}).get("manual", ()))
    for number, key, title, moot in benchmark_keys(name):
        row = facts["controls"].get(key, {"decidable": "partial"})
        wanted: list[str] = row.get("rules", [])
        rules = sorted({*by_key.get(key, ()), *(rule for rule in wanted if rule in known)})
        awaited = tuple(rule for rule in wanted if rule not in known)
        verdict = Decidable.MOOT if moot else _verdict(row, rules)
        how = row.get("how", "")
        yield Coverage(number, title or row["title"], verdict, tuple(rules), number in manual, how, awaited, key)


def _verdict(row: Mapping[str, Any], rules: list[str]) -> Decidable:
    """Without a rule nothing is decided, whatever files could tell."""
    if row["decidable"] == "none" or not rules:
        return Decidable.NEVER
    return Decidable.DECIDED if row["decidable"] == "full" else Decidable.PARTLY


def _by_key(known: Mapping[str, RuleInfo]) -> dict[str, set[str]]:
    """Rules by the key of the control that they name, whatever benchmark's number they use."""
    keys = {
        f"{name.upper()}/{number}": key
        for name in framework_profiles()
        if name.startswith("cis-")
        for number, key, _, _ in benchmark_keys(name)
    }
    found: dict[str, set[str]] = {}
    for info in known.values():
        for control in info.controls:
            key = keys.get(control.upper())
            if key is not None:
                found.setdefault(key, set()).add(info.id)
    return found


def _named(prefix: str, known: Mapping[str, RuleInfo]) -> Iterator[Coverage]:
    """Frameworks whose controls rules name themselves: a rule never decides all of such a control."""
    listed = table("controls")[prefix.lower()]
    titles: Mapping[str, str] = listed if isinstance(listed, dict) else dict.fromkeys(listed, "")
    for number, title in titles.items():
        rules = tuple(sorted(info.id for info in known.values() if f"{prefix}/{number}" in info.controls))
        verdict = Decidable.PARTLY if rules else Decidable.NEVER
        yield Coverage(number, title or "", verdict, rules)
