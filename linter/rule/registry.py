"""All rules by id, known from a generated index; a rule's module is imported when the rule is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

from hullmark.linter.finding import Profile
from hullmark.linter.rule.documentation import RuleDoc, RuleInfo
from hullmark.linter.rule.index import Index, PackagedDocs, option_keys, packaged_index
from hullmark.linter.rule.modules import rules_of
from hullmark.linter.rule.plugins import Plugin, plugin_rules
from hullmark.linter.rule.rule import Option, Rule

SIZES = {profile.label: profile for profile in (Profile.DEFAULT, Profile.STRICT, Profile.ALL)}
"""Profiles by size; all others are frameworks and select by control."""


class UnknownNameError(ValueError):
    """Names that select nothing. The message is fit for people; `names` pairs each with what may have been meant."""

    def __init__(self, names: Iterable[tuple[str, tuple[str, ...]]], kind: str = "rule, family or control") -> None:
        self.names = tuple(names)
        super().__init__("; ".join(_unknown(kind, name, near) for name, near in self.names))


class PluginError(RuntimeError):
    """A third party's rules cannot be used; the message says whose and why."""


class Registry:
    """Rules by id.

    `Registry.extended(plugins)` is what a command line uses: the packaged index and the rules of third
    parties. `Registry.of(rules)` is for tests. `info`, `select` and `doc` import no rule of ours;
    `rule` imports one module. A registry that crosses processes is made anew on the other side.
    """

    def __init__(
        self,
        index: Index,
        docs: Mapping[str, RuleDoc],
        rules: Mapping[str, Rule[Any]],
        origin: tuple[Callable[..., Registry], tuple[object, ...]],
    ) -> None:
        self._infos = dict(sorted(index.infos.items()))
        self._families = dict(sorted(index.families.items()))
        self._options = index.options
        self._docs = docs
        self._rules = dict(rules)
        self._origin = origin
        self._renamed = {old: info.id for info in self._infos.values() for old in info.formerly}

    def __reduce__(self) -> tuple[Callable[..., Registry], tuple[object, ...]]:
        return self._origin

    @classmethod
    def extended(cls, plugins: tuple[Plugin, ...]) -> Self:
        """The packaged rules and those of plugins."""
        if not plugins:
            return cls.packaged()
        ours = packaged_index()
        rules: dict[str, Rule[Any]] = {}
        families = dict(ours.families)
        for plugin in plugins:
            if plugin.family in families:
                raise PluginError(f"{plugin.distribution} adds rules of family {plugin.family!r}, which is taken")
            found = plugin_rules(plugin)
            families[plugin.family] = f"Rules of the distribution {plugin.distribution}."
            rules |= _checked(found, plugin.family, plugin.distribution)
        docs = {name: RuleDoc.of(rule) for name, rule in rules.items()}
        infos = ours.infos | {name: doc.info for name, doc in docs.items()}
        options = ours.options | {key: option for doc in docs.values() for key, option in option_keys(doc).items()}
        return cls(
            Index(infos, families, options), _Joined(docs, PackagedDocs(ours.infos)), rules, (cls.extended, (plugins,))
        )

    @classmethod
    def packaged(cls) -> Self:
        """The packaged rules only."""
        index = packaged_index()
        return cls(index, PackagedDocs(index.infos), {}, (cls.packaged, ()))

    @classmethod
    def of(cls, rules: Iterable[Rule[Any]], families: Mapping[str, str] | None = None) -> Self:
        """Exactly these rules."""
        rules = tuple(rules)
        docs = {rule.id: RuleDoc.of(rule) for rule in rules}
        index = Index(
            {name: doc.info for name, doc in docs.items()},
            {doc.info.family: "" for doc in docs.values()} | dict(families or {}),
            {key: option for doc in docs.values() for key, option in option_keys(doc).items()},
        )
        return cls(index, docs, {rule.id: rule for rule in rules}, (cls.of, (rules, families)))

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all rules, sorted."""
        return tuple(self._infos)

    @property
    def infos(self) -> tuple[RuleInfo, ...]:
        """What is known of all rules, sorted by id."""
        return tuple(self._infos.values())

    @property
    def families(self) -> Mapping[str, str]:
        """One sentence about every family, by its name, sorted."""
        return self._families

    @property
    def renamed(self) -> Mapping[str, str]:
        """Present ids by former ids."""
        return self._renamed

    @property
    def options(self) -> Mapping[str, Option]:
        """Configuration keys that rules read, by full dotted name."""
        return self._options

    @property
    def docs(self) -> Mapping[str, RuleDoc]:
        """What is said about rules, by id; texts are read from disk when they are asked for."""
        return self._docs

    def __len__(self) -> int:
        return len(self._infos)

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._infos

    def __iter__(self) -> Iterator[RuleInfo]:
        return iter(self._infos.values())

    def info(self, rule_id: str) -> RuleInfo:
        """What is known of the rule with this id; KeyError where there is none."""
        return self._infos[rule_id]

    def doc(self, rule_id: str) -> RuleDoc:
        """What is said about the rule with this id; KeyError where there is none."""
        return self._docs[rule_id]

    def rule(self, rule_id: str) -> Rule[Any]:
        """The rule with this id, imported when first asked for; KeyError where there is none."""
        rule = self._rules.get(rule_id)
        if rule is None:
            module = self._infos[rule_id].module
            self._rules.update((each.id, each) for each in rules_of(module))
            rule = self._rules[rule_id]
        return rule

    def select(
        self, profile: Profile | str = Profile.DEFAULT, select: Iterable[str] = (), ignore: Iterable[str] = ()
    ) -> tuple[RuleInfo, ...]:
        """Rules of a run, sorted by id.

        `profile` is a size (`default`, `strict`, `all`) or a framework (`cis-1.12`, `nsa`,
        `pss-baseline`, `pss-baseline@v1.29`, `mitre`, `stig` ...). `select` replaces it: names of
        rules (former ids count), families, and controls or parts of them (`CIS-1.12/5.2.2`,
        `CIS-1.12`, `PSS/baseline`). Only its id selects a rule that is opt-in. `ignore` takes away.
        Raises UnknownNameError, also for what no rule covers: silence would look like success.
        """
        wanted = tuple(select)
        unwanted = tuple(ignore)
        unknown = [name for name in (*wanted, *unwanted) if not self.named(name)]
        if unknown:
            raise UnknownNameError((name, self.near(name)) for name in unknown)
        chosen = {info.id for name in wanted for info in self._selected(name)} if wanted else self._profile(profile)
        chosen -= {info.id for name in unwanted for info in self.named(name)}
        return tuple(info for info in self._infos.values() if info.id in chosen)

    def named(self, name: str) -> tuple[RuleInfo, ...]:
        """The rules that a name of `select` means; nothing where it is unknown or no rule covers it."""
        name = self._renamed.get(name, name)
        if name in self._infos:
            return (self._infos[name],)
        if name in self._families:
            return tuple(info for info in self._infos.values() if info.family == name)
        from hullmark.linter.rule.controls import matcher  # most runs select by profile

        matches = matcher(name)
        if matches is None:
            return ()
        return tuple(info for info in self._infos.values() if matches(info.controls))

    def near(self, name: str) -> tuple[str, ...]:
        """Known rules and families that are written like `name`, best first, at most three."""
        same = tuple(info.id for info in self._infos.values() if info.name == name)
        if same:
            return same[:3]
        # Takes longer to import than the registry, and nobody asks unless something is wrong.
        from difflib import get_close_matches

        return tuple(get_close_matches(name, (*self._infos, *self._families), 3, 0.6))

    def _selected(self, name: str) -> Iterator[RuleInfo]:
        found = self.named(name)
        if name in self._infos or name in self._renamed:
            return iter(found)
        return (info for info in found if info.profile < Profile.OPT_IN)

    def _profile(self, profile: Profile | str) -> set[str]:
        size = SIZES.get(profile) if isinstance(profile, str) else profile
        if size is not None:
            return {info.id for info in self._infos.values() if info.profile <= size}
        from hullmark.linter.rule.controls import framework_of, framework_profiles

        framework = framework_of(str(profile))
        if not framework:
            from difflib import get_close_matches

            near = get_close_matches(str(profile), (*SIZES, *framework_profiles()), 3, 0.6)
            raise UnknownNameError([(str(profile), tuple(near))], "profile")
        chosen = {info.id for info in self._selected(framework)}
        if not chosen:
            raise UnknownNameError([(framework, ())])
        return chosen


class _Joined(Mapping[str, RuleDoc]):
    """Two mappings as one; ids do not overlap."""

    def __init__(self, first: Mapping[str, RuleDoc], second: Mapping[str, RuleDoc]) -> None:
        self._first = first
        self._second = second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted((*self._first, *self._second)))

    def __getitem__(self, name: str) -> RuleDoc:
        return self._first[name] if name in self._first else self._second[name]


def _checked(rules: Iterable[Rule[Any]], family: str, distribution: str) -> dict[str, Rule[Any]]:
    """Rules of a third party by id, each of its family and none twice."""
    found: dict[str, Rule[Any]] = {}
    for rule in rules:
        if rule.family != family:
            raise PluginError(f"{distribution}: rule {rule.id!r} is not of family {family!r}")
        if rule.id in found:
            raise PluginError(f"{distribution}: two rules are called {rule.id!r}")
        found[rule.id] = rule
    return found


def _unknown(kind: str, name: str, near: tuple[str, ...]) -> str:
    from hullmark.linter.rule.controls import matcher

    if kind != "profile" and not near and matcher(name) is not None:
        return f"no rule covers {name!r}"
    hint = f"; did you mean {' or '.join(repr(other) for other in near)}?" if near else ""
    return f"no {kind} is called {name!r}{hint}"
