"""All rules by id, known from a generated index; a rule's module is imported when the rule is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from hullmark.linter.finding import Profile
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.rule import Option, Rule


class UnknownNameError(ValueError):
    """Names that are no rule, family, control or profile, each with what may have been meant.

    The message is one sentence a name and fit for people.
    """

    def __init__(self, names: Iterable[tuple[str, tuple[str, ...]]], kind: str = "rule, family or control") -> None:
        self.names = tuple(names)
        super().__init__("; ".join(_unknown(kind, name, near) for name, near in self.names))


class Registry:
    """Rules by id.

    `Registry.installed()` is what a command line uses: the packaged index and the rules of
    third parties. `Registry.of(rules)` is for tests. Nothing is imported by `info`, `select` and
    `doc`; `rule` imports one module.
    """

    @classmethod
    def installed(cls) -> Self:
        """The packaged rules and those that installed distributions add (entry point group `hullmark.rules`)."""
        raise NotImplementedError

    @classmethod
    def packaged(cls) -> Self:
        """The packaged rules only."""
        raise NotImplementedError

    @classmethod
    def of(cls, rules: Iterable[Rule[Any]]) -> Self:
        """Exactly these rules."""
        raise NotImplementedError

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all rules, sorted."""
        raise NotImplementedError

    @property
    def infos(self) -> tuple[RuleInfo, ...]:
        """What is known of all rules, sorted by id."""
        raise NotImplementedError

    @property
    def families(self) -> Mapping[str, str]:
        """One sentence about every family, by its name, sorted."""
        raise NotImplementedError

    @property
    def renamed(self) -> Mapping[str, str]:
        """Present ids by former ids."""
        raise NotImplementedError

    @property
    def options(self) -> Mapping[str, Option]:
        """Configuration keys that rules read, by full dotted name."""
        raise NotImplementedError

    @property
    def docs(self) -> Mapping[str, RuleDoc]:
        """What is said about rules, by id; texts are read from disk when the first is asked for."""
        raise NotImplementedError

    def __contains__(self, rule_id: object) -> bool:
        raise NotImplementedError

    def __iter__(self) -> Iterator[RuleInfo]:
        raise NotImplementedError

    def info(self, rule_id: str) -> RuleInfo:
        """What is known of the rule with this id; KeyError where there is none."""
        raise NotImplementedError

    def rule(self, rule_id: str) -> Rule[Any]:
        """The rule with this id, imported when first asked for."""
        raise NotImplementedError

    def doc(self, rule_id: str) -> RuleDoc:
        """What is said about the rule with this id."""
        raise NotImplementedError

    def select(
        self, profile: Profile | str = Profile.DEFAULT, select: Iterable[str] = (), ignore: Iterable[str] = ()
    ) -> tuple[RuleInfo, ...]:
        """Rules of a run, sorted by id.

        `profile` is a size (`default`, `strict`, `all`) or a framework (`cis-1.12`, `nsa`,
        `pss-baseline`, `mitre`, `stig` ...). `select` replaces it: names of rules (former ids count),
        families, and controls or parts of them (`CIS-1.12/5.2.2`, `CIS-1.12`, `PSS/baseline`). Only its id
        selects a rule that is opt-in. `ignore` takes away. Raises UnknownNameError.
        """
        raise NotImplementedError

    def named(self, name: str) -> tuple[RuleInfo, ...]:
        """The rules that a name of `select` means; nothing where it is unknown."""
        raise NotImplementedError

    def near(self, name: str) -> tuple[str, ...]:
        """Known rules and families that are written like `name`, best first, at most three."""
        raise NotImplementedError


def _unknown(kind: str, name: str, near: tuple[str, ...]) -> str:
    hint = f"; did you mean {' or '.join(repr(other) for other in near)}?" if near else ""
    return f"no {kind} is called {name!r}{hint}"
