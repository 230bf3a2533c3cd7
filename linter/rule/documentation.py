"""What is said about a rule, without the rule: the value that explain, pages and descriptors are made from."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.examples import Example
from hullmark.linter.rule.rule import Needs, Option, Rule


class Scope(StrEnum):
    """Where the subjects of a rule are found."""

    RESOURCE = "resource"
    """Inside one resource: the subject's class has `of(resource)`."""
    BUNDLE = "bundle"
    """Among the resources of a bundle: the subject's class has `among(bundle)`.

    It says `alone = True` and has `of(resource)`, too, if most of its subjects are whole in one resource.
    """
    RUN = "run"
    """Neither: the engine itself makes the subjects (waivers, files). The class says `made_by_engine = True`."""


class RuleInfo(NamedTuple):
    """What a run has to know of a rule before it is imported.

    `subject` is `module:qualname` of the class that the rule judges; `kinds` are the pairs of API
    group and kind in which it can occur (None: in all). `module` is what to import. `glance` names,
    like `subject`, a function that says whether a resource is worth more than a look. `needs` is
    what has to occur beside the subject. `alone`: subjects among a bundle are those of its resources, as long as
    nothing in the bundle is joined with them. `mentions` are words of which one has to occur in the file,
    or in some file of the bundle.
    """

    id: str
    title: str
    severity: Severity
    confidence: Confidence
    profile: Profile
    controls: tuple[str, ...]
    fixable: bool
    subject: str
    scope: Scope
    kinds: frozenset[tuple[str, str]] | None
    module: str
    formerly: tuple[str, ...] = ()
    glance: str = ""
    needs: Needs | None = None
    alone: bool = False
    mentions: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """First part of the id."""
        return self.id.partition("/")[0]

    @property
    def name(self) -> str:
        """Last part of the id."""
        return self.id.partition("/")[2]

    @classmethod
    def of(cls, rule: Rule[Any], module: str = "") -> Self:
        """What `rule` says about itself."""
        subject = rule.subject
        kinds = getattr(subject, "kinds", None)
        glance = getattr(subject, "glance", None)
        return cls(
            rule.id,
            rule.title,
            rule.severity,
            rule.confidence,
            rule.profile,
            rule.controls,
            rule.fixable,
            f"{subject.__module__}:{subject.__qualname__}",
            scope_of(subject),
            frozenset(kinds) if isinstance(kinds, set | tuple) else kinds if isinstance(kinds, frozenset) else None,
            module or rule.module,
            rule.formerly,
            "" if glance is None else f"{glance.__module__}:{glance.__qualname__}",
            rule.needs,
            getattr(subject, "alone", False) is True,
            rule.mentions,
        )


class RuleDoc(NamedTuple):
    """Everything that is said about a rule: metadata, texts and examples."""

    info: RuleInfo
    why: str
    remedy: str
    bad: tuple[Example, ...]
    good: tuple[Example, ...]
    options: tuple[Option, ...] = ()

    @property
    def id(self) -> str:
        """`family/bad-pattern`."""
        return self.info.id

    @property
    def title(self) -> str:
        """The fact, in one line."""
        return self.info.title

    @classmethod
    def of(cls, rule: Rule[Any], info: RuleInfo | None = None) -> Self:
        """What `rule` says about itself."""
        return cls(info or RuleInfo.of(rule), rule.why, rule.remedy, rule.bad, rule.good, rule.options)


def scope_of(subject: type[Any]) -> Scope:
    """Where subjects of this class are found."""
    if hasattr(subject, "among"):
        return Scope.BUNDLE
    return Scope.RESOURCE if hasattr(subject, "of") else Scope.RUN
